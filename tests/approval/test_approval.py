import base64
import dataclasses
import datetime as dt
import hashlib
import json
import stat

import pytest
import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from fahndung import approval
from fahndung.approval import Act, Statement, dsse
from fahndung.errors import NotPublishable, UsageError

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DIGEST = "ab" * 32
KEY = approval.generate()
PUBLIC = approval.public_bytes(KEY)
KEY_ID = approval.key_id(PUBLIC)
KEYS = {KEY_ID: PUBLIC}


def statement(**changes):
    values = {
        "act": Act.APPROVE,
        "home_id": "home-1",
        "appeal": "pdl-2026-0117",
        "revision": 1,
        "subject": DIGEST,
        "person": "f.freigabe",
        "role": "approver",
        "at": NOW,
        "expires": NOW + HOUR,
        "extra": {"note": "ä"},
    }
    return Statement(**{**values, **changes})


ENVELOPE = approval.sign(statement(), KEY)


def independent_envelope(payload: bytes, *, key=KEY, kind=approval.PAYLOAD_TYPE, keyid=KEY_ID, **more) -> bytes:
    """DSSE written out by hand from its specification, for comparison and for forging."""
    pae = " ".join(["DSSEv1", str(len(kind)), kind, str(len(payload)), ""]).encode() + payload
    private = serialization.load_pem_private_key(key, None)
    sig = {"keyid": keyid, "sig": base64.b64encode(private.sign(pae)).decode()}
    whole = {"payload": base64.b64encode(payload).decode(), "payloadType": kind, "signatures": [sig]}
    return json.dumps({**whole, **more}, separators=(",", ":"), sort_keys=True).encode()


def payload_of(envelope: bytes) -> dict:
    return json.loads(base64.b64decode(json.loads(envelope)["payload"]))


def test_a_signed_statement_comes_back_with_the_key_id():
    opened = approval.open_envelope(ENVELOPE, KEYS)
    assert opened == dataclasses.replace(statement(), key_id=KEY_ID)


def test_the_signature_is_over_the_pre_authentication_encoding_of_the_dsse_specification():
    envelope = json.loads(ENVELOPE)
    payload = base64.b64decode(envelope["payload"])
    kind = b"application/vnd.fahndung.act+json"
    pae = b"DSSEv1 " + str(len(kind)).encode() + b" " + kind + b" " + str(len(payload)).encode() + b" " + payload
    sig = base64.b64decode(envelope["signatures"][0]["sig"])
    Ed25519PublicKey.from_public_bytes(PUBLIC).verify(sig, pae)
    assert envelope["payloadType"] == kind.decode()
    assert independent_envelope(payload) == ENVELOPE


def test_the_example_of_the_dsse_specification_has_this_encoding():
    encoded = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert dsse._pae(b"hello world", "http://example.com/HelloWorld") == encoded


def test_a_public_key_comes_back_from_its_file_and_other_programs_read_it(tmp_path):
    path = tmp_path / "key.pub"
    approval.save_public(path, PUBLIC)
    assert approval.load_public(path) == PUBLIC
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert serialization.load_pem_public_key(path.read_bytes()).public_bytes_raw() == PUBLIC
    with pytest.raises(UsageError, match="never overwritten"):
        approval.save_public(path, PUBLIC)


@pytest.mark.parametrize("content", [None, b"", b"nonsense", KEY, "ec"])
def test_what_holds_no_public_key_is_refused(tmp_path, content):
    path = tmp_path / "key.pub"
    if content == "ec":
        other = ec.generate_private_key(ec.SECP256R1()).public_key()
        pem = serialization.Encoding.PEM
        content = other.public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="public key"):
        approval.load_public(path)


def test_the_payload_is_canonical_json_in_utc():
    berlin = dt.timezone(HOUR)
    values = payload_of(approval.sign(statement(at=NOW.astimezone(berlin), expires=None), KEY))
    assert values["at"] == "2026-11-20T12:00:00.000000Z"
    assert values["expires"] is None
    assert values["key"] == hashlib.sha256(PUBLIC).hexdigest()


