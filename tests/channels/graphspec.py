"""Holds requests and answers against Meta's field specifications, which ``FAHNDUNG_SPECS`` leads to. Calls nothing.

They name the parameters of every call, their types, and the fields of every object with theirs. They say nothing of
paths, of errors, of the parameters that all calls have (``EVERYWHERE``), and of the envelope of listings.
"""

import contextlib
import datetime as dt
import functools
import json
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from fahndung.http import Answer
from fahndung.testing import graph
from fahndung.testing.facebookstock import page_id

from . import openapi

FILES = {"page": "facebook/Page.json", "post": "facebook/PagePost.json", "photo": "facebook/Photo.json"}
EVERYWHERE = frozenset({"fields", "after", "appsecret_proof"})
"""Of the Graph API itself (developers.facebook.com, "Graph API overview")."""
REREAD = {"id", "scrape", "appsecret_proof"}
"""Of the one call that no specification has ("Sharing for webmasters"): an address is read again."""
PAGES = frozenset({"me", page_id(0), page_id(1)})
"""Those that tests ask for without an edge: a photo's address looks like that of a Page."""
FILE = "source"
"""What the documentation calls the file of a photo (reference of ``/{page}/photos``)."""
_ENVELOPE = frozenset({"data", "paging"})
_HEADERS = frozenset({"authorization", "content-type"})


def specification() -> "Fields | None":
    """The specifications; None where there is no folder with all of them."""
    found = openapi.folder()
    if found is None or not all((found / name).is_file() for name in FILES.values()):
        return None
    return _fields(found)


@functools.cache
def _fields(folder: Any) -> "Fields":
    return Fields({kind: json.loads((folder / name).read_text("utf-8")) for kind, name in FILES.items()})


class Fields:
    """What Page, PagePost and Photo have; as ``openapi.Described``."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        self._calls = {
            (kind, one["method"], one.get("endpoint", "")): one
            for kind, document in documents.items()
            for one in document["apis"]
        }
        self._fields = {
            kind: {one["name"]: one["type"] for one in document["fields"]} for kind, document in documents.items()
        }

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Iterator[str]:
        """What is wrong with a request."""
        if "/" not in urllib.parse.urlsplit(url).path.strip("/"):
            given = dict(urllib.parse.parse_qsl((body or b"").decode()))
            if (method, given.keys(), given.get("scrape")) != ("POST", REREAD, "true"):
                yield f"no such call: {method} {sorted(given)}"
            return
        call = self._call(method, url)
        if call is None:
            yield f"no such call: {method} {urllib.parse.urlsplit(url).path}"
            return
        yield from (f"unknown header {name}" for name in headers if name.lower() not in _HEADERS)
        given, known = _given(url, headers, body), {one["name"]: one for one in call["params"]}
        if (method, call.get("endpoint")) == ("POST", "photos") and given.pop(FILE, None) is None:
            yield "the file is missing"
        for name, value in given.items():
            if name in known:
                yield from _wrong(name, _typed(value, known[name]["type"]), known[name]["type"])
            elif name not in EVERYWHERE:
                yield f"unknown parameter {name}"
        yield from (f"missing parameter {n}" for n, one in known.items() if one["required"] and n not in given)
        yield from self._asked(call, given.get("fields", ""))

    def answer(self, method: str, url: str, answer: Answer) -> Iterator[str]:
        """What is wrong with an answer; one that tells an error is described nowhere."""
        call = self._call(method, url)
        if call is None or answer.status != 200:
            yield f"status {answer.status} is not described"
            return
        told = json.loads(answer.body)
        if method == "DELETE" or told.keys() == {"success"}:
            yield from (f"unknown field {name}" for name in told.keys() - {"success"})
            yield from _wrong("success", told.get("success"), "bool")
        elif method == "GET" and call.get("endpoint"):
            yield from (f"unknown field {name}" for name in told.keys() - _ENVELOPE)
            for one in told["data"]:
                yield from self._node(call, one)
        else:
            yield from self._node(call, told)

    def _call(self, method: str, url: str) -> Mapping[str, Any] | None:
        _, node, *edge = urllib.parse.urlsplit(url).path.strip("/").split("/")
        kind = "post" if "_" in node else "page" if edge or node in PAGES else "photo"
        return self._calls.get((kind, method, "/".join(edge)))

    def _asked(self, call: Mapping[str, Any], fields: str) -> Iterator[str]:
        """An edge may be asked for as a field; of what is asked of it in braces no specification is at hand."""
        kind = _kind(call)
        for name in filter(None, graph.fields(fields)):
            if name not in self._fields[kind] and name not in self._edges(kind):
                yield f"{kind} has no field {name}"

    def _node(self, call: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
        kind = _kind(call)
        for name, value in told.items():
            if name in self._edges(kind):
                yield from _wrong(name, value.get("data") if isinstance(value, dict) else value, "list")
            elif name not in self._fields[kind]:
                yield f"unknown field {name}"
            else:
                yield from _wrong(name, value, self._fields[kind][name])

    def _edges(self, kind: str) -> set[str]:
        return {edge for of, method, edge in self._calls if (of, method) == (kind, "GET") and edge}


def _given(url: str, headers: Mapping[str, str], body: bytes | None) -> dict[str, str]:
    """The parameters of a call: in its address, in a form, or in one with a file."""
    kind = headers.get("Content-Type", "")
    if body is not None and kind.startswith("multipart/form-data"):
        return openapi.form(body, kind)
    return dict(urllib.parse.parse_qsl((body or b"").decode() or urllib.parse.urlsplit(url).query))


def _kind(call: Mapping[str, Any]) -> str:
    return {"PagePost": "post", "Photo": "photo"}.get(call["return"], "page")


def _wrong(name: str, value: object, kind: str) -> Iterator[str]:
    """Whether a value has the type that a specification names; types with capitals are objects."""
    if kind == "datetime":
        right = _is_instant(value)
    elif kind in {"unsigned int", "int"}:
        right = isinstance(value, int) and not isinstance(value, bool) and (kind == "int" or value >= 0)
    elif kind.startswith("list"):
        right = isinstance(value, list)
    elif kind.endswith("_enum_param"):  # of its values no file is at hand
        right = isinstance(value, str)
    else:
        right = isinstance(value, {"bool": bool, "string": str, "float": int | float}.get(kind, dict))
    if not right:
        yield f"{name}: {value!r} is no {kind}"


def _is_instant(value: object) -> bool:
    try:
        return isinstance(value, str) and dt.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _typed(text: str, kind: str) -> object:
    """A text of a query or a form as the value that it stands for."""
    if kind == "bool":
        return {"true": True, "false": False}.get(text, text)
    if kind.startswith("list"):
        with contextlib.suppress(ValueError):
            return json.loads(text)
    return int(text) if kind in {"unsigned int", "int"} and text.isdigit() else text
