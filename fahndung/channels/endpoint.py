"""Where a website stands and how it is read back: from the configuration, or from a ledger row. Touches no disk."""

import dataclasses
import pathlib
import urllib.parse
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, TypeGuard

from fahndung import credentials, http
from fahndung.errors import ChannelFailed, InvalidConfig
from fahndung.model.ids import ChannelName, is_id

READ_BACKS = ("http", "files")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One website.

    Attributes:
        base_url: its address, with a slash at the end.
        nonce: what this home's canary says.
        title: who publishes, as the feeds name it.
    """

    kind: ClassVar[str]

    name: ChannelName
    base_url: str
    nonce: str
    home_id: str
    title: str

    def url(self, path: str) -> str:
        """The address of a path below the root."""
        return self.base_url + path

    def as_json(self) -> dict[str, object]:
        """The JSON values for the ledger; no secret among them."""
        return dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Folder(Endpoint):
    """One website in a folder of this machine.

    Attributes:
        root: absolute folder that the web server serves.
        read_back: ``http``, or ``files`` (rehearsal only; the caller sees to that).
    """

    kind: ClassVar[str] = "website"

    root: pathlib.Path
    read_back: str

    def as_json(self) -> dict[str, object]:
        """The JSON values for the ledger; no secret among them."""
        return dataclasses.asdict(self) | {"root": str(self.root)}

    @classmethod
    def from_ledger(cls, untrusted: object) -> "Folder":
        """The website of a ledger row.

        Raises:
            ChannelFailed: the row does not say which website it was.
        """
        names = [field.name for field in dataclasses.fields(cls)]
        row = untrusted if isinstance(untrusted, Mapping) else {}
        values = {name: value for name in names if is_text(value := row.get(name))}
        root = pathlib.Path(values.pop("root", ""))
        if (
            len(values) < len(names) - 1
            or not root.is_absolute()
            or not is_base(values["base_url"])
            or not is_id(values["name"])
            or values["read_back"] not in READ_BACKS
        ):
            raise damaged()
        name = ChannelName(values.pop("name"))
        return cls(root=root, name=name, **values)


def damaged() -> ChannelFailed:
    """What is said of a ledger row that does not tell which website it was."""
    return ChannelFailed(
        "The ledger's row about a website is incomplete or damaged. Check the ledger; remove the page by hand.",
        "Der Registereintrag zu einer Website ist unvollständig oder beschädigt. Bitte das Register prüfen "
        "und die Seite von Hand entfernen.",
    )


Check = tuple[Callable[[object], bool], str, str]
"""Whether a value is right, and in both languages what it has to be. The value itself is not told: it may be a secret
in the wrong place."""

COMMON: dict[str, Check] = {
    "name": (lambda value: isinstance(value, str) and is_id(value), "an id", "eine Kennung"),
    "base_url": (
        lambda value: isinstance(value, str) and is_base(value),
        "https://…/ (or http://…/ on this machine) with a slash at the end",
        "https://…/ (oder http://…/ auf diesem Rechner) mit Schrägstrich am Ende",
    ),
    "title": (lambda value: is_text(value), "a text", "ein Text"),
}
"""What every website's table in the configuration may hold."""
OURS: dict[str, Check] = {
    "nonce": (lambda value: is_text(value), "a text", "ein Text"),
    "home_id": (lambda value: is_text(value), "a text", "ein Text"),
}
"""What only a ledger's row holds: whose website it is."""
CREDENTIAL: Check = (
    lambda value: isinstance(value, str) and credentials.NAME.fullmatch(value) is not None,
    "the name of a secret: small letters, digits, hyphens; not the secret itself",
    "der Name eines Zugangsgeheimnisses aus Kleinbuchstaben, Ziffern und Bindestrichen; nicht das Geheimnis",
)


def checked(
    untrusted: Mapping[str, object], checks: Mapping[str, Check], *, kind: str, required: Collection[str]
) -> dict[str, Any]:
    """The values of a table whose keys were all checked.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    for key in untrusted.keys() - checks.keys():
        raise wrong(kind, key, "there is no such key", "diesen Schlüssel gibt es nicht")
    for key in required:
        if key not in untrusted:
            raise wrong(kind, key, "it is missing", "er fehlt")
    for key, (is_right, en, de) in checks.items():
        if key in untrusted and not is_right(untrusted[key]):
            raise wrong(kind, key, f"it has to be {en}", f"nötig ist {de}")
    return dict(untrusted)


def wrong(kind: str, key: str, en: str, de: str) -> InvalidConfig:
    """The error about one key of a table."""
    return InvalidConfig(f"channels ({kind}), {key}: {en}.", f"channels ({kind}), {key}: {de}.")


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Folder:
    """The website that one table of the configuration describes; keys are ``name``, ``root``, ``base_url``,
    ``read_back`` (``http`` where it is missing) and ``title`` (the host where it is missing).

    Raises:
        InvalidConfig: a key is missing or wrong, or the root would serve the home itself.
    """
    name, root = _text(config, "name"), _text(config, "root")
    base_url, read_back = _text(config, "base_url"), _text(config, "read_back", "http")
    if not is_id(name):
        raise wrong("website", "name", f"{name!r} is not an id", f"{name!r} ist keine gültige Kennung")
    if not is_base(base_url):
        raise wrong(
            "website",
            "base_url",
            f"{base_url!r} is not https://…/ (or http://…/ on this machine) with a slash at the end",
            f"{base_url!r} ist nicht https://…/ (oder http://…/ auf diesem Rechner) mit Schrägstrich am Ende",
        )
    if read_back not in READ_BACKS:
        raise wrong(
            "website", "read_back", f"{read_back!r} is not http or files", f"{read_back!r} ist weder http noch files"
        )
    return Folder(
        name=ChannelName(name),
        root=_root(root, home),
        base_url=base_url,
        read_back=read_back,
        nonce=nonce,
        home_id=home_id,
        title=_text(config, "title", host_of(base_url)),
    )


def _root(text: str, home: pathlib.Path) -> pathlib.Path:
    """The folder as an absolute path; refused where a web server on it could reach records, releases or keys."""
    home = home.resolve()
    root = (home / text).resolve()
    private = [home / "cases", home / "releases"]
    if home.is_relative_to(root) or any(root.is_relative_to(folder) for folder in private):
        raise wrong(
            "website",
            "root",
            f"{root} holds the home or what must not be served; name a folder of its own",
            f"{root} enthält das Heimatverzeichnis oder nicht öffentliche Daten; bitte einen eigenen Ordner nennen",
        )
    return root


def host_of(base_url: str) -> str:
    """Who publishes where nobody says it: the host's name."""
    return urllib.parse.urlsplit(base_url).hostname or base_url


def is_base(untrusted_url: str) -> bool:
    """Whether it can be the address of a website: with a slash at the end, and plain."""
    return http.is_allowed(untrusted_url) and untrusted_url.endswith("/") and not set("?#\"'<>\\") & set(untrusted_url)


def is_text(untrusted: object) -> TypeGuard[str]:
    """Whether it is a text that can be written as UTF-8 and name a file."""
    if not isinstance(untrusted, str) or not untrusted or "\0" in untrusted:
        return False
    return untrusted.encode(errors="replace").decode() == untrusted


def _text(config: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = config.get(key, default)
    if not isinstance(value, str) or not value:
        raise wrong("website", key, "a text is needed", "ein Text wird gebraucht")
    return value
