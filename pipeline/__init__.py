"""What a page means: read it, judge it, link it. Frozen values and pure functions, no I/O."""
