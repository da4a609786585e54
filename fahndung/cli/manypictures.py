"""Many pictures outside any case: worked on side by side, with a bar on a terminal, and told in the order of the call.

One process works on a picture and hands bytes back; this one alone writes, so that an end in the middle leaves no
half file. In a folder a file is named by its content: a name may hold a person, a place or a camera.
"""

import contextlib
import dataclasses
import hashlib
import os
import pathlib
import sys
from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

import click

from fahndung.cli import parallel
from fahndung.cli.call import shown
from fahndung.cli.gathering import Gathered, gather
from fahndung.cli.language import language, say
from fahndung.cli.sheets import read_untrusted, write_new
from fahndung.errors import FahndungError, Message, UsageError
from fahndung.images.cleaning import Cleaned

Value = TypeVar("Value")
Row = dict[str, object]


def worked(
    work: Callable[[pathlib.Path], Value], paths: Sequence[pathlib.Path]
) -> Generator[tuple[int, Value | Message], None, None]:
    """Index and outcome of each file as it gets done. Close it (``contextlib.closing``) to end what is at work."""
    with (
        contextlib.closing(parallel.each(work, paths)) as outcomes,
        click.progressbar(length=len(paths), file=sys.stderr, hidden=not sys.stderr.isatty()) as bar,
    ):
        for index, outcome in outcomes:
            bar.update(1)
            yield index, outcome


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """What came of ``redact``: rows for JSON, in the order of the call.

    ``stopped`` is why it ended before all was done: the disk is full, the folder is gone.
    """

    written: tuple[Row, ...]
    failed: tuple[Row, ...] = ()
    skipped: tuple[Row, ...] = ()
    stopped: FahndungError | None = None

    @property
    def warned(self) -> list[tuple[str, str]]:
        """Files with what was odd about them and did not stop them."""
        return [(str(row["image"]), warning) for row in self.written for warning in _texts(row["warnings"])]

    def as_json(self) -> Row:
        """The same as JSON values."""
        rows: Row = {"written": self.written, "failed": self.failed, "skipped": self.skipped}
        if self.stopped is None:
            return rows
        return rows | {"ok": False, "error": self.stopped.message.in_language(language()),
                       "exit_code": self.stopped.exit_code}  # fmt: skip

    def lines(self) -> list[str]:
        """The same for people: what is not safe comes last."""
        return [
            *(f"{shown(row['image'])} -> {shown(row['file'])}" for row in self.written),
            *(left_alone(row) for row in self.skipped),
            *(say(f"NOT SAFE {shown(row['image'])}: {row['why']}", f"NICHT SICHER {shown(row['image'])}: {row['why']}")
              for row in self.failed),
        ]  # fmt: skip


def _texts(value: object) -> list[str]:
    return [str(text) for text in value] if isinstance(value, list) else []


def left_alone(row: Row) -> str:
    """One line about what was skipped."""
    return say(
        f"left alone {shown(row['image'])}: {row['why']}", f"nicht angefasst {shown(row['image'])}: {row['why']}"
    )


def rows(pairs: Sequence[tuple[pathlib.Path, Message]]) -> tuple[Row, ...]:
    """Files with a reason, as JSON values."""
    return tuple({"image": str(path), "why": why.in_language(language())} for path, why in pairs)


