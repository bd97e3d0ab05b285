"""One command each: ``python -m benchmarks.NAME`` prints ratios against a peer or floor of the same run."""
