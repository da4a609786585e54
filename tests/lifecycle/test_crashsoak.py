"""The soak counts what it does, tells what went wrong, and is not content with too few of any kind."""

import collections
import contextlib
import functools
import random
from collections.abc import Iterator, Sequence

import pytest

from fahndung.channels import KINDS
from fahndung.channels.telegram import Telegram
from fahndung.ledger import withdrawing
from fahndung.ledger.moves import LATER_LOOKS
from fahndung.testing.faults import Call, Fault
from tests.channels import simulated
from tests.lifecycle import accounts, correctioncourt, courts, crashsoak, endcourt, test_mastodon, test_telegram
from tests.lifecycle.courts import CHANNELS, Cell, Court
from tests.lifecycle.crashsoak import AT_LEAST, WHOLE
from tests.lifecycle.killing import Trial
from tests.lifecycle.test_telegram_corrections import Forgets, Repeats

CREATE, DELETE = (Fault.GARBAGE, Call.CREATE), (Fault.GARBAGE, Call.DELETE)
KILLED, SURVIVED = Trial(lines=None, violations=()), Trial(lines=7, violations=())


class Bench(Court):
    """Does nothing, and remembers what was asked of it."""

    def __init__(self, *, wrong: bool = False, cells: Sequence[Cell] = (CREATE, DELETE)) -> None:
        self.cells, self._wrong = cells, wrong
        self.draws: list[float] = []

    def struck(self, cell: Cell, chance: random.Random) -> Trial:
        self.draws.append(chance.random())
        return Trial(lines=None, violations=("it is wrong",)) if self._wrong else KILLED

    def plain(self, chance: random.Random) -> Trial:
        return SURVIVED

    def online(self) -> int:
        return 0

    def duplicates(self) -> int:
        return 0

    @contextlib.contextmanager
    def opened(self) -> Iterator[Court]:
        yield self


def test_one_round_of_twenty_is_without_a_fault_and_what_was_tried_least_is_next() -> None:
    upload = (Fault.GARBAGE, Call.UPLOAD)
    benches = [Bench(), Bench(cells=(CREATE, DELETE, upload))]
    result = crashsoak.soak([bench.opened for bench in benches], 80, 1)
    assert (result.rounds, result.kills, sum(result.cells.values())) == (80, 76, 76)
    assert {len(bench.draws) for bench in benches} == {38}
    assert max(result.cells.values()) - min(result.cells.values()) == 1
    again = Bench()
    crashsoak.soak([again.opened], 40, 1)
    assert again.draws == benches[0].draws, "the seed chooses"


def test_two_processes_share_the_rounds_and_their_counts_are_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crashsoak, "COURTS", {"right": [Bench().opened], "wrong": [Bench(wrong=True).opened]})
    result = crashsoak.shared("right", 81, 1, jobs=2)
    assert (result.rounds, result.kills, sum(result.cells.values())) == (81, 76, 76)
    assert {*result.cells} == {CREATE, DELETE}
    wrong = crashsoak.shared("wrong", 3, 1, jobs=2)
    assert (wrong.rounds, len(wrong.violations), wrong.clean) == (3, 1, False)
    never = crashsoak.Result(cells=collections.Counter({CREATE: 0}))
    never.add(crashsoak.Result(rounds=WHOLE, cells=collections.Counter({DELETE: 0})))
    assert {*never.rare} == {CREATE, DELETE}, "what nobody tried is told"


