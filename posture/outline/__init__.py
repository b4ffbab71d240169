"""The armless back outline as it is inferred from the mask edges."""
