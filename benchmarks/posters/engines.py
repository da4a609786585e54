"""What is compared: each makes one A4 poster of the same content, without a photo or from the file of a phone."""

import functools
import html
import pathlib
import tempfile
from collections.abc import Callable

from benchmarks.posters import content, shortest
from fahndung.model.sheet import Sheet
from fahndung.posters import palette

Engine = Callable[[Sheet, bytes | None], bytes]


def ours(told: Sheet, photo: bytes | None) -> bytes:
    """Pixels rebuilt in a child process, four renditions each checked, layout search, tags, PDF."""
    from fahndung.images import renditions
    from fahndung.posters import Photo, poster

    if photo is None:
        return poster(told, [])
    made = renditions.render(photo, image=None).print
    return poster(told, [_photo(made.data, made.width, made.height, Photo)])


def _photo(data: bytes, width: int, height: int, kind: type) -> object:
    from fahndung.model.ids import ImageId

    return kind(id=ImageId(content.PHOTO), jpeg=data, width=width, height=height)


def typst_as_is(told: Sheet, photo: bytes | None) -> bytes:
    """Typst puts a JPEG into the file as it is, with whatever it carries."""
    return _typst(told, photo)


def typst_scaled(told: Sheet, photo: bytes | None) -> bytes:
    """The photo decoded, turned upright, scaled and encoded by Pillow before."""
    return _typst(told, None if photo is None else shortest.scaled(photo))


def weasyprint_as_is(told: Sheet, photo: bytes | None) -> bytes:
    """WeasyPrint with the file of the phone."""
    return _weasyprint(told, photo)


def weasyprint_scaled(told: Sheet, photo: bytes | None) -> bytes:
    """The same after Pillow, as above."""
    return _weasyprint(told, None if photo is None else shortest.scaled(photo))


@functools.cache
def _folder() -> pathlib.Path:
    """Lives as long as the process: the fonts."""
    folder = tempfile.TemporaryDirectory()
    _kept.append(folder)
    content.write_fonts(pathlib.Path(folder.name))
    return pathlib.Path(folder.name)


_kept: list[object] = []


def _typst(told: Sheet, photo: bytes | None) -> bytes:
    (_folder() / "poster.typ").write_text(markup(told, with_photo=photo is not None), "utf-8")
    _beside(told, photo)
    return shortest.typst(_folder())


def _beside(told: Sheet, photo: bytes | None) -> None:
    (_folder() / "code.svg").write_bytes(shortest.code(told.page_url))
    if photo is not None:
        (_folder() / "photo.jpg").write_bytes(photo)


def markup(told: Sheet, *, with_photo: bool) -> str:
    """The poster for Typst."""
    color = palette.band(told.category)

    def text(value: str) -> str:
        return '#"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    alt = told.pictures[0].alt if told.pictures else ""
    picture = f'#align(center, image("photo.jpg", height: 86mm, alt: "{alt}"))' if with_photo else ""
    rows = "".join(f"[*{text(label)}*], [{text(value)}],\n" for label, value in content.rows(told))
    questions = "\n\n".join(text(question) for question in told.questions[1:])
    foot = "\n\n".join(f"#text(8pt)[{text(line)}]" for line in content.foot(told))
    return f"""
#set document(title: "{told.headline}", author: "{told.authority}")
#set page(paper: "a4", margin: (x: 12.7mm, y: 0mm))
#set text(font: "FiraGO", size: 11pt, lang: "de")
#set par(spacing: 0.7em)
#show heading: set text(fill: rgb("{color}"))
#show heading: set block(above: 0.5em, below: 0.5em)
#block(fill: rgb("{color}"), outset: (x: 12.7mm), inset: (y: 4mm), width: 100%)[
  #set text(fill: white)
  #text(12pt, weight: "bold")[{text(told.authority)}] #h(1fr) {text(told.reference)}
  #show heading: set text(fill: white, size: 52pt)
  = {text(told.band)}
]
== #text(28pt)[{text(told.questions[0])}]
=== #text(16pt)[{text(told.headline)}]
{picture}
{text(told.summary)}
#table(columns: (32%, 1fr), stroke: none, inset: 3pt,
{rows})
{questions}
#block(fill: rgb("{color}").lighten(88%), outset: (x: 12.7mm), inset: (y: 4mm), width: 100%)[
  #grid(columns: (1fr, 33mm), [
    {text(told.office)}
    #text(40pt, weight: "bold")[{text(told.phone)}]
  ], image("code.svg", width: 33mm, alt: "QR-Code"))
]
{foot}
"""


