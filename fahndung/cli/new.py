"""The command ``new``: asks for what a category needs and writes a case folder. Judges nothing; ``check`` does."""

import json
import pathlib
from typing import Any

import click

from fahndung import resources
from fahndung.cli import asking, newpictures
from fahndung.cli.call import Call, command, note, problem_line
from fahndung.cli.language import say
from fahndung.errors import Message, UsageError
from fahndung.law import norms
from fahndung.law.words import AUTHORITIES, MEDIA
from fahndung.model.appeal import Category
from fahndung.model.ids import is_id
from fahndung.model.mandate import Authority

NORMS = {
    Category.UNKNOWN_SUSPECT: "stpo-131b-1",
    Category.KNOWN_SUSPECT: "stpo-131-3",
    Category.CONVICT: "stpo-457",
    Category.WITNESS: "stpo-131b-2",
}
PREVENTIVE_NORM = "saechspvdg-84-3"
WITH_WARRANT = {
    Category.KNOWN_SUSPECT: ("arrest warrant issued at", "Haftbefehl vom"),
    Category.CONVICT: ("enforcement warrant issued at", "Vollstreckungshaftbefehl vom"),
}
ROLES = {
    Category.UNKNOWN_SUSPECT: "suspect",
    Category.KNOWN_SUSPECT: "suspect",
    Category.CONVICT: "convict",
    Category.WITNESS: "witness",
    Category.MISSING: "missing",
    Category.MISSING_CHILD: "missing",
    Category.UNKNOWN_DEAD: "dead",
    Category.HELPLESS: "helpless",
}
NAMELESS = frozenset({Category.UNKNOWN_SUSPECT, Category.UNKNOWN_DEAD})
SEXES = {
    "male": Message("male", "männlich"),
    "female": Message("female", "weiblich"),
    "diverse": Message("diverse", "divers"),
    "unknown": Message("unknown", "unbekannt"),
}
QUESTIONS = {
    Category.MISSING: "Wer hat die vermisste Person gesehen?",
    Category.MISSING_CHILD: "Wer hat das vermisste Kind gesehen?",
    Category.OBJECT: "Wem gehören diese Gegenstände?",
    Category.WITNESS_CALL: "Wer hat Beobachtungen gemacht?",
}


@click.command(
    help=say(
        "Asks for what the category needs and writes a case folder.",
        "Fragt, was die Kategorie braucht, und schreibt einen Fallordner.",
    )
)
@click.argument("category", type=click.Choice([category.value for category in Category]))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=pathlib.Path))
@command
def new(call: Call, category: str, folder: pathlib.Path) -> None:
    """Empty answers leave optional fields out; the folder can be completed by hand and checked again."""
    from fahndung.cases import findings

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"{folder} exists and is not an empty folder", f"{folder} besteht schon und ist kein leerer Ordner"
        )
    record, pictures = ask(Category(category), call.by)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in pictures.items():
        (folder / name).write_bytes(data)
    text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    (folder / "appeal.json").write_text(text, "utf-8")
    found = findings.check(folder)
    for problem in found.problems:
        note(problem_line(problem))
    call.print(
        {"folder": str(folder), "id": record["id"], "ok": not found.blocked},
        [
            say(
                f"{folder}/appeal.json is written. Next: 'fahndung check {folder}'",
                f"{folder}/appeal.json ist geschrieben. Als Nächstes: „fahndung check {folder}“",
            ),
        ],
    )