@pytest.mark.peers
@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(ENVELOPE) - 1), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_refused(place, flip):
    forged = bytearray(ENVELOPE)
    forged[place] ^= flip
    with pytest.raises(NotPublishable):
        approval.open_envelope(bytes(forged), KEYS)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(ENVELOPE) - 1))
def test_a_cut_envelope_is_refused(length):
    with pytest.raises(NotPublishable):
        approval.open_envelope(ENVELOPE[:length], KEYS)


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"[" * 50_000,
        b'{"payload": "", "payloadType": "x", "signatures": []}',
        ENVELOPE + b"\n",
        json.dumps(json.loads(ENVELOPE)).encode(),
        ENVELOPE.replace(b'"keyid":"', b'"keyid":["', 1).replace(b'","sig', b'"],"sig', 1),
        ENVELOPE + b" " * approval.LARGEST_ENVELOPE,
    ],
    ids=["empty", "null", "list", "not-utf8", "deep", "no-signature", "newline", "spaces", "list-keyid", "oversized"],
)
def test_a_malformed_envelope_is_refused(forged):
    with pytest.raises(NotPublishable):
        approval.open_envelope(forged, KEYS)


def test_two_signatures_in_one_envelope_are_refused():
    envelope = json.loads(ENVELOPE)
    envelope["signatures"] *= 2
    with pytest.raises(NotPublishable):
        approval.open_envelope(rfc8785.dumps(envelope), KEYS)


def test_an_unknown_key_is_refused():
    with pytest.raises(NotPublishable, match="nobody here holds"):
        approval.open_envelope(ENVELOPE, {})


def test_a_key_under_another_keys_id_is_refused():
    other = approval.public_bytes(approval.generate())
    with pytest.raises(NotPublishable, match="nobody here holds"):
        approval.open_envelope(ENVELOPE, {KEY_ID: other})


def test_a_signature_by_another_key_is_refused():
    payload = base64.b64decode(json.loads(ENVELOPE)["payload"])
    with pytest.raises(NotPublishable, match="signature"):
        approval.open_envelope(independent_envelope(payload, key=approval.generate()), KEYS)


def test_another_payload_type_is_refused_even_if_it_is_signed():
    payload = base64.b64decode(json.loads(ENVELOPE)["payload"])
    with pytest.raises(NotPublishable, match="canonical"):
        approval.open_envelope(independent_envelope(payload, kind="application/json"), KEYS)


def test_an_extra_member_of_the_envelope_is_refused():
    payload = base64.b64decode(json.loads(ENVELOPE)["payload"])
    with pytest.raises(NotPublishable, match="canonical"):
        approval.open_envelope(independent_envelope(payload, extra=1), KEYS)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "fahndung/act/2"},
        {"more": 1},
        {"act": "destroy"},
        {"at": "2026-11-20T12:00:00Z"},
        {"at": 5},
        {"revision": True},
        {"revision": 1.5},
        {"revision": -1},
        {"person": 7},
        {"person": ""},
        {"extra": None},
        {"extra": []},
        {"key": "00" * 32},
    ],
    ids=lambda change: "-".join(f"{key}={value}" for key, value in change.items()),
)
def test_a_signed_payload_that_is_no_statement_is_refused(change):
    payload = rfc8785.dumps({**payload_of(ENVELOPE), **change})
    with pytest.raises(NotPublishable, match="content"):
        approval.open_envelope(independent_envelope(payload), KEYS)


def test_a_signed_payload_in_another_spelling_is_refused():
    payload = json.dumps(payload_of(ENVELOPE)).encode()
    with pytest.raises(NotPublishable, match="canonical"):
        approval.open_envelope(independent_envelope(payload), KEYS)


def test_a_statement_refuses_nonsense():
    for change in ({"at": NOW.replace(tzinfo=None)}, {"revision": -1}, {"person": ""}, {"subject": ""}):
        with pytest.raises(ValueError):
            statement(**change)


@pytest.mark.parametrize("extra", [{"x": object()}, {"x": float("nan")}, {"x": "\ud800"}, {"x": 2**60}])
def test_values_that_json_cannot_carry_are_not_signed(extra):
    with pytest.raises(UsageError):
        approval.sign(statement(extra=extra), KEY)


def test_only_ed25519_private_keys_sign():
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for key in (b"nonsense", other):
        with pytest.raises(UsageError):
            approval.sign(statement(), key)


