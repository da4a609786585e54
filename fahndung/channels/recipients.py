"""The force's own list of newsrooms: a CSV file, read strictly. Keeps nothing and sends nothing.

One wrong line stops the whole list: a list of which nobody knows what it says is no list to send to.
"""

import csv
import io
import pathlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping

import idna

from fahndung import terms
from fahndung.errors import InvalidConfig, os_reason
from fahndung.model.mail import Recipient

COLUMNS = ("address", "name", "region", "opted_out")
"""Columns that have to be there, in any order; others are the force's own."""
LARGEST = 1 << 20
"""Bytes."""
_FLAGS = {"yes": True, "ja": True, "1": True, "no": False, "nein": False, "0": False, "": False}
_LOCAL = re.compile(r"[^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]{1,64}")
_REGION = re.compile(r"[A-Za-z0-9]{2,12}")
_LONGEST_NAME = 100
_LONGEST = 254


def chosen(path: pathlib.Path, regions: Collection[str]) -> tuple[Recipient, ...]:
    """Who gets an appeal of these regions, by address: nobody who opted out, each once.

    Who has no region of their own gets every appeal; an appeal without a region goes to everybody. NUTS and AGS codes
    nest by prefix, so two regions meet where one code begins with the other.

    Raises:
        InvalidConfig: the file cannot be read, or a line of it is wrong; with its number.
    """
    found: dict[str, Recipient] = {}
    out: set[str] = set()
    for recipient, own, opted_out in _entries(path):
        if opted_out:
            out.add(recipient.address)
        elif terms.meet(own, regions):
            found.setdefault(recipient.address, recipient)
    return tuple(found[address] for address in sorted(found.keys() - out))


def address(untrusted: str) -> str:
    """The address with its domain in lower-case ASCII; what stands before the @ is the newsroom's own.

    Raises:
        ValueError: it is none.
    """
    local, at, domain = untrusted.strip().rpartition("@")
    composed = unicodedata.normalize("NFC", local)
    if not at or not _LOCAL.fullmatch(composed) or composed.startswith(".") or composed.endswith(".") or ".." in local:
        raise ValueError("no mail address")
    try:
        made = f"{composed}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as error:
        raise ValueError("no domain") from error
    if "." not in made.rpartition("@")[2] or len(made.encode()) > _LONGEST:
        raise ValueError("no domain, or too long")
    return made


def _entries(path: pathlib.Path) -> Iterator[tuple[Recipient, tuple[str, ...], bool]]:
    """Every line: who, the codes of their regions, whether they opted out."""
    rows = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    header: list[str] | None = None
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            raise _wrong(path, rows.line_num, "no CSV", "kein CSV") from None
        if row is None:
            break
        if header is None:
            header = _header(path, row)
        elif row:
            yield _entry(path, rows.line_num, header, row)
    if header is None:
        raise _wrong(path, 1, "it is empty", "sie ist leer")


def _header(path: pathlib.Path, row: list[str]) -> list[str]:
    names = [name.strip() for name in row]
    if len(set(names)) < len(names) or not set(COLUMNS) <= set(names):
        listed = ", ".join(COLUMNS)
        raise _wrong(
            path, 1, f"it has to name the columns {listed}, each once", f"nötig sind die Spalten {listed}, je einmal"
        )
    return names


def _entry(path: pathlib.Path, line: int, header: list[str], row: list[str]) -> tuple[Recipient, tuple[str, ...], bool]:
    if len(row) != len(header):
        raise _wrong(
            path,
            line,
            f"it has {len(row)} fields, the header {len(header)}",
            f"sie hat {len(row)} Felder, die Kopfzeile {len(header)}",
        )
    values = {name: field.strip() for name, field in zip(header, row, strict=True)}
    try:
        to = address(values["address"])
    except ValueError:
        raise _wrong(path, line, "address: this is no mail address", "address: das ist keine Mailadresse") from None
    name = values["name"]
    if len(name) > _LONGEST_NAME or any(unicodedata.category(one)[0] == "C" for one in name):
        raise _wrong(
            path,
            line,
            f"name: at most {_LONGEST_NAME} characters, and no control characters",
            f"name: höchstens {_LONGEST_NAME} Zeichen und keine Steuerzeichen",
        )
    return Recipient(address=to, name=name), _regions(path, line, values), _opted_out(path, line, values)


def _regions(path: pathlib.Path, line: int, values: Mapping[str, str]) -> tuple[str, ...]:
    codes = tuple(values["region"].upper().split())
    if not all(_REGION.fullmatch(code) for code in codes):
        raise _wrong(
            path,
            line,
            "region: NUTS or AGS codes with spaces between them, or nothing",
            "region: NUTS- oder AGS-Schlüssel, durch Leerzeichen getrennt, oder leer",
        )
    return codes


def _opted_out(path: pathlib.Path, line: int, values: Mapping[str, str]) -> bool:
    flag = values["opted_out"].casefold()
    if flag not in _FLAGS:
        raise _wrong(path, line, "opted_out: yes, no or nothing", "opted_out: ja, nein oder leer")
    return _FLAGS[flag]


def _text(path: pathlib.Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        why = os_reason(error)
        raise InvalidConfig(
            f"The list of recipients {path} cannot be read: {why.en}.",
            f"Die Empfängerliste {path} ist nicht lesbar: {why.de}.",
        ) from error
    if len(data) > LARGEST:
        raise _wrong(path, 1, f"it is longer than {LARGEST} bytes", f"sie ist länger als {LARGEST} Byte")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _wrong(path, line, "it is not UTF-8", "sie ist nicht UTF-8") from None


def _wrong(path: pathlib.Path, line: int, en: str, de: str) -> InvalidConfig:
    """What is wrong where; never what stands there, which is personal data."""
    return InvalidConfig(
        f"The list of recipients {path}, line {line}: {en}. Nothing was sent.",
        f"Die Empfängerliste {path}, Zeile {line}: {de}. Es wurde nichts gesendet.",
    )