def ask(category: Category, by: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The record and its picture files by name, from questions on the terminal."""
    record: dict[str, Any] = {
        "schema": "fahndung/appeal/1",
        "id": _id(),
        "revision": 1,
        "category": category.value,
        "reference": asking.text("file number", "Aktenzeichen"),
        "prepared_by": asking.text("prepared by (person id)", "Erstellt von (Kennung der Person)", default=by),
        "authority": asking.filled(
            name=asking.text("authority", "Dienststelle"),
            unit=asking.optional("unit", "Organisationseinheit"),
            region=asking.optional("region", "Region"),
        ),
    }
    record["legal"] = _legal(category)
    mandate = record["legal"].get("order") or record["legal"]["decision"]
    record["event"] = _event()
    if category in ROLES:
        record["persons"] = [_person(category, named=mandate["scope"]["names"])]
    if category is Category.OBJECT:
        record["objects"] = [{"id": "o1", "kind": {"de": asking.text("what is it", "Was ist es?")}}]
    record["texts"] = {
        "summary": {
            "de": asking.text("what happened, in one or two sentences", "Was ist geschehen (ein, zwei Sätze)?")
        },
        "questions": [
            {
                "de": asking.text(
                    "question to the public",
                    "Frage an die Bevölkerung",
                    default=QUESTIONS.get(category, "Wer kennt die abgebildete Person?"),
                )
            }
        ],
    }
    record["contact"] = asking.filled(
        office=asking.text("who takes tips", "Wer nimmt Hinweise entgegen?"),
        phone=asking.text("phone", "Telefon"),
        email=asking.optional("e-mail", "E-Mail"),
    )
    pictures = dict(newpictures.ask(record, category, people=category in ROLES))
    mandate["scope"]["images"] = [image["id"] for image in record.get("images", [])]
    record["publication"] = {"channels": ["website"], "stand": mandate["at"]}
    return record, pictures


def _legal(category: Category) -> dict[str, Any]:
    norm = _norm(category)
    criminal = norm.kind is norms.Kind.CRIMINAL
    by = asking.one_of(
        *(("who ordered", "Wer hat angeordnet?") if criminal else ("who decided", "Wer hat entschieden?")),
        {orderer.by.value: AUTHORITIES[orderer.by] for orderer in norm.orderers},
        default=norm.orderers[0].by.value,
    )
    mandate = {
        "by": by,
        "authority": asking.text("authority that ordered", "Anordnende Stelle"),
        "reference": asking.text("its file number", "Deren Aktenzeichen"),
        "at": asking.instant("when (20.11.2026 15:00)", "Wann (20.11.2026 15:00)"),
        "scope": asking.filled(
            media=asking.some_of(
                "media that the order names",
                "Medien, die die Anordnung nennt",
                {medium.value: word for medium, word in MEDIA.items()},
                default=("website", "poster"),
            ),
            region=asking.optional("region of the order", "Gebiet der Anordnung"),
            until=asking.optional_instant("until when, if it says so", "Bis wann, falls genannt"),
            names=asking.yes("may names be shown", "Dürfen Namen genannt werden?", default=not criminal),
        ),
    }
    orderer = norm.orderer(Authority(by))
    if orderer is not None and orderer.needs_danger:
        mandate["imminent_danger"] = asking.text(
            "why whoever may order otherwise could not be waited for",
            "Gefahr im Verzug: Warum ließ sich die sonst zuständige Stelle nicht abwarten?",
        )
    legal: dict[str, Any] = {"basis": norm.id}
    if criminal:
        legal |= asking.filled(
            offence=(asking.text if category in NORMS else asking.optional)("offence", "Delikt"),
            considerable_offence=asking.optional(
                "why it is of considerable importance", "Warum von erheblicher Bedeutung?"
            ),
            milder_means=asking.optional("milder means that were tried", "Versuchte mildere Mittel"),
        )
    if category in WITH_WARRANT and (warrant := asking.optional_instant(*WITH_WARRANT[category])):
        legal["warrant"] = {"at": warrant}
    if category in {Category.MISSING, Category.MISSING_CHILD}:
        legal["consent"] = asking.filled(
            by=asking.optional("who consented", "Wer hat eingewilligt?"),
            at=asking.optional_instant("consent given at", "Eingewilligt am"),
        )
    return {**legal, "order" if criminal else "decision": mandate}


def _norm(category: Category) -> norms.Norm:
    """The norm on which the appeal rests; it says who may order."""
    entries = norms.parse(resources.norms_text()).entries
    found = {str(norm.id): norm for norm in entries if category in norm.categories}
    words = {name: Message(norm.reference, norm.reference) for name, norm in found.items()}
    return found[asking.one_of("norm", "Rechtsgrundlage", words, default=NORMS.get(category, PREVENTIVE_NORM))]


def _event() -> dict[str, Any]:
    place = asking.optional("place", "Ort")
    return asking.filled(
        what=asking.optional("what (a few words)", "Was (Stichworte)"),
        **{
            "from": asking.optional(
                "when (2026-11-01T22:10, 2026-11 or words)", "Wann (2026-11-01T22:10, 2026-11 oder Worte)"
            )
        },
        places=[{"role": "scene", "text": place}] if place else None,
    )


def _person(category: Category, *, named: bool) -> dict[str, Any]:
    person = asking.filled(
        id="p1",
        role=ROLES[category],
        sex=asking.one_of("sex", "Geschlecht", SEXES, default="unknown"),
        age=asking.number_range("age (20-25)", "Alter (20-25)"),
        height_cm=asking.number_range("height in cm (175-180)", "Größe in cm (175-180)"),
    )
    if person["sex"] == "unknown":
        del person["sex"]
    for name, en, de in (
        ("build", "build", "Gestalt"),
        ("hair", "hair", "Haare"),
        ("clothing", "clothing", "Bekleidung"),
    ):
        if said := asking.optional(en, de):
            person[name] = {"de": said}
    if category in NAMELESS or not named:
        return person
    if given := asking.optional("given name, if it is shown", "Vorname, falls er genannt wird"):
        person["names"] = {"given": given, "shown": "given"}
    return person


def _id() -> str:
    while True:
        answer = asking.text("id, such as pdl-2026-0001", "Kennung, etwa pdl-2026-0001")
        if is_id(answer):
            return answer
        note(
            say(
                "Small letters, digits and . _ - only, please; it becomes the name of a folder.",
                "Bitte nur Kleinbuchstaben, Ziffern und . _ -; die Kennung wird ein Ordnername.",
            )
        )
