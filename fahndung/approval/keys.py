"""Private keys in files, and the ids of public ones. Signs nothing and knows no person."""

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fahndung.errors import UsageError, os_reason

LARGEST_KEY_FILE = 16 * 1024
"""Bytes. A key has about 120, an encrypted one 320."""
SHORTEST = 12
"""Characters of a passphrase. Source: own choice; what is shorter is guessed from a copy of the file."""


def generate() -> bytes:
    """A new Ed25519 private key as unencrypted PKCS #8 PEM."""
    return _as_pem(Ed25519PrivateKey.generate(), None)


def save_key(path: Path, key: bytes, passphrase: bytes | None) -> None:
    """Write a private key to a new file, mode 0600, encrypted if there is a passphrase.

    Raises:
        UsageError: the file exists (or a link of that name does), cannot be written, or the passphrase is too short.
    """
    if passphrase is not None and len(passphrase.decode("utf-8", "replace")) < SHORTEST:
        raise UsageError(
            f"The passphrase is too short: {SHORTEST} characters at least, for example four words.",
            f"Die Passphrase ist zu kurz: mindestens {SHORTEST} Zeichen, zum Beispiel vier Wörter.",
        )
    _write_new(path, _as_pem(opened(key), passphrase), 0o600)


def save_public(path: Path, public: bytes) -> None:
    """Write a raw public key to a new file, mode 0644, as PEM that other programs can read too.

    Raises:
        UsageError: the file exists (or a link of that name does), or cannot be written.
    """
    made = Ed25519PublicKey.from_public_bytes(public)
    data = made.public_bytes(pem.Encoding.PEM, pem.PublicFormat.SubjectPublicKeyInfo)
    _write_new(path, data, 0o644)


def load_public(path: Path) -> bytes:
    """The raw public key in a PEM file.

    Raises:
        UsageError: there is no such file, or it holds no Ed25519 public key.
    """
    try:
        with path.open("rb") as file:
            key = pem.load_pem_public_key(file.read(LARGEST_KEY_FILE))
        if not isinstance(key, Ed25519PublicKey):
            raise TypeError(path)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(
            f"{path} is not the file of an Ed25519 public key.",
            f"{path} enthält keinen öffentlichen Ed25519-Schlüssel.",
        ) from error
    return key.public_bytes_raw()


def _write_new(path: Path, data: bytes, mode: int) -> None:
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(fd, "wb") as file:
            os.fchmod(fd, mode)
            file.write(data)
            file.flush()
            os.fsync(fd)
    except FileExistsError as error:
        raise UsageError(
            f"{path} exists already; a key is never overwritten. Name another file.",
            f"{path} gibt es schon; ein Schlüssel wird nie überschrieben. Bitte eine andere Datei nennen.",
        ) from error
    except OSError as error:
        raise UsageError(
            f"The key cannot be written to {path}: {os_reason(error).en}.",
            f"Der Schlüssel lässt sich nicht nach {path} schreiben: {os_reason(error).de}.",
        ) from error


def load_key(path: Path, passphrase: Callable[[], bytes] | None = None) -> bytes:
    """The private key of a file as unencrypted PEM; ``passphrase`` is asked only if the file is encrypted.

    Raises:
        UsageError: no such file, a link, open to other users, no Ed25519 key, or the wrong passphrase.
    """
    untrusted = _read_private_file(path)
    try:
        try:
            key = pem.load_pem_private_key(untrusted, None)
        except TypeError:
            if passphrase is None:
                raise UsageError(
                    f"The key in {path} is encrypted and there is no passphrase.",
                    f"Der Schlüssel in {path} ist verschlüsselt, und es gibt keine Passphrase.",
                ) from None
            key = pem.load_pem_private_key(untrusted, passphrase() or b"\0")
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(
            f"The key in {path} cannot be read: the passphrase is wrong or the file is not a private key.",
            f"Der Schlüssel in {path} ist nicht lesbar: falsche Passphrase oder kein privater Schlüssel.",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} holds no Ed25519 key.", f"{path} enthält keinen Ed25519-Schlüssel.")
    return _as_pem(key, None)


def public_bytes(key: bytes) -> bytes:
    """The 32 raw bytes of the public key of a private one (PEM)."""
    return opened(key).public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """Lower-case hex SHA-256 of a raw public key."""
    return hashlib.sha256(public).hexdigest()


def opened(key: bytes) -> Ed25519PrivateKey:
    """The key object of an unencrypted PEM.

    Raises:
        UsageError: it is not an Ed25519 private key.
    """
    try:
        private = pem.load_pem_private_key(key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError("This is not a private key.", "Das ist kein privater Schlüssel.") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise UsageError("This is not an Ed25519 key.", "Das ist kein Ed25519-Schlüssel.")
    return private


def _as_pem(key: Ed25519PrivateKey, passphrase: bytes | None) -> bytes:
    lock = pem.NoEncryption() if passphrase is None else pem.BestAvailableEncryption(passphrase)
    return key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, lock)


def _read_private_file(path: Path) -> bytes:
    """The bytes of a key file that nobody but its owner can read.

    The rights are asked of the open descriptor, so that the file cannot be swapped in between.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(fd, "rb") as file:
            mode = os.fstat(fd).st_mode
            data = file.read(LARGEST_KEY_FILE)
    except OSError as error:
        raise UsageError(
            f"The key file {path} cannot be opened: {os_reason(error).en}. --as says who acts, --key where the key is.",
            f"Die Schlüsseldatei {path} lässt sich nicht öffnen: {os_reason(error).de}. "
            "--as sagt, wer handelt, --key, wo der Schlüssel liegt.",
        ) from error
    if not stat.S_ISREG(mode) or mode & 0o077:
        raise UsageError(
            f"{path} can be read by other users; run chmod 600 on it, or make a new key.",
            f"{path} ist für andere Benutzer lesbar; bitte chmod 600 ausführen oder einen neuen Schlüssel anlegen.",
        )
    return data
