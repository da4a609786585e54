"""Signed bytes: a DSSE envelope in canonical JSON with one Ed25519 signature, made and opened.

Knows no statement and no person: what the bytes say, and who holds the key, is asked elsewhere.
"""

import base64
import binascii
import json
from collections.abc import Mapping

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fahndung.approval.keys import key_id, opened, public_bytes
from fahndung.errors import NotPublishable

LARGEST_ENVELOPE = 64 * 1024
"""Bytes. A statement has about 600; more than this is not read at all."""


def seal(payload: bytes, kind: str, private_key: bytes) -> bytes:
    """The payload of that type as a signed envelope."""
    own_id = key_id(public_bytes(private_key))
    return _envelope(payload, kind, own_id, opened(private_key).sign(_pae(payload, kind)))


def unseal(envelope: bytes, kind: str, public_keys: Mapping[str, bytes]) -> tuple[bytes, str]:
    """The payload of an envelope and the id of the key, once the signature has been verified with one of the keys.

    Args:
        envelope: what ``seal`` made, byte for byte; any other spelling of the same JSON is refused.
        public_keys: key id to raw public key.

    Raises:
        NotPublishable: anything is wrong with it.
    """
    if len(envelope) > LARGEST_ENVELOPE:
        raise broken("it is too large", "sie ist zu groß")
    try:
        untrusted = json.loads(envelope)
        (signature,) = untrusted["signatures"]
        payload = base64.b64decode(untrusted["payload"], validate=True)
        sig = base64.b64decode(signature["sig"], validate=True)
        signer = str(signature["keyid"])
        same = envelope == _envelope(payload, kind, signer, sig)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error, rfc8785.CanonicalizationError) as error:
        raise broken("it is malformed", "sie ist fehlerhaft aufgebaut") from error
    if not same:
        raise broken("it is not in canonical form, or of another type", "sie hat nicht die vorgeschriebene Form")
    public = public_keys.get(signer)
    if public is None or key_id(public) != signer:
        raise broken("nobody here holds its key", "ihr Schlüssel gehört niemandem hier")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(sig, _pae(payload, kind))
    except (InvalidSignature, ValueError) as error:
        raise broken("its signature is wrong", "die Signatur stimmt nicht") from error
    return payload, signer


def broken(en: str, de: str) -> NotPublishable:
    """The refusal of a signed statement; the words complete the sentence "it does not count: …"."""
    return NotPublishable(
        f"A signed statement does not count: {en}. Have it signed again.",
        f"Eine signierte Erklärung zählt nicht: {de}. Bitte neu signieren lassen.",
    )


def _pae(payload: bytes, kind: str) -> bytes:
    """DSSE's pre-authentication encoding, the bytes that are signed.

    Source: secure-systems-lab/dsse, protocol.md, version 1.0.
    """
    return b"DSSEv1 %d %b %d %b" % (len(kind.encode()), kind.encode(), len(payload), payload)


def _envelope(payload: bytes, kind: str, signer: str, sig: bytes) -> bytes:
    return rfc8785.dumps(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": kind,
            "signatures": [{"keyid": signer, "sig": base64.b64encode(sig).decode()}],
        }
    )
