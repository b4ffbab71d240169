"""Room 2: people, their landmarks and masks, and how the camera sees them."""
