"""Why an appeal ends, and which closing notice that calls for: one notice serves several reasons. Holds no wording."""

import enum

REACHED = "reached"
ENDED_ORDER = "ended-order"
ENDED_PREVENTIVE = "ended-preventive"
ERROR = "error"
CLOSING_KINDS = (REACHED, ENDED_ORDER, ENDED_PREVENTIVE, ERROR)
HERE = "ended-here"
"""It ends in one medium or on one channel only, and goes on elsewhere: nothing is said about the appeal itself."""
NOTICE_KINDS = (*CLOSING_KINDS, HERE)
"""What receivers of a copy may have to be told; a post of its own tells the end of all, so it knows no ``HERE``."""
PART_KINDS = tuple(f"{kind}-part" for kind in CLOSING_KINDS)
"""The search for one of several persons is over, the appeal for the others goes on."""


class EndReason(enum.StrEnum):
    """Why an appeal ends (R36)."""

    FOUND = "found"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    REVIEW = "review"
    CONSENT = "consent"
    EXPIRED = "expired"
    ERROR = "error"


def post_file(kind: str) -> str:
    """The file of a release that is posted once an appeal has ended (``CLOSING_KINDS``)."""
    return f"texts/closing-post-{kind}.txt"


def closing_kind(reason: EndReason, criminal: bool, *, part: bool = False) -> str:
    """Which closing notice an end calls for.

    Args:
        criminal: the appeal rests on an order, not on a decision of the police.
        part: it ends for one person only, and the variant without that person is up.
    """
    if reason is EndReason.FOUND:
        kind = REACHED
    elif reason is EndReason.ERROR:
        kind = ERROR
    else:
        kind = ENDED_ORDER if criminal else ENDED_PREVENTIVE
    return f"{kind}-part" if part else kind
