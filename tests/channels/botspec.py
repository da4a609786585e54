"""Holds requests and answers against the Bot API's specification, which ``FAHNDUNG_SPECS`` leads to. Calls nothing.

It names every method with its parameters, every object with its fields, their types, and which of them must be there.
It says nothing of addresses, of the envelope of answers (``ok``, ``result``), and of errors.
"""

import functools
import json
import pathlib
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from fahndung.http import Answer

from . import openapi
from .openapi import Record

FILE = "tg-api.json"
VERSION = "Bot API 10.1"
_LIST = "Array of "
_PLAIN: Mapping[str, type | tuple[type, ...]] = {
    "Integer": int,
    "String": str,
    "Boolean": bool,
    "Float": (int, float),
}


def record() -> Record:
    """What sees all calls of the Bot API; the public pages are described nowhere."""
    return Record(specification(), paths=("/bot",), platform="telegram")


def specification() -> "BotApi | None":
    """The specification; None where there is no folder with it."""
    found = openapi.folder()
    return None if found is None or not (found / FILE).is_file() else _read(found / FILE)


@functools.cache
def _read(path: pathlib.Path) -> "BotApi":
    return BotApi(json.loads(path.read_text("utf-8")))


class BotApi:
    """The methods and the types; as ``openapi.Described``."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        assert document["version"] == VERSION
        self._methods, self._types = document["methods"], document["types"]

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Iterator[str]:
        """What is wrong with a request."""
        called = self._methods.get(_name(url))
        if called is None:
            yield f"no such method: {_name(url)}"
            return
        known = {one["name"]: one for one in called.get("fields", ())}
        given = json.loads(body) if body else dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        kind = {name.lower(): value for name, value in headers.items()}.get("content-type")
        if kind != ("application/json" if body else None):
            yield f"a body of type {kind}"
        yield from (f"unknown parameter {name}" for name in given.keys() - known.keys())
        yield from (f"missing parameter {n}" for n, one in known.items() if one["required"] and n not in given)
        for name in given.keys() & known.keys():
            value = given[name] if body else _typed(given[name], known[name]["types"])
            yield from self._wrong(name, value, known[name]["types"])

    def answer(self, method: str, url: str, answer: Answer) -> Iterator[str]:
        """What is wrong with an answer; one that tells an error is described nowhere."""
        told = json.loads(answer.body)
        if answer.status != 200 or told.keys() != {"ok", "result"} or told["ok"] is not True:
            yield f"status {answer.status} with {', '.join(told)} is not described"
            return
        yield from self._wrong("result", told["result"], self._methods[_name(url)]["returns"])

    def _wrong(self, name: str, value: object, kinds: list[str]) -> Iterator[str]:
        """Whatever is wrong with a value by the type that comes nearest."""
        found = [list(self._not(name, value, kind)) for kind in kinds]
        yield from min(found, key=len)

    def _not(self, name: str, value: object, kind: str) -> Iterator[str]:
        if kind.startswith(_LIST):
            if not isinstance(value, list):
                yield f"{name}: {value!r} is no list"
                return
            for one in value:
                yield from self._not(name, one, kind.removeprefix(_LIST))
        elif kind in _PLAIN:
            if not isinstance(value, _PLAIN[kind]) or (isinstance(value, bool) and kind != "Boolean"):
                yield f"{name}: {value!r} is no {kind}"
        elif subtypes := self._types[kind].get("subtypes"):
            yield from self._wrong(name, value, subtypes)
        elif not isinstance(value, dict):
            yield f"{name}: {value!r} is no {kind}"
        else:
            fields = {one["name"]: one for one in self._types[kind].get("fields", ())}
            yield from (f"{kind} has no field {one}" for one in value.keys() - fields.keys())
            yield from (f"{kind} lacks {n}" for n, one in fields.items() if one["required"] and n not in value)
            for one in value.keys() & fields.keys():
                yield from self._wrong(f"{kind}.{one}", value[one], fields[one]["types"])


def _name(url: str) -> str:
    return urllib.parse.urlsplit(url).path.rpartition("/")[2]


def _typed(text: str, kinds: list[str]) -> object:
    """A text of a query as the value that it stands for."""
    return int(text) if "Integer" in kinds and text.lstrip("-").isdigit() else text
