"""What can go wrong with the ledger itself, apart from its being missing (``fahndung.errors.LedgerMissing``).

Holds no recovery: the message says what a person has to do.
"""

from fahndung.errors import FahndungError, LedgerMissing, StillOnline


class LedgerUnavailable(FahndungError):
    """The ledger cannot be read or written just now: full disk, locked, read-only; a retry can help."""

    exit_code = 6


class WrongSchema(LedgerMissing):
    """The ledger was written by another version of the program, so this one must not touch it."""


class Contradiction(FahndungError):
    """A step that no publication may take, or rows that contradict each other: a bug in the caller."""

    exit_code = 1


class Unreadable(StillOnline):
    """A stored value is not what this program writes: somebody else changed the ledger, or it is damaged."""


def impossible(what: str) -> Contradiction:
    """The error for a step that the ledger refuses; nothing has been written."""
    return Contradiction(
        f"The ledger refuses a contradictory entry: {what}. Nothing was written; please report this as a bug.",
        f"Das Register lehnt einen widersprüchlichen Eintrag ab: {what}. Nichts wurde geschrieben; bitte melden.",
    )