def test_a_whole_soak_has_tried_every_cell_often_enough_and_a_short_one_need_not() -> None:
    few = [(Fault.GARBAGE, f"call-{number}") for number in range(WHOLE // AT_LEAST)]
    assert crashsoak.soak([Bench().opened], WHOLE, 1).clean
    assert crashsoak.soak([Bench(cells=few).opened], WHOLE - 1, 1).clean
    result = crashsoak.soak([Bench(cells=few).opened], WHOLE, 1)
    assert not result.clean
    assert {*result.rare} == {*few}


@pytest.mark.parametrize(
    ("changed", "clean"),
    [({}, True), ({"online": 1}, False), ({"duplicates": 1}, False), ({"violations": ["x"]}, False)],
)
def test_only_what_left_nothing_is_clean(changed: dict[str, object], clean: bool) -> None:
    assert crashsoak.Result(rounds=1, **changed).clean is clean  # type: ignore[arg-type]


def test_the_program_says_what_came_of_each_channel(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"right": [Bench().opened], "wrong": [Bench(wrong=True).opened], "plain": [Bench(cells=()).opened]}
    monkeypatch.setattr(crashsoak, "COURTS", told)
    assert crashsoak.main(["--channel", "right", "--rounds", "8", "--seed", "5"]) == 0
    right = capsys.readouterr().out
    assert right.startswith("right, seed 5: 8 rounds, 7 kills, ")
    assert "online 0, duplicates 0, violations 0" in right
    told_of = right.splitlines()[2].split()[1:]
    assert sorted(told_of) == ["3", "4"]
    assert [line.split() for line in right.splitlines()[1:]] == [["create", "delete"], ["garbage", *told_of]]
    assert crashsoak.main(["--all", "--rounds", "4"]) == 1
    every = capsys.readouterr().out
    assert "violations 3" in every
    assert "garbage on " in every
    assert "it is wrong" in every
    assert every.splitlines()[-1].startswith("plain, ")
    assert crashsoak.main(["--channel", "right", "--rounds", "8", "--minutes", "0"]) == 0
    assert "right, seed 1: 0 rounds" in capsys.readouterr().out
    monkeypatch.setattr(crashsoak, "AT_LEAST", 500)
    assert crashsoak.main(["--channel", "right", "--rounds", str(WHOLE)]) == 1
    assert "fewer than 500 times: garbage on " in capsys.readouterr().out


def test_every_fault_strikes_every_write_that_it_can() -> None:
    made = courts.Account(None, (Call.CREATE, Call.DELETE), never=(Fault.LIMITED,))  # type: ignore[arg-type]
    assert (Fault.DUPLICATE, Call.DELETE) not in made.cells
    assert (Fault.LIMITED, Call.CREATE) not in made.cells
    assert len({*made.cells}) == len(made.cells) == 2 * (len(courts.FAULTS) - 1) - 1
    kinds = {*courts.FAULTS}
    assert kinds >= {Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER, Fault.LIMITED, Fault.ERROR_BEFORE, Fault.CUT_AFTER}
    assert KINDS.keys() == CHANNELS.keys()


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("mistaken", [False, True])
def test_a_short_soak_of_a_real_channel_is_clean_and_finds_one_that_sends_again(mistaken: bool) -> None:
    @contextlib.contextmanager
    def opened() -> Iterator[Court]:
        with test_mastodon.standing("gts") as stand:
            if mistaken:
                stand.made = simulated.sends_again(stand.made)
            court = courts.Account(stand, courts.WRITES)
            court.cells = [(Fault.CUT_AFTER, Call.CREATE), (Fault.TIMEOUT_AFTER, Call.DELETE)][: 1 if mistaken else 2]
            yield court

    result = crashsoak.soak([opened], 12, 1)
    assert result.clean is not mistaken, result
    assert result.rounds == 12
    assert mistaken == any("copies" in told for told in result.violations)


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("kind", "rounds"),
    [
        (courts.press_mail, 4),
        (courts.website, 2),
        (courts.over_sftp, 2),
        (functools.partial(courts.in_a_bucket, versioned=True), 2),
    ],
)
def test_the_other_channels_stand_in_court_as_well(kind: courts.Opened, rounds: int) -> None:
    result = crashsoak.soak([kind], rounds, 1)
    assert result.clean, result
    assert result.kills >= 2, "of a website every round ends in a kill"


@pytest.mark.peers
@pytest.mark.no_cover
def test_the_posts_that_tell_an_end_stand_in_a_court_of_their_own() -> None:
    result = crashsoak.soak(endcourt.ENDS[1:], 2, 1)
    assert result.clean, result
    assert (result.rounds, result.kills) == (2, 2)


@pytest.mark.peers
@pytest.mark.no_cover
def test_corrections_in_place_stand_in_a_court_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withdrawing, "LATER_LOOKS", (LATER_LOOKS[0], LATER_LOOKS[-1]))
    print(f"FAHNDUNG_SEED={accounts.SEED}")
    result = crashsoak.soak(correctioncourt.CORRECTIONS, 50, accounts.SEED)
    assert result.clean, result
    assert result.rounds == 50
    assert result.kills >= 45, "a child may be through before the line at which another one was killed"
    assert min(result.cells.values()) >= 1, "every fault has struck every kind of write"


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("mistake", "cell", "told"),
    [
        (Repeats, (Fault.CUT_BEFORE, correctioncourt.EDIT), "as a new message"),
        (Forgets, (Fault.CUT_BEFORE, correctioncourt.EDIT), "are shown [0, 0] times"),
        (
            simulated.unlisted_sends_again(Telegram),
            (Fault.CUT_AFTER, correctioncourt.CREATE),
            "in two messages at once",
        ),
        (simulated.believes_absence(Telegram), (Fault.LIMITED, correctioncourt.END), "is called withdrawn"),
    ],
)
def test_the_court_of_corrections_catches_a_mistake(mistake: type[Telegram], cell: Cell, told: str) -> None:
    chance = random.Random(1)
    with test_telegram.standing("public") as stand:
        stand.made = mistake
        court = correctioncourt.Corrections(stand)
        found = (violation for _ in range(12) for violation in court.struck(cell, chance).violations)
        assert any(told in violation for violation in found)
