"""The address of a PostgreSQL database: what it may say, and what it becomes for the driver.

Connects to nothing. A password has no place in it: ``PGPASSWORD``, ``~/.pgpass`` or ``passfile=`` bring one.
"""

import ipaddress
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from fahndung.errors import InvalidConfig

SCHEME = "postgresql"
CHECKED = ("verify-full",)
_OPTIONS = (
    *("host", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl"),
    *("passfile", "require_auth", "channel_binding", "krbsrvname"),
)


def parameters(address: str) -> dict[str, str]:
    """The driver's parameters: who, where, which database, and whose certificate counts.

    A server that is neither a socket of this machine nor loopback has to prove its name (``sslmode=verify-full``).

    Raises:
        InvalidConfig: no such address, or it holds a password.
    """
    try:
        parts = urlsplit(address)
        port, options = parts.port, dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
    except ValueError:
        if "?" in address:
            raise _refused("its options cannot be read", "seine Optionen sind unlesbar") from None
        raise _refused("its port is no number", "sein Port ist keine Zahl") from None
    _look(parts, options)
    found = {"user": unquote(parts.username or ""), "dbname": unquote(parts.path[1:])}
    if parts.hostname:
        found["host"] = unquote(parts.hostname)
    if port is not None:
        found["port"] = str(port)
    found |= options
    if not _here(found["host"]):
        mode = found.setdefault("sslmode", CHECKED[0])
        if mode not in CHECKED:
            raise _refused(
                f"sslmode={mode} would talk to whoever answers; only verify-full is allowed over a network",
                f"sslmode={mode} spräche mit jedem, der antwortet; über ein Netz ist nur verify-full erlaubt",
            )
    return found


def _look(parts: SplitResult, options: dict[str, str]) -> None:
    if parts.scheme != SCHEME:
        raise _refused("it does not begin with postgresql://", "er beginnt nicht mit postgresql://")
    if parts.password is not None or "password" in options:
        raise _refused(
            "it holds a password, which belongs into PGPASSWORD, ~/.pgpass or a file named by passfile=",
            "er enthält ein Kennwort; das gehört in PGPASSWORD, ~/.pgpass oder eine mit passfile= genannte Datei",
        )
    if strange := sorted(set(options) - set(_OPTIONS)):
        raise _refused(f"it has unknown options ({', '.join(strange)})", f"unbekannte Optionen ({', '.join(strange)})")
    if not parts.username or parts.path in ("", "/") or "/" in parts.path[1:] or parts.fragment:
        raise _refused("it does not name a user and a database", "er nennt nicht Rolle und Datenbank")
    if (
        "," in unquote(parts.netloc)
        or bool(parts.hostname) == ("host" in options)
        or not options.get("host", "/").startswith("/")
    ):
        raise _refused(
            "it names neither one host nor, with ?host=/FOLDER, one socket",
            "er nennt weder einen Rechner noch, mit ?host=/ORDNER, einen Socket",
        )


def _here(host: str) -> bool:
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(en: str, de: str) -> InvalidConfig:
    """Without the address: a password may stand in it by mistake."""
    return InvalidConfig(
        f"The address of the ledger is not usable: {en}. It looks like postgresql://user@host:5432/database.",
        f"Die Adresse des Registers ist nicht benutzbar: {de}. Sie sieht aus wie "
        "postgresql://rolle@rechner:5432/datenbank.",
    )
