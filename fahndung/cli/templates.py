"""The commands of the wording: templates, templates check, templates copy. Asks no ledger."""

import pathlib
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command
from fahndung.cli.language import language, say
from fahndung.cli.listing import ListingGroup

if TYPE_CHECKING:
    from fahndung.templating import Failure, Template

INVALID = 3
MANY = 3
"""So many cases are named; more are counted."""


@click.group(
    cls=ListingGroup,
    help=say(
        "The wording of all texts and pages. templates alone lists it and says what the home has changed.",
        "Der Wortlaut aller Texte und Seiten. templates allein listet ihn und sagt, was das Heim geändert hat.",
    ),
)
def templates() -> None:
    """The group of ``templates list``, ``templates check`` and ``templates copy``."""


@templates.command(
    name="list",
    help=say("Lists every template and what it makes.", "Listet jede Vorlage und was aus ihr wird."),
)
@command
def list_templates(call: Call) -> None:
    """The home's own files are marked; no home is needed."""
    from fahndung import templating

    found = templating.templates(_home(call))
    own = say("own copy", "eigene Kopie")
    width = max(len(f"{one.lang}/{one.name}") for one in found)
    call.print(
        {"templates": [_template_json(one) for one in found]},
        [f"{f'{one.lang}/{one.name}':<{width}}  {f'[{own}] ' if one.own else ''}{one.use}".rstrip() for one in found],
    )


@templates.command(
    help=say(
        "Fills every template over all example cases; names each fault with file and line. Exit code 3 if there is "
        "one.",
        "Füllt jede Vorlage mit allen Beispielfällen; nennt jeden Fehler mit Datei und Zeile. Rückgabewert 3, wenn es "
        "einen gibt.",
    )
)
@command
def check(call: Call) -> int:
    """The project's templates and the home's; of changed ones the gate is asked as well."""
    from fahndung import records, templating
    from fahndung.testing import cases

    tried = templating.check(_home(call), {name: records.parse(cases.record(name)) for name in cases.NAMES})
    counts = (tried.templates, len(tried.cases), ", ".join(tried.languages))
    told = [
        say(
            "{} templates over {} example cases in {}: nothing is wrong.",
            "{} Vorlagen mit {} Beispielfällen in {}: nichts zu beanstanden.",
        ).format(*counts)
    ]
    if tried.failures:
        heading = say("{} templates over {} example cases in {}:", "{} Vorlagen mit {} Beispielfällen in {}:")
        told = [heading.format(*counts), *map(_failure_line, tried.failures)]
    call.print(
        {
            "ok": not tried.failures,
            "templates": tried.templates,
            "languages": list(tried.languages),
            "cases": list(tried.cases),
            "failures": [_failure_json(one) for one in tried.failures],
        },
        told,
    )
    return INVALID if tried.failures else 0


@templates.command(
    help=say(
        "Copies one template into the home, to be changed there; the copy counts from then on.",
        "Kopiert eine Vorlage ins Heim, um sie dort zu ändern; von da an gilt die Kopie.",
    )
)
@click.argument("name", metavar="NAME")
@click.option("--lang", default="de", show_default=True, metavar="LANG", help=say("its folder", "ihr Ordner"))
@command
def copy(call: Call, name: str, lang: str) -> None:
    """``page.html.j2``, or with its folder ``de/page.html.j2``; nothing is overwritten."""
    from fahndung import resources, templating
    from fahndung.errors import UsageError
    from fahndung.home import open_home

    folder, _, file = name.rpartition("/")
    lang = folder or lang
    if not any((one.lang, one.name) == (lang, file) for one in templating.templates(None)):
        raise UsageError(
            f"there is no template {lang}/{file}; 'fahndung templates' lists them",
            f"Eine Vorlage {lang}/{file} gibt es nicht; „fahndung templates“ listet sie",
        )
    target = open_home(call.home_path).path / "templates" / lang / file
    text = resources.template_text(lang, file)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"{target} is there already; remove it to start anew",
            f"{target} gibt es schon; zum Neubeginn bitte entfernen",
        ) from error
    call.print(
        {"file": str(target)},
        [
            say(
                f"{target}: this copy counts from now on, after an update of the program too. Change it, then run "
                "'fahndung templates check'.",
                f"{target}: Diese Kopie gilt ab jetzt, auch nach einer Aktualisierung des Programms. Ändern, dann "
                "„fahndung templates check“ ausführen.",
            )
        ],
    )


def _home(call: Call) -> pathlib.Path | None:
    """The folder of the home; None where there is none and none was named."""
    from fahndung.home import open_home

    home = call.home_there() if call.home is None else open_home(call.home_path)
    return None if home is None else home.path


def _template_json(one: "Template") -> dict[str, Any]:
    return {"folder": one.lang, "name": one.name, "use": one.use, "own": None if one.own is None else str(one.own)}


def _failure_json(failure: "Failure") -> dict[str, Any]:
    fault = failure.fault
    return {
        "file": fault.path,
        "line": fault.line,
        "message": fault.why.in_language(language()),
        "cases": list(failure.cases),
    }


def _failure_line(failure: "Failure") -> str:
    fault = failure.fault
    place = fault.path if fault.line is None else f"{fault.path}:{fault.line}"
    named, left = ", ".join(failure.cases[:MANY]), len(failure.cases) - MANY
    more = say(f" and {left} more", f" und {left} weitere") if left > 0 else ""
    return f"  {place}: {fault.why.in_language(language())}" + (f" ({named}{more})" if named else "")
