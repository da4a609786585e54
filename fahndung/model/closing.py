"""Which closing notice an end calls for: one notice serves several reasons. Holds no wording."""

from fahndung.model.publication import EndReason

REACHED = "reached"
ENDED_ORDER = "ended-order"
ENDED_PREVENTIVE = "ended-preventive"
ERROR = "error"
CLOSING_KINDS = (REACHED, ENDED_ORDER, ENDED_PREVENTIVE, ERROR)


def closing_kind(reason: EndReason, criminal: bool) -> str:
    """Which closing notice an end calls for.

    Args:
        criminal: the appeal rests on an order, not on a decision of the police.
    """
    if reason is EndReason.FOUND:
        return REACHED
    if reason is EndReason.ERROR:
        return ERROR
    return ENDED_ORDER if criminal else ENDED_PREVENTIVE
