"""How a poster says that something does not fit: one error that names the field, with the millimetres."""

from fahndung.errors import Message, NotPublishable, Problem, Severity
from fahndung.posters.marks import MM


def refused(field: str, en: str, de: str) -> NotPublishable:
    """The error for one field; its sentences start with the field's name, which the finding has beside them."""
    problem = Problem(rule="poster", severity=Severity.BLOCK, field=field, message=Message(en, de))
    return NotPublishable(f"{field}: {en}", f"{field}: {de}", problems=(problem,))


def too_wide(field: str, *, needed: float, available: float) -> NotPublishable:
    """A word or a line is wider (pt) than its place even at the smallest size allowed."""
    return refused(
        field,
        f"one line needs {needed / MM:.0f} mm of width on the poster, {available / MM:.0f} mm are there. "
        "Write it shorter.",
        f"Eine Zeile braucht auf dem Plakat {needed / MM:.0f} mm Breite, vorhanden sind {available / MM:.0f} mm. "
        "Bitte kürzer fassen.",
    )


def too_high(field: str, *, needed: float, available: float) -> NotPublishable:
    """The texts need more height (pt) than there is even at the smallest size allowed."""
    return refused(
        field,
        f"the poster needs {needed / MM:.0f} mm of height here, {available / MM:.0f} mm are there. Write it shorter.",
        f"Das Plakat braucht hier {needed / MM:.0f} mm Höhe, vorhanden sind {available / MM:.0f} mm. "
        "Bitte kürzer fassen.",
    )
