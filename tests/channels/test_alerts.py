"""CAP messages against the XSD of OASIS where it is at hand (``FAHNDUNG_SPECS``), and what they may say."""

import dataclasses
import datetime as dt
import xml.etree.ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from fahndung.channels import alerts
from fahndung.channels.entry import Entry, Tombstone
from fahndung.model.appeal import Category

from .openapi import needed
from .test_feeds import ENDED, entry

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
END = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
RUNNING = dataclasses.replace(entry(1, 1), expires=END)


def ended(one: Entry, at: dt.datetime = END) -> Tombstone:
    return dataclasses.replace(ENDED, slug=one.slug, id=one.id, url=one.url, alert=alerts.reference(one), at=at)


def text(data: bytes | None, name: str) -> str | None:
    assert data is not None
    return ET.fromstring(data).findtext(f".//{CAP}{name}")


def test_alert_and_cancellation_fit_the_schema_of_oasis() -> None:
    schema = xmlschema.XMLSchema(needed("CAP-v1.2.xsd"))
    for data in (
        alerts.alert(RUNNING),
        alerts.alert(entry(2, 2, title="A & <B>")),
        alerts.cancellation(ended(RUNNING)),
    ):
        assert data is not None
        schema.validate(data.decode().partition("\n")[2])
    broken = alerts.alert(RUNNING).replace(b"-00:00", b"Z").decode().partition("\n")[2]
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema.validate(broken)


def test_what_a_rehearsal_shows_is_to_be_disregarded() -> None:
    rehearsed = dataclasses.replace(RUNNING, url="http://127.0.0.1:8000/x")
    cancelled = (alerts.cancellation(ended(one)) for one in (RUNNING, rehearsed))
    made = [alerts.alert(RUNNING), alerts.alert(rehearsed), *cancelled]
    assert [text(data, "status") for data in made] == ["Actual", "Test", "Actual", "Test"]


def test_an_alert_says_what_the_entry_says_and_until_when() -> None:
    data = alerts.alert(RUNNING)
    assert (text(data, "headline"), text(data, "description"), text(data, "web")) == (
        RUNNING.title,
        RUNNING.summary,
        RUNNING.url,
    )
    assert text(data, "event") == RUNNING.title, "no word of an alert is the program's own"
    assert (text(data, "sent"), text(data, "expires")) == ("2026-11-01T15:00:00-00:00", "2026-12-01T12:00:00-00:00")
    assert (text(data, "msgType"), text(data, "status"), text(data, "scope")) == ("Alert", "Actual", "Public")
    assert text(alerts.alert(entry(1, 1)), "expires") is None


@pytest.mark.parametrize("category", list(Category))
def test_no_alert_claims_urgency_severity_or_certainty_and_sets_off_a_siren(category: Category) -> None:
    data = alerts.alert(entry(1, 1, category=category.value))
    assert [text(data, name) for name in ("urgency", "severity", "certainty")] == ["Unknown"] * 3
    searched = category in {Category.MISSING, Category.MISSING_CHILD, Category.HELPLESS}
    assert text(data, "category") == ("Rescue" if searched else "Security")


def test_a_cancellation_refers_to_the_alert_and_says_neutral_words() -> None:
    data, alert = alerts.cancellation(ended(RUNNING)), alerts.alert(RUNNING)
    assert text(data, "msgType") == "Cancel"
    assert text(data, "references") == ",".join(text(alert, name) or "" for name in ("sender", "identifier", "sent"))
    assert text(data, "incidents") == text(alert, "incidents") == RUNNING.slug
    assert (text(data, "sent"), text(data, "sender")) == ("2026-12-01T12:00:00-00:00", text(alert, "sender"))
    assert text(data, "identifier") != text(alert, "identifier")
    assert [text(data, name) for name in ("event", "headline", "description")] == [ENDED.title] * 2 + [ENDED.summary]
    assert data is not None
    assert RUNNING.title.encode() not in data
    assert RUNNING.summary.encode() + b"<" not in data


def test_where_no_alert_is_known_none_is_cancelled() -> None:
    assert alerts.cancellation(dataclasses.replace(ENDED, alert="")) is None


def test_the_same_entry_is_the_same_message_and_any_other_is_another() -> None:
    later = RUNNING.updated + dt.timedelta(seconds=1)
    others = [
        dataclasses.replace(RUNNING, title="Anders"),
        dataclasses.replace(RUNNING, summary="Anders"),
        dataclasses.replace(RUNNING, category="missing"),
        dataclasses.replace(RUNNING, updated=later),
        dataclasses.replace(RUNNING, expires=None),
        dataclasses.replace(RUNNING, expires=later),
    ]
    assert len({alerts.reference(one).split(",")[1] for one in [RUNNING, *others]}) == 7
    same = dataclasses.replace(RUNNING, marker="another", files={}, item="<li>")
    assert alerts.alert(same) == alerts.alert(RUNNING)
    ends = {text(alerts.cancellation(ended(RUNNING, at)), "identifier") for at in (END, later)}
    assert len(ends) == 2


def test_fractions_of_a_second_are_left_out() -> None:
    odd = dataclasses.replace(RUNNING, updated=RUNNING.updated + dt.timedelta(microseconds=5))
    assert text(alerts.alert(odd), "sent") == "2026-11-01T15:00:00-00:00"


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]), min_size=1))
def test_any_words_stay_words(words: str) -> None:
    assert text(alerts.alert(entry(1, 1, title=words)), "headline") == words
    assert text(alerts.cancellation(dataclasses.replace(ENDED, summary=words)), "description") == words
