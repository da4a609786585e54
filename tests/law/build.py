"""Appeals, orders and facts for the tests of the law room, built from the model. All persons are invented."""

import dataclasses
import datetime as dt
import functools
import re
from typing import Any

from hypothesis import strategies as st

from fahndung import resources
from fahndung.errors import Problem
from fahndung.law import norms
from fahndung.law.clock import Clock, ClockPolicy, End
from fahndung.law.clocks import Grounds, clocks, ends
from fahndung.law.facts import Facts, Stage
from fahndung.law.norms import Norm, NormTable
from fahndung.law.periods import BERLIN
from fahndung.model.appeal import Appeal, Category, Contact, Office, Plan
from fahndung.model.closing import NOTICE_KINDS
from fahndung.model.ids import AppealId, ImageId, NormId, PersonId
from fahndung.model.image import Image, Source, SourceKind
from fahndung.model.mandate import Authority, Confirmation, Consent, Legal, Medium, Order, Scope
from fahndung.model.reading import Kind, Outputs, Page, Piece, Rendition, Sheet, Text, Wording
from fahndung.model.sought import Basis, Names, NamesShown, Person, Range, Role
from fahndung.model.texts import Texts

WEBSITE, POSTER, PRINT = Medium.WEBSITE, Medium.POSTER, Medium.PRINT
JUDGE, PROSECUTOR, POLICE, ENFORCEMENT = (
    Authority.JUDGE,
    Authority.PROSECUTOR,
    Authority.POLICE,
    Authority.ENFORCEMENT,
)


def at(text: str) -> dt.datetime:
    """A local time in Berlin (``2026-11-20 15:00``) as a UTC instant; an offset at the end wins."""
    instant = dt.datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=BERLIN)).astimezone(dt.UTC)


def local(instant: dt.datetime) -> str:
    """The reverse of ``at``."""
    return instant.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


def instants(first: str, last: str) -> st.SearchStrategy[dt.datetime]:
    """Instants to the second between two local times."""
    seconds = st.integers(min_value=int(at(first).timestamp()), max_value=int(at(last).timestamp()))
    return seconds.map(lambda second: dt.datetime.fromtimestamp(second, dt.UTC))


ORDERED = at("2026-11-20 15:00")  # a Friday


@functools.cache
def table() -> NormTable:
    """The package's own table of norms."""
    return norms.parse(resources.norms_text())


def norm(norm_id: str) -> Norm:
    """A norm of the package's table as it stood when ``ORDERED``."""
    found = table().norm(norm_id, ORDERED)
    assert found is not None
    return found


def scope(**more: Any) -> Scope:
    """A scope for every medium, unless said otherwise."""
    return Scope(**({"media": frozenset(Medium)} | more))


def order(by: Authority = PROSECUTOR, when: dt.datetime = ORDERED, **more: Any) -> Order:
    """An order with reasons for imminent danger."""
    fields: dict[str, Any] = {
        "authority": "Staatsanwaltschaft Musterstadt",
        "reference": "304 Js 1234/26",
        "imminent_danger": "Richterin nicht erreichbar",
        "scope": scope(),
    }
    return Order(by=by, at=when, **(fields | more))


def confirmation(by: Authority, when: dt.datetime) -> Confirmation:
    """A confirmation."""
    return Confirmation(by=by, authority="Amtsgericht Musterstadt", reference="281 Gs 77/26", at=when)


def person(**more: Any) -> Person:
    """A suspect whose name is not shown."""
    return Person(**({"id": PersonId("p1"), "role": Role.SUSPECT} | more))


def shown(how: NamesShown) -> Names:
    """Names shown that way."""
    return Names(given="Erika", family="Musterfrau", shown=how)


def image(image_id: str, **more: Any) -> Image:
    """A picture of known origin without bystanders that shows nobody in particular."""
    fields: dict[str, Any] = {
        "id": ImageId(image_id),
        "file": f"{image_id}.jpg",
        "sha256": "0" * 64,
        "alt": {"de": "Standbild"},
        "source": source(),
        "verified_by": "v.beispiel",
        "bystanders": "none",
    }
    return Image(**(fields | more))


def source(kind: SourceKind = SourceKind.CCTV, **more: Any) -> Source:
    """A recording whose holder, capturer and time are known."""
    fields: dict[str, Any] = {
        "holder": "Verkehrsbetriebe Musterstadt",
        "capturer": "m.sicherung",
        "captured_at": at("2026-11-01 22:14"),
    }
    return Source(kind=kind, **(fields | more))


