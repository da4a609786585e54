"""Shapes written as numbers on the command line."""

from collections.abc import Iterable

from fahndung.errors import UsageError
from fahndung.model.image import Box, Ellipse, Polygon, Shape


def parsed(*, boxes: Iterable[str], ellipses: Iterable[str], polygons: Iterable[str]) -> tuple[Shape, ...]:
    """``x,y,w,h`` each, of polygons ``x,y,x,y,x,y`` and more.

    Raises:
        UsageError: other than so many whole numbers.
    """
    return (
        *(_box("--box", text) for text in boxes),
        *(Ellipse(box=_box("--ellipse", text)) for text in ellipses),
        *(_polygon(text) for text in polygons),
    )


def _box(option: str, text: str) -> Box:
    numbers = _numbers(text)
    if len(numbers) != 4:
        raise UsageError(f"{option} {text}: four whole numbers x,y,w,h", f"{option} {text}: vier ganze Zahlen x,y,w,h")
    x, y, width, height = numbers
    return Box(x=x, y=y, width=width, height=height)


def _polygon(text: str) -> Polygon:
    numbers = _numbers(text)
    if len(numbers) < 6 or len(numbers) % 2:
        raise UsageError(
            f"--polygon {text}: whole numbers x,y,x,y,x,y: three corners or more",
            f"--polygon {text}: ganze Zahlen x,y,x,y,x,y: drei Ecken oder mehr",
        )
    return Polygon(points=tuple(zip(numbers[::2], numbers[1::2], strict=True)))


def _numbers(text: str) -> list[int]:
    """The numbers; none if anything is not one."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        return []
