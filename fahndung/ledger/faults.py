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


def missing(place: str, en: str, de: str) -> LedgerMissing:
    """The alarm that a ledger cannot be relied on; the words complete the sentence "The ledger …"."""
    return LedgerMissing(
        f"The ledger {place} {en}. Nobody knows what is online. Restore the newest backup of the ledger, then run a "
        "sweep; without a backup look through every channel by hand. Do not start with an empty ledger.",
        f"Das Register {place} {de}. Niemand weiß, was online ist. Bitte die neueste Sicherung des Registers "
        "zurückspielen und danach alle Kanäle absuchen lassen; ohne Sicherung jeden Kanal von Hand durchsehen. "
        "Nicht mit einem leeren Register beginnen.",
    )


def unavailable(place: str, en: str, de: str | None = None) -> LedgerUnavailable:
    """The error for a ledger that a later try may reach, with the reason; in German where it is known in German."""
    return LedgerUnavailable(
        f"The ledger {place} cannot be used just now ({en}). Check disk space and rights, and for a server whether "
        "it runs and can be reached, then run this again.",
        f"Das Register {place} ist gerade nicht benutzbar ({de or en}). Bitte Speicherplatz und Rechte prüfen, bei "
        "einem Server auch, ob er läuft und erreichbar ist, und den Befehl wiederholen.",
    )


def moved(place: str, to: str) -> LedgerMissing:
    """The error for a ledger that lies elsewhere now."""
    return LedgerMissing(
        f"The ledger {place} was moved to {to} and counts no more. If the home does not know that yet, run "
        f"'fahndung ledger move --to' with that address again; else remove this one when {to} has been backed up.",
        f"Das Register {place} wurde nach {to} verlegt und gilt nicht mehr. Weiß das Heim das noch nicht, bitte "
        f"„fahndung ledger move --to“ mit dieser Adresse wiederholen; sonst löschen, sobald {to} gesichert ist.",
    )


def arriving(place: str, origin: str) -> LedgerMissing:
    """The error for a copy whose move was interrupted."""
    return LedgerMissing(
        f"The ledger {place} is the unfinished copy of {origin} and does not count. Run 'fahndung ledger move' again.",
        f"Das Register {place} ist die unfertige Kopie von {origin} und gilt nicht. Bitte „fahndung ledger move“ "
        "wiederholen.",
    )
