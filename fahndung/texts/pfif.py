"""The record of a missing person for registers, and what stands in its place afterwards: PFIF 1.4. Pure; loads little.

Says nothing that the sheet does not say, shows no picture and gives no note: nobody here knows how somebody is.

Source: zesty.ca/pfif/1.4 (fields), google/personfinder ``app/pfif.py`` (order of the fields, what is mandatory, what a
placeholder keeps), samking/pfif-tools ``pfif_validator.py`` (formats), read 2026-11-27.
"""

import datetime as dt
import html  # the same three letters as xml.sax.saxutils, which loads the whole of HTTP
import urllib.parse
from collections.abc import Iterable, Iterator

from fahndung.model.appeal import Appeal
from fahndung.model.people import registered
from fahndung.model.reading import folded
from fahndung.model.sheet import Sheet
from fahndung.model.sought import Person, Range

NAMESPACE = "http://zesty.ca/pfif/1.4"
FILE = "website/pfif.xml"
"""The record's name inside a release."""
MEDIA_TYPE = "application/xml"
_SEXES = {"male": "male", "female": "female", "diverse": "other"}


def record(appeal: Appeal, sheet: Sheet, *, stand: dt.datetime, end: dt.datetime) -> str | None:
    """The record of whom registers may take over; None where the decision lets them take over nobody.

    Args:
        sheet: the German one. stand: as of when it is true. end: of the website, as known now.
    """
    person = registered(appeal)
    return None if person is None else _document(_fields(appeal, person, sheet, stand, end))


def placeholder(page_url: str, at: dt.datetime) -> bytes:
    """What a record shrinks to at an instant: from then on it is expired, and nothing of it is left."""
    instant = utc(at)
    dates = [(name, instant) for name in ("entry_date", "expiry_date", "source_date")]
    return _document([("person_record_id", record_id(page_url)), *dates]).encode()


def record_id(page_url: str) -> str:
    """The record's id, the same in every revision: the host, and the name of the page that nobody can guess."""
    parts = urllib.parse.urlsplit(page_url)
    return f"{parts.hostname}/person.{parts.path.rstrip('/').rpartition('/')[2]}"


def utc(at: dt.datetime) -> str:
    """An instant as PFIF writes it: in UTC, whole seconds, with ``Z``."""
    return at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _fields(
    appeal: Appeal, person: Person, sheet: Sheet, stand: dt.datetime, end: dt.datetime
) -> Iterator[tuple[str, str]]:
    """The fields in the order in which Person Finder writes them."""
    assert person.names is not None
    given, family = folded(person.names.given or ""), folded(person.names.family or "")
    yield "person_record_id", record_id(sheet.page_url)
    yield "entry_date", utc(stand)
    yield "expiry_date", utc(end)
    yield "author_name", folded(sheet.authority)
    yield "author_email", folded(sheet.email or "")
    yield "author_phone", folded(sheet.phone)
    yield "source_name", folded(sheet.authority)
    yield "source_date", utc(stand)
    yield "source_url", sheet.page_url
    yield "full_name", f"{given} {family}"
    yield "given_name", given
    yield "family_name", family
    yield "description", "\n".join(_description(appeal, person, sheet))
    yield "sex", _SEXES.get(person.sex or "", "")
    yield "age", _age(person.age)


def _description(appeal: Appeal, person: Person, sheet: Sheet) -> Iterator[str]:
    """The rows about the person as the page has them, and the sentences without which nothing of ours stands alone."""
    field = f"persons/{appeal.persons.index(person)}"
    for group in sheet.groups:
        if group.field == field:
            yield from (folded(f"{fact.label}: {fact.value}") for fact in group.facts)
    yield from map(folded, (sheet.contact_sentence, sheet.tip_sentence, sheet.stand))


def _age(span: Range | None) -> str:
    """One figure or a closed range; PFIF has no other, so an open one is left to the description."""
    if span is None or span.min is None or span.max is None:
        return ""
    return f"{span.min}" if span.min == span.max else f"{span.min}-{span.max}"


def _document(fields: Iterable[tuple[str, str]]) -> str:
    lines = [f"    <pfif:{name}>{html.escape(value, quote=False)}</pfif:{name}>" for name, value in fields if value]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<pfif:pfif xmlns:pfif="{NAMESPACE}">',
            "  <pfif:person>",
            *lines,
            "  </pfif:person>",
            "</pfif:pfif>",
            "",
        ]
    )
