"""The configuration of a home: ``fahndung.toml`` as a value, or all that is wrong with it at once."""

import dataclasses
import datetime as dt
import json
import pathlib
import tomllib
from collections.abc import Mapping
from typing import Any

from fahndung import alarmconfig, resources, terms
from fahndung.errors import InvalidConfig, Message, Problem, Severity
from fahndung.law.periods import parse_period
from fahndung.model.alarm import Alarming
from fahndung.terms import Terms

CONFIG_NAME = "fahndung.toml"
_CLOSING_POST_DAYS = 30
_REMINDERS = ("PT24H", "PT6H")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The validated ``fahndung.toml``.

    Attributes:
        audit_head: where the head of the audit log goes; None: into the user's state folder.
        syslog: whether it goes to the system's log as well.
        calendar: None for no file.
        ledger: the address that it names; None for the file in the home.
        metrics: host and port on which a worker tells its numbers; None: it does not.
        backup_stamp: the file that says when the home was last backed up.
        channels: the tables as written, by name.
        faces: whether a detector looks for faces; None: where one is installed.
        face_model: the agency's own network and its SHA-256; None twice for the packaged one.
        indexnow: where search engines are told of pages; None: nobody is.
    """

    authority: str
    unit: str | None
    imprint: tuple[str, ...]
    address: str
    approvals: int
    weekend_extension: bool
    elapsed_weeks: bool
    review_days: Mapping[str, int]
    reminders: tuple[dt.timedelta, ...]
    remind_at_half: bool
    nationality: str
    face_cards: bool
    audit_head: pathlib.Path | None
    syslog: bool
    calendar: pathlib.Path | None
    ledger: str | None
    alarm: Alarming
    metrics: tuple[str, int] | None
    backup_stamp: pathlib.Path | None
    channels: Mapping[str, Mapping[str, Any]]
    indexnow: str | None
    faces: bool | None
    face_model: tuple[pathlib.Path | None, str | None]
    base: pathlib.Path

    @property
    def repeats(self) -> frozenset[str]:
        """The accounts with ``on_unknown = "repeat"``."""
        return frozenset(name for name, table in self.channels.items() if table.get("on_unknown") == "repeat")

    @property
    def terms(self) -> Mapping[str, Terms]:
        """What the force demands of each account."""
        return {name: terms.parse(table) for name, table in self.channels.items()}

    @property
    def stays(self) -> Mapping[str, dt.timedelta]:
        """How long a copy stays on an account at most, where the force says so."""
        return {name: own.ttl for name, own in self.terms.items() if own.ttl is not None}

    @property
    def most_a_day(self) -> Mapping[str, int]:
        """How many appeals are posted on an account in any 24 hours at most, where the force says so."""
        return {name: own.posts_per_day for name, own in self.terms.items() if own.posts_per_day is not None}

    @property
    def closing_posts(self) -> Mapping[str, dt.timedelta]:
        """The accounts that post the end once all else there is gone, and for how long that post stays."""
        return {
            name: dt.timedelta(days=int(table.get("closing_post_days", _CLOSING_POST_DAYS)))
            for name, table in self.channels.items()
            if table.get("closing_post") is True
        }

    @property
    def roots(self) -> tuple[pathlib.Path, ...]:
        """The folders that web servers show; relative ones count from the home."""
        return tuple(self.base / str(table["root"]) for table in self.channels.values() if "root" in table)


def read_config(home: pathlib.Path) -> Config:
    """The configuration of a home, as it is today.

    Raises:
        InvalidConfig: unreadable, not TOML, or not what ``schemas/config-1.json`` describes.
    """
    path = home / CONFIG_NAME
    try:
        untrusted_toml = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidConfig(f"{path} cannot be read: {error}", f"{path} ist nicht lesbar: {error}") from error
    return parse_config(untrusted_toml, home)


def parse_config(untrusted_toml: str, home: pathlib.Path) -> Config:
    """The configuration as a value; relative paths count from ``home``.

    Raises:
        InvalidConfig: with every finding at once.
    """
    import jsonschema

    try:
        untrusted = tomllib.loads(untrusted_toml)
    except tomllib.TOMLDecodeError as error:
        raise InvalidConfig(
            f"{CONFIG_NAME} is not valid TOML: {error}", f"{CONFIG_NAME} ist kein gültiges TOML: {error}"
        ) from error
    schema = json.loads(resources.schema_text("config-1.json"))
    validator = jsonschema.Draft202012Validator(schema)
    problems = [_problem(error) for error in validator.iter_errors(untrusted)]
    tables, alarm = untrusted.get("channels", []), untrusted.get("alarm", {})
    if not problems:
        problems += [*_double_names([table["name"] for table in tables]), *alarmconfig.contradictions(alarm)]
        problems += _open_to_others(untrusted.get("worker", {}))
    if problems:
        where = [_where(p.field, untrusted) for p in problems]
        told = Message.joined(
            Message.joined(filter(any, (at, p.message)), ": ") for at, p in zip(where, problems, strict=True)
        )
        raise InvalidConfig(f"{CONFIG_NAME}: {told.en}", f"{CONFIG_NAME}: {told.de}", problems=problems)
    policy, imprint = untrusted.get("policy", {}), untrusted["imprint"]
    calendar = untrusted.get("calendar", {}).get("file", "calendar.ics")
    audit, pictures = untrusted.get("audit", {}), untrusted.get("images", {})
    return Config(
        authority=untrusted["authority"]["name"],
        unit=untrusted["authority"].get("unit"),
        imprint=tuple(imprint[key] for key in ("publisher", "address", "printer") if key in imprint),
        address=imprint["address"],
        approvals=policy.get("approvals", 1),
        weekend_extension=policy.get("weekend_extension", False),
        elapsed_weeks=policy.get("elapsed_weeks", False),
        review_days=policy.get("review_days", {}),
        reminders=tuple(parse_period(text).rough_length for text in policy.get("reminders", _REMINDERS)),
        remind_at_half=policy.get("remind_at_half", True),
        nationality=policy.get("nationality", "name"),
        face_cards=policy.get("face_cards", False),
        audit_head=home / audit["head"] if "head" in audit else None,
        syslog=audit.get("syslog", True),
        calendar=home / calendar if calendar else None,
        ledger=untrusted.get("ledger", {}).get("address"),
        alarm=alarmconfig.parse(alarm, home),
        metrics=_listening(untrusted.get("worker", {})),
        backup_stamp=home / untrusted["backup"]["stamp"] if "backup" in untrusted else None,
        channels={table["name"]: table for table in tables},
        indexnow=untrusted.get("search", {}).get("indexnow"),
        faces=pictures.get("faces"),
        face_model=(home / pictures["face_model"] if "face_model" in pictures else None, pictures.get("face_sha256")),
        base=home,
    )


def _listening(worker: Mapping[str, Any]) -> tuple[str, int] | None:
    if "metrics" not in worker:
        return None
    host, _, port = str(worker["metrics"]).rpartition(":")
    return host.strip("[]"), int(port)


def _open_to_others(worker: Mapping[str, Any]) -> list[Problem]:
    listening = _listening(worker)
    if listening is None or listening[0] in alarmconfig.LOOPBACK or worker.get("anywhere", False):
        return []
    message = Message(
        "an address beyond this machine needs anywhere = true: whoever reaches it reads the numbers",
        "Eine Adresse außerhalb dieses Rechners braucht anywhere = true: Wer sie erreicht, liest die Zahlen",
    )
    return [Problem(rule="schema", severity=Severity.BLOCK, field="worker/metrics", message=message)]


def _where(field: str, untrusted: Mapping[str, Any]) -> Message:
    """Where in the file that is, empty for all of it; of accounts by their name, which a person finds there."""
    top, _, rest = field.partition("/")
    number, _, key = rest.partition("/")
    if top != "channels" or not number.isdigit():
        return Message(field, field)
    name = untrusted["channels"][int(number)].get("name")
    known, key = isinstance(name, str) and name, f", {key}" if key else ""
    en, de = (name, name) if known else (f"number {int(number) + 1}", f"Nummer {int(number) + 1}")
    return Message(f"account {en}{key}", f"Konto {de}{key}")


def _problem(error: Any) -> Problem:
    field = "/".join(str(part) for part in error.absolute_path)
    # one sentence of the validator, without the value: a value could be a secret somebody put there by mistake
    examples = error.schema.get("examples") if isinstance(error.schema, dict) else None
    match error.validator:
        case "additionalProperties":
            keys = ", ".join(_unknown_keys(error))
            en, de = f"unknown key: {keys}", f"unbekannter Schlüssel: {keys}"
        case "required":
            missing = ", ".join(key for key in error.validator_value if key not in error.instance)
            en, de = f"missing: {missing}", f"es fehlt: {missing}"
        case _ if examples:
            shown = json.dumps(examples[0], ensure_ascii=False)
            en, de = f"not as it has to be, which is for example {shown}", f"nicht, wie verlangt, zum Beispiel {shown}"
        case _:
            asked = f"({error.validator}: {error.validator_value!r})"
            en, de = f"not what is asked here {asked}", f"nicht, was hier verlangt ist {asked}"
    message = Message(f"{en}; schemas/config-1.json describes it", f"{de}; siehe schemas/config-1.json")
    return Problem(rule="schema", severity=Severity.BLOCK, field=field, message=message)


def _unknown_keys(error: Any) -> list[str]:
    known = set(error.schema.get("properties", {}))
    return [key for key in error.instance if key not in known] if isinstance(error.instance, dict) else []


def _double_names(names: list[str]) -> list[Problem]:
    return [
        Problem(
            rule="schema",
            severity=Severity.BLOCK,
            field=f"channels/{index}/name",
            message=Message(f"{name} is the name of two channels", f"{name} heißt mehr als ein Kanal"),
        )
        for index, name in enumerate(names)
        if name in names[:index]
    ]
