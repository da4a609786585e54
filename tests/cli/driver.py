"""Runs the command line in this process, in one home."""

import dataclasses
import json
import pathlib
from typing import Any

from click.testing import CliRunner, Result

from fahndung.cli.app import app


@dataclasses.dataclass(frozen=True, kw_only=True)
class Terminal:
    """A terminal in front of one home."""

    home: pathlib.Path
    now: str = "2026-11-21T08:30:00+01:00"

    def run(self, *words: object, code: int = 0, answers: str | None = None, now: str | None = None) -> Result:
        """Runs a command and holds its exit code against ``code``."""
        at = self.now if now is None else now
        before = ["--home", str(self.home), *(["--now", at] if at else [])]
        result = CliRunner().invoke(app, [*before, *map(str, words)], input=answers, prog_name="fahndung")
        assert result.exit_code == code, f"{words}: {result.exit_code}\n{result.stdout}\n{result.stderr}"
        return result

    def json(self, *words: object, code: int = 0, now: str | None = None) -> Any:
        """The one JSON document of a command."""
        return json.loads(self.run(*words, "--json", code=code, now=now).stdout)

    def key(self, person: str) -> tuple[str, str, str, str]:
        """The words with which a person signs."""
        return "--as", person, "--key", str(self.home / "keys" / f"{person}.key")
