"""A door to the network behind which given answers wait, in order, for tests of what each answer means."""

import json
from typing import Any

import pytest

from fahndung.http import Answer, Client


class Calls(list[tuple[str, str, dict[str, str], bytes | None]]):
    """What was sent: method, address, headers, body."""


def answering(calls: Calls, monkeypatch: pytest.MonkeyPatch, *answers: Any) -> None:
    """From now on calls are answered so: each answer is a status, or a body, or both, and
    headers perhaps, or what is raised instead."""
    waiting = [*answers]

    def exchange(_: Client, method: str, url: str, headers: dict[str, str] | None, body: bytes | None) -> Answer:
        calls.append((method, url, headers or {}, body))
        given = waiting.pop(0)
        if isinstance(given, Exception):
            raise given
        status, told, *named = _parted(given)
        data = told if isinstance(told, bytes) else json.dumps(told).encode()
        return Answer(status=status, headers=named[0] if named else {}, body=data)

    monkeypatch.setattr(Client, "_exchange", exchange)


def _parted(answer: Any) -> tuple[Any, ...]:
    if isinstance(answer, tuple):
        return answer
    return (answer, {"error": "x"}) if isinstance(answer, int) else (200, answer)