def _weasyprint(told: Sheet, photo: bytes | None) -> bytes:
    (_folder() / "poster.html").write_text(page(told, with_photo=photo is not None), "utf-8")
    _beside(told, photo)
    return shortest.weasyprint(_folder())


def page(told: Sheet, *, with_photo: bool) -> str:
    """The poster for WeasyPrint."""
    color, text = palette.band(told.category), html.escape
    alt = text(told.pictures[0].alt) if told.pictures else ""
    picture = f'<img class="photo" src="photo.jpg" alt="{alt}">' if with_photo else ""
    rows = "".join(f"<tr><th>{text(label)}</th><td>{text(value)}</td></tr>" for label, value in content.rows(told))
    questions = "".join(f"<p>{text(question)}</p>" for question in told.questions[1:])
    foot = "".join(f"<p class='small'>{text(line)}</p>" for line in content.foot(told))
    return f"""<!doctype html><html lang="de"><head><title>{text(told.headline)}</title><style>
@font-face {{ font-family: FiraGO; src: url(FiraGO-regular.ttf) }}
@font-face {{ font-family: FiraGO; font-weight: bold; src: url(FiraGO-bold.ttf) }}
@page {{ size: A4; margin: 0 }}
body {{ font: 11pt FiraGO; margin: 0 }} div, main {{ padding: 3mm 12.7mm }} p {{ margin: 0 0 2mm }}
.band {{ background: {color}; color: white }} .band h1 {{ font-size: 52pt; margin: 0 }}
h2 {{ font-size: 28pt; color: {color}; margin: 0 }} h3 {{ font-size: 16pt; color: {color}; margin: 0 0 2mm }}
.photo {{ display: block; margin: 0 auto; height: 88mm }} th {{ text-align: left; width: 32% }}
.contact {{ background: #eef2f8 }} .phone {{ font-size: 40pt; font-weight: bold }} .code {{ float: right; width: 33mm }}
.small {{ font-size: 8pt; margin: 0 }}
</style></head><body>
<div class="band"><b>{text(told.authority)}</b> {text(told.reference)}<h1>{text(told.band)}</h1></div>
<main><h2>{text(told.questions[0])}</h2><h3>{text(told.headline)}</h3>{picture}<p>{text(told.summary)}</p>
<table>{rows}</table>{questions}</main><div class="contact"><img class="code" src="code.svg" alt="QR-Code">
<p>{text(told.office)}</p><p class="phone">{text(told.phone)}</p></div><div>{foot}</div></body></html>"""


OURS = "fahndung (rebuilt, checked)"
ENGINES: dict[str, tuple[Engine, str]] = {
    OURS: (ours, ""),
    "Typst, photo scaled by Pillow": (typst_scaled, "typst"),
    "Typst, photo as it is": (typst_as_is, "typst"),
    "WeasyPrint, photo scaled by Pillow": (weasyprint_scaled, "weasyprint"),
    "WeasyPrint, photo as it is": (weasyprint_as_is, "weasyprint"),
}
"""By name, with the package that it needs."""


def missing(name: str) -> str | None:
    """Why an engine cannot run here; None: it can."""
    package = ENGINES[name][1]
    if not package:
        return None
    try:
        __import__(package)
    except ImportError:
        return f"pip install {package}"
    except OSError as error:
        return f"{error} (apt-get install libpango-1.0-0 libpangoft2-1.0-0)"
    return None