@pytest.mark.parametrize("passphrase", [None, "Straße 7 am Wald".encode()])
def test_a_saved_key_is_private_and_comes_back(tmp_path, passphrase):
    path = tmp_path / "k.muster.key"
    approval.save_key(path, KEY, passphrase)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (b"ENCRYPTED" in path.read_bytes()) == (passphrase is not None)
    assert approval.load_key(path, lambda: passphrase) == KEY


def test_the_passphrase_is_asked_only_for_an_encrypted_key(tmp_path):
    approval.save_key(tmp_path / "plain.key", KEY, None)

    def never():
        raise AssertionError

    assert approval.load_key(tmp_path / "plain.key", never) == KEY


@pytest.mark.parametrize("answer", [b"wrong", b""])
def test_a_wrong_passphrase_is_a_usage_error(tmp_path, answer):
    approval.save_key(tmp_path / "own.key", KEY, b"right and long enough")
    with pytest.raises(UsageError, match="passphrase is wrong"):
        approval.load_key(tmp_path / "own.key", lambda: answer)


def test_an_encrypted_key_without_a_passphrase_is_a_usage_error(tmp_path):
    approval.save_key(tmp_path / "own.key", KEY, b"right and long enough")
    with pytest.raises(UsageError, match="no passphrase"):
        approval.load_key(tmp_path / "own.key")


@pytest.mark.parametrize("short", ["", "x", "elf Zeichen", "ßßßßßßßßßßß"])
def test_a_passphrase_of_less_than_twelve_characters_is_refused(tmp_path, short):
    with pytest.raises(UsageError, match="12 characters at least"):
        approval.save_key(tmp_path / "own.key", KEY, short.encode())
    assert not list(tmp_path.iterdir())
    approval.save_key(tmp_path / "own.key", KEY, f"{short:ß<12}".encode())


def test_a_key_is_never_overwritten_nor_written_through_a_link(tmp_path):
    taken = tmp_path / "taken.key"
    taken.write_bytes(b"precious")
    (tmp_path / "link.key").symlink_to(tmp_path / "elsewhere.key")
    for name in ("taken.key", "link.key"):
        with pytest.raises(UsageError, match="never overwritten"):
            approval.save_key(tmp_path / name, KEY, None)
    assert taken.read_bytes() == b"precious"
    assert not (tmp_path / "elsewhere.key").exists()


def test_a_key_in_a_missing_folder_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        approval.save_key(tmp_path / "no" / "own.key", KEY, None)
    with pytest.raises(UsageError, match="cannot be opened"):
        approval.load_key(tmp_path / "no" / "own.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path, mode):
    approval.save_key(tmp_path / "own.key", KEY, None)
    (tmp_path / "own.key").chmod(mode)
    with pytest.raises(UsageError, match="chmod 600"):
        approval.load_key(tmp_path / "own.key")


def test_a_link_to_a_key_is_not_followed(tmp_path):
    approval.save_key(tmp_path / "own.key", KEY, None)
    (tmp_path / "link.key").symlink_to(tmp_path / "own.key")
    with pytest.raises(UsageError, match="cannot be opened"):
        approval.load_key(tmp_path / "link.key")


def test_a_folder_is_not_a_key(tmp_path):
    (tmp_path / "own.key").mkdir(mode=0o700)
    with pytest.raises(UsageError):
        approval.load_key(tmp_path / "own.key")


def test_a_file_that_is_no_ed25519_key_is_refused(tmp_path):
    path = tmp_path / "own.key"
    other = ec.generate_private_key(ec.SECP256R1())
    lock = serialization.NoEncryption()
    kind = serialization.PrivateFormat.PKCS8
    for data in (b"", b"text", other.private_bytes(serialization.Encoding.PEM, kind, lock)):
        path.write_bytes(data)
        path.chmod(0o600)
        with pytest.raises(UsageError):
            approval.load_key(path)


def test_public_bytes_are_the_raw_public_key():
    private = serialization.load_pem_private_key(KEY, None)
    assert isinstance(private, Ed25519PrivateKey)
    assert private.public_key().public_bytes_raw() == PUBLIC
    assert len(PUBLIC) == 32
