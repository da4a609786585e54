import dataclasses
import itertools

from fahndung.channels import alerts, joined, layout

from .test_feeds import BASE, ENDED, entry


def test_every_appeal_stands_in_every_list_and_has_files_of_its_own() -> None:
    files = joined.files(BASE, "PD", "Titel", [entry(1, 1), entry(2, 2)], [ENDED])
    assert set(files) == {
        *layout.LISTS[1:],
        *(path for number in (1, 2) for path in (f"api/v1/appeals/{number:016d}.json", f"cap/{number:016d}.xml")),
        f"cap/{ENDED.slug}.xml",
    }
    for name in layout.LISTS[1:]:
        assert all(one.id.encode() in files[name] for one in (entry(1, 1), entry(2, 2), ENDED)), name
    assert files[f"cap/{ENDED.slug}.xml"] == alerts.cancellation(ENDED)


def test_an_ended_appeal_of_which_no_alert_is_known_has_no_file() -> None:
    assert set(joined.files(BASE, "PD", "Titel", [], [dataclasses.replace(ENDED, alert="")])) == {*layout.LISTS[1:]}


def test_an_appeal_that_is_listed_again_has_not_ended() -> None:
    again = dataclasses.replace(ENDED, slug=entry(1, 1).slug)
    assert joined.files(BASE, "PD", "Titel", [entry(1, 1)], [again]) == joined.files(
        BASE, "PD", "Titel", [entry(1, 1)], []
    )


def test_the_order_of_the_files_changes_no_byte() -> None:
    entries = [entry(number, 1 + number % 2) for number in range(3)]
    ends = [ENDED, dataclasses.replace(ENDED, slug="y" * 16, id="tag:y")]
    made = [
        joined.files(BASE, "PD", "Titel", order, told)
        for order in itertools.permutations(entries)
        for told in (ends, ends[::-1])
    ]
    assert all(one == made[0] for one in made)
