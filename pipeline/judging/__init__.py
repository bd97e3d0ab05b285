"""Article -> watches: does it belong to a question, and why."""
