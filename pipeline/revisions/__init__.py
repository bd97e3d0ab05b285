"""Two texts of one article -> what changed, word by word and as facts, and whether the paper says so."""
