"""A corpus is the same in the other database: in both directions, with everything in it, or not at all."""
