"""One connection to an SFTP server that has proven who it is and has let us in. Knows no site and no appeal.

The only place that knows how paramiko connects; nothing is read from the user's SSH configuration or agent, and no
host key is ever learned.
"""

import contextlib
import io
import logging
import os
import pathlib
import socket
import stat
import struct
import threading
from collections.abc import Callable, Iterator

import paramiko

from fahndung import credentials
from fahndung.channels import knownhosts
from fahndung.channels.sftpplace import Place
from fahndung.credentials import Secret
from fahndung.errors import AuthError, InvalidConfig, NotSent

CONNECT_S = 20.0
FAILURES = (OSError, EOFError, ValueError, struct.error, paramiko.SSHException, paramiko.SFTPError)
"""What paramiko raises where a call failed or the connection did."""
_RSA = ("rsa-sha2-512", "rsa-sha2-256")

# paramiko logs what it is told and whole tracebacks; what went wrong is said in words of our own
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)


class Line:
    """One connection; closed by whoever made it.

    Raises:
        NotSent: nobody answered in time, or it is no SSH server.
        AuthError: it is another server than expected, or it does not let us in.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._socket = _socket(place)
        self._transport = paramiko.Transport(self._socket)
        try:
            with self.within(CONNECT_S):
                self._greet()
                self._log_in()
                self.sftp = self._subsystem()
        except BaseException:
            self.close()
            raise

    @property
    def is_alive(self) -> bool:
        """Whether it stands, as far as this side knows."""
        return self._transport.is_active()

    def close(self) -> None:
        """Ends it; whoever waits for an answer meets a failure."""
        self._transport.close()
        self._socket.close()  # of a connection that was never used the transport does not

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Ends the connection unless the block ends in time: a server that drips would hold its caller for ever."""
        watch = threading.Timer(seconds, self.close)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _greet(self) -> None:
        """Goes on only with a server whose key we know."""
        is_expected, types = _expectation(self._place)
        options = self._transport.get_security_options()
        options.key_types = tuple(name for name in options.key_types if not types or name in types)
        if not options.key_types:
            raise _untrusted(self._place, "")
        try:
            self._transport.start_client(timeout=CONNECT_S)
            key = self._transport.get_remote_server_key().asbytes()
        except paramiko.ssh_exception.IncompatiblePeer as error:
            raise _untrusted(self._place, "") from error
        except FAILURES as error:
            raise _silent(self._place) from error
        if not is_expected(key):
            raise _untrusted(self._place, knownhosts.fingerprint(key))

    def _log_in(self) -> None:
        secret = _secret(self._place)
        try:
            if isinstance(secret, paramiko.PKey):
                further = self._transport.auth_publickey(self._place.user, secret)
            else:
                further = self._transport.auth_password(self._place.user, secret.reveal, fallback=False)
        except paramiko.AuthenticationException as error:
            raise _refused(self._place) from error
        except FAILURES as error:
            raise _silent(self._place) from error
        if further:
            raise _refused(self._place)

    def _subsystem(self) -> paramiko.SFTPClient:
        try:
            sftp = paramiko.SFTPClient.from_transport(self._transport)
        except FAILURES as error:
            raise _silent(self._place) from error
        if sftp is None:  # says the signature
            raise _silent(self._place)
        return sftp


def _socket(place: Place) -> socket.socket:
    try:
        return socket.create_connection((place.host, place.port), CONNECT_S)
    except OSError as error:
        raise NotSent(
            f"No connection to {place.host}, port {place.port}. Check the network and whether the SSH server runs, "
            "then try again.",
            f"Keine Verbindung zu {place.host}, Port {place.port}. Bitte Netz und SSH-Server prüfen, dann erneut "
            "versuchen.",
        ) from error


def _expectation(place: Place) -> tuple[Callable[[bytes], bool], frozenset[str]]:
    """What tells that it is our server, and the kinds of keys to ask it for (none: any)."""
    if place.host_key:
        fingerprints = place.host_key.split()
        return lambda key: knownhosts.fingerprint(key) in fingerprints, frozenset()
    try:
        text = pathlib.Path(place.known_hosts).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AuthError(
            f"{place.known_hosts} cannot be read, so nobody knows the server {place.host}. Put its key there "
            "(ssh-keyscan; compare the fingerprint with who runs it).",
            f"{place.known_hosts} ist nicht lesbar, der Server {place.host} also unbekannt. Bitte seinen Schlüssel "
            "dort eintragen (ssh-keyscan; Fingerabdruck mit dem Betreiber vergleichen).",
        ) from error
    known = knownhosts.known(text, place.host, place.port)
    if not known.keys:
        raise _untrusted(place, "") if known.revoked else _unlisted(place)
    types = known.types
    return lambda key: key in known.keys, types | (frozenset(_RSA) if "ssh-rsa" in types else frozenset())


