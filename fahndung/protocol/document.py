"""The protocol as a PDF: who did what, when, where, with which proof, and how it was closed. In German.

Nothing is cut: what the typeface cannot show stands there as its code. The same protocol gives the same bytes.
"""

import datetime as dt
import functools
import io
from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, SimpleDocTemplate, Spacer, TableStyle

from fahndung.law.periods import BERLIN
from fahndung.law.words import CATEGORIES, MEDIA
from fahndung.ledger.publications import Publication
from fahndung.lifecycle.closings import case_of
from fahndung.model.publication import told_by
from fahndung.posters import archival, engine, fonts, xmp
from fahndung.posters.marks import Tag, Weight
from fahndung.posters.tagging import Element, Structure
from fahndung.protocol import tagged, words
from fahndung.protocol.gathering import Protocol

_MARGIN = 12 * mm
_FOOT = 16 * mm
_INDENT = _MARGIN + 6
"""Where the engine's frame begins to write, in pt."""
_LANGUAGE = "de-DE"
_INSTANTS = frozenset({"due_at", "from", "to"})
_LINE = HexColor("#b5b5b5")
_SHADE = HexColor("#ececec")


@engine.settled()
def as_pdf(protocol: Protocol) -> bytes:
    """The document, A4 across, with page numbers, the end of the chain and the key's fingerprint on every page."""
    out = io.BytesIO()
    made = SimpleDocTemplate(
        out,
        pagesize=landscape(A4),
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_FOOT,
        lang=_LANGUAGE,
        initialFontName=fonts.name(Weight.REGULAR),
        invariant=1,
    )
    story = [
        tagged.said(f"Löschprotokoll {_shown(protocol.appeal)}", _style(14, bold=True, after=6), tag=Tag.TITLE),
        _facts(protocol),
        *_section("Wo veröffentlicht, wie entfernt", _publications(protocol), (12, 34, 92, 32, 32, 32, 39)),
        *_section("Was nur von Hand zu entfernen war", _items(protocol), (12, 30, 100, 30, 41, 60)),
        *_section("Vorgänge", _events(protocol), (12, 27, 32, 46, 24, 82, 50)),
    ]
    about = xmp.About(
        title=f"Löschprotokoll {_shown(protocol.appeal)}",
        author="fahndung",
        subject="Wo ein Aufruf stand und wie er entfernt wurde",
        language=_LANGUAGE,
        at=f"{protocol.made_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
    )
    canvas = functools.partial(_NumberedPages, foot=_foot_lines(protocol), about=about)
    made.build(story, canvasmaker=canvas)
    return out.getvalue()


