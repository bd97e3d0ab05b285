"""Imported by the fork server before it forks a worker: what is loaded here is loaded once for all of them.

The one module that works at import, because that is what it is for.
"""

import pipeline.steps
import tearsheet.workers
from pipeline.reading.language import language_of

__all__ = ["pipeline", "tearsheet"]

language_of("Loads the model of languages.", hints=())
