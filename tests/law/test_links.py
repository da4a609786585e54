"""R30: no text leads readers to somebody else's host."""

from typing import Any

import pytest

from fahndung.law.gate import judge
from fahndung.model.appeal import Appeal, Category, Contact
from fahndung.model.reading import Outputs, Post

from .build import JUDGE, PAGE_URL, POSTER_FILE, WORDING, appeal, depicted, facts, order, outputs, retold, told
from .build import with_pieces as printed

NARRATIVE = [("block", "texts/narrative")]
THINGS = appeal(order(JUDGE), basis="stpo-111n", category=Category.OBJECT)


def found(built: Outputs | None, subject: Appeal | None = None, **more: Any) -> list[tuple[str, str]]:
    return told(judge(facts(subject or depicted(), outputs=built, **more)), "R30")


def said(text: str, **contact: Any) -> list[tuple[str, str]]:
    named = Contact(office="Polizeirevier Musterstadt", phone="040 66969-123", **contact)
    return found(printed(outputs(), texts_narrative=text), depicted(contact=named))


@pytest.mark.parametrize(
    "text",
    [
        "Die Ware wurde auf https://betrug.example/angebot angeboten.",
        "Siehe www.betrug.example.",
        "Siehe HTTP://BETRUG.EXAMPLE",
        "Siehe betrug.example/angebot",
        "Siehe https://polizei.example.betrug.example/",
        "Siehe https://andere.polizei.example/",
    ],
)
def test_an_address_on_a_foreign_host_is_blocked(text: str) -> None:
    assert said(text) == NARRATIVE


@pytest.mark.parametrize(
    "text",
    [PAGE_URL, "https://www.polizei.example/", "polizei.example/fahndung", "Die Täterin floh um 20.30 Uhr/21 Uhr."],
)
def test_the_host_of_the_page_passes(text: str) -> None:
    assert said(text) == []


def test_tip_form_and_mailbox_open_their_hosts() -> None:
    link = "Hinweise: https://hinweise.example/formular"
    assert said(link) == NARRATIVE
    assert said(link, tip_url="https://hinweise.example/de") == []
    assert said(link, email="k11@hinweise.example") == []
    assert said("Siehe https://www.k11.hinweise.example/", email="k11@hinweise.example") == []
    assert said("Siehe https://k11hinweise.example/", email="k11@hinweise.example") == NARRATIVE
    assert said("Mail an k11@hinweise.example", email="k11@hinweise.example") == []


def test_a_private_mailbox_opens_nothing() -> None:
    assert said("Siehe https://web.de/seite", email="kripo@web.de") == NARRATIVE


@pytest.mark.parametrize("name", ["page", "press", "entry", POSTER_FILE])
def test_a_template_that_leads_elsewhere_is_blocked_by_its_name(name: str) -> None:
    built = retold(outputs(), name, WORDING.stand, f"{WORDING.stand} www.betrug.example")
    assert found(built) == [("block", name)]


def test_an_address_that_a_poster_breaks_is_the_address() -> None:
    broken = retold(outputs(), POSTER_FILE, WORDING.stand, f"{WORDING.stand} poli- zei.example/fahndung/k7q2m4x6")
    assert found(broken) == []


def test_the_imprint_may_name_the_forces_own_site() -> None:
    imprint = ("Herausgeber: Polizeidirektion Musterstadt, www.pd-musterstadt.example",)
    assert found(outputs({"imprint": imprint})) == []
    other = retold(outputs({"imprint": imprint}), "page", WORDING.stand, f"{WORDING.stand} www.pd-anders.example")
    assert found(other) == [("block", "page")]


def test_posts_about_things_are_read_and_those_about_persons_are_r31s() -> None:
    post = Post(channel="netz", text="Siehe https://betrug.example/")
    assert found(outputs(), posts=(post,)) == []
    assert found(outputs(), THINGS, posts=(post,)) == [("block", "posts/netz")]
    assert found(None, THINGS, posts=(post,)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Folgt @polizei_muster!", [("warn", "texts/narrative")]),
        ("Folgt @polizei@social.example.", [("warn", "texts/narrative")]),
        ("Mail an k11@polizei.example", []),
        ("Preis @ 5 Euro", []),
    ],
)
def test_an_account_is_told(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text, email="k11@polizei.example") == expected


def test_a_finding_names_the_host_and_not_the_whole_address() -> None:
    built = printed(outputs(), texts_narrative="Siehe https://betrug.example/geheim/pfad")
    (problem,) = [each for each in judge(facts(depicted(), outputs=built)) if each.rule == "R30"]
    assert "betrug.example" in problem.message.de
    assert "pfad" not in problem.message.de
