"""The back edge as it is seen in the mask, and the geometry of a back outline."""
