"""Frozen sets: what a question found at one time, kept so that it can be given again and compared."""
