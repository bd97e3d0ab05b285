"""The corpus: everything stored, and everything asked of it."""

from storage.corpus import Corpus

__all__ = ["Corpus"]
