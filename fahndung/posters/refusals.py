"""How a poster says that something does not fit: one error that names the field, with the millimetres."""

from fahndung.errors import Message, NotPublishable, Problem, Severity, UnsafeImage
from fahndung.posters.marks import MM


def refused(field: str, en: str, de: str) -> NotPublishable:
    """The error for one field; its sentences start with the field's name, which the finding has beside them."""
    problem = Problem(rule="poster", severity=Severity.BLOCK, field=field, message=Message(en, de))
    return NotPublishable(f"{field}: {en}", f"{field}: {de}", problems=(problem,))


def unsafe(field: str, error: UnsafeImage) -> Problem:
    """The finding that the picture of that field cannot be made safe."""
    return Problem(rule="image", severity=Severity.BLOCK, field=field, message=error.message)


def too_wide(field: str, *, needed: float, available: float) -> NotPublishable:
    """A word, or a line that is not broken, is wider (pt) than its place even at the smallest size allowed."""
    return refused(
        field,
        f"a word or line of it needs {needed / MM:.0f} mm of width on the poster, {available / MM:.0f} mm are there. "
        "Write it shorter, or with shorter words.",
        f"Ein Wort oder eine Zeile davon braucht auf dem Plakat {needed / MM:.0f} mm Breite, vorhanden sind "
        f"{available / MM:.0f} mm. Bitte kürzer oder mit kürzeren Wörtern schreiben.",
    )


def too_long(field: str, *, lines: int, most: int, available: float) -> NotPublishable:
    """The text takes more lines, each ``available`` pt wide, than its place has even at the smallest size allowed."""
    share = 100 * (lines - most) / lines
    return refused(
        field,
        f"it takes {lines} lines of {available / MM:.0f} mm on the poster, {most} are there. "
        f"Shorten it by about {share:.0f} %.",
        f"Der Text braucht auf dem Plakat {lines} Zeilen zu {available / MM:.0f} mm, vorhanden sind {most}. "
        f"Bitte um etwa {share:.0f} % kürzen.",
    )


def too_high(field: str, *, needed: float, available: float) -> NotPublishable:
    """The texts need more height (pt) than there is even at the smallest size allowed."""
    return refused(
        field,
        f"the texts need {needed / MM:.0f} mm of height here, {available / MM:.0f} mm are there; this one takes most. "
        "Write it shorter, or leave out a detail.",
        f"Die Texte brauchen hier {needed / MM:.0f} mm Höhe, vorhanden sind {available / MM:.0f} mm; dieser nimmt am "
        "meisten. Bitte kürzer fassen oder eine Angabe weglassen.",
    )


def photos_too_high(*, texts: float, photos: float, available: float) -> NotPublishable:
    """The photos need more height (pt) than texts leave them even at the smallest size allowed."""
    return refused(
        "images",
        f"photos need {photos / MM:.0f} mm of height here at their smallest, beside {texts / MM:.0f} mm of texts, and "
        f"{available / MM:.0f} mm are there. Use fewer photos, crop the tall and the wide ones, or write less.",
        f"Die Bilder brauchen hier mindestens {photos / MM:.0f} mm Höhe, die Texte {texts / MM:.0f} mm, vorhanden sind "
        f"{available / MM:.0f} mm. Bitte weniger Bilder zeigen, hohe und breite zuschneiden oder kürzer schreiben.",
    )


def too_slim(field: str, aspect: float) -> NotPublishable:
    """A photo shows nothing even as long as the page: ``aspect`` is its width to its height."""
    times = f"{max(aspect, 1 / aspect):.0f}"
    form = ("wide as high", "breit wie hoch") if aspect > 1 else ("high as wide", "hoch wie breit")
    return refused(
        field,
        f"the photo is {times} times as {form[0]}, too slim to show anything on the poster. Crop it or leave it out.",
        f"Das Bild ist {times}-mal so {form[1]}, zu schmal, um auf dem Plakat etwas zu zeigen. "
        "Bitte zuschneiden oder weglassen.",
    )
