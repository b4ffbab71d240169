"""Rendered clips with something other than a back in them: drawing, rendering, observing and storing."""
