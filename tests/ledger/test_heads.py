"""The head that leaves the house: it comes back as signed, moves forward only, and no other key's is believed."""

import base64
import dataclasses
import errno
import json
import pathlib
import stat

import pytest
import rfc8785

from fahndung import approval
from fahndung.errors import LedgerMissing, UsageError
from fahndung.ledger import audit, heads
from fahndung.ledger.audit import Head
from tests import anybody

from .world import BY, HOME, MINUTE, NOW

KEY = approval.generate()
PUBLIC = approval.public_bytes(KEY)
OTHER = approval.generate()
HEAD = Head(seq=7, hash="ab" * 32, count=7, home_id=HOME)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "head.json"


def _head(ledger):
    with ledger.read() as tx:
        return audit.head(tx)


def _fill(ledger):
    with ledger.write(NOW) as tx:
        audit.append(tx, at=NOW, by=BY, action="test")


def test_a_head_comes_back_as_signed_and_moves_forward(ledger, file):
    first = _head(ledger)
    heads.write(file, first, NOW, KEY, PUBLIC)
    assert heads.read(file, PUBLIC) == heads.SignedHead(head=first, at=NOW, key_id=approval.key_id(PUBLIC))
    _fill(ledger)
    heads.write(file, _head(ledger), NOW + MINUTE, KEY, PUBLIC)
    later = heads.read(file, PUBLIC)
    assert (later.head, later.at) == (_head(ledger), NOW + MINUTE)
    assert [path.name for path in file.parent.iterdir() if "head" in path.name] == ["head.json"]


def test_the_file_is_one_line_of_canonical_json_that_holds_the_head(file):
    heads.write(file, HEAD, NOW, KEY, PUBLIC)
    line = file.read_bytes()
    envelope = json.loads(line)
    assert rfc8785.dumps(envelope) + b"\n" == line == heads.seal(HEAD, NOW, KEY) + b"\n"
    assert json.loads(base64.b64decode(envelope["payload"])) == {
        "schema": "fahndung/audit-head/2",
        "seq": 7,
        "hash": "ab" * 32,
        "count": 7,
        "home_id": HOME,
        "at": "2026-11-20T12:00:00+00:00",
    }


def test_a_head_file_is_never_set_back(ledger, file):
    first = _head(ledger)
    _fill(ledger)
    later = _head(ledger)
    heads.write(file, later, NOW, KEY, PUBLIC)
    for wrong in (first, dataclasses.replace(later, hash="11" * 32), dataclasses.replace(later, home_id="home-2")):
        with pytest.raises(LedgerMissing) as caught:
            heads.write(file, wrong, NOW, KEY, PUBLIC)
        assert caught.value.exit_code == 7
    assert heads.read(file, PUBLIC).head == later
    heads.write(file, later, NOW, KEY, PUBLIC)


UNSIGNED = rfc8785.dumps({"schema": "fahndung/audit-head/1", **dataclasses.asdict(HEAD)})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"{}",
        b"[" * 100_000,
        UNSIGNED,
        heads.seal(HEAD, NOW, OTHER),
        heads.seal(HEAD, NOW, KEY).replace(b'"keyid":"', b'"keyid":"0'),
        heads.seal(HEAD, NOW, KEY) + b"}",
    ],
    ids=["empty", "null", "bare", "deep", "unsigned", "another-key", "unknown-key", "longer"],
)
def test_what_this_key_has_not_signed_is_refused_and_stays(file, data):
    file.write_bytes(data)
    with pytest.raises(heads.NotSigned, match=approval.key_id(PUBLIC)):
        heads.read(file, PUBLIC)
    with pytest.raises(UsageError):
        heads.write(file, HEAD, NOW, KEY, PUBLIC)
    assert file.read_bytes() == data


