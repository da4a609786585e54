"""The table ``[alarm]`` of a configuration as a value, and what in it contradicts itself; knows no schema."""

import datetime as dt
import pathlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fahndung.errors import Message, Problem, Severity
from fahndung.model.alarm import Alarming, CommandWay, Kind, Level, MailWay, Way, WebhookWay
from fahndung.model.mail import MailServer

DEFAULT = "default"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_REPEAT = {Level.URGENT: "PT30M", Level.NOTICE: "P1D"}
_PERIOD = re.compile(r"P(?:(?P<days>\d+)D|T(?:(?P<hours>\d+)H|(?P<minutes>\d+)M))")


def parse(table: Mapping[str, Any], base: pathlib.Path) -> Alarming:
    """The table as a value; relative paths count from ``base``. Without ``alarm.to`` every way gets every alarm."""
    ways = {way["name"]: _way(way) for way in table.get("ways", [])}
    to = table.get("to", {})
    return Alarming(
        server=_server(table["mail"], base) if "mail" in table else None,
        ways=ways,
        default=tuple(to.get(DEFAULT, ways)),
        to={Kind(kind): tuple(names) for kind, names in to.items() if kind != DEFAULT},
        people=table.get("people", {}),
        press_office=tuple(table.get("press_office", ())),
        repeat={level: _period(table.get(f"repeat_{level}", usual)) for level, usual in _REPEAT.items()},
    )


def contradictions(table: Mapping[str, Any]) -> list[Problem]:
    """What the schema cannot see."""
    ways = table.get("ways", [])
    names = [way["name"] for way in ways]
    found = [
        _problem(f"ways/{number}/name", f"{name} is the name of two ways", f"{name} heißt mehr als ein Weg")
        for number, name in enumerate(names)
        if name in names[:number]
    ]
    for kind, chosen in table.get("to", {}).items():
        found += [
            _problem(f"to/{kind}", f"there is no way {name}", f"Es gibt keinen Weg {name}")
            for name in chosen
            if name not in names
        ]
    by_mail = any(way["kind"] == "mail" for way in ways) or table.get("people") or table.get("press_office")
    if by_mail and "mail" not in table:
        found.append(_problem("mail", "addresses need a mail server in [alarm.mail]", "Adressen brauchen [alarm.mail]"))
    return [*found, *_of_server(table.get("mail", {}))]


def _of_server(mail: Mapping[str, Any]) -> Iterator[Problem]:
    if ("user" in mail) != ("credential" in mail):
        yield _problem(
            "mail/credential",
            "user and credential go together",
            "user und credential gehören zusammen",
        )
    if mail.get("security") == "none" and (mail["host"] not in LOOPBACK or "user" in mail):
        yield _problem(
            "mail/security",
            "without encryption only to this machine, and without a user",
            "unverschlüsselt nur zu diesem Rechner, und ohne user",
        )


def _server(mail: Mapping[str, Any], base: pathlib.Path) -> MailServer:
    security = mail.get("security", "starttls")
    return MailServer(
        host=mail["host"],
        port=mail.get("port", _PORTS[security]),
        security=security,
        sender=mail["from"],
        user=mail.get("user"),
        credential=mail.get("credential"),
        ca_file=base / mail["ca_file"] if "ca_file" in mail else None,
    )


def _way(way: Mapping[str, Any]) -> Way:
    if way["kind"] == "mail":
        return MailWay(name=way["name"], to=_strings(way["to"]))
    if way["kind"] == "command":
        return CommandWay(name=way["name"], command=_strings(way["command"]))
    return WebhookWay(name=way["name"], url=way["url"], credential=way["credential"])


def _strings(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _period(text: str) -> dt.timedelta:
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is no period of the schema")
    return dt.timedelta(**{unit: int(amount) for unit, amount in found.groupdict().items() if amount})


def _problem(field: str, en: str, de: str) -> Problem:
    return Problem(rule="schema", severity=Severity.BLOCK, field=f"alarm/{field}", message=Message(en, de))
