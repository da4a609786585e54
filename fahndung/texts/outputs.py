"""The rendered outputs of one sheet: page, press text, teasers, feed and list entries, closing notices.

Reads no clock and sends nothing. Whatever ends an appeal is rendered here as well, so that it is approved with it.
"""

import dataclasses
import datetime as dt
import pathlib
import re
import types
from collections.abc import Collection, Mapping, Sequence

from fahndung.errors import Message
from fahndung.model.appeal import Appeal
from fahndung.model.closing import CLOSING_KINDS, NOTICE_KINDS, PART_KINDS
from fahndung.model.ids import ImageId
from fahndung.model.plain import instant_text
from fahndung.model.release import TEASERS
from fahndung.model.sheet import Sheet
from fahndung.resources import BrokenTemplate
from fahndung.texts import people, words
from fahndung.texts.dates import stand_instant
from fahndung.texts.given import Alternate, PublicPicture, values

ENTRIES_LINE = "<!-- entries -->"
"""The line of ``index_frame`` that the website replaces by the list items of all live appeals."""

UNSEEN = "noindex, noimageindex, noarchive"
"""The directives that keep a page out of search engines."""
_ROBOTS = ("noindex", "noimageindex", "noarchive", "nosnippet", "nofollow")
_HEADED = frozenset({"press.txt.j2", "entry.txt.j2", "tombstone.txt.j2"})
_NO_STAND = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A closing notice. Names no person, shows no picture, tells no place and no outcome (R39)."""

    subject: str
    body: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A feed entry; neutral where persons are concerned.

    ``updated`` is the Stand. An early draft that has none gets 1970-01-01, and the lint blocks it (R21).
    """

    id: str
    title: str
    summary: str
    url: str
    updated: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """All texts of one appeal in one language, final.

    Attributes:
        page_html: the page; self-contained except for the pictures beside it.
        gone_html: what the page's address answers with 410 afterwards.
        press: plain text; press_subject: its subject, without a name. mail_subjects: that of its mail where that is a
            ``correction`` of an earlier one, or a ``test``.
        teasers: plain texts for social networks, with the link, by the name of their length (``TEASERS``); neutral
            where persons are concerned. A channel takes the longest that fits.
        alts: image id to alternative text.
        closings: kind to notice; ``fahndung.model.closing`` tells which one is due. ``NOTICE_KINDS``, and where
            several persons are sought ``PART_KINDS`` as well.
        closing_posts: the same for posts on networks, short: kind to text, of ``CLOSING_KINDS``.
        tombstone: the entry that replaces ``entry`` in feeds.
        index_frame: the start page with the line ``ENTRIES_LINE``; list_item: this appeal's ``<li>`` in it.
        marked: the passages that templates mark, by the template's name and the mark
            (``texts.rendering.ASKS_DELETION``).
    """

    page_html: str
    gone_html: str
    press: str
    press_subject: str
    mail_subjects: Mapping[str, str]
    teasers: Mapping[str, str]
    alts: Mapping[ImageId, str]
    closings: Mapping[str, Closing]
    closing_posts: Mapping[str, str]
    entry: Entry
    tombstone: Entry
    index_frame: str
    list_item: str
    marked: Mapping[str, Mapping[str, str]]


def _closing_kinds(appeal: Appeal) -> tuple[str, ...]:
    return NOTICE_KINDS + PART_KINDS if len(people.sought(appeal)) > 1 else NOTICE_KINDS


def outputs(
    appeal: Appeal,
    sheet: Sheet,
    *,
    pictures: Mapping[ImageId, PublicPicture],
    card: str | None = None,
    robots: str = UNSEEN,
    languages: Sequence[Alternate] = (),
    home: pathlib.Path | None = None,
) -> Outputs:
    """Every text of the appeal, rendered from its sheet.

    Args:
        pictures: the renditions of all pictures of the appeal, whether the sheet shows them all or not: the wording
            counts them, so that a sheet with fewer pictures changes no word.
        card: where the page finds the card without a face, which networks are to show; None: it offers none.
        robots: what the page tells search engines (``robots_line``).
        languages: the page in other languages, to which it links.
        home: a home whose ``templates/<lang>/`` replaces single templates.

    Raises:
        UsageError: a picture of the sheet has no rendition.
        InvalidRecord: an address that is not a web address.
        InvalidConfig: a missing or broken template or wording.
    """
    from fahndung.texts import rendering  # here, because a draft fills no template and need not load jinja

    marked: dict[str, Mapping[str, str]] = {}
    given = values(appeal, sheet, pictures=pictures, card=card, robots=robots, languages=languages, home=home)

    def fill(name: str) -> str:
        made = rendering.fill(name, given, lang=sheet.lang, home=home)
        marked[name] = made.marked
        return made.text

    def headed(name: str) -> tuple[str, str]:
        return _head_and_body(name, fill(name), lang=sheet.lang, home=home)

    said = words.load(sheet.lang, home)
    press_subject, press = headed("press.txt.j2")
    closings = {
        kind: Closing(subject=subject, body=body)
        for kind in _closing_kinds(appeal)
        for subject, body in [headed(f"closing-{kind}.txt.j2")]
    }
    updated = stand_instant(appeal) or _NO_STAND
    return Outputs(
        page_html=fill("page.html.j2"),
        gone_html=fill("gone.html.j2"),
        press=press,
        press_subject=press_subject,
        mail_subjects=types.MappingProxyType(
            {name: said.text(f"mail.{name}", subject=press_subject) for name in ("correction", "test")}
        ),
        teasers=types.MappingProxyType({name: _tidy(fill(f"{name}.txt.j2")) for name in TEASERS}),
        alts=types.MappingProxyType({picture.id: picture.alt for picture in sheet.pictures}),
        closings=types.MappingProxyType(closings),
        closing_posts=types.MappingProxyType(
            {kind: _tidy(fill(f"closing-post-{kind}.txt.j2")) for kind in CLOSING_KINDS}
        ),
        entry=_entry(headed("entry.txt.j2"), sheet, updated),
        tombstone=_entry(headed("tombstone.txt.j2"), sheet, updated),
        index_frame=_frame("index.html.j2", fill("index.html.j2"), lang=sheet.lang, home=home),
        list_item=fill("list-item.html.j2").strip() + "\n",
        marked=types.MappingProxyType(marked),
    )


