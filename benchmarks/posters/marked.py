"""A sheet in the markup of the other engines. Loads nothing of ours but the sheet and its colours."""

import html

from fahndung.model.sheet import Sheet
from fahndung.posters import palette


def markup(told: Sheet, *, with_photo: bool) -> str:
    """The poster for Typst."""
    color = palette.band(told.category)

    def text(value: str) -> str:
        return '#"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    alt = told.pictures[0].alt if told.pictures else ""
    picture = f'#align(center, image("photo.jpg", height: 86mm, alt: "{alt}"))' if with_photo else ""
    rows = "".join(f"[*{text(label)}*], [{text(value)}],\n" for label, value in _rows(told))
    questions = "\n\n".join(text(question) for question in told.questions[1:])
    foot = "\n\n".join(f"#text(8pt)[{text(line)}]" for line in _foot(told))
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


def page(told: Sheet, *, with_photo: bool) -> str:
    """The poster for WeasyPrint."""
    color, text = palette.band(told.category), html.escape
    alt = text(told.pictures[0].alt) if told.pictures else ""
    picture = f'<img class="photo" src="photo.jpg" alt="{alt}">' if with_photo else ""
    rows = "".join(f"<tr><th>{text(label)}</th><td>{text(value)}</td></tr>" for label, value in _rows(told))
    questions = "".join(f"<p>{text(question)}</p>" for question in told.questions[1:])
    foot = "".join(f"<p class='small'>{text(line)}</p>" for line in _foot(told))
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


def _rows(told: Sheet) -> list[tuple[str, str]]:
    """Label and value of every fact."""
    return [(fact.label, fact.value) for group in (told.whereabouts, *(g.facts for g in told.groups)) for fact in group]


def _foot(told: Sheet) -> list[str]:
    """The small lines at the end."""
    lines = (told.contact_sentence, told.tip_sentence, told.order_sentence, told.stand, told.valid_until, *told.imprint)
    return [line for line in lines if line]