def appeal(
    mandate: Order | None = None,
    *,
    basis: str = "stpo-131b-1",
    category: Category = Category.UNKNOWN_SUSPECT,
    decision: Order | None = None,
    confirmations: tuple[Confirmation, ...] = (),
    legal: dict[str, Any] | None = None,
    **more: Any,
) -> Appeal:
    """An appeal that has only what the law looks at."""
    fields: dict[str, Any] = {
        "id": AppealId("pdm-2026-0001"),
        "revision": 1,
        "reference": "512/26/000001",
        "prepared_by": "k.muster",
        "authority": Office(name="Polizeidirektion Musterstadt"),
        "texts": Texts(summary={"de": "Raub in einer Straßenbahn"}),
        "contact": Contact(office="Polizeirevier Musterstadt", phone="040 66969-123"),
        "publication": Plan(),
    }
    return Appeal(
        category=category,
        legal=Legal(
            basis=NormId(basis), order=mandate, decision=decision, confirmations=confirmations, **(legal or {})
        ),
        **(fields | more),
    )


def missing(decision: Order | None, **more: Any) -> Appeal:
    """An appeal for a missing adult; the family consented."""
    fields: dict[str, Any] = {"basis": "saechspvdg-84-3", "category": Category.MISSING, "decision": decision}
    legal = {"consent": Consent(by="Familie", at=ORDERED)} | more.pop("legal", {})
    return appeal(None, **(fields | more), legal=legal)


def facts(subject: Appeal, stage: Stage = Stage.DRAFT, **more: Any) -> Facts:
    """Facts with the package's table of norms."""
    return Facts(stage=stage, appeal=subject, **({"norms": table()} | more))


def grounds(**more: Any) -> Grounds:
    """What clocks are computed from: nothing recorded, the website in use."""
    plain: Grounds = {
        "confirmations": (),
        "reviews": (),
        "media": (WEBSITE,),
        "plan": Plan(),
        "warrant": None,
        "category": Category.UNKNOWN_SUSPECT,
        "policy": ClockPolicy(),
    }
    return {**plain, **more}  # type: ignore[typeddict-item]  # the tests name the fields


def clock(mandate: Order, kind: str, norm_id: str = "stpo-131b-1", **more: Any) -> Clock | None:
    """The clock of that kind (the first one), or None."""
    found = clocks(mandate, norm(norm_id), **grounds(**more))
    return next((each for each in found if each.kind == kind), None)


def end(mandate: Order, medium: Medium = WEBSITE, norm_id: str = "stpo-131b-1", **more: Any) -> End:
    """The end of one medium."""
    (only,) = ends(mandate, norm(norm_id), **grounds(**({"media": (medium,)} | more)))
    return only


def end_at(mandate: Order, medium: Medium = WEBSITE, norm_id: str = "stpo-131b-1", **more: Any) -> str:
    """The end of one medium in local time."""
    instant = end(mandate, medium, norm_id, **more).at
    assert instant is not None
    return local(instant)


def told(problems: tuple[Problem, ...], rule: str) -> list[tuple[str, str]]:
    """Severity and field of every finding of one rule."""
    return [(str(problem.severity), problem.field) for problem in problems if problem.rule == rule]


PAGE_URL = "https://polizei.example/fahndung/k7q2m4x6w3p5z2t6/"
PICTURE = "../../bilder/k7q2m4x6w3p5z2t6/n4c7v2b5x3m6q2w7r5t3y6u2i4.jpg"
POSTER_FILE = "posters/a4.de.pdf"
ON_PAPER = "Nur gültig, solange die oben genannte Seite abrufbar ist."
WORDING = Wording(
    lang="de",
    marker=None,
    innocence="Bis zu einer rechtskräftigen Verurteilung gilt die Unschuldsvermutung.",
    tip_sentence="Hinweise bitte telefonisch oder per E-Mail an die Polizei, nicht in den Kommentaren.",
    contact_sentence="Hinweise nimmt die Polizei (Polizeirevier Musterstadt) unter Telefon 040 66969-123 oder jede "
    "andere Polizeidienststelle entgegen.",
    stand="Stand: 20.11.2026, 15:00 Uhr",
    authority="Polizeidirektion Musterstadt",
    imprint=("Herausgeber: Polizeidirektion Musterstadt, Beispielweg 1", "Druck: Druckhaus Beispiel"),
    page_url=PAGE_URL,
    order_sentence="Die Öffentlichkeitsfahndung ist richterlich angeordnet.",
    media_notice="Die Veröffentlichung ist bis auf Widerruf gestattet in: Druckmedien.",
    warning=None,
    reward=(),
    only_while_online=ON_PAPER,
)


def depicted(**more: Any) -> Appeal:
    """A judge's appeal for one suspect with a picture and figures, as ``outputs`` tells it."""
    suspect = person(
        age=Range(min=20, max=25, basis=Basis.APPARENT), height_cm=Range(min=175, max=180, basis=Basis.ESTIMATED)
    )
    fields: dict[str, Any] = {"persons": (suspect,), "images": (image("cctv-1", shows=(PersonId("p1"),)),)}
    return appeal(order(JUDGE), **(fields | more))


