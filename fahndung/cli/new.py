"""The command ``new``: asks for what a category needs and writes a case folder. Judges nothing; ``check`` does."""

import datetime as dt
import hashlib
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import click

from fahndung.cli.call import Call, command, note, problem_line
from fahndung.cli.language import language, say
from fahndung.cli.sheets import read_untrusted
from fahndung.errors import FahndungError, UnsafeImage, UsageError
from fahndung.model.appeal import Category, Medium, SourceKind, is_id

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
    from fahndung import cases

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
    found = cases.check(folder)
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
    criminal = category in NORMS
    record: dict[str, Any] = {
        "schema": "fahndung/appeal/1",
        "id": _id(),
        "revision": 1,
        "category": category.value,
        "reference": _text("file number", "Aktenzeichen"),
        "prepared_by": _text("prepared by", "erstellt von", default=by),
        "authority": _filled(
            name=_text("authority", "Dienststelle"),
            unit=_optional("unit", "Organisationseinheit"),
            region=_optional("region", "Region"),
        ),
    }
    record["legal"] = _legal(category, criminal)
    record["event"] = _event()
    if category in ROLES:
        record["persons"] = [_person(category)]
    if category is Category.OBJECT:
        record["objects"] = [{"id": "o1", "kind": {"de": _text("what is it", "Was ist es?")}}]
    record["texts"] = {
        "summary": {"de": _text("what happened, in one or two sentences", "Was ist geschehen (ein, zwei Sätze)?")},
        "questions": [
            {
                "de": _text(
                    "question to the public",
                    "Frage an die Bevölkerung",
                    default=QUESTIONS.get(category, "Wer kennt die abgebildete Person?"),
                )
            }
        ],
    }
    record["contact"] = _filled(
        office=_text("who takes tips", "Wer nimmt Hinweise entgegen?"),
        phone=_text("phone", "Telefon"),
        email=_optional("e-mail", "E-Mail"),
    )
    pictures = dict(_pictures(record, category))
    mandate = record["legal"]["order" if criminal else "decision"]
    mandate["scope"]["images"] = [image["id"] for image in record.get("images", [])]
    record["publication"] = {"channels": ["website"], "stand": mandate["at"]}
    return record, pictures


def _legal(category: Category, criminal: bool) -> dict[str, Any]:
    mandate = {
        "by": click.prompt(
            say("who ordered", "Wer hat angeordnet?") if criminal else say("who decided", "Wer hat entschieden?"),
            type=click.Choice(["judge", "prosecutor", "police", "enforcement"]),
            default="judge" if criminal else "police",
            err=True,
        ),
        "authority": _text("authority that ordered", "Anordnende Stelle"),
        "reference": _text("its file number", "deren Aktenzeichen"),
        "at": _instant("when (2026-11-20T15:00:00+01:00)", "wann (2026-11-20T15:00:00+01:00)"),
        "scope": _filled(
            media=_media(),
            region=_optional("region of the order", "Gebiet der Anordnung"),
            until=_optional_instant("until when, if it says so", "bis wann, falls genannt"),
            names=click.confirm(
                say("may names be shown", "Dürfen Namen genannt werden?"), default=not criminal, err=True
            ),
        ),
    }
    if criminal and mandate["by"] != "judge":
        mandate["imminent_danger"] = _text(
            "why the judge could not be waited for", "Warum konnte nicht auf das Gericht gewartet werden?"
        )
    legal: dict[str, Any] = {"basis": _text("norm", "Rechtsgrundlage", default=NORMS.get(category, PREVENTIVE_NORM))}
    if criminal:
        legal |= _filled(
            offence=_text("offence", "Delikt"),
            considerable_offence=_optional("why it is of considerable importance", "Warum von erheblicher Bedeutung?"),
            milder_means=_optional("milder means that were tried", "Versuchte mildere Mittel"),
        )
    if category in WITH_WARRANT and (warrant := _optional_instant(*WITH_WARRANT[category])):
        legal["warrant"] = {"at": warrant}
    if category in {Category.MISSING, Category.MISSING_CHILD}:
        legal["consent"] = _filled(
            by=_optional("who consented", "Wer hat eingewilligt?"),
            at=_optional_instant("consent given at", "eingewilligt am"),
        )
    return {**legal, "order" if criminal else "decision": mandate}


def _event() -> dict[str, Any]:
    place = _optional("place", "Ort")
    return _filled(
        what=_optional("what (a few words)", "Was (Stichworte)"),
        **{
            "from": _optional(
                "when (2026-11-01T22:10, 2026-11 or words)", "Wann (2026-11-01T22:10, 2026-11 oder Worte)"
            )
        },
        places=[{"role": "scene", "text": place}] if place else None,
    )


