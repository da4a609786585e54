"""How the terminal says what the ledger keeps as codes, and counts; JSON keeps the codes. Decides nothing."""

from fahndung.cli.language import language, say
from fahndung.law.words import CATEGORIES
from fahndung.model.appeal import Category

STATES = {
    "draft": "Entwurf",
    "submitted": "eingereicht",
    "built": "gebaut",
    "approved": "freigegeben",
    "embargoed": "wartet auf Sperrfrist",
    "ending": "wird beendet",
    "ended": "beendet",
    "planned": "geplant",
    "publishing": "geht hinaus",
    "live": "online",
    "withdrawing": "wird gelöscht",
    "withdrawn": "gelöscht",
    "closed": "erledigt",
    "cancelled": "abgesagt",
    "rejected": "abgelehnt",
    "tombstone": "ersetzt",
    "by-hand": "von Hand",
}


def state_word(code: str) -> str:
    """How an appeal or a publication stands."""
    return say(code, STATES[code])


def mail_word(code: str) -> str:
    """How a message to a recipient stands: it is taken, never online."""
    return say(*_MAILED[code]) if code in _MAILED else state_word(code)


_MAILED = {"live": ("taken", "angenommen"), "told": ("told of the end", "Ende mitgeteilt")}


def category_word(code: str) -> str:
    """The kind of an appeal."""
    return CATEGORIES[Category(code)].in_language(language())


def counted(number: int, one: str, many: str) -> str:
    """``1 Konto``, ``2 Konten``."""
    return f"{number} {one if number == 1 else many}"
