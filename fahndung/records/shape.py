"""Whether a record has the form of ``schemas/appeal-1.json``: every finding, one for each place.

Does not compare fields with each other and opens no file.
"""

import difflib
import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import jsonschema
import jsonschema.validators
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from fahndung import resources
from fahndung.errors import Message, Problem, Severity
from fahndung.records import instants, wording
from fahndung.records.cleaning import pointer

SCHEMA_NAME = "appeal-1.json"


def other_form(record: object) -> Problem | None:
    """The finding about a record that names another form or version; None if it names this one or none at all."""
    if isinstance(record, Mapping) and "schema" in record and record["schema"] != "fahndung/appeal/1":
        return _problem(("schema",), wording.other_version(record["schema"]))
    return None


def problems(record: Any, *, known: frozenset[str] = frozenset()) -> list[Problem]:
    """Findings about the form. Places in ``known`` have been reported already and are passed over."""
    found: dict[str, Problem] = {}
    for error in _validator().iter_errors(record):
        for finding in _findings(error):
            if finding.field not in known:
                found.setdefault(finding.field, finding)
    return list(found.values())


def _problem(path: Iterable[str | int], message: Message) -> Problem:
    return Problem(rule="schema", severity=Severity.BLOCK, field=pointer(*path), message=message)


def _findings(error: ValidationError) -> Iterator[Problem]:
    path = tuple(error.absolute_path)
    if error.validator == "required":
        names = [name for name in _any(error.validator_value) if name not in _any(error.instance)]
        # the validator reports each missing name by itself; all are told at the first
        for name in names:
            yield _problem((*path, name), wording.missing(error, name))
    elif error.validator == "additionalProperties":
        for name in _extras(error):
            message = wording.not_a_language(error, name) or wording.unknown(name, *_suggestions(error, name))
            yield _problem((*path, name), message)
    else:
        yield _problem(path, wording.message(error))


def _any(value: Any) -> Any:
    """The parts of a finding; the library types them as perhaps unset, which a raised finding never is."""
    return value


def _extras(error: ValidationError) -> list[str]:
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    patterns = schema.get("patternProperties", {})
    return [
        name
        for name in _any(error.instance)
        if name not in schema.get("properties", {}) and not any(re.search(pattern, name) for pattern in patterns)
    ]


def _suggestions(error: ValidationError, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    near = difflib.get_close_matches(name.lower(), schema.get("properties", {}), n=1, cutoff=0.6)
    homes = _homes()
    if name in homes and (not near or difflib.SequenceMatcher(None, name, near[0]).ratio() < 0.85):
        return (), homes[name]
    if near:
        return tuple(near), ()
    other = difflib.get_close_matches(name.lower(), homes, n=1, cutoff=0.75)
    return (), homes[other[0]] if other else ()


@functools.cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the record."""
    loaded = json.loads(resources.schema_text(SCHEMA_NAME))
    assert isinstance(loaded, dict)
    return loaded


@functools.cache
def _homes() -> dict[str, tuple[str, ...]]:
    """Field name to the places that have such a field (``legal/order/scope``)."""
    homes: dict[str, list[str]] = {}
    definitions = schema()["$defs"]

    def visit(part: Mapping[str, Any], place: str) -> None:
        target = definitions[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        if isinstance(target.get("items"), Mapping):
            visit(target["items"], place + "[]")
        for name, below in target.get("properties", {}).items():
            homes.setdefault(name, []).append(f"{place}/{name}".lstrip("/"))
            visit(below, f"{place}/{name}")

    visit(schema(), "")
    return {name: tuple(places) for name, places in homes.items()}


@functools.cache
def _validator() -> Validator:
    checker = jsonschema.FormatChecker(formats=())
    checker.checks("date-time", raises=ValueError)(_if_text(instants.instant))
    checker.checks("duration", raises=ValueError)(_if_text(instants.duration))
    extend: Any = jsonschema.validators.extend
    validator: Validator = extend(jsonschema.Draft202012Validator, {"pattern": _pattern})(
        schema(), format_checker=checker
    )
    return validator


def _if_text(read: Callable[[str], object]) -> Callable[[object], bool]:
    def accepts(value: object) -> bool:
        if isinstance(value, str):
            read(value)
        return True

    return accepts


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    """``$`` as ECMA 262 means it: the very end. Python's also matches before a last line break."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")
