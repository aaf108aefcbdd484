"""A reader's own texts: read, cut, split into parts, learned from, and answered about."""
