"""R31 and R32: a post about persons points to the page and tells nobody's details; comments are off or watched."""

import dataclasses
from typing import Any

import pytest

from fahndung.law.details import details, stem
from fahndung.law.facts import Comments, Facts, Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Answer, Appeal, Category, Event, Office, Place, Plan
from fahndung.model.ids import ChannelName
from fahndung.model.mandate import Medium
from fahndung.model.sought import Item, Names, NamesShown

from .build import JUDGE, ORDERED, appeal, facts, order, person, told
from .build_outputs import EXAMPLES, PAGE_URL, example, found, outputs, post, teaser, wording

POST = [("block", "posts/mastodon")]
SUSPECT = person(
    names=Names(given="Torben", family="Beispielmann", aliases=("Toto",), shown=NamesShown.FULL),
    birth={"name": "Muthesius"},
    occupation={"de": "Dachdecker"},
    nationalities=("dänisch",),
    build={"de": "schlank"},
    hair={"de": "kurz, schwarz"},
    clothing={"de": "schwarze Jacke mit weißem Querstreifen"},
    marks=({"de": "Tätowierung am linken Handrücken"},),
    languages=("Deutsch",),
)


def case(**more: Any) -> Appeal:
    """A search for a known suspect after a robbery in a tram."""
    fields: dict[str, Any] = {
        "category": Category.KNOWN_SUSPECT,
        "basis": "stpo-131-3",
        "authority": Office(name="Polizeidirektion Musterstadt", region="Musterstadt"),
        "legal": {"offence": "Raub (§ 249 StGB)"},
        "persons": (SUSPECT,),
        "event": Event(
            what="Raub in einer Straßenbahn",
            start="2026-11-01T22:10",
            places=(
                Place(role="scene", text="Haltestelle Beispielplatz, Musterstadt"),
                Place(role="sighting", text="Hauptbahnhof Musterstadt"),
            ),
        ),
        "objects": (Item(id="car", kind={"de": "Pkw"}, plate="L-AB 1234"),),
    }
    return appeal(order(JUDGE), **(fields | more))


def posted(text: str = "", subject: Appeal | None = None, **more: Any) -> Facts:
    """Facts with one draft for a network."""
    return facts(subject or case(), Stage.RELEASE, outputs=outputs(), posts=(post(text, **more),))


def findings(text: str, **more: Any) -> list[tuple[str, str]]:
    """Severity and field of the findings of R31."""
    return found(posted(text, **more), "R31")


NEUTRAL = (
    "Öffentlichkeitsfahndung – Musterstadt. Polizeidirektion Musterstadt, Stand: 20.11.2026, 16:00 Uhr "
    f"{PAGE_URL} Hinweise bitte an die Polizei, nicht in die Kommentare."
)


def test_a_neutral_post_passes() -> None:
    assert findings(NEUTRAL, links=(PAGE_URL,)) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_teaser_of_every_example_passes(name: str) -> None:
    assert found(example(name), "R31") == []


def test_a_post_about_things_is_free() -> None:
    thing = case(category=Category.OBJECT, persons=())
    assert findings("Fahrrad, grün, 14-jährig, Raub am Beispielplatz", subject=thing) == []


@pytest.mark.parametrize(
    ("link", "passes"),
    [
        (PAGE_URL, True),
        ("https://fahndung.polizei.example/anderes", True),
        ("HTTPS://FAHNDUNG.POLIZEI.EXAMPLE/x", True),
        ("https://polizei.example/hinweis", False),
        ("https://fahndung.polizei.example@boese.example/x", False),
        ("https://fahndung.polizei.example.boese.example/x", False),
        ("https://bit.example/abc", False),
        ("http://[x", False),
    ],
)
def test_a_post_links_to_the_pages_host_only(link: str, passes: bool) -> None:
    assert findings(NEUTRAL, links=(link,)) == ([] if passes else POST)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        (f"Mehr: {PAGE_URL}.", True),
        ("Mehr: https://polizei.example/hinweis", False),
        ("Mehr: www.polizei.example", False),
        ("Mehr: bit.ly/abc", False),
        ("Hinweise an hinweise@polizei.example", True),
        ("z.B. am Telefon", True),
    ],
)
def test_links_in_the_text_are_read_too(text: str, passes: bool) -> None:
    assert findings(text) == ([] if passes else POST)


def test_without_outputs_no_host_is_known_but_uploads_and_names_are_seen() -> None:
    bare = facts(case(), posts=(post("Wo ist Torben?", links=("https://polizei.example/",), uploads=("a.jpg",)),))
    assert len(found(bare, "R31")) == 2


@pytest.mark.parametrize(
    "text", ["Torben", "Beispielmann", "TOTO", "Beispielmanns Auto", "geborene Muthesius", "#torben"]
)
def test_no_part_of_any_name_stands_in_a_post(text: str) -> None:
    assert findings(text) == POST
    said = outputs(texts=(teaser(text),))
    assert found(facts(case(), Stage.RELEASE, outputs=said), "R31") == [("block", "teaser")]
    problems = [problem for problem in judge(posted(text)) if problem.rule == "R31"]
    assert all(text not in message for problem in problems for message in problem.message)


def test_a_name_that_is_a_word_is_asked() -> None:
    winter = case(persons=(person(names=Names(given="Ada", family="Winter", shown=NamesShown.FULL)),))
    assert findings("Fahndung in diesem Winter", subject=winter) == POST
    answer = Answer(rule="R31", by="f.freigabe", at=ORDERED, reason="Jahreszeit")
    answered = dataclasses.replace(winter, answers=(answer,))
    assert findings("Fahndung in diesem Winter", subject=answered) == [("warn", "posts/mastodon")]
    assert findings("Ada Winter", subject=answered) == POST


