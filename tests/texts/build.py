"""Invented appeals for the tests of the texts: one of each category, complete enough to be printed."""

import dataclasses
import datetime as dt
from typing import Any

from fahndung.model import people
from fahndung.model.appeal import Appeal, Category, Contact, Event, Office, Place, Plan, Reward
from fahndung.model.appeal import Warning as Note
from fahndung.model.ids import AppealId, ImageId, NormId, PersonId
from fahndung.model.image import Box, Image, Redaction, Source, SourceKind
from fahndung.model.mandate import Authority, Legal, Medium, Order, Scope
from fahndung.model.sheet import Sheet
from fahndung.model.sought import Basis, Item, Names, NamesShown, Person, Range, Role
from fahndung.model.texts import Texts
from fahndung.texts.compose import sheet
from fahndung.texts.given import PublicPicture
from fahndung.texts.outputs import UNSEEN, Outputs, outputs, robots_line

BERLIN_WINTER = dt.timezone(dt.timedelta(hours=1))
UNTIL = dt.datetime(2027, 1, 15, tzinfo=BERLIN_WINTER)
STAND = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
PAGE_URL = "https://fahndung.polizei.example/de/h7k2m9"
CARD = "../bilder/h7k2m9/karte.jpg"
IMPRINT = (
    "Herausgeber: Polizeidirektion Musterstadt, Musterplatz 1, 01234 Musterstadt",
    "Druck: Druckerei der Polizei, Musterstadt",
)
ALL_MEDIA = frozenset(Medium)
CRIMINAL = frozenset({Category.UNKNOWN_SUSPECT, Category.KNOWN_SUSPECT, Category.CONVICT, Category.WITNESS})


def mandate(by: Authority, authority: str, **scope: Any) -> Order:
    media = scope.pop("media", frozenset({Medium.WEBSITE, Medium.SOCIAL, Medium.PRINT, Medium.ONLINE_PRESS}))
    return Order(
        by=by,
        authority=authority,
        reference="304 Js 1234/26",
        at=dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC),
        scope=Scope(media=media, region="Freistaat Sachsen", **scope),
    )


def legal(category: Category, **changes: Any) -> Legal:
    values: dict[str, Any] = {"basis": NormId("stpo-131b-1"), "offence": "Raub (§ 249 StGB)"}
    if category in CRIMINAL:
        values["order"] = mandate(Authority.PROSECUTOR, "Staatsanwaltschaft Musterstadt")
    else:
        values["basis"] = NormId("saechspvdg-84-3")
        values["offence"] = None
        values["decision"] = mandate(Authority.POLICE, "Polizeidirektion Musterstadt")
    return Legal(**values | changes)


def picture(image_id: str = "bild-1", **changes: Any) -> Image:
    values: dict[str, Any] = {
        "id": ImageId(image_id),
        "file": f"{image_id}-original.jpg",
        "sha256": "0" * 64,
        "alt": {"de": "Porträtfoto: Person mit kurzem Haar vor heller Wand"},
        "caption": {"de": "Aufnahme vom Sommer 2026"},
        "source": Source(kind=SourceKind.FAMILY),
        "shows": (PersonId("p1"),),
    }
    return Image(**values | changes)


def appeal(category: Category, **changes: Any) -> Appeal:
    values: dict[str, Any] = {
        "id": AppealId("pdl-2026-0117"),
        "revision": 1,
        "category": category,
        "reference": "512/26/174411",
        "prepared_by": "k.muster",
        "authority": Office(
            name="Polizeidirektion Musterstadt", unit="Kriminalpolizeiinspektion", region="Musterstadt"
        ),
        "legal": legal(category),
        "texts": Texts(summary={"de": "Die Polizei bittet um Hinweise."}),
        "contact": Contact(
            office="Polizeirevier Musterstadt-Mitte",
            phone="040 66969-123",
            email="hinweise@polizei.example",
            tip_url="https://polizei.example/hinweis",
            hours="rund um die Uhr",
        ),
        "publication": Plan(stand=STAND),
    }
    return Appeal(**values | changes)


