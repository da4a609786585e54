"""Holds requests and answers against a platform's OpenAPI file, which ``FAHNDUNG_SPECS`` leads to. Calls nothing."""

import dataclasses
import datetime as dt
import email
import email.policy
import functools
import json
import os
import pathlib
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import jsonschema
import pytest
import referencing
import referencing.jsonschema

from fahndung.http import Answer, Client

from .tally import RUN

VARIABLE = "FAHNDUNG_SPECS"
SIMULATED = "x-simulated"
_ROOT = "urn:specification"
_FORMATS = jsonschema.FormatChecker()


@_FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or dt.datetime.fromisoformat(value).tzinfo is not None


@_FORMATS.checks("uri", raises=ValueError)
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urllib.parse.urlsplit(value).scheme)


def folder() -> pathlib.Path | None:
    """Where specifications and recordings lie; None: nobody said."""
    named = os.environ.get(VARIABLE)
    return pathlib.Path(named) if named else None


def needed(name: str) -> pathlib.Path:
    """A file of that folder; skips the test, loudly, where there is none."""
    found = folder()
    if found is None or not (found / name).is_file():
        pytest.skip(f"UNVALIDATED: {VARIABLE} names no folder with {name} (docs/channels.md says where to get it)")
    return found / name


@functools.cache
def specification(name: str) -> "Specification | None":
    """The specification in a file of the folder; None where there is no folder."""
    found = folder()
    return None if found is None or not (found / name).is_file() else Specification(found / name)


class Described(Protocol):
    """A specification of whatever form."""

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Iterator[str]:
        """What is wrong with a request."""
        ...

    def answer(self, method: str, url: str, answer: Answer) -> Iterator[str]:
        """What is wrong with an answer."""
        ...


class Specification:
    """One OpenAPI file, of version 3.0 or 3.1."""

    def __init__(self, path: pathlib.Path) -> None:
        self._document: dict[str, Any] = json.loads(path.read_text("utf-8"))
        resource = referencing.jsonschema.DRAFT202012.create_resource(self._document)
        self._registry: referencing.Registry[Any] = referencing.Registry().with_resource(_ROOT, resource)
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", re.escape(path).replace(r"\{", "{").replace(r"\}", "}"))), path)
            for path in sorted(self._document["paths"], key=lambda path: path.count("{"))
        ]

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Iterator[str]:
        """What is wrong with a request."""
        parts = urllib.parse.urlsplit(url)
        operation = self._operation(method, parts.path)
        if operation is None:
            yield f"no such operation: {method} {parts.path}"
            return
        parameters = [self._resolved(one) for one in operation.get("parameters", ())]
        known = {one["name"]: one for one in parameters if one["in"] == "query"}
        given = dict(urllib.parse.parse_qsl(parts.query))
        yield from (f"unknown parameter {name}" for name in given.keys() - known.keys())
        yield from (
            f"missing parameter {name}" for name, one in known.items() if one.get("required") and name not in given
        )
        for name in given.keys() & known.keys():
            yield from self._wrong(_typed(given[name], known[name]["schema"]), known[name]["schema"])
        # the file declares Idempotency-Key as an object, which no header can be: only its name is checked
        named = {one["name"].lower() for one in parameters if one["in"] == "header"}
        usual = {"accept", "authorization", "content-type"}
        yield from (f"unknown header {name}" for name in headers if name.lower() not in named | usual)
        yield from self._body(operation, headers, body)

    def answer(self, method: str, url: str, answer: Answer) -> Iterator[str]:
        """What is wrong with an answer."""
        operation = self._operation(method, urllib.parse.urlsplit(url).path) or {"responses": {}}
        responses = operation["responses"]
        response = responses.get(str(answer.status), responses.get("default") if answer.status >= 400 else None)
        if response is None:
            yield f"status {answer.status} is not one of {', '.join(operation['responses'])}"
            return
        kind, contents = answer.headers.get("content-type", "").split(";")[0], response.get("content", {})
        if contents and kind not in contents:
            yield f"an answer of type {kind!r} is not one of {', '.join(contents)}"
        elif contents:
            yield from self._wrong(json.loads(answer.body), contents[kind]["schema"])
        for name, header in self._document["components"].get("headers", {}).items():
            if (value := answer.headers.get(name.lower())) is not None:
                yield from self._wrong(_typed(value, header["schema"]), header["schema"])

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        found = next((template for pattern, template in self._paths if pattern.fullmatch(path)), None)
        operation = None if found is None else self._document["paths"][found].get(method.lower())
        return operation if isinstance(operation, dict) else None

    def _resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        """A parameter or a schema, which may stand elsewhere in the file."""
        if "$ref" not in part:
            return part
        _, _, group, name = part["$ref"].split("/")
        found: Mapping[str, Any] = self._document["components"][group][name]
        return found

    def _body(self, operation: Mapping[str, Any], headers: Mapping[str, str], body: bytes | None) -> Iterator[str]:
        content = operation.get("requestBody", {}).get("content", {})
        if not body:
            if operation.get("requestBody", {}).get("required"):
                yield "the body is missing"
            return
        said = {name.lower(): value for name, value in headers.items()}.get("content-type", "")
        kind = said.split(";")[0]
        if kind not in content:
            yield f"a body of type {kind!r} is not one of {', '.join(content)}"
        elif kind in {"application/json", "multipart/form-data"}:
            values = json.loads(body) if kind == "application/json" else form(body, said)
            # the alternatives of a body do not exclude each other: a text with media is two of them
            schema = {"anyOf" if name == "oneOf" else name: part for name, part in content[kind]["schema"].items()}
            yield from self._wrong(values, schema)
            yield from (f"unknown field {name}" for name in values.keys() - self._fields(content[kind]["schema"]))

    def _fields(self, schema: Mapping[str, Any]) -> set[str]:
        """Every field that a schema speaks of: the file forbids no others, and a misspelt one would pass."""
        schema = self._resolved(schema)
        parts = [*schema.get("allOf", ()), *schema.get("oneOf", ())]
        return set(schema.get("properties", {})).union(*map(self._fields, parts))

    def _wrong(self, value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
        whole = _absolute(schema)
        validator = jsonschema.Draft202012Validator(whole, registry=self._registry, format_checker=_FORMATS)
        for error in validator.iter_errors(value):
            yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def form(body: bytes, kind: str) -> dict[str, str]:
    """The fields of a form; a file's bytes as a text of as many characters."""
    message = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=email.policy.HTTP)
    found = {}
    for part in message.iter_parts():
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        found[str(part.get_param("name", header="Content-Disposition"))] = (
            data.decode() if part.get_filename() is None else data.decode("latin-1")
        )
    return found


