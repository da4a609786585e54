"""What others have to be told, and how far that is."""

import dataclasses

from fahndung.ledger import about, news
from fahndung.ledger.news import News, Told

from .world import FAULT, HOUR, NOW

UP = Told(publication=1, whom="+indexnow", news=News.UP)
FAILED = Told(publication=2, whom="facebook", news=News.GONE, tries=3, next_at=NOW + HOUR, problem=FAULT)


def test_what_is_kept_is_read_again(ledger):
    with ledger.write(NOW) as tx:
        news.keep(tx, UP)
        news.keep(tx, FAILED)
        news.keep(tx, dataclasses.replace(UP, tries=1, next_at=NOW))
        assert set(news.all(tx)) == {dataclasses.replace(UP, tries=1, next_at=NOW), FAILED}


def test_only_what_is_named_is_kept_and_nothing_else_of_the_ledger_is_touched(ledger):
    with ledger.write(NOW) as tx:
        about.keep(tx, "newsletter", "x")
        news.forget_all_but(tx, ())
        news.keep(tx, UP)
        news.keep(tx, FAILED)
        news.forget_all_but(tx, {FAILED.key})
        assert news.all(tx) == (FAILED,)
        news.forget_all_but(tx, ())
        assert news.all(tx) == ()
        assert about.value(tx, "newsletter") == "x"
        assert tx.home_id


def test_what_cannot_be_read_counts_as_untold(ledger):
    with ledger.write(NOW) as tx:
        for number, value in enumerate(['{"tries": 1}', "[", "null", '{"next_at": "x", "problem": null, "tries": 1}']):
            about.keep(tx, f"news:{number}:up:+indexnow", value)
        about.keep(tx, "news:x", "{}")
        about.keep(tx, "news:1:other:x", '{"next_at": null, "problem": null, "tries": 1}')
        assert news.all(tx) == ()