@pytest.mark.parametrize(
    "values",
    [
        {"schema": "x", **dataclasses.asdict(HEAD), "at": NOW.isoformat()},
        {"schema": heads.SCHEMA, **dataclasses.asdict(HEAD)},
        {"schema": heads.SCHEMA, **dataclasses.asdict(HEAD), "seq": "7", "at": NOW.isoformat()},
        {"schema": heads.SCHEMA, **dataclasses.asdict(HEAD), "more": 1, "at": NOW.isoformat()},
        {"schema": heads.SCHEMA, **dataclasses.asdict(HEAD), "at": "yesterday"},
        {},
        [],
    ],
)
def test_something_else_that_was_signed_is_no_head(file, values):
    file.write_bytes(approval.seal(rfc8785.dumps(values), heads.KIND, KEY))
    with pytest.raises(UsageError, match="not the head"):
        heads.read(file, PUBLIC)


def test_a_statement_with_the_same_key_is_no_head(file):
    file.write_bytes(approval.seal(b"{}", approval.PAYLOAD_TYPE, KEY))
    with pytest.raises(heads.NotSigned):
        heads.read(file, PUBLIC)


def test_a_missing_file_is_a_usage_error(file):
    with pytest.raises(UsageError, match="not the head"):
        heads.read(file, PUBLIC)


def test_a_head_that_cannot_be_written_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        heads.write(tmp_path / "no" / "head.json", HEAD, NOW, KEY, PUBLIC)


def test_a_full_disk_leaves_the_earlier_head_and_nothing_beside_it(file, monkeypatch):
    heads.write(file, HEAD, NOW, KEY, PUBLIC)
    before = file.read_bytes()

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(heads.os, "fsync", full)
    with pytest.raises(UsageError, match="cannot be written"):
        heads.write(file, HEAD, NOW, KEY, PUBLIC)
    assert file.read_bytes() == before
    assert list(file.parent.glob(".*.new")) == []


def test_a_home_has_one_key_for_its_owner_only(tmp_path):
    fingerprint = heads.found_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "audit.key").stat().st_mode) == 0o600
    assert fingerprint == approval.key_id(heads.public_key(tmp_path))
    assert approval.public_bytes(heads.load_key(tmp_path)) == heads.public_key(tmp_path)
    with pytest.raises(UsageError, match="never overwritten"):
        heads.found_key(tmp_path)


def test_a_credential_of_systemd_takes_the_place_of_the_file(tmp_path, monkeypatch):
    heads.found_key(tmp_path)
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    own = heads.load_key(tmp_path)
    approval.save_key(credentials / "audit.key", OTHER, None)
    assert heads.load_key(tmp_path) == OTHER != own


@pytest.mark.peers
def test_a_folder_in_which_nobody_can_look_stands_in_the_way_of_no_key(tmp_path):
    heads.found_key(tmp_path)
    (tmp_path / "shut").mkdir(mode=0o000)
    key = f"heads.load_key(pathlib.Path({str(tmp_path)!r}))"
    code = f"import pathlib\nfrom fahndung.ledger import heads\nprint(len({key}))"
    assert anybody.printed(code, tmp_path / "shut") == f"{len(heads.load_key(tmp_path))}\n"


def test_a_home_without_a_public_key_says_so(tmp_path):
    with pytest.raises(UsageError, match=r"audit\.pub"):
        heads.public_key(tmp_path)


def test_only_a_place_outside_the_home_and_its_file_system_protects(tmp_path):
    home = tmp_path / "home"
    (home / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to(home)
    for path, told in {
        home / "head.json": "home itself",
        home / "sub" / "head.json": "home itself",
        tmp_path / "link" / "head.json": "home itself",
        tmp_path / "head.json": "file system of the home",
        tmp_path / "missing" / "head.json": "no folder",
    }.items():
        (problem,) = heads.head_place(path, home)
        assert told in problem.message.en
        assert (problem.severity, problem.field) == ("warn", "audit/head")
    assert heads.head_place(pathlib.Path("/proc/head.json"), home) == ()


def test_a_place_that_cannot_be_looked_at_is_told(tmp_path):
    (problem,) = heads.head_place(tmp_path / "head.json", tmp_path / ("x" * 300))
    assert "looked at" in problem.message.en
