"""What every process of a run counted is added up and told, and what was held against nothing is named."""

import json

from .tally import Tally


def counted(*notes: tuple[str, bool, bool]) -> Tally:
    made = Tally()
    for platform, held, odd in notes:
        made.note(platform, held=held, odd=odd)
    return made


def test_the_counts_of_all_processes_are_added_up() -> None:
    whole = counted(("x", True, False))
    for other in (counted(("x", True, True), ("mastodon", True, False)), counted(*[("mastodon", True, False)] * 1200)):
        whole.add(json.loads(json.dumps(other.counts())))
    assert [*whole.lines()] == [
        "mastodon: 1,201 exchanges held against the platform's specification",
        "x: 2 exchanges held against the platform's specification, 1 of them by their request alone",
    ]


def test_without_a_specification_nothing_is_called_held() -> None:
    made = counted(("x", False, True), ("x", False, False), ("facebook", False, False))
    assert [*made.lines()] == [
        "UNVALIDATED, no specification was at hand: facebook (1 exchanges), x (2 exchanges)",
    ]
    assert [*Tally().lines()] == []