def _absolute(schema: Any) -> Any:
    """The same with references that lead into the file."""
    if isinstance(schema, dict):
        return {
            key: _ROOT + value if key == "$ref" and value.startswith("#") else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(one) for one in schema] if isinstance(schema, list) else schema


def _typed(text: str, schema: Mapping[str, Any]) -> object:
    """A text of a query or a header as the value that it stands for."""
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if schema.get("type") == "array":
        return text.split(",")
    return int(text) if schema.get("type") == "integer" and text.isdigit() else text


@dataclasses.dataclass
class Record:
    """Every exchange of a test with a platform, held against its specification where there is one.

    Attributes:
        paths: where the calls that are described begin.
        aliases: parameters that the platform's documentation names otherwise than its specification.
        platform: what its exchanges are counted as at the end of the run.
        checked: how many exchanges. odd: how many of these had an answer that says itself that it is not described.
    """

    specification: Described | None
    paths: tuple[str, ...] = ("/api/", "/oauth/")
    aliases: Mapping[str, str] = dataclasses.field(default_factory=dict)
    platform: str = dataclasses.field(kw_only=True)
    checked: int = 0
    odd: int = 0
    wrong: list[str] = dataclasses.field(default_factory=list)
    answers: list[tuple[str, str, Answer]] = dataclasses.field(default_factory=list)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Sees all calls that the door to the network makes from now on."""
        exchange = Client._exchange

        def watched(
            client: Client, method: str, url: str, headers: Mapping[str, str] | None, body: bytes | None
        ) -> Answer:
            if not urllib.parse.urlsplit(url).path.startswith(self.paths):
                return exchange(client, method, url, headers, body)
            if self.specification is not None:
                named = functools.reduce(
                    lambda text, one: text.replace(f"{one[0]}=", f"{one[1]}="), self.aliases.items(), url
                )
                self._note(method, url, self.specification.request(method, named, headers or {}, body))
            answer = exchange(client, method, url, headers, body)
            self.answers.append((method, url, answer))
            is_odd = SIMULATED in answer.headers
            if not is_odd and self.specification is not None:
                self._note(method, url, self.specification.answer(method, url, answer))
            self.odd += is_odd
            self.checked += 1
            RUN.note(self.platform, held=self.specification is not None, odd=is_odd)
            return answer

        monkeypatch.setattr(Client, "_exchange", watched)

    def _note(self, method: str, url: str, wrong: Iterator[str]) -> None:
        self.wrong += [f"{method} {url}: {what}" for what in wrong]
