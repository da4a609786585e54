"""When each machine started, by the ledger's time."""

import pytest

from fahndung.ledger import about, boots

from .world import DAY, MINUTE, NOW, SECOND


def test_each_machine_is_remembered_as_it_was_noted_last(ledger):
    with ledger.write(NOW) as tx:
        assert boots.started(tx, "boot-1") is None
        boots.note(tx, "boot-1", NOW - DAY)
        boots.note(tx, "boot-2", NOW - 2 * DAY)
        boots.note(tx, "boot-1", NOW - DAY + SECOND)
        assert boots.started(tx, "boot-1") == NOW - DAY + SECOND
        assert boots.started(tx, "boot-2") == NOW - 2 * DAY
        boots.forget(tx)
        assert boots.started(tx, "boot-1") is None


def test_the_machine_that_was_noted_longest_ago_is_forgotten_first(ledger):
    with ledger.write(NOW) as tx:
        for number in range(boots.MOST):
            boots.note(tx, f"boot-{number}", NOW + number * MINUTE)
        boots.note(tx, "boot-0", NOW)
        boots.note(tx, "new", NOW)
        assert boots.started(tx, "boot-0") == boots.started(tx, "new") == NOW
        assert boots.started(tx, "boot-1") is None
        assert boots.started(tx, "boot-2") is not None


@pytest.mark.parametrize("text", ["", "{", "7", "[7]", '[["boot-1", "x"]]', '[["boot-1", 1e300]]', '[["boot-1"]]'])
def test_what_cannot_be_read_is_noted_anew(ledger, text):
    with ledger.write(NOW) as tx:
        about.keep(tx, "boots", text)
        assert boots.started(tx, "boot-1") is None
        boots.note(tx, "boot-1", NOW)
        assert boots.started(tx, "boot-1") == NOW