def _secret(place: Place) -> paramiko.PKey | Secret:
    """The private key, or a password."""
    try:
        secret = credentials.read(place.credential) if place.credential else Secret("")
    except InvalidConfig as error:
        raise AuthError(*error.message) from error
    if place.key_file:
        return _key(place, _key_text(place), secret.reveal or None)
    return _key(place, secret.reveal, None) if secret.reveal.startswith("-----BEGIN ") else secret


def _key_text(place: Place) -> str:
    try:
        with open(place.key_file, encoding="ascii") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise AuthError(
                    f"Others may read the private key {place.key_file}. Do: chmod 600 {place.key_file}",
                    f"Andere können den privaten Schlüssel {place.key_file} lesen. Abhilfe: chmod 600 {place.key_file}",
                )
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise AuthError(
            f"The private key {place.key_file} cannot be read. Check path and rights.",
            f"Der private Schlüssel {place.key_file} ist nicht lesbar. Bitte Pfad und Rechte prüfen.",
        ) from error


def _key(place: Place, text: str, passphrase: str | None) -> paramiko.PKey:
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text), passphrase)
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    where = place.key_file or place.credential
    raise AuthError(
        f"The private key {where} cannot be used: it is none of Ed25519, ECDSA or RSA, or its pass phrase is wrong.",
        f"Der private Schlüssel {where} ist nicht verwendbar: weder Ed25519 noch ECDSA noch RSA, oder die Passphrase "
        "ist falsch.",
    )


def _untrusted(place: Place, shown: str) -> AuthError:
    en = f"it shows {shown}" if shown else "it is not listed, or shows no key of the kinds that are"
    de = f"er zeigt {shown}" if shown else "er ist nicht eingetragen oder zeigt keinen Schlüssel der bekannten Arten"
    where = place.known_hosts or "host_key"
    return AuthError(
        f"{place.host}, port {place.port}, is not the server that {where} knows: {en}. Somebody may listen in. Nothing "
        "was sent. Ask who runs it whether its host key was changed, compare the fingerprint, then correct "
        f"{where}.",
        f"{place.host}, Port {place.port}, ist nicht der Server, den {where} kennt: {de}. Möglicherweise hört jemand "
        "mit. Es wurde nichts gesendet. Bitte beim Betreiber nachfragen, ob der Host-Schlüssel geändert wurde, den "
        f"Fingerabdruck vergleichen und dann {where} berichtigen.",
    )


def _unlisted(place: Place) -> AuthError:
    return AuthError(
        f"{place.known_hosts} does not list {place.host}, port {place.port}, so nobody knows who answers there. "
        f"Nothing was sent. Do: ssh-keyscan -p {place.port} {place.host}, compare the fingerprint with who runs it, "
        "then enter the lines in the file.",
        f"{place.known_hosts} enthält {place.host}, Port {place.port}, nicht; wer dort antwortet, ist unbekannt. Es "
        f"wurde nichts gesendet. Abhilfe: ssh-keyscan -p {place.port} {place.host}, den Fingerabdruck mit dem "
        "Betreiber vergleichen, dann die Zeilen in die Datei eintragen.",
    )


def _refused(place: Place) -> AuthError:
    return AuthError(
        f"{place.host} does not let {place.user} in: key or password are not accepted, or have expired. Renew them.",
        f"{place.host} lässt {place.user} nicht ein: Schlüssel oder Passwort werden nicht anerkannt oder sind "
        "abgelaufen. Bitte erneuern.",
    )


def _silent(place: Place) -> NotSent:
    return NotSent(
        f"{place.host}, port {place.port}, does not answer as an SFTP server, or not in time. Check what runs there, "
        "then try again.",
        f"{place.host}, Port {place.port}, antwortet nicht als SFTP-Server oder nicht rechtzeitig. Bitte prüfen, was "
        "dort läuft, dann erneut versuchen.",
    )