def missing(category: Category = Category.MISSING_CHILD, **changes: Any) -> Appeal:
    person = Person(
        id=PersonId("p1"),
        role=Role.MISSING,
        sex="female",
        names=Names(given="Lena", family="Beispiel", shown=NamesShown.GIVEN),
        age=Range(min=14, max=14, basis=Basis.KNOWN),
        height_cm=Range(min=165, max=165, basis=Basis.KNOWN),
        build={"de": "schlank"},
        hair={"de": "schulterlang, hellbraun"},
        eyes={"de": "grün"},
        marks=({"de": "Zahnspange"}, {"de": "Narbe am linken Knie"}),
        clothing={"de": "rote Regenjacke, blaue Jeans, weiße Turnschuhe"},
        belongings={"de": "grauer Rucksack"},
        transport={"de": "grünes Damenfahrrad"},
    )
    values: dict[str, Any] = {
        "persons": (person,),
        "images": (picture(alt={"de": "Porträtfoto: Mädchen mit schulterlangem hellbraunem Haar lächelt"}),),
        "event": Event(
            start="2026-11-18T16:30",
            places=(
                Place(role="last-seen", text="Bahnhof Musterstadt-Süd"),
                Place(role="direction", text="Innenstadt"),
            ),
        ),
        "texts": Texts(
            summary={"de": "Seit Mittwoch wird eine 14-Jährige vermisst. Wer hat sie gesehen?"},
            narrative={
                "de": "Die Jugendliche verließ am 18. November gegen 16:30 Uhr die Wohnung und kam nicht zurück.\n\n"
                "Bisherige Suchmaßnahmen, z.B. im Umfeld der Schule, blieben ohne Erfolg."
            },
            questions=({"de": "Wer hat Lena seit Mittwoch gesehen?"}, {"de": "Wer weiß, wo sie sich aufhält?"}),
        ),
    }
    return appeal(category, **values | changes)


def unknown_suspect(category: Category = Category.UNKNOWN_SUSPECT, **changes: Any) -> Appeal:
    person = Person(
        id=PersonId("p1"),
        role=Role.SUSPECT,
        sex="male",
        age=Range(min=20, max=25, basis=Basis.APPARENT),
        height_cm=Range(min=175, max=180, basis=Basis.ESTIMATED),
        weight_kg=Range(min=75, basis=Basis.ESTIMATED),
        build={"de": "schlank"},
        hair={"de": "kurz, dunkelblond"},
        beard={"de": "Dreitagebart"},
        glasses={"de": "keine"},
        marks=({"de": "Tätowierung am linken Handrücken"},),
        languages=("Deutsch",),
        speech={"de": "sächsischer Dialekt"},
        clothing={"de": "schwarze Jacke mit weißem Streifen, graue Jogginghose"},
    )
    values: dict[str, Any] = {
        "persons": (person,),
        "images": (
            picture(
                "cctv-1",
                alt={"de": "Standbild: junger Mann in schwarzer Jacke steht an der Tür einer Straßenbahn"},
                caption={"de": "Tatverdächtiger in der Straßenbahn"},
                redactions=(Redaction(shape=Box(x=812, y=140, width=160, height=210), reason="bystander"),),
                source=Source(kind=SourceKind.CCTV),
            ),
            picture("cctv-2", alt={"de": "Standbild: derselbe Mann von der Seite"}, caption=None),
        ),
        "event": Event(
            what="Raub in einer Straßenbahn",
            start="2026-11-01T22:10",
            end="2026-11-01T22:20",
            places=(Place(role="scene", text="Straßenbahnlinie 9, Haltestelle Musterplatz", lat=51.34, lon=12.37),),
        ),
        "texts": Texts(
            summary={"de": "Nach einem Raub in der Straßenbahnlinie 9 sucht die Polizei einen Tatverdächtigen."},
            narrative={
                "de": 'Am späten Abend des 1. November soll der Mann einem Fahrgast ein "Smartphone" entrissen haben. '
                "Der Fahrgast wurde leicht verletzt."
            },
            questions=({"de": "Wer kennt den abgebildeten Mann?"},),
        ),
        "warning": Note(code="violent"),
        "reward": Reward(amount_eur=5000, for_what="Hinweise, die zur Identifizierung des Mannes führen"),
    }
    return appeal(category, **values | changes)


def witness(**changes: Any) -> Appeal:
    person = Person(
        id=PersonId("p1"),
        role=Role.WITNESS,
        sex="female",
        age=Range(min=60, max=70, basis=Basis.APPARENT),
        hair={"de": "grau, kinnlang"},
        clothing={"de": "beiger Mantel"},
        belongings={"de": "Einkaufstrolley"},
    )
    values: dict[str, Any] = {
        "persons": (person,),
        "images": (picture("bus-1", alt={"de": "Standbild: Frau im beigen Mantel sitzt in einem Bus"}, caption=None),),
        "event": Event(
            what="Überfall auf einen Fahrgast",
            start="2026-11-01",
            places=(Place(role="scene", text="Haltestelle Musterplatz"),),
        ),
        "texts": Texts(
            summary={"de": "Die Frau saß zur Zeit des Überfalls im Bus und könnte eine wichtige Zeugin sein."},
            questions=({"de": "Wer kennt die abgebildete Zeugin?"},),
        ),
    }
    return appeal(Category.WITNESS, **values | changes)


