"""Through which mail server a force writes to the press, and from which list: no secret, no network."""

import dataclasses
import pathlib
import re
from collections.abc import Callable, Mapping

from fahndung import credentials
from fahndung.channels import recipients
from fahndung.errors import ChannelFailed, InvalidConfig
from fahndung.model.ids import ChannelName, is_id
from fahndung.model.mail import MailServer, Security

PORTS: Mapping[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LINE = re.compile(r"[^\x00-\x1f\x7f]{1,300}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One sender of press mail.

    Attributes:
        sender, sender_name: in whose name it is sent. reply_to: the press office.
        user, credential: the account there and the name of its password; both or none.
        ca_file: absolute path of certificates to trust instead of the system's; empty: the system's.
        recipients: absolute path of the list (``fahndung.channels.recipients``).
    """

    name: ChannelName
    host: str
    port: int
    security: Security
    sender: str
    sender_name: str
    reply_to: str
    user: str
    credential: str
    ca_file: str
    recipients: str

    @property
    def server(self) -> MailServer:
        """Where it is handed in."""
        return MailServer(
            host=self.host,
            port=self.port,
            security=self.security,
            sender=self.sender,
            user=self.user or None,
            credential=self.credential or None,
            ca_file=pathlib.Path(self.ca_file) if self.ca_file else None,
        )

    @classmethod
    def from_config(cls, untrusted: Mapping[str, object], home: pathlib.Path) -> "Endpoint":
        """The sender that one table of the configuration describes; relative paths count from ``home``.

        Raises:
            InvalidConfig: a key is missing, unknown or wrong.
        """
        for key in untrusted.keys() - _CHECKS.keys():
            raise _wrong(key, "there is no such key", "diesen Schlüssel gibt es nicht")
        for key, (is_right, en, de) in _CHECKS.items():
            if key not in untrusted and key in _REQUIRED:
                raise _wrong(key, "it is missing", "er fehlt")
            if key in untrusted and not is_right(untrusted[key]):
                raise _wrong(key, f"it has to be {en}", f"nötig ist {de}")
        _refuse_contradictions(untrusted)
        security: Security = untrusted.get("security", "starttls")  # type: ignore[assignment]  # checked above
        texts = {key: str(untrusted.get(key, "")) for key in _CHECKS.keys() - {"port", "security"}}
        paths = {key: str(home / texts[key]) if texts[key] else "" for key in ("recipients", "ca_file")}
        return cls(
            name=ChannelName(texts["name"]),
            host=texts["host"],
            port=int(str(untrusted.get("port", PORTS[security]))),
            security=security,
            sender=texts["from"],
            sender_name=texts["from_name"],
            reply_to=texts["reply_to"],
            user=texts["user"],
            credential=texts["credential"],
            **paths,
        )

    @classmethod
    def from_ledger(cls, untrusted: Mapping[str, object]) -> "Endpoint":
        """The sender of a ledger row.

        Raises:
            ChannelFailed: the row does not say which one it was.
        """
        values = {"from" if key == "sender" else key: value for key, value in untrusted.items()}
        values["from_name"] = values.pop("sender_name", "")
        try:
            return cls.from_config({key: value for key, value in values.items() if value != ""}, pathlib.Path("/"))
        except InvalidConfig as error:
            raise ChannelFailed(
                f"The ledger's row about press mail is damaged: {error.message.en} Check the ledger; tell the end by "
                "hand.",
                f"Der Registereintrag zu einer Pressemail ist beschädigt: {error.message.de} Bitte das Register prüfen "
                "und das Ende von Hand mitteilen.",
            ) from error


def _refuse_contradictions(untrusted: Mapping[str, object]) -> None:
    if ("user" in untrusted) != ("credential" in untrusted):
        raise _wrong("credential", "it goes together with user", "er gehört mit user zusammen")
    if untrusted.get("security") == "none" and (untrusted["host"] not in _LOOPBACK or "user" in untrusted):
        raise _wrong(
            "security",
            "without encryption only to this machine, and without a user",
            "unverschlüsselt nur zu diesem Rechner, und ohne user",
        )


def _is(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 65535


_ADDRESS = (_is(_MAIL), "a mail address in ASCII", "eine Mailadresse in ASCII")
_TEXT = (_is(_LINE), "one line of text", "eine Zeile Text")
_CHECKS: Mapping[str, tuple[Callable[[object], bool], str, str]] = {
    "name": (lambda value: isinstance(value, str) and is_id(value), "an id", "eine Kennung"),
    "host": (_is(_HOST), "a host name", "ein Rechnername"),
    "port": (_is_port, "a whole number from 1 to 65535", "eine ganze Zahl von 1 bis 65535"),
    "security": (lambda value: value in PORTS, "starttls, tls or none", "starttls, tls oder none"),
    "from": _ADDRESS,
    "from_name": _TEXT,
    "reply_to": _ADDRESS,
    "user": _TEXT,
    "credential": (
        _is(credentials.NAME),
        "the name of a secret: small letters, digits, hyphens; not the secret itself",
        "der Name eines Zugangsgeheimnisses aus Kleinbuchstaben, Ziffern und Bindestrichen; nicht das Geheimnis",
    ),
    "ca_file": _TEXT,
    "recipients": (_is(_LINE), f"a CSV file ({', '.join(recipients.COLUMNS)})", "eine CSV-Datei"),
}
"""What each key has to be, and how that is told. The value itself is not: it could be a secret in the wrong place."""
_REQUIRED = frozenset({"name", "host", "from", "reply_to", "recipients"})


def _wrong(key: str, en: str, de: str) -> InvalidConfig:
    return InvalidConfig(f"channels (press-mail), {key}: {en}.", f"channels (press-mail), {key}: {de}.")
