"""Why a case is shown to somebody: the words that the log of queries knows."""

REASONS = ("case-work", "release", "oversight", "data-protection", "prosecution")
"""Work on the case, its release, supervision of deadlines, data protection, criminal proceedings."""
