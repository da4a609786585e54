"""An invented home with people, one submitted appeal and one release, for the tests of the ledger."""

import contextlib
import datetime as dt
import functools
import hashlib
import pathlib
import re
import tempfile

from fahndung import approval
from fahndung.approval import Act, Statement
from fahndung.errors import Message
from fahndung.ledger import appeals, people, publications
from fahndung.ledger.store import Ledger
from fahndung.model.appeal import Category
from fahndung.model.mandate import Medium
from fahndung.model.publication import Draft, Gone, Reference

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
DUE = NOW + 30 * DAY
WHY = Message("The order ends.", "Die Anordnung endet.")
FAULT = Message("No answer.", "Keine Antwort.")
GONE = Gone(evidence={"status": 410})
HOME = "home-1"
BY = "k.muster"
APPEAL = "pdl-2026-0117"
KEYS = {name: approval.generate() for name in ("k.muster", "f.freigabe")}


def person(own_id, **changes):
    known = own_id in KEYS
    values = {
        "id": own_id,
        "name": "Kim Muster",
        "roles": frozenset({"drafter"}),
        "public_key": approval.public_bytes(KEYS[own_id]) if known else hashlib.sha256(own_id.encode()).digest(),
        "added_at": NOW,
    }
    return people.Person(**{**values, **changes})


def submission(appeal=APPEAL, revision=1, **changes):
    values = {
        "appeal": appeal,
        "revision": revision,
        "category": Category.UNKNOWN_SUSPECT,
        "criminal": True,
        "record_sha256": hashlib.sha256(f"{appeal}/{revision}".encode()).hexdigest(),
        "salt": b"salt",
        "prepared_by": BY,
        "clock_facts": b"{}",
        "envelope": b"envelope",
        "at": NOW,
    }
    return appeals.Submission(**{**values, **changes})


def manifest(appeal=APPEAL, revision=1, build=1):
    data = f'{{"appeal":"{appeal}","build":{build},"revision":{revision}}}'.encode()
    return hashlib.sha256(data).hexdigest(), data


def draft(marker="m-1", **changes):
    values = {
        "channel": "website",
        "kind": "website",
        "medium": Medium.WEBSITE,
        "marker": marker,
        "endpoint": {"root": "site"},
        "withdrawal": {"files": ["a.html"]},
        "payload": {"a.html": b"<html>"},
        "references": (Reference(kind="page", id="a.html", url="https://polizei.example/a.html"),),
    }
    return Draft(**{**values, **changes})


def make(path, *, kind="rehearsal"):
    """A ledger with two people, one appeal and its release; in a file it is a copy of one that was made before."""
    if not isinstance(path, pathlib.Path):
        return anew(path, kind)
    path.touch(0o600)
    path.write_bytes(_template(kind))
    return Ledger.open(path, home_id=HOME)


@functools.cache
def _template(kind):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "ledger.db"
        anew(path, kind).close()
        return path.read_bytes()


def anew(path, kind="rehearsal"):
    """The same, without a copy."""
    ledger = Ledger.create(path, kind=kind, home_id=HOME, now=NOW)
    with ledger.write(NOW) as tx:
        people.add(tx, person("k.muster"), by="init")
        people.add(tx, person("f.freigabe", roles=frozenset({"approver"})), by="init")
        hand_in(tx)
    return ledger


def hand_in(tx, appeal=APPEAL, revision=1):
    appeals.submit(tx, submission(appeal, revision), by=BY)
    digest, data = manifest(appeal, revision)
    appeals.add_release(tx, digest, appeal, revision, data, at=NOW, by=BY)


def plan(tx, marker="m-1", *, appeal=APPEAL, revision=1, now=NOW, due_at=DUE, draft_changes=None, **changes):
    digest, _ = manifest(appeal, revision)
    return publications.plan(
        tx,
        draft(marker, **(draft_changes or {})),
        digest=digest,
        appeal=appeal,
        revision=revision,
        due_at=due_at,
        due_because=None if due_at is None else WHY,
        now=now,
        by=BY,
        **{"norms": "norms-1", "rules": "rules-1", **changes},
    )


