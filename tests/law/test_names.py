"""A name in a text: whole words only, spelled any way; a word that is also a name is a doubt."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.law import names

from .build import table

ORDINARY = table().lexicon("ordinary-name")
WORDS = st.text(alphabet=string.ascii_lowercase + "äöüß .,-\n", max_size=60)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Musterfeld", ["Musterfeld"]),
        ("von Beispielhausen", ["von Beispielhausen", "Beispielhausen"]),
        ("Anna Maria", ["Anna Maria", "Anna", "Maria"]),
        ("Probst-Muster", ["Probst-Muster", "Probst", "Muster"]),
        ("„Toto“", ["Toto"]),
        ("H.", []),
        ("M", []),
        ("", []),
        ("  ", []),
    ],
)
def test_a_name_is_taken_apart_without_particles_and_initials(name: str, parts: list[str]) -> None:
    assert list(names.parts(name)) == parts


@pytest.mark.peers
@given(before=WORDS, after=WORDS)
def test_a_name_is_found_in_whatever_stands_around_it(before: str, after: str) -> None:
    finder = names.finder("Muthesius", (), ORDINARY)
    assert finder.is_in(f"{before} Muthesius, {after}")
    assert not names.finder("Xylander", (), ORDINARY).is_in(f"{before} Muthesius {after}")


@pytest.mark.peers
@given(st.text(max_size=20), st.text(max_size=60))
def test_no_name_and_no_text_make_it_fall_over(name: str, text: str) -> None:
    for part in names.parts(name):
        finder = names.finder(part, [part], ORDINARY)
        assert finder.is_in(text) in (True, False)
        assert finder.may_be_in(text) in (True, False)


def test_a_table_without_ordinary_names_takes_every_name_for_one() -> None:
    assert names.finder("Winter", (), None).is_in("im Winter")
    assert not names.finder("Winter", (), ORDINARY).is_in("im Winter")
    assert names.finder("Winter", (), ORDINARY).may_be_in("im Winter")
