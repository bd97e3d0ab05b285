"""The corpus: everything stored, and everything asked of it."""
