"""The reading side: syntax tree -> rows, counts, facets; and the history of one article."""
