"""Room 1: frames with their real times, from any file a phone or camera makes."""