@pytest.mark.parametrize(
    "text",
    [
        "schlanker Mann",
        "Der Mann trug eine schwarze Jacke.",
        "mit einem weißen Querstreifen",
        "Tätowierungen",
        "etwa 180 cm",
        "1,80 m groß",
        "90 kg",
    ],
)
def test_no_word_of_the_description_stands_in_a_post(text: str) -> None:
    assert "block" in {severity for severity, _ in findings(text)}


@pytest.mark.parametrize("text", ["kurz gefasst", "auf Deutsch", "Weitere Angaben auf der Seite", "Die Polizei bittet"])
def test_words_that_describe_nobody_pass(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", ()),
        ("Zeuge gesucht", ()),
        ("Ein Mann wird gesucht.", ()),
        ("Polizeidirektion Musterstadt", ()),
        ("Vermisst in Musterstadt", ()),
        ("22-Jähriger", ("age",)),
        ("Alter: 22", ("age",)),
        ("Beispielplatz", ("place",)),
        ("am 1. November 2026", ("date",)),
        ("am 1.11.", ("date",)),
        ("am 2. November 2026", ()),
        ("Raub", ("deed",)),
        ("Dachdecker", ("occupation",)),
        ("Däne", ("nationality",)),
        ("dänischer Staatsbürger", ("nationality",)),
        ("Kennzeichen L AB-1234", ("plate",)),
        ("psychisch krank", ("special",)),
        ("Raub: Mann gesucht", ("deed", "sex")),
        ("Raub am Beispielplatz", ("place", "deed")),
        ("Raub am Beispielplatz, dann am Hauptbahnhof", ("place", "place", "deed")),
        ("22-Jähriger nach Raub am Beispielplatz", ("age", "place", "deed")),
    ],
)
def test_details_are_counted(text: str, kinds: tuple[str, ...]) -> None:
    assert details(posted(text), text) == kinds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nach einem Raub sucht die Polizei.", []),
        ("Ein Mann wird gesucht.", []),
        ("Raub am Beispielplatz", [("warn", "posts/mastodon")]),
        ("22-jähriger Mann gesucht", [("warn", "posts/mastodon")]),
        ("22-Jähriger nach Raub am Beispielplatz", POST),
        ("Raub am Beispielplatz: Mann gesucht", POST),
        ("22-Jähriger, Dachdecker, nach Raub vom 1.11. gesucht", POST),
    ],
)
def test_three_details_identify_and_two_are_warned_of(text: str, expected: list[tuple[str, str]]) -> None:
    assert findings(text) == expected


def test_the_event_of_a_missing_person_is_no_deed_and_its_marker_no_detail() -> None:
    lost = case(category=Category.MISSING, event=Event(what="Vermisstenfall"), legal={})
    assert details(posted("Vermisstenfall", lost), "Vermisstenfall") == ()
    marked = outputs(wording=wording(marker="Zeugin – nicht Beschuldigte"), texts=())
    given = dataclasses.replace(posted(), outputs=marked)
    assert details(given, "Zeugin – nicht Beschuldigte") == ()


def test_a_time_in_words_is_a_date_if_it_is_told() -> None:
    vague = case(event=Event(start="im Spätsommer"))
    assert details(posted("", vague), "Raub im Spätsommer") == ("date", "deed")
    assert details(posted("", case(event=Event(start="2026-11"))), "im November 2026") == ()


def test_stems_forget_case_and_ending() -> None:
    assert {stem(word) for word in ("schwarz", "schwarze", "Schwarzer", "schwarzem")} == {"schwarz"}
    assert stem("rot") == "rot"


def on(medium: Medium, comments: Comments | None, roster: str | None = None) -> list[tuple[str, str]]:
    """The findings of R32 about one channel."""
    channel = ChannelName("kanal")
    subject = case(publication=Plan(channels=(channel,)), monitoring_roster=roster)
    told_of = {} if comments is None else {channel: comments}
    return told(judge(facts(subject, channel_media={channel: medium}, comments=told_of)), "R32")


@pytest.mark.parametrize(
    ("medium", "comments", "passes"),
    [
        (Medium.SOCIAL, Comments.OFF, True),
        (Medium.SOCIAL, Comments.NONE, True),
        (Medium.SOCIAL, Comments.OPEN, False),
        (Medium.SOCIAL, None, False),
        (Medium.WEBSITE, Comments.NONE, True),
        (Medium.WEBSITE, None, True),
        (Medium.WEBSITE, Comments.OPEN, False),
        (Medium.PRINT, None, True),
    ],
)
def test_comments_are_off_or_watched(medium: Medium, comments: Comments | None, passes: bool) -> None:
    assert on(medium, comments) == ([] if passes else [("block", "publication/channels/0")])
    assert on(medium, comments, "Lagezentrum, 24/7") == []
    assert on(medium, comments, " ") == on(medium, comments)


def test_where_nobody_asked_for_channels_nothing_is_said() -> None:
    subject = case(publication=Plan(channels=(ChannelName("kanal"),)))
    assert told(judge(facts(subject)), "R32") == []


def test_whose_comments_are_open_is_told_by_the_names_of_the_accounts() -> None:
    social = ChannelName("social")
    subject = facts(case(publication=Plan(channels=(social,))), channel_media={social: Medium.SOCIAL})
    (found,) = (one for one in judge(subject) if one.rule == "R32")
    assert "comment on social, or" in found.message.en
    names = {social: (ChannelName("land"), ChannelName("leipzig"))}
    (found,) = (one for one in judge(dataclasses.replace(subject, commented=names)) if one.rule == "R32")
    assert "comment on land, leipzig, or" in found.message.en
    assert "Auf land, leipzig kann kommentiert werden" in found.message.de