def thing(**changes: Any) -> Appeal:
    values: dict[str, Any] = {
        "objects": (
            Item(
                id="ring",
                kind={"de": "Siegelring"},
                make="Musterschmiede",
                serial="S-4711",
                marks=({"de": "Gravur innen"},),
                description={"de": "Gelbgold mit blauem Stein"},
            ),
            Item(id="uhr", kind={"de": "Taschenuhr"}),
        ),
        "images": (picture("ring-1", shows=(), alt={"de": "Goldener Siegelring mit blauem Stein"}, caption=None),),
        "event": Event(start="2026-10", places=(Place(role="seized", text="Wohnung in Musterstadt-Nord"),)),
        "texts": Texts(summary={"de": "Bei einer Durchsuchung wurden Schmuckstücke sichergestellt."}),
        "publication": Plan(stand=STAND),
    }
    return appeal(Category.OBJECT, **values | changes)


def dead(**changes: Any) -> Appeal:
    person = Person(
        id=PersonId("p1"),
        role=Role.DEAD,
        sex="male",
        age=Range(min=50, max=65, basis=Basis.ESTIMATED),
        condition={"de": "Liegezeit vermutlich zwei bis drei Wochen"},
    )
    values: dict[str, Any] = {
        "persons": (person,),
        "images": (picture("zeichnung", caption={"de": "Zeichnung des Gesichts"}),),
        "event": Event(start="Mitte Oktober 2026", places=(Place(role="found", text="Elbufer bei Musterdorf"),)),
    }
    return appeal(Category.UNKNOWN_DEAD, **values | changes)


def helpless(**changes: Any) -> Appeal:
    person = Person(id=PersonId("p1"), role=Role.HELPLESS, sex="male", age=Range(min=70, max=80, basis=Basis.APPARENT))
    return appeal(Category.HELPLESS, **{"persons": (person,)} | changes)


def convict(**changes: Any) -> Appeal:
    person = Person(
        id=PersonId("p1"),
        role=Role.CONVICT,
        sex="male",
        names=Names(given="Erik", family="Beispiel", aliases=("Momo",), shown=NamesShown.FULL),
        birth={"date": "1990-05", "dates": ["1990-05", "--05-04"], "place": "Musterdorf", "name": "Muster"},
        nationalities=("deutsch",),
    )
    order = legal(Category.CONVICT, order=mandate(Authority.ENFORCEMENT, "Staatsanwaltschaft Musterstadt"))
    return appeal(Category.CONVICT, **{"persons": (person,), "legal": order} | changes)


def witness_call(**changes: Any) -> Appeal:
    event = Event(
        what="Verkehrsunfall auf der Musterallee",
        start="2026-11-03T07:45",
        places=(Place(role="scene", text="Musterallee / Ecke Beispielweg"),),
    )
    return appeal(Category.WITNESS_CALL, **{"event": event} | changes)


def every_category() -> dict[Category, Appeal]:
    return {
        Category.UNKNOWN_SUSPECT: unknown_suspect(),
        Category.KNOWN_SUSPECT: unknown_suspect(Category.KNOWN_SUSPECT),
        Category.CONVICT: convict(),
        Category.WITNESS: witness(),
        Category.MISSING: missing(Category.MISSING),
        Category.MISSING_CHILD: missing(),
        Category.UNKNOWN_DEAD: dead(),
        Category.HELPLESS: helpless(),
        Category.OBJECT: thing(),
        Category.WITNESS_CALL: witness_call(),
    }


def composed(case: Appeal, **changes: Any) -> Sheet:
    values: dict[str, Any] = {
        "page_url": PAGE_URL,
        "imprint": IMPRINT,
        "valid_until": UNTIL,
        "media": ALL_MEDIA,
    }
    return sheet(case, **values | changes)


def public(case: Appeal) -> dict[ImageId, PublicPicture]:
    return {
        image.id: PublicPicture(file=f"h7k2m9-{index}.jpg", thumb=f"h7k2m9-{index}-s.jpg", width=1200, height=1500)
        for index, image in enumerate(case.images)
    }


def rendered(case: Appeal, **changes: Any) -> Outputs:
    home, until = changes.get("home"), changes.get("valid_until", UNTIL)
    robots = UNSEEN if people.about_persons(case) else robots_line({"noarchive"}, until)
    return outputs(case, composed(case, **changes), pictures=public(case), card=CARD, robots=robots, home=home)


def with_person(case: Appeal, **changes: Any) -> Appeal:
    """The case with its first person changed."""
    first = dataclasses.replace(case.persons[0], **changes)
    return dataclasses.replace(case, persons=(first, *case.persons[1:]))
