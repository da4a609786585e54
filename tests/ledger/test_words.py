"""What older ledgers say of by-hand items in German alone becomes the very words that the program writes now."""

import importlib
import json

import pytest

from fahndung.errors import Message
from fahndung.ledger import copies, paper
from fahndung.ledger.receivers import Receiver
from fahndung.lifecycle import bouncing, refreshing, telling
from fahndung.lifecycle.telling import Addressee

from .world import APPEAL, NOW

words = importlib.import_module("fahndung.ledger.migrations.versions.v0006_words")
CHANNEL = Receiver(appeal=APPEAL, name=Message.same("x"), channel=None, medium=None, sent_at=NOW, over=True)
ASKED = Message(
    "copies in the hands of recipients, who were asked to delete them: note who has confirmed it",
    "Kopien bei Empfängern, die um Löschung gebeten sind: vermerken, wer sie bestätigt hat",
)
"""Not written any more: who got a correction knows that it is over, and was not asked."""
WHAT = (paper.POSTERS, copies._COPY, telling.to_tell("presse", "a-1"), telling.to_tell("x-land"))
WHY = (
    *(paper.ONLY_BY_HAND, copies._ONLY_THEY, bouncing._CAME_BACK, ASKED),
    *(refreshing._IN_CACHES, refreshing._IN_PREVIEWS, telling._with_stpo("§ 65 BDSG")),
    *(telling._why(Addressee(receiver=CHANNEL, notice=notice)) for notice in (None, "texts/closing-error.txt")),
)


@pytest.mark.parametrize(
    ("told", "sentences"), [*((one, words.WHAT) for one in WHAT), *((one, words.WHY) for one in WHY)]
)
def test_a_sentence_of_this_program_gets_the_english_that_it_has_now(told: Message, sentences: object) -> None:
    assert told.en != told.de
    assert Message(**json.loads(words.in_both(told.de, sentences))) == told


@pytest.mark.parametrize(
    ("german", "english"),
    [
        (
            "Plakate A4 (ohne p1), gedruckt 20.11.2026 um 15:00 Uhr",
            "Posters A4 (without p1), printed 2026-11-20 at 15:00",
        ),
        ("Plakate A3, gedruckt 20.11.2026 um 15:00 Uhr", "Posters A3, printed 2026-11-20 at 15:00"),
        ("Jetzt abnehmen, was p2 zeigt (Posten 7)", "Take down now what shows p2 (item 7)"),
        ("Suchmaschinen: https://polizei.example/", "Search engines: https://polizei.example/"),
        ("presse: Kopien bei Empfängern", "presse: copies in the hands of recipients"),
        ("facebook: Vorschau von https://polizei.example/", "facebook: preview of https://polizei.example/"),
        (
            "Datenschutzverletzung der Aufsicht melden, unverzüglich, vor dem 24.11.2026 um 08:30 Uhr",
            "Report the breach of data protection to the supervisor, without delay, before 2026-11-24 at 08:30",
        ),
        ("mastodon: https://social.example/1", "mastodon: https://social.example/1"),
        ('was "jemand" schrieb\n', 'was "jemand" schrieb\n'),
    ],
)
def test_what_names_something_keeps_the_name_and_what_is_unknown_its_words(german: str, english: str) -> None:
    assert json.loads(words.in_both(german, words.WHAT)) == {"de": german, "en": english}
