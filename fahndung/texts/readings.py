"""The texts of an appeal as they will be read: each output as plain text, the page's behaviour, the sentences of law.

Reads what was rendered, whatever rendered it; judges nothing.
"""

from collections.abc import Iterator

from fahndung.model.appeal import Appeal
from fahndung.model.reading import Kind, Page, Piece, Text, Wording, folded
from fahndung.model.sheet import Sheet
from fahndung.texts import pages, typography
from fahndung.texts.outputs import Outputs

NARRATIVE = "texts/narrative"
"""Field of the paragraphs on what happened."""


def texts(outputs: Outputs) -> tuple[Text, ...]:
    """Every text that is sent, posted or put up, with its subject or title; those after the end too."""
    entry, tombstone = outputs.entry, outputs.tombstone
    plain = [
        ("press", Kind.PRESS, f"{outputs.press_subject} {outputs.press}"),
        *((f"mail-subjects/{kind}", Kind.SUBJECT, subject) for kind, subject in outputs.mail_subjects.items()),
        *((name, Kind.POST, text) for name, text in outputs.teasers.items()),
        ("entry", Kind.FEED, f"{entry.title} {entry.summary}"),
        ("tombstone", Kind.TOMBSTONE, f"{tombstone.title} {tombstone.summary}"),
        *((f"alts/{image}", Kind.ALT, alt) for image, alt in outputs.alts.items()),
        *((f"closings/{kind}", Kind.CLOSING, f"{it.subject} {it.body}") for kind, it in outputs.closings.items()),
        *((f"closings/post-{kind}", Kind.CLOSING, text) for kind, text in outputs.closing_posts.items()),
    ]
    read = [
        ("page", Kind.PAGE, outputs.page_html),
        ("list_item", Kind.LISTING, outputs.list_item),
        ("gone", Kind.GONE, outputs.gone_html),
    ]
    return (
        *(
            Text(name=name, kind=kind, text=pages.read(html).text, **_marked(outputs, name))
            for name, kind, html in read
        ),
        *(Text(name=name, kind=kind, text=folded(text), **_marked(outputs, name)) for name, kind, text in plain),
    )


def _marked(outputs: Outputs, name: str) -> dict[str, str]:
    """The passages that the template of a text marks, as a visitor reads them."""
    stem = name.replace("closings/", "closing-")
    html, plain = (outputs.marked.get(f"{stem}.{ending}.j2", {}) for ending in ("html", "txt"))
    return {
        **{mark: pages.read(said).text for mark, said in html.items()},
        **{mark: folded(said) for mark, said in plain.items()},
    }


def translated(lang: str, sheet: Sheet, page_html: str | None) -> tuple[Text, ...]:
    """What there is in another language beside the posters: the page and the alternative texts."""
    alts = tuple(
        Text(name=f"{lang}/alts/{picture.id}", kind=Kind.ALT, text=folded(picture.alt)) for picture in sheet.pictures
    )
    if page_html is None:
        return alts
    return (Text(name=f"{lang}/page", kind=Kind.PAGE, text=pages.read(page_html).text), *alts)


def page(outputs: Outputs) -> Page:
    """How the page behaves."""
    return pages.read(outputs.page_html).page


def fragments(outputs: Outputs) -> dict[str, Page]:
    """How everything else behaves that is HTML, by name."""
    html = {"gone": outputs.gone_html, "list_item": outputs.list_item, "frame": outputs.index_frame}
    return {name: pages.read(source).page for name, source in html.items()}


def wording(
    sheet: Sheet,
    *,
    page_notes: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
) -> Wording:
    """The sentences that law wants on the outputs, as they were composed."""
    return Wording(
        page_notes=tuple(map(folded, page_notes)),
        after=tuple(map(folded, after)),
        only_while_online=_folded(sheet.fixed.get("valid")),
        picture_markers=tuple(dict.fromkeys(folded(one.marker) for one in sheet.pictures if one.marker)),
        lang=sheet.lang,
        marker=_folded(sheet.marker),
        innocence=_folded(sheet.innocence),
        tip_sentence=folded(sheet.tip_sentence),
        contact_sentence=folded(sheet.contact_sentence),
        stand=folded(sheet.stand),
        authority=folded(sheet.authority),
        imprint=tuple(map(folded, sheet.imprint)),
        page_url=sheet.page_url,
        order_sentence=_folded(sheet.order_sentence),
        media_notice=_folded(sheet.media_notice),
        warning=_folded(sheet.warning),
        reward=tuple(map(folded, sheet.reward)),
    )


def _folded(text: str | None) -> str | None:
    """The folded text; None where there is none."""
    return folded(text or "") or None


def pieces(appeal: Appeal, sheet: Sheet) -> tuple[Piece, ...]:
    """Every authored text as it is printed, with its field in the record; empty ones are left out."""
    found = ((field, folded(text)) for field, text in _authored(appeal, sheet))
    return tuple(Piece(field=field, text=text) for field, text in found if text)


def _authored(appeal: Appeal, sheet: Sheet) -> Iterator[tuple[str, str]]:
    yield "texts/title", sheet.headline
    yield "texts/summary", sheet.summary
    yield from ((NARRATIVE, paragraph) for paragraph in sheet.paragraphs)
    yield from ((f"texts/questions/{index}", question) for index, question in enumerate(sheet.questions))
    what = typography.polish(appeal.event.what or "", sheet.lang)  # may stand in the headline alone
    yield from (("event", text) for text in dict.fromkeys([what, *(fact.value for fact in sheet.whereabouts)]))
    for group in sheet.groups:
        yield from ((group.field, fact.value) for fact in group.facts)
    for index, picture in enumerate(sheet.pictures):
        yield f"images/{index}/alt", picture.alt
        yield f"images/{index}/caption", picture.caption or ""
    yield "warning/text", sheet.warning or ""
    yield from (("reward", line) for line in sheet.reward)
    if appeal.texts.plain is not None:
        yield "texts/plain", appeal.texts.plain.get(sheet.lang, "")
