"""The dead man's switch: when a run last ended, and when one last ended well."""

from fahndung.ledger import pulse
from fahndung.ledger.pulse import Pulse

from .world import MINUTE, NOW, run


def test_a_ledger_in_which_nothing_ever_ran_has_no_pulse(ledger):
    with ledger.read() as tx:
        assert pulse.read(tx) == Pulse(run=None, success=None)


def test_a_run_that_left_something_online_is_no_success(ledger):
    with ledger.write(NOW) as tx:
        pulse.beat(tx, well=True, now=NOW)
        pulse.beat(tx, well=False, now=NOW + MINUTE)
        assert pulse.read(tx) == Pulse(run=NOW + MINUTE, success=NOW)
        pulse.beat(tx, well=True, now=NOW + 2 * MINUTE)
        assert pulse.read(tx) == Pulse(run=NOW + 2 * MINUTE, success=NOW + 2 * MINUTE)


def test_what_is_no_instant_counts_as_never(ledger):
    with ledger.write(NOW) as tx:
        pulse.beat(tx, well=True, now=NOW)
        run(tx, "UPDATE meta SET v = 'soon' WHERE k = 'last_success'")
        assert pulse.read(tx) == Pulse(run=NOW, success=None)


def test_what_a_wrong_clock_wrote_can_be_forgotten(ledger):
    with ledger.write(NOW) as tx:
        pulse.beat(tx, well=True, now=NOW)
        pulse.forget(tx)
        assert pulse.read(tx) == Pulse(run=None, success=None)
