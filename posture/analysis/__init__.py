"""The analysis of one clip, from the video to an `Analysis`."""
