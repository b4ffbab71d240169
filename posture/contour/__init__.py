"""Room 3: the dorsal contour: the mask edge behind the trunk, and the armless outline behind the arms."""