def robots_line(directives: Collection[str], until: dt.datetime | None) -> str:
    """What a page tells search engines: the directives in one order, and where it may be listed until when.

    Source: developers.google.com, "Robots meta tag" (``unavailable_after``, ISO 8601), read 2026-11-26.

    Args:
        until: the first instant at which the page must be gone, as known now; None: no end is known.
    """
    told = [directive for directive in _ROBOTS if directive in directives]
    if until is not None and "noindex" not in directives:
        told.append(f"unavailable_after: {instant_text(until)}")
    return ", ".join(told) or "all"


def names(appeal: Appeal) -> tuple[str, ...]:
    """The templates that ``outputs`` fills for an appeal."""
    closings = (*_closing_kinds(appeal), *(f"post-{kind}" for kind in CLOSING_KINDS))
    return (
        *("page.html.j2", "gone.html.j2", "index.html.j2", "list-item.html.j2"),
        *("press.txt.j2", "entry.txt.j2", "tombstone.txt.j2"),
        *(f"{name}.txt.j2" for name in TEASERS),
        *(f"closing-{kind}.txt.j2" for kind in closings),
    )


def filled(name: str, given: Mapping[str, object], *, lang: str, home: pathlib.Path | None) -> str:
    """One template filled, in the form that its output needs: with a subject, with the place of the entries.

    Raises:
        InvalidConfig: it cannot be filled, or has not that form.
    """
    from fahndung.texts.rendering import render

    text = render(name, given, lang=lang, home=home)
    if name == "index.html.j2":
        _frame(name, text, lang=lang, home=home)
    elif name in _HEADED or (name.startswith("closing-") and not name.startswith("closing-post-")):
        _head_and_body(name, text, lang=lang, home=home)
    return text


def _head_and_body(name: str, text: str, *, lang: str, home: pathlib.Path | None) -> tuple[str, str]:
    """A text template's first line (subject or title) and what follows the blank line."""
    head, blank, body = text.strip().partition("\n\n")
    if not blank or "\n" in head:
        why = Message(
            "its first line is the subject, a blank line follows, then the text",
            "die erste Zeile ist der Betreff, dann folgt eine Leerzeile, dann der Text",
        )
        from fahndung.texts.rendering import path

        raise BrokenTemplate(path(name, lang=lang, home=home), None, why)
    return head.strip(), _tidy(body)


def _tidy(text: str) -> str:
    """The text without the gaps that left-out parts of a template leave behind."""
    return re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"


def _entry(head_and_body: tuple[str, str], sheet: Sheet, updated: dt.datetime) -> Entry:
    title, summary = head_and_body
    return Entry(id=sheet.page_url, title=title, summary=summary.strip(), url=sheet.page_url, updated=updated)


def _frame(name: str, html: str, *, lang: str, home: pathlib.Path | None) -> str:
    from fahndung.texts import pages  # here, because a draft reads no page

    if [line.strip() for line in html.splitlines()].count(ENTRIES_LINE) != 1:
        why = Message(
            f"it needs the line {ENTRIES_LINE} exactly once, alone on its line",
            f"sie braucht die Zeile {ENTRIES_LINE} genau einmal, allein in ihrer Zeile",
        )
    elif not pages.read(html).title:
        why = Message(
            "it needs a <title> in its head: the feeds are called so",
            "sie braucht einen <title> im Kopf: So heißen die Feeds",
        )
    else:
        return html
    from fahndung.texts.rendering import path

    raise BrokenTemplate(path(name, lang=lang, home=home), None, why)
