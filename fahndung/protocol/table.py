"""The events of a protocol as a table that office programs open. Leaves nothing out."""

import csv
import io
import json

from fahndung.protocol.gathering import Protocol

COLUMNS = ("seq", "at", "by", "action", "reason", "data", "hash")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(protocol: Protocol) -> bytes:
    """One row for each event: UTF-8 with its mark, semicolons, as German office programs expect it.

    What such a program would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for event in protocol.events:
        cells = {**event, "data": json.dumps(event["data"], ensure_ascii=False, sort_keys=True)}
        writer.writerow([_cell(cells[name]) for name in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
