"""How ``status`` prints what is long: every ended appeal one after the other, and the numbers. Computes nothing."""

import itertools
import json
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from fahndung.cli.call import Call, machine_clock, put
from fahndung.lifecycle import clockskew, metrics

if TYPE_CHECKING:
    from fahndung.cli.session import Session


def print_all(
    call: Call, document: dict[str, Any], lines: Iterable[str], ended: Iterable[tuple[dict[str, Any], list[str]]]
) -> None:
    """The account with the ended appeals, none of which is kept; as JSON it is still one document."""
    if not call.json:
        for line in (line for _, old in ended for line in old):
            put(line)
        call.print({}, lines)
        return
    rest = dict(document)
    separator = '{\n  "appeals": [\n'
    for one in itertools.chain(rest.pop("appeals"), (old for old, _ in ended)):
        put(separator + textwrap.indent(_text(one), "    "), end="")
        separator = ",\n"
    put(("\n  ],\n" if separator == ",\n" else '{\n  "appeals": [],\n') + _text(rest)[2:])


def print_numbers(run: "Session") -> int:
    """The numbers of now; 7 comes out where something is past its end."""
    skew = clockskew.of_ledger(run.ledger, machine_clock())
    with run.ledger.read() as tx:
        found = metrics.gauges(tx, now=run.now, skew=skew)
    put(metrics.text(found), end="")
    overdue = next(one.samples[0][1] for one in found if one.name == "fahndung_overdue")
    return 7 if overdue else 0


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