class _NumberedPages(Canvas):
    """Draws the foot of each page when the number of pages is known."""

    def __init__(self, *arguments: Any, foot: Sequence[str], about: xmp.About, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.structure = Structure(self)
        self._foot = foot
        self._about = about
        self._kept: list[tuple[dict[str, Any], list[Element]]] = []

    def showPage(self) -> None:  # noqa: N802  # the name that the engine calls
        self._kept.append((dict(self.__dict__), self.structure.taken()))
        self._startPage()  # type: ignore[attr-defined]  # not in the stubs

    def save(self) -> None:
        for number, (page, elements) in enumerate(self._kept, start=1):
            self.__dict__.update(page)
            with self.structure.artifact():
                self._draw_foot(number, len(self._kept))
            super().showPage()
            self.structure.turn(1.0, elements)
        self.structure.close()
        archival.conforming(self, self._about)
        super().save()

    def _draw_foot(self, number: int, count: int) -> None:
        width, _ = landscape(A4)
        self.setStrokeColor(_LINE)
        self.line(_INDENT, _FOOT - 2 * mm, width - _INDENT, _FOOT - 2 * mm)
        self.setFont(fonts.name(Weight.REGULAR), 6.5)
        for index, line in enumerate(self._foot):
            self.drawString(_INDENT, _FOOT - (5 + 3 * index) * mm, line)
        self.drawRightString(width - _INDENT, _FOOT - 5 * mm, f"Seite {number} von {count}")


def _foot_lines(protocol: Protocol) -> tuple[str, ...]:
    head = protocol.head
    return (
        f"Löschprotokoll {_shown(protocol.appeal)}, erstellt {_at(protocol.made_at)}",
        f"Ende der Protokollkette: Eintrag {head.seq} von {head.count}, {head.hash}",
        f"Schlüssel des Datenbestands (SHA-256): {protocol.fingerprint}",
    )


def _facts(protocol: Protocol) -> Flowable:
    last = protocol.submission
    rows = [
        ("Fahndung", f"{protocol.appeal}, Revision {last.revision}, Kategorie {CATEGORIES[last.category].de}"),
        ("Verfahren", "Strafverfahren (§ 500 StPO, § 76 BDSG)" if last.criminal else "Gefahrenabwehr (§ 32 SächsDSUG)"),
        ("Datenbestand", protocol.head.home_id),
        ("Erstellt", f"{_at(protocol.made_at)} von {protocol.made_by}"),
        ("Protokolleinträge zu diesem Fall", str(len(protocol.events))),
        ("Einträge der ganzen Kette", f"{protocol.head.count}; letzter: {protocol.head.seq}, {protocol.head.hash}"),
        ("Schlüssel des Datenbestands", protocol.fingerprint),
        *((f"Bau vom {_at(one.at)}", _release(one.digest, one.erased_at)) for one in protocol.releases),
        (
            "Datensatz",
            f"SHA-256 {last.record_sha256}" + (f"; gesperrt {_at(last.restricted_at)}" if last.restricted_at else ""),
        ),
    ]
    if protocol.unreadable:
        rows.append(("ACHTUNG", f"{protocol.unreadable} Veröffentlichungen dieses Falls sind unlesbar und fehlen hier"))
    cells = [
        [tagged.said(_shown(name), _style(8, bold=True)), tagged.said(_shown(value), _style(8))] for name, value in rows
    ]
    return tagged.table(cells, head=False, colWidths=(60 * mm, 213 * mm), hAlign="LEFT", style=_grid(head=False))


def _release(digest: str, erased_at: dt.datetime | None) -> str:
    return f"Prüfsumme {digest}; " + (f"Dateien gelöscht {_at(erased_at)}" if erased_at else "Dateien vorhanden")


def _publications(protocol: Protocol) -> list[Sequence[str]]:
    head = (
        "Nr.",
        "Kanal",
        "Adresse und Prüfsumme",
        "veröffentlicht",
        "Löschung angenommen",
        "als weg gelesen",
        "Stand",
    )
    rows: list[Sequence[str]] = [head]
    for row in protocol.publications:
        state = words.STATES[row.state.value]
        closed = (
            f"{state} {_at(row.closed_at)} {row.closed_by or 'nach der letzten Nachprüfung'}"
            if row.closed_at
            else state
        )
        notice = told_by(row.target)
        target = f" ({row.target})" if row.target and notice is None else ""
        target = target if notice is None else f", teilt das Ende mit ({case_of(notice).de})"
        rows.append(
            (
                str(row.id),
                f"{row.channel}, {MEDIA[row.medium].de}{target}",
                f"{row.url or 'ohne Adresse'}\n{row.digest}",
                _at(row.published_at),
                _at(row.withdrawn_at),
                _gone(row),
                closed,
            )
        )
    return rows


def _gone(row: Publication) -> str:
    """Both facts, where a copy came back; when it was seen again stands among the events."""
    if row.gone_again_at is None:
        return _at(row.gone_at)
    return f"{_at(row.first_gone_at)}\nkam wieder, erneut weg {_at(row.gone_again_at)}"


def _items(protocol: Protocol) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [("Nr.", "Kanal", "was", "eröffnet", "erledigt", "Vermerk")]
    for item in protocol.items:
        closed = f"{_at(item.closed_at)} {item.closed_by}" if item.closed_at else "OFFEN"
        what = f"{item.what.de}\n{item.url}" if item.url else item.what.de
        rows.append((str(item.id), item.channel or "", what, _at(item.opened_at), closed, item.closed_note or ""))
    return rows


def _events(protocol: Protocol) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [("Nr.", "wann", "wer", "was", "warum", "Angaben", "Hash in der Kette")]
    for event in protocol.events:
        reason = event["reason"] or ""
        rows.append(
            (
                str(event["seq"]),
                _at(dt.datetime.fromisoformat(event["at"])) if event["at"] else "unbekannt",
                event["by"] or "unbekannt",
                words.ACTIONS.get(event["action"], event["action"]),
                words.REASONS.get(reason, reason),
                _members(event["data"]),
                event["hash"],
            )
        )
    return rows


def _members(data: Mapping[str, Any]) -> str:
    told = {name: value for name, value in data.items() if value not in (None, "")}
    return "; ".join(f"{words.MEMBERS.get(name, name)}: {_member(name, value)}" for name, value in told.items())


def _member(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    return (
        _at(dt.datetime.fromisoformat(value))
        if name in _INSTANTS
        else words.VALUES.get(name, {}).get(value, str(value))
    )


def _section(title: str, rows: list[Sequence[str]], widths: Sequence[float]) -> list[Flowable]:
    heading = tagged.said(title, _style(10, bold=True, before=8, after=4, keep=True), tag=Tag.HEADING)
    if len(rows) == 1:
        return [heading, tagged.said("Nichts.", _style(8))]
    head, *rest = rows
    cells = [
        [tagged.said(_shown(cell), _style(7, bold=True)) for cell in head],
        *([tagged.said(_shown(cell), _style(6.5)) for cell in row] for row in rest),
    ]
    sizes = [width * mm for width in widths]
    table = tagged.table(cells, head=True, colWidths=sizes, repeatRows=1, hAlign="LEFT", style=_grid(head=True))
    return [heading, table, Spacer(1, 2 * mm)]


def _grid(*, head: bool) -> TableStyle:
    commands: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("FONTNAME", (0, 0), (-1, -1), fonts.name(Weight.REGULAR)),  # else one that is not embedded is set
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        *((side, (0, 0), (-1, -1), 2) for side in ("LEFTPADDING", "RIGHTPADDING")),
        *((side, (0, 0), (-1, -1), 1.5) for side in ("TOPPADDING", "BOTTOMPADDING")),
    ]
    return TableStyle([*commands, ("BACKGROUND", (0, 0), (-1, 0), _SHADE)] if head else commands)


def _style(
    size: float, *, bold: bool = False, before: float = 0, after: float = 0, keep: bool = False
) -> ParagraphStyle:
    return ParagraphStyle(
        "protocol",
        fontName=fonts.name(Weight.BOLD if bold else Weight.REGULAR),
        fontSize=size,
        leading=size * 1.25,
        spaceBefore=before,
        spaceAfter=after,
        keepWithNext=keep,
        splitLongWords=1,
    )


def _shown(untrusted: str) -> str:
    """A text in which every character is drawn; one that the typeface does not have stands there as its code."""
    return "\n".join(_line(line) for line in untrusted.split("\n"))


def _line(untrusted: str) -> str:
    return "".join(f"[U+{ord(char):04X}]" if fonts.flaws(char) else char for char in fonts.settled(untrusted))


def _at(instant: dt.datetime | None) -> str:
    return f"{instant.astimezone(BERLIN):%d.%m.%Y %H:%M:%S %Z}" if instant else ""