def _person(category: Category) -> dict[str, Any]:
    person = _filled(
        id="p1",
        role=ROLES[category],
        sex=click.prompt(
            say("sex", "Geschlecht"),
            type=click.Choice(["male", "female", "diverse", "unknown"]),
            default="unknown",
            err=True,
        ),
        age=_range("age (20-25)", "Alter (20-25)"),
        height_cm=_range("height in cm (175-180)", "Größe in cm (175-180)"),
    )
    if person["sex"] == "unknown":
        del person["sex"]
    for name, en, de in (
        ("build", "build", "Gestalt"),
        ("hair", "hair", "Haare"),
        ("clothing", "clothing", "Bekleidung"),
    ):
        if said := _optional(en, de):
            person[name] = {"de": said}
    if given := _optional("given name, if it is shown", "Vorname, falls er genannt wird"):
        person["names"] = {"given": given, "shown": "given"}
    return person


def _pictures(record: dict[str, Any], category: Category) -> Iterator[tuple[str, bytes]]:
    while path := _optional("picture file (empty: no more)", "Bilddatei (leer: keine weitere)"):
        try:
            data = read_untrusted(pathlib.Path(path))
        except FahndungError as error:
            note(error.message.in_language(language()))
            continue
        images = record.setdefault("images", [])
        number = len(images) + 1
        name = f"bild-{number}{pathlib.Path(path).suffix.lower() or '.jpg'}"
        images.append(
            _filled(
                id=f"bild-{number}",
                file=name,
                sha256=hashlib.sha256(data).hexdigest(),
                frame=_frame(data),
                shows=["p1"] if category in ROLES else None,
                alt={
                    "de": _text(
                        "what does it show, for people who cannot see it",
                        "Was zeigt es, für Menschen, die es nicht sehen?",
                    )
                },
                source={
                    "kind": click.prompt(
                        say("source", "Quelle"),
                        type=click.Choice([kind.value for kind in SourceKind]),
                        default="other",
                        err=True,
                    ),
                    **_filled(
                        holder=_optional("holder", "Herkunft"),
                        captured_at=_optional_instant("captured at", "aufgenommen am"),
                    ),
                },
                verified_by=_optional(
                    "who verifies whom it shows (not who prepared this)", "Wer prüft, wen es zeigt (andere Person)?"
                ),
                bystanders=_optional(
                    "bystanders: none, redacted or waived: who and why",
                    "Unbeteiligte: none, redacted oder waived: wer und warum",
                ),
            )
        )
        yield name, data


def _frame(untrusted: bytes) -> int | None:
    """Which picture of the file is meant, asked where it holds several."""
    from fahndung.images import probing
    from fahndung.images.limits import DEFAULT

    try:
        probe = probing.probe(untrusted, DEFAULT)
    except UnsafeImage:
        return None  # check tells why
    choices = probe.frames - probe.hidden
    if choices < 2:
        return None
    chosen: int = click.prompt(
        say(f"the file holds {choices} pictures; which one", f"Die Datei enthält {choices} Bilder; welches"),
        type=click.IntRange(1, choices),
        err=True,
    )
    return chosen


def _id() -> str:
    while True:
        answer = _text("id, such as pdl-2026-0001", "Kennung, etwa pdl-2026-0001")
        if is_id(answer):
            return answer
        note(
            say(
                "Small letters, digits and . _ - only, please; it becomes the name of a folder.",
                "Bitte nur Kleinbuchstaben, Ziffern und . _ -; die Kennung wird ein Ordnername.",
            )
        )


def _optional_instant(en: str, de: str) -> str | None:
    while answer := _optional(en, de):
        if _is_instant(answer):
            return answer
        _ask_for_instant()
    return None


def _is_instant(answer: str) -> bool:
    try:
        return dt.datetime.fromisoformat(answer).utcoffset() is not None
    except ValueError:
        return False


def _ask_for_instant() -> None:
    note(
        say(
            "An instant with an offset, please: 2026-11-20T15:00:00+01:00",
            "Bitte einen Zeitpunkt mit Zeitzone: 2026-11-20T15:00:00+01:00",
        )
    )


def _text(en: str, de: str, default: str | None = None) -> str:
    answer: str = click.prompt(say(en, de), default=default, err=True)
    return answer.strip()


def _optional(en: str, de: str) -> str | None:
    answer: str = click.prompt(say(en, de), default="", show_default=False, err=True)
    return answer.strip() or None


def _instant(en: str, de: str) -> str:
    while not _is_instant(answer := _text(en, de)):
        _ask_for_instant()
    return answer


def _range(en: str, de: str) -> dict[str, Any] | None:
    while answer := _optional(en, de):
        low, _, high = answer.partition("-")
        if low.strip().isdigit() and (high or low).strip().isdigit():
            return {"min": int(low), "max": int(high or low), "basis": "estimated"}
        note(say("A number or a range, please: 20-25", "Bitte eine Zahl oder Spanne: 20-25"))
    return None


def _media() -> list[str]:
    known = [medium.value for medium in Medium]
    while True:
        answer = _text("media that the order names", "Medien, die die Anordnung nennt", default="website, poster")
        media = [part.strip() for part in answer.split(",") if part.strip()]
        if media and all(medium in known for medium in media):
            return media
        note(say(f"Any of: {', '.join(known)}", f"Möglich: {', '.join(known)}"))


def _filled(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
