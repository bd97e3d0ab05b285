"""Article -> place in the corpus: new, seen again, revised, or a copy."""
