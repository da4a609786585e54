"""An untrusted record and its case folder in, an ``Appeal`` out, or all problems at once.

Does not judge what the law allows, decodes no picture and writes nothing.
"""

import dataclasses
import functools
import os
import pathlib
import re
import types
from collections.abc import Mapping
from typing import Any

import rfc8785

from fahndung.errors import Message, Problem, Severity
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId
from fahndung.records import build, cleaning, crosschecks, files, reading, shape

__all__ = ["Case", "load", "parse"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case folder that has been read and found valid.

    Attributes:
        record_bytes: ``appeal.json`` as it lay there.
        canonical: the record in Unicode NFC as RFC 8785 bytes; what a digest is computed over.
        images: the original bytes of the image files.
        folder: the folder with all symlinks resolved.
        warnings: what the record holds and nothing of which is published.
    """

    appeal: Appeal
    record_bytes: bytes
    canonical: bytes
    images: Mapping[ImageId, bytes]
    folder: pathlib.Path
    warnings: tuple[Problem, ...] = ()


def load(folder: pathlib.Path) -> Case:
    """The case in a folder with ``appeal.json`` and the image files that it names.

    Raises:
        InvalidRecord: with every problem of the record and of its files.
    """
    folder = pathlib.Path(os.path.realpath(folder))
    untrusted_bytes = files.record_bytes(folder)
    read = _read(untrusted_bytes)
    images, image_problems = files.images(folder, read.record)
    if read.problems or image_problems:
        said = {problem.field for problem in image_problems}  # a file's own problem says more than its pattern's
        problems = [problem for problem in read.problems if problem.field not in said]
        raise reading.refusal(_in_order([*problems, *image_problems]))
    assert read.appeal is not None  # there is no problem
    return Case(
        appeal=read.appeal,
        record_bytes=untrusted_bytes,
        canonical=read.canonical,
        images=types.MappingProxyType({ImageId(id): content for id, content in images.items()}),
        folder=folder,
        warnings=read.warnings,
    )


def parse(untrusted: object) -> Appeal:
    """The appeal in a record's JSON values; its files are not looked at.

    Raises:
        InvalidRecord: with every problem of the record.
    """
    record, problems = _examined(untrusted)
    if problems:
        raise reading.refusal(_in_order(problems))
    return build.appeal(_checked(record))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What the bytes of a record hold, whatever lies beside them; the last three if nothing is wrong with it."""

    record: object
    problems: tuple[Problem, ...]
    appeal: Appeal | None = None
    canonical: bytes = b""
    warnings: tuple[Problem, ...] = ()


@functools.lru_cache(maxsize=16)
def _read(untrusted_bytes: bytes) -> _Read:
    """Kept: whoever publishes, looks and takes down meets the same few records again and again.

    Raises:
        InvalidRecord: they are no JSON.
    """
    record, problems = _examined(reading.values(untrusted_bytes))
    if problems:
        return _Read(record=record, problems=tuple(problems))
    checked = _checked(record)
    return _Read(
        record=record,
        problems=(),
        appeal=build.appeal(checked),
        canonical=rfc8785.dumps(checked),
        warnings=_not_published(checked),
    )


def _examined(untrusted: object) -> tuple[object, list[Problem]]:
    """The cleaned record and its problems; the first finding about a place hides later ones about it."""
    record, problems = cleaning.cleaned(untrusted)
    if (other := shape.other_form(record)) is not None:
        return {}, [other]  # nothing else can be said about it
    problems += shape.problems(record, known=frozenset(problem.field for problem in problems))
    known = {problem.field for problem in problems}
    problems += [problem for problem in crosschecks.problems(record) if problem.field not in known]
    return record, problems


def _checked(record: object) -> dict[str, Any]:
    assert isinstance(record, dict)  # the schema has said so
    return record


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Problems by place, ``images/2`` before ``images/10``."""

    def place(problem: Problem) -> list[tuple[bool, int, str]]:
        return [(step.isdecimal(), int(step) if step.isdecimal() else 0, step) for step in problem.field.split("/")]

    return sorted(problems, key=place)


_KEPT = re.compile(
    r"videos|audio|translations|foreign_ids|posters/\d+/(language|url)|outcome|reward/conditions|legal/charges"
    r"|publication/(published_at|modified_at)|objects/\d+/vehicle"
    r"|persons/\d+/(companions|outcome|age/(text|at)|dead/(found_at|pmi))"
)


def _not_published(record: Mapping[str, object]) -> tuple[Problem, ...]:
    """A warning for each field that is kept with the record and has no place in an ``Appeal``."""
    found: list[Problem] = []

    def visit(value: object, path: tuple[str | int, ...]) -> None:
        field = cleaning.pointer(*path)
        if _KEPT.fullmatch(field):
            found.append(Problem(rule="record", severity=Severity.WARN, field=field, message=_KEPT_MESSAGE))
            return
        entries = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
        for step, entry in entries:
            visit(entry, (*path, step))

    visit(record, ())
    return tuple(found)


_KEPT_MESSAGE = Message(
    "is kept with the record; nothing of it is published",
    "bleibt beim Vorgang; veröffentlicht wird davon nichts",
)