def redact(
    named: Sequence[pathlib.Path],
    output: pathlib.Path,
    clean: Callable[[bytes], Cleaned],
    told: Callable[[Redacted], None],
) -> Redacted:
    """Cleans ``named`` (files and folders) into the file or the folder ``output``.

    Args:
        clean: bytes of a file to those of a fresh one; runs in a process of its own unless it is about one file.
        told: called with what came of it, also of a part where somebody interrupts: the names are known nowhere else.

    Raises:
        UsageError: ``output`` does not fit or is a file that is there already; or there is one file, named itself, and
            it cannot be written.
        UnsafeImage: there is one file, named itself, and it cannot be made safe.
    """
    _check_output(named, output)
    if len(named) == 1 and not os.path.isdir(named[0]):
        path = named[0]
        made = clean(read_untrusted(path))
        result = Redacted(written=(_written(path, made, output, suffix=".jpg"),))
        told(result)
        return result
    gathered = gather(named)
    written: dict[int, Row] = {}
    failed: dict[int, Row] = {}

    stopped: FahndungError | None = None

    def result_so_far() -> Redacted:
        return Redacted(
            written=tuple(row for _, row in sorted(written.items())),
            failed=(*(row for _, row in sorted(failed.items())), *rows(gathered.unreadable)),
            skipped=rows(gathered.skipped),
            stopped=stopped,
        )

    try:
        with contextlib.closing(worked(lambda path: clean(read_untrusted(path)), gathered.pictures)) as outcomes:
            for index, outcome in outcomes:
                path = gathered.pictures[index]
                if isinstance(outcome, Message):
                    failed[index] = {"image": str(path), "why": outcome.in_language(language())}
                else:
                    written[index] = _written(path, outcome, output, suffix=".jpg")
    except FahndungError as error:  # told with what was written until then, in one document
        stopped = error
    finally:
        result = result_so_far()
        told(result)
    return result


def _written(path: pathlib.Path, made: Cleaned, output: pathlib.Path, *, suffix: str) -> Row:
    target = output
    if os.path.isdir(output):
        target = output / f"{hashlib.sha256(made.data).hexdigest()}{suffix}"
    else:
        _expect_free(output)  # somebody may have put one there while this worked
    write_new(target, made.data)
    warnings = [warning.in_language(language()) for warning in made.warnings]
    return {"image": str(path), "file": str(target), "warnings": warnings}


def _check_output(named: Sequence[pathlib.Path], output: pathlib.Path) -> None:
    folders = [path for path in named if os.path.isdir(path)]
    if (len(named) > 1 or folders) and not os.path.isdir(output):
        raise UsageError(
            f"{output} is not a folder; several images need one",
            f"{output} ist kein Ordner; mehrere Bilder brauchen einen",
        )
    if not os.path.isdir(output) and output.suffix.lower() not in {"", ".jpg", ".jpeg", ".png"}:
        raise UsageError(
            f"{output}: clean pictures are JPEG or PNG; name it .jpg or .png",
            f"{output}: Bereinigte Bilder sind JPEG oder PNG; bitte .jpg oder .png nennen",
        )
    for folder in folders:
        if output.resolve().is_relative_to(folder.resolve()):
            raise UsageError(
                f"{output} lies in {folder}, where the originals are; name a folder elsewhere",
                f"{output} liegt in {folder} bei den Originalen; bitte einen Ordner anderswo nennen",
            )
    if os.path.exists(output) and any(os.path.exists(path) and output.samefile(path) for path in named):
        raise UsageError(
            f"{output} is the original; name another file",
            f"{output} ist das Original; bitte eine andere Datei nennen",
        )
    if not os.path.isdir(output):
        _expect_free(output)


def _expect_free(output: pathlib.Path) -> None:
    """Passes if nothing has that name: what has it may be somebody's only original.

    Raises:
        UsageError: something has it.
    """
    if os.path.lexists(output):
        raise UsageError(
            f"{output} is there already and was left as it is; name another file, or remove that one first",
            f"{output} gibt es schon und blieb, wie es ist; bitte eine andere Datei nennen oder jene erst löschen",
        )


def inspected(
    named: Sequence[pathlib.Path], look: Callable[[pathlib.Path], Value]
) -> tuple[Gathered, dict[int, Value | Message]]:
    """What ``look`` tells of each file that ``named`` means, by its index in ``Gathered.pictures``.

    Raises:
        FahndungError: there is one file, named itself, and it cannot be looked at.
    """
    if len(named) == 1 and not os.path.isdir(named[0]):
        return Gathered(pictures=tuple(named)), {0: look(named[0])}
    gathered = gather(named)
    with contextlib.closing(worked(look, gathered.pictures)) as outcomes:
        return gathered, dict(outcomes)