def outputs(wording: dict[str, Any] | None = None, **changes: Any) -> Outputs:
    """What is built of ``depicted``, without a flaw. ``wording`` changes the sentences wherever they stand."""
    said = dataclasses.replace(WORDING, **(wording or {}))
    pieces = (
        Piece(field="texts/title", text="Wer kennt diesen Mann?"),
        Piece(field="texts/summary", text="Raub in einer Straßenbahn"),
        Piece(field="persons/0", text="etwa 20 bis 25 Jahre"),
        Piece(field="persons/0", text="etwa 175 bis 180 cm (geschätzt)"),
        Piece(field="images/0/alt", text="Standbild"),
    )
    alt = " ".join(filter(None, (said.marker and f"{said.marker}.", "Standbild")))
    fields: dict[str, Any] = {
        "wording": said,
        "texts": _texts(said, tuple(piece.text for piece in pieces), alt),
        "pieces": pieces,
        "page": Page(
            robots=frozenset({"noindex", "noimageindex", "noarchive"}),
            previews=(),
            loads=(PICTURE,),
            alts=(alt,),
            open_pictures=(PICTURE,),
        ),
        "sheets": (
            Sheet(name=POSTER_FILE, tagged=True, figures=2, alts=(alt, "QR-Code"), codes=(said.page_url,), hidden=()),
        ),
        "renditions": (
            Rendition(name="website/images/x.jpg", image=ImageId("cctv-1"), clean=True, marked=bool(said.marker)),
            Rendition(name="cards/neutral.jpg", image=None, clean=True),
        ),
        "files": {},
        "pictures_of": {ImageId("cctv-1"): (PICTURE,)},
    }
    return Outputs(**(fields | changes))


VALID = "Diese Fahndung gilt nur, solange diese Seite abrufbar ist."
DELETE = "Bitte löschen Sie Bilder und Texte."
AFTER = frozenset({Kind.CLOSING, Kind.GONE, Kind.TOMBSTONE})


def _texts(said: Wording, pieces: tuple[str, ...], alt: str) -> tuple[Text, ...]:
    short = (said.marker, said.authority, said.stand, said.tip_sentence, said.page_url)
    full = (*short, *pieces, said.innocence, said.order_sentence, said.contact_sentence, said.warning, *said.reward)
    poster = (
        *full,
        *said.imprint,
        said.page_url.removeprefix("https://"),
        ON_PAPER,
    )
    made = {
        ("page", Kind.PAGE): (*full, alt, said.media_notice, VALID, *said.imprint),
        ("press", Kind.PRESS): (*full, said.media_notice, *said.imprint),
        ("teaser", Kind.POST): short,
        ("entry", Kind.FEED): short,
        ("list_item", Kind.LISTING): (said.marker, said.authority, said.stand),
        ("register", Kind.REGISTER): (
            said.marker,
            said.authority,
            said.stand,
            said.contact_sentence,
            said.tip_sentence,
        ),
        ("alts/cctv-1", Kind.ALT): (alt,),
        ("gone", Kind.GONE): ("Diese Fahndung ist beendet.", DELETE),
        ("tombstone", Kind.TOMBSTONE): ("Fahndung beendet.", DELETE),
        **{(f"closings/{kind}", Kind.CLOSING): (_closing(said),) for kind in NOTICE_KINDS},
    }
    texts = [
        Text(
            name=name,
            kind=kind,
            text=" ".join(filter(None, parts)),
            asks_deletion=DELETE if kind in AFTER else "",
            valid_while_online=VALID if kind is Kind.PAGE else "",
        )
        for (name, kind), parts in made.items()
    ]
    paper = on_paper(" ".join(filter(None, poster)))
    return (*texts, Text(name=POSTER_FILE, kind=Kind.POSTER, text=paper))


def _closing(said: Wording) -> str:
    told = f"Die Fahndung ist beendet. Sie stand unter {said.page_url} ({said.stand}). Vielen Dank. {said.authority}"
    return f"{told} {DELETE}"


def on_paper(text: str) -> str:
    """The text as a poster breaks it: long words hyphenated."""
    return re.sub(r"(\w{6})(?=\w{4})", r"\1- ", text)


def retold(built: Outputs, name: str, old: str, new: str = "", **marked: str) -> Outputs:
    """The outputs with a sentence of one text replaced, on a poster as it is hyphenated there, and what it marks."""
    texts = []
    for text in built.texts:
        if text.name == name:
            was = old if old in text.text else on_paper(old)
            assert was in text.text
            text = dataclasses.replace(text, text=text.text.replace(was, new), **marked)
        texts.append(text)
    return dataclasses.replace(built, texts=tuple(texts))


def with_pieces(built: Outputs, **said: str) -> Outputs:
    """The outputs with more of the record's words, on the page too; ``texts_summary`` is ``texts/summary``."""
    more = tuple(Piece(field=field.replace("_", "/"), text=text) for field, text in said.items())
    page = " ".join(said.values())
    texts = tuple(
        dataclasses.replace(text, text=f"{text.text} {page}") if text.kind is Kind.PAGE else text
        for text in built.texts
    )
    return dataclasses.replace(built, pieces=(*built.pieces, *more), texts=texts)
