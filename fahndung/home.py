"""One home: its folders, configuration, case store, release store and lock. Decides nothing."""

import contextlib
import dataclasses
import datetime as dt
import fcntl
import json
import os
import pathlib
import re
import secrets
import shutil
import stat
import threading
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from fahndung import alarmconfig, resources, terms
from fahndung.errors import (
    Busy,
    ChannelFailed,
    InvalidConfig,
    LedgerMissing,
    Message,
    NotPublishable,
    Problem,
    Severity,
    UsageError,
    os_reason,
)
from fahndung.law.periods import parse_period
from fahndung.model.alarm import Alarming
from fahndung.model.release import Release
from fahndung.terms import Terms

CONFIG_NAME = "fahndung.toml"
IDENTITY_NAME = "home-id"
ADDRESS_NAME = "ledger-address"
LOCK_SECONDS = 20.0
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_COMMENTED = re.compile(r"^# \[ledger\]\n# address = .*\n", re.MULTILINE)
CLOSING_POST_DAYS = 30
REMINDERS = ("PT24H", "PT6H")


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
            name: dt.timedelta(days=int(table.get("closing_post_days", CLOSING_POST_DAYS)))
            for name, table in self.channels.items()
            if table.get("closing_post") is True
        }

    @property
    def roots(self) -> tuple[pathlib.Path, ...]:
        """The folders that web servers show; relative ones count from the home."""
        return tuple(self.base / str(table["root"]) for table in self.channels.values() if "root" in table)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home folder. ``identity`` ties it to its ledger."""

    path: pathlib.Path
    identity: str

    @property
    def ledger_path(self) -> pathlib.Path:
        """Where an embedded ledger lies."""
        return self.path / "ledger.db"

    @property
    def ledger_address(self) -> pathlib.Path | str:
        """Where this home's ledger lies: the file, or a database by its address.

        The home's own record decides, not ``fahndung.toml``: a slip there must neither hide the ledger nor make another
        one count.

        Raises:
            LedgerMissing: the record cannot be read.
        """
        record = self.path / ADDRESS_NAME
        try:
            text = record.read_text("ascii").strip()
        except FileNotFoundError:
            return self.ledger_path
        except (OSError, UnicodeDecodeError):
            text = ""
        if not text:
            raise LedgerMissing(
                f"{record} cannot be read, so nobody knows where the ledger lies; write its address into it, or "
                "restore the backup",
                f"{record} ist nicht lesbar, also ist unbekannt, wo das Register liegt; bitte dessen Adresse "
                "hineinschreiben oder die Sicherung einspielen",
            )
        return text

    def record_address(self, address: pathlib.Path | str) -> None:
        """Records where the ledger lies from now on, on the disk when this returns.

        Raises:
            UsageError: it cannot be written.
        """
        record = self.path / ADDRESS_NAME
        try:
            if isinstance(address, str):
                draft = record.with_name(f".{ADDRESS_NAME}.new")
                _write(draft, address + "\n")
                _sync(draft)
                draft.replace(record)
            else:
                record.unlink(missing_ok=True)
            _sync(self.path)
        except OSError as error:
            raise UsageError(f"{record}: {os_reason(error).en}", f"{record}: {os_reason(error).de}") from error

    def disagrees(self, config: Config) -> Message | None:
        """What to do where ``fahndung.toml`` names another place for the ledger than the home's record; else None."""
        recorded = self.ledger_address
        if config.ledger == (recorded if isinstance(recorded, str) else None):
            return None
        line = f'[ledger] address = "{recorded}"' if isinstance(recorded, str) else "no [ledger] address"
        zeile = f'[ledger] address = "{recorded}"' if isinstance(recorded, str) else "keine [ledger] address"
        return Message(
            f"{CONFIG_NAME} names another place for the ledger than {recorded}, where it lies. Write there: {line}; "
            "or move it with 'fahndung ledger move --to'",
            f"{CONFIG_NAME} nennt für das Register einen anderen Ort als {recorded}, wo es liegt. Dort eintragen: "
            f"{zeile}; oder es mit „fahndung ledger move --to“ verlegen",
        )

    def config(self) -> Config:
        """The configuration of today.

        Raises:
            InvalidConfig: unreadable, not TOML, or not what ``schemas/config-1.json`` describes.
        """
        return parse_config(_read_config(self.path / CONFIG_NAME), self.path)

    def case_folder(self, appeal: str, revision: int) -> pathlib.Path:
        """Where records and originals of one revision lie; nothing under it is ever published."""
        return self.path / "cases" / appeal / str(revision)

    def store_case(self, appeal: str, revision: int, files: Mapping[str, bytes]) -> pathlib.Path:
        """Writes a case folder whole or not at all, mode 0700; a folder that no ledger row names is replaced.

        The caller holds the desk.
        """
        return _store(self.case_folder(appeal, revision), files)

    def add_to_case(self, appeal: str, revision: int, files: Mapping[str, bytes]) -> None:
        """Writes files into a stored case folder, each whole; one of that name is replaced. The caller holds the desk.

        Raises:
            ChannelFailed: one cannot be written.
        """
        folder = self.case_folder(appeal, revision)
        try:
            for name, data in files.items():
                target = folder / name
                target.parent.mkdir(mode=0o700, exist_ok=True)
                draft = target.with_name(f".{target.name}.new")
                _write_bytes(draft, data)
                draft.replace(target)
                _sync(target.parent)
        except OSError as error:
            raise ChannelFailed(
                f"{folder} cannot be written: {error}", f"{folder} ist nicht schreibbar: {error}"
            ) from error

    def drop_case(self, appeal: str, revision: int) -> None:
        """Removes a case folder whose submission failed."""
        shutil.rmtree(self.case_folder(appeal, revision), ignore_errors=True)

    def release_folder(self, digest: str) -> pathlib.Path:
        """Where one release lies."""
        return self.path / "releases" / digest

    def store_release(self, release: Release, manifest: bytes) -> pathlib.Path:
        """Writes manifest and files whole or not at all; the same digest again replaces the same bytes.

        The caller holds the desk.
        """
        files = {name: file.data for name, file in release.files.items()}
        return _store(self.release_folder(release.digest), files | {"manifest.json": manifest})

    def stored_files(self, folder: pathlib.Path, *, left_out: Callable[[str], bool] | None = None) -> dict[str, bytes]:
        """Every regular file below ``folder`` by its relative name, but for those that ``left_out`` names.

        Raises:
            NotPublishable: the folder is gone, or holds something that is not a plain file.
        """
        if not folder.is_dir():
            raise NotPublishable(
                f"{folder} is missing; build the release again or restore the backup",
                f"{folder} fehlt; Veröffentlichung neu bauen oder Sicherung einspielen",
            )
        found: dict[str, bytes] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise NotPublishable(f"{path} is not a plain file", f"{path} ist keine gewöhnliche Datei")
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not (left_out and left_out(name)):
                found[name] = path.read_bytes()
        return found

    @contextlib.contextmanager
    def lock(self, seconds: float = LOCK_SECONDS, stop: threading.Event | None = None) -> Iterator[None]:
        """Holds the home's one calling place: only its holder may call channels.

        Args:
            seconds: how long to wait for it. stop: ends the waiting, if it is set.

        Raises:
            Busy: another process has held it for ``seconds``. ChannelFailed: there is no place for a lock.
        """
        with held(self.path / "lock", seconds, stop):
            yield

    @contextlib.contextmanager
    def desk(self, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        """Holds the folders of cases and releases: one writer at a time, beside whoever has the calling place.

        Raises:
            Busy, ChannelFailed: as ``lock``.
        """
        with held(self.path / "desk", seconds):
            yield


@contextlib.contextmanager
def held(path: pathlib.Path, seconds: float, stop: threading.Event | None = None) -> Iterator[None]:
    """Holds the lock of a file that is there for that alone; nobody else does meanwhile, in no process or thread.

    Raises:
        Busy, ChannelFailed: as ``Home.lock``.
    """
    handle = _open_lock(path)
    try:
        _wait_for(handle, seconds, stop or threading.Event())
        yield
    finally:
        os.close(handle)


def _open_lock(path: pathlib.Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        try:
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC)  # a read-only or full disk must not stop a takedown
        except OSError as error:
            raise ChannelFailed(f"{path}: {os_reason(error).en}", f"{path}: {os_reason(error).de}") from error


def _wait_for(handle: int, seconds: float, stop: threading.Event) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline or stop.is_set():
                raise Busy(
                    f"another run has been working in this home for {seconds:.0f} s; try again",
                    f"Ein anderer Lauf arbeitet seit {seconds:.0f} s in diesem Heim; bitte erneut versuchen",
                ) from None
            stop.wait(0.05)
        else:
            return


def exposed_folders(home: pathlib.Path, roots: Iterable[pathlib.Path]) -> tuple[str, ...]:
    """The folders of records, originals and releases that others may read: by their rights, or through a website (R28).

    Nothing is changed. A folder that cannot be looked at is not told: whoever reads it next fails anyway.
    """
    found: list[str] = []
    shown = [root.resolve() for root in roots]
    for folder in (home / "cases", home / "releases"):
        try:
            mode = folder.stat().st_mode
        except OSError:
            continue
        real = folder.resolve()
        within = any(root == real or root in real.parents or real in root.parents for root in shown)
        if mode & _OTHERS or within:
            found.append(str(folder))
    return tuple(found)


def create(
    path: pathlib.Path,
    *,
    rehearsal: bool,
    authority: str = "Polizeidirektion Musterstadt",
    ledger: str | None = None,
    lang: Literal["de", "en"] = "en",
) -> Home:
    """Makes the folders and a commented ``fahndung.toml``; the ledger is made by the caller.

    Args:
        ledger: the address of a database for it; None for a file in the home.
        lang: of the comments in the configuration.

    Raises:
        UsageError: something is there already.
    """
    if path.is_symlink() or (path.exists() and (not path.is_dir() or any(path.iterdir()))):
        raise UsageError(
            f"{path} exists and is not an empty folder; name another with --home",
            f"{path} besteht schon und ist kein leerer Ordner; bitte mit --home einen anderen nennen",
        )
    try:
        return _make(path, f"{'rehearsal' if rehearsal else 'production'}.{lang}.toml", authority, ledger)
    except OSError as error:
        reason = os_reason(error)
        raise UsageError(
            f"{path} cannot be made: {reason.en}; name another place with --home",
            f"{path} lässt sich nicht anlegen: {reason.de}; bitte mit --home einen anderen Ort nennen",
        ) from error


def _make(path: pathlib.Path, config: str, authority: str, ledger: str | None) -> Home:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    for name in ("cases", "releases"):
        (path / name).mkdir(mode=0o700)
    if config.startswith("rehearsal"):
        (path / "site").mkdir(mode=0o755)
    text = resources.template_text("config", config).replace("@AUTHORITY@", authority)
    _write(path / CONFIG_NAME, text if ledger is None else _COMMENTED.sub(lambda _: _table(ledger), text, count=1))
    identity = secrets.token_hex(16)
    _write(path / IDENTITY_NAME, identity + "\n")
    made = Home(path=path.resolve(), identity=identity)
    if ledger is not None:
        made.record_address(ledger)
    return made


def _table(ledger: str) -> str:
    return f"[ledger]\naddress = {json.dumps(ledger)}\n"


def open_home(path: pathlib.Path) -> Home:
    """The home at ``path``.

    Raises:
        LedgerMissing: there is no home there, so nobody knows what is online.
    """
    try:
        identity = (path / IDENTITY_NAME).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        identity = ""
    if not identity:
        raise LedgerMissing(
            f"{path} is no home of fahndung ({IDENTITY_NAME} is missing): what is online is unknown. "
            "Name the home with --home or FAHNDUNG_HOME, make one with 'fahndung init', or restore the backup",
            f"{path} ist kein Heim von fahndung ({IDENTITY_NAME} fehlt): Was online ist, ist unbekannt. "
            "Heim mit --home oder FAHNDUNG_HOME nennen, mit „fahndung init“ anlegen oder Sicherung einspielen",
        )
    return Home(path=path.resolve(), identity=identity)


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
    problems = [_config_problem(error) for error in validator.iter_errors(untrusted)]
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
        reminders=tuple(parse_period(text).rough_length for text in policy.get("reminders", REMINDERS)),
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


def _config_problem(error: Any) -> Problem:
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


def _read_config(path: pathlib.Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidConfig(f"{path} cannot be read: {error}", f"{path} ist nicht lesbar: {error}") from error


def _store(folder: pathlib.Path, files: Mapping[str, bytes]) -> pathlib.Path:
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.parent.glob(f".{folder.name}.*"):  # of a run that was killed; the caller holds the desk
        shutil.rmtree(left, ignore_errors=True)
    scratch = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        for name, data in files.items():
            target = scratch / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_bytes(target, data)
        for directory in (scratch, *(p for p in scratch.rglob("*") if p.is_dir())):
            directory.chmod(0o700)
        if folder.exists():
            shutil.rmtree(folder)
        scratch.rename(folder)
        _sync(folder.parent)
    except OSError as error:
        shutil.rmtree(scratch, ignore_errors=True)
        raise ChannelFailed(
            f"{folder} cannot be written: {error}", f"{folder} ist nicht schreibbar: {error}"
        ) from error
    return folder


def _write_bytes(path: pathlib.Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(path: pathlib.Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: pathlib.Path, text: str) -> None:
    path.write_text(text, "utf-8")
    path.chmod(0o600)