PAGE = Reference(kind="page", id="a.html", url="https://polizei.example/a.html")
STATES = (
    *("planned", "publishing", "live", "withdrawing", "by-hand", "tombstone"),
    *("withdrawn", "closed", "cancelled", "rejected"),
)
DOWN = ("withdrawn", "closed", "cancelled", "rejected")
FINISHED = DOWN[1:]


def bring(tx, state, marker="m-1", **changes):
    """A publication in that state, by lawful steps; returns its id."""
    row = plan(tx, marker, **changes)
    if state == "cancelled":
        publications.cancel(tx, row, now=NOW, by=BY)
    if state in ("planned", "cancelled"):
        return row
    publications.intend_publish(tx, row, now=NOW, by=BY)
    if state == "rejected":
        publications.rejected(tx, row, FAULT, now=NOW, by=BY)
    if state in ("publishing", "rejected"):
        return row
    publications.saw(tx, row, PAGE, now=NOW, by=BY)
    publications.published(tx, row, remote_id=PAGE.id, url=PAGE.url, now=NOW, by=BY)
    if state == "live":
        return row
    publications.intend_withdraw(tx, row, now=NOW, by=BY)
    if state == "withdrawn":
        publications.gone(tx, row, GONE, now=NOW, by=BY)
    if state == "tombstone":
        publications.bury(tx, row, FAULT, next_at=NOW + DAY, now=NOW, by=BY)
    if state in ("by-hand", "closed"):
        publications.to_hands(tx, row, FAULT, next_at=NOW + DAY, now=NOW, by=BY)
    if state == "closed":
        publications.close(tx, row, person=BY, now=NOW)
    return row


def signed(name, act, subject, *, appeal=APPEAL, revision=1, home_id=HOME, claimed=None):
    statement = Statement(
        act=act,
        home_id=home_id,
        appeal=appeal,
        revision=revision,
        subject=subject,
        person=claimed or name,
        role="approver",
        at=NOW,
    )
    return approval.sign(statement, KEYS[name])


def signed_act(name="f.freigabe", act=Act.APPROVE, subject="ab" * 32, **changes):
    values = {"act": act, "appeal": APPEAL, "revision": 1, "subject": subject, "person": name, "at": NOW}
    return appeals.SignedAct(**{**values, "envelope": signed(name, act, subject), **changes})


def run(tx, sql, values=()):
    """What an SQL shell would do, in SQLite's spelling; PostgreSQL gets its own."""
    if tx.connection.dialect.name == "postgresql":
        sql = re.sub(r"^DROP TRIGGER (\w+)_no_\w+$", r"\g<0> ON \1", sql)
        sql = re.sub(r"x'([0-9a-f]*)'", r"'\\x\1'::bytea", sql)
        sql = re.sub(r"zeroblob\((\d+)\)", r"decode(repeat('00', \1), 'hex')", sql).replace("?", "%s")
    return tx.connection.exec_driver_sql(sql, tuple(values))


@contextlib.contextmanager
def unguarded(tx):
    """Take the guards away, and put them back."""
    if tx.connection.dialect.name == "sqlite":
        guards = run(tx, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        off, on = [f"DROP TRIGGER {guard.name}" for guard in guards], [guard.sql for guard in guards]
    else:
        tables = run(tx, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        names = tables.scalars().all()
        off = [f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in names]
        on = [f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in names]
    for command in off:
        run(tx, command)
    yield
    for command in on:
        run(tx, command)


@contextlib.contextmanager
def unchecked(tx, table, kind="c"):
    """Without the CHECKs of a table (``c``) or its foreign keys (``f``); PostgreSQL cannot put those back."""
    if tx.connection.dialect.name == "sqlite":
        run(tx, "PRAGMA ignore_check_constraints = ON")
        yield
        run(tx, "PRAGMA ignore_check_constraints = OFF")
        return
    wanted = f"SELECT conname FROM pg_constraint WHERE contype = '{kind}' AND conrelid = '{table}'::regclass"
    for name in run(tx, wanted).scalars().all():
        run(tx, f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
