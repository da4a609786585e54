"""The table of ``channels`` for people: what each account can, from the same rows that ``--json`` prints."""

from collections.abc import Mapping, Sequence
from typing import Any

from fahndung.cli.language import say

Row = Mapping[str, Any]
_DAY, _HOUR = 86400, 3600


def lines(rows: Sequence[Row]) -> list[str]:
    """A table, one account a line, and below it of each account what needs a sentence."""
    if not rows:
        return []
    table = [_heads(), *map(_cells, rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    padded = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table]
    return [*padded, *(line for row in rows for line in ("", *_sentences(row)))]


def _heads() -> list[str]:
    return [
        say("channel", "Kanal"),
        say("kind", "Art"),
        say("text", "Text"),
        say("media", "Medien"),
        say("edit", "Änderung"),
        say("deletes", "löscht"),
        say("replies", "Antworten"),
        say("cost", "Kosten"),
        say("evidence", "erprobt an"),
    ]


def _cells(row: Row) -> list[str]:
    evidence = row["evidence"]
    return [
        row["name"],
        row["kind"],
        "/".join(str(limit["most"]) for limit in row["text"]) or "–",
        "–" if row["media"] is None else str(row["media"]["count"]),
        _edit(row["edit"]["how"]),
        _deletes(row),
        _comments(row["replies"]["comments"]),
        _cost(row),
        "–" if evidence is None else f"{_by(evidence['by'])}, {evidence['date']}",
    ]


def _sentences(row: Row) -> list[str]:
    replies, evidence = row["replies"], row["evidence"]
    told = {
        say("text", "Text"): "; ".join(f"{limit['most']} {limit['unit']}" for limit in row["text"]),
        say("media", "Medien"): _media(row["media"]),
        say("edit", "Änderung"): row["edit"]["why"],
        say("terms", "Bedingungen"): row.get("terms"),
        say("replies", "Antworten"): " ".join(
            filter(None, (replies["remains"], replies["setting"] and f"({replies['setting']})"))
        ),
        say("cost", "Kosten"): "; ".join(
            f"{one['what']}: {_number(one['amount'])} {one['currency']}" for one in row["costs"]
        ),
        say("remains elsewhere", "bleibt anderswo"): row["residual"],
        say("proof of absence", "Nachweis der Löschung"): row["proof"],
        say("tried against", "erprobt an"): "" if evidence is None else evidence["version"],
    }
    return [row["name"], *(f"  {label}: {text}" for label, text in told.items() if text)]


def _edit(how: str) -> str:
    return {
        "in-place": say("in place", "am Ort"),
        "replace": say("replaced", "ersetzt"),
        "none": say("never", "nie"),
    }[how]


def _deletes(row: Row) -> str:
    if not row["can_delete"]:
        return say("no", "nein")
    window = row["delete_window"]
    if window is None:
        return say("yes", "ja")
    size, unit = (_DAY, say("days", "Tage")) if window >= 3 * _DAY else (_HOUR, say("hours", "Stunden"))
    return f"{window / size:g} {unit}"


def _comments(comments: str) -> str:
    return {"none": "–", "off": say("closed", "zu"), "open": say("open", "offen")}[comments]


def _cost(row: Row) -> str:
    dearest = max(row["costs"], key=lambda one: float(one["amount"]), default=None)
    return "–" if dearest is None else say("up to ", "bis ") + f"{_number(dearest['amount'])} {dearest['currency']}"


def _number(told: str) -> str:
    """A decimal number as the reader's language writes it."""
    return say(told, told.replace(".", ","))


def _by(by: str) -> str:
    return {
        "simulator": say("simulator", "Simulator"),
        "real-server": say("real server", "echter Server"),
        "live-account": say("live account", "echtes Konto"),
    }[by]


def _millions(count: int) -> str:
    """Rounded down to a tenth: nobody is promised more than there is."""
    return _number(f"{count // 100_000 / 10:g}")


def _media(media: Row | None) -> str:
    if media is None:
        return ""
    types = ", ".join(kind.removeprefix("image/").upper() for kind in media["types"])
    parts = [
        f"{media['count']} {types}",
        f"{_millions(media['bytes'])} MB",
        media["pixels"] and f"{_millions(media['pixels'])} {say('megapixels', 'Megapixel')}",
        media["alt_length"]
        and say("alternative text ", "Alternativtext ") + f"{media['alt_length']} {say('characters', 'Zeichen')}",
    ]
    return "; ".join(part for part in parts if part)
