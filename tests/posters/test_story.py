"""The words of the middle, and which of them may move to another sheet."""

from fahndung.model.sheet import SWITCH
from fahndung.posters.story import Table, hinting, movable, parted, spoken, story
from tests.posters import build


def test_the_last_facts_can_be_parted_from_the_story_and_where_and_when_only_after_them() -> None:
    told = story(build.sheet(), "#000000")
    event, group = told.facts
    assert isinstance(group, Table)
    kept, moved = parted(told, 2)
    (first,) = kept.facts[1:]
    (hint,) = hinting(kept, ("mehr",)).rest
    assert kept.facts[0] == event
    assert isinstance(first, Table)
    assert (first.title, [row for one in (first, *moved) for row in one.rows]) == (group.title, list(group.rows))
    assert (moved[0].title, len(moved[0].rows)) == (group.title, 2)
    assert (hint.name, hint.text, hint.field) == ("more", "mehr", "persons/0")
    kept, moved = parted(told, len(group.rows))
    assert (kept.facts, moved) == ((event,), (group,))
    kept, moved = parted(told, len(group.rows) + 1)
    assert [row for one in (*kept.facts, moved[0]) for row in one.rows] == list(event.rows)
    assert moved[1:] == (group,)
    kept, moved = parted(told, movable(told))
    assert (kept.lead, kept.facts, moved) == (told.lead, (), (event, group))


def test_the_story_puts_place_and_time_before_the_description() -> None:
    told = story(build.witness(), "#000000")
    assert [atom.field for atom in told.atoms] == ["texts/summary", "event", "persons/0", "texts/questions/1"]


def test_the_presumption_of_innocence_is_told_after_the_facts() -> None:
    told = story(build.suspect(1), "#000000")
    assert told.rest[-1].field == "persons"


def test_an_empty_sheet_tells_nothing() -> None:
    assert story(build.sheet(summary="", whereabouts=(), groups=()), "#000000").atoms == ()


def test_each_language_can_be_told_alone_and_what_all_sheets_ask_stays_in_both() -> None:
    def both(german: str, other: str) -> str:
        return f"{german}\u00a0/ {SWITCH}{other}{SWITCH}"

    sheet = build.sheet(
        apart=(build.sheet(), build.sheet(lang="pl")),
        summary=f"Mia fehlt. {SWITCH}Mia zniknęła.{SWITCH}",
        whereabouts=(),
        groups=(build.group(both("Vermisste", "Zaginiona"), (both("Haare", "Włosy"), both("blond", "blond, pl"))),),
        questions=("Wer?", f"Wann? {SWITCH}Kiedy?{SWITCH}"),
    )
    told = story(sheet, "#000000")
    german, other = (spoken(told, other=each) for each in (False, True))
    assert german.rest == other.rest == told.rest
    assert [atom.text for atom in german.lead] == ["Mia fehlt."]
    assert [atom.text for atom in other.lead] == [f"{SWITCH}Mia zniknęła.{SWITCH}"]
    said = [(t.title, row.label, row.value) for one in (german, other) for t in one.facts for row in t.rows]
    marked = tuple(f"{SWITCH}{text}{SWITCH}" for text in ("Zaginiona", "Włosy", "blond, pl"))
    assert said == [("Vermisste", "Haare", "blond"), marked]
