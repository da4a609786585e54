"""The preview as a page: everything is in it, nothing is loaded, every value is escaped."""

import dataclasses
import datetime as dt
import html.parser
import json
import pathlib
from typing import Any

import pytest

from fahndung import approving
from fahndung.errors import InvalidConfig, NotPublishable
from fahndung.lifecycle import previewing, previewpage
from fahndung.model.mandate import Medium
from fahndung.texts.bounded import TEXT
from tests.lifecycle import accounts
from tests.world import GIRL, PUBLISHED, World

ACCOUNT = {
    "name": "mastodon",
    "kind": "mastodon",
    "url": "http://127.0.0.1:9/",
    "account": "polizei",
    "credential": "mastodon-token",
}


class Page(html.parser.HTMLParser):
    """What a browser makes of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Called by the parser."""
        self.text += data


def test_it_shows_pictures_with_their_words_the_end_and_the_way_back(approved: World) -> None:
    shown = previewing.preview(approved.home, approved.ledger, appeal_id=GIRL)
    text = previewpage.page(shown, "de")
    page = Page(text)
    (channel,) = shown.as_json("de")["channels"]
    images = [values for tag, values in page.tags if tag == "img"]
    assert len(images) == len(channel["media"]) == 3
    assert all((image["src"] or "").startswith("data:image/jpeg;base64,") for image in images)
    assert sorted(str(image["alt"]) for image in images) == sorted(one["words"] for one in channel["media"])
    assert any("Kapuzenpullover" in str(image["alt"]) for image in images)
    assert all(image["alt"] for image in images), "every size of a picture has its words"
    assert page.text.count("eine Größe, die keine Seite zeigt") == 1, "the small version of the picture at the top"
    assert "auf keiner Seite mit Alternativtext" not in page.text
    heading = text[text.index("<h2>website") :].partition("</h2>")[0]
    assert heading == "<h2>website <small>Internetseite</small>"
    assert "<h2>website</h2>" in previewpage.page(shown, "en"), "no word twice"
    assert "frühestens 21.11.2026 um 08:00 Uhr" in page.text
    assert page.text.count("27.11.2026 um 09:00 Uhr") >= 2, "the same form beside its reason"
    assert "Was auf der Seite steht" in page.text
    for told in (page.text, "\n".join(shown.lines("de"))):
        assert "Hinweise" in told
        assert "Gesichter: Kein Programm hat danach gesucht." in told
    assert "■ bis wann" in shown.lines("de")[-1]
    for name in ("ends_because", "withdrawal", "residual"):
        assert channel[name] in page.text
    lines = shown.lines("de")
    assert lines[0].startswith(f"{GIRL} Revision 1, ")
    assert [line.split()[1] for line in lines if channel["parts"][0]["sha256"][:12] in line] == ["Byte"]
    assert all(part["sha256"] in page.text for part in channel["parts"])


def test_pictures_as_large_as_photos_are_go_into_it(approved: World) -> None:
    shown = previewing.preview(approved.home, approved.ledger, appeal_id=GIRL)
    (one,) = shown.channels
    photos = {picture["name"]: bytes(TEXT.characters // 2) for picture in one.media}
    draft = dataclasses.replace(one.draft, payload={**one.draft.payload, **photos})
    text = previewpage.page(dataclasses.replace(shown, channels=(dataclasses.replace(one, draft=draft),)), "de")
    assert len(text) > len(photos) * TEXT.characters * 2 // 3 > TEXT.characters


@pytest.mark.parametrize("language", ["de", "en"])
def test_nothing_is_loaded_and_nothing_runs(approved: World, language: str) -> None:
    shown = previewing.preview(approved.home, approved.ledger, appeal_id=GIRL)
    page = Page(previewpage.page(shown, language))
    assert not {"script", "link", "iframe", "object", "a", "form"} & {tag for tag, _ in page.tags}
    assert [values["src"] for _, values in page.tags if "src" in values and "data:" not in str(values["src"])] == []
    (policy,) = (values["content"] for _, values in page.tags if values.get("http-equiv") == "Content-Security-Policy")
    assert str(policy).startswith("default-src 'none'")


def test_what_comes_from_a_record_or_a_configuration_is_text(approved: World) -> None:
    shown = previewing.preview(approved.home, approved.ledger, appeal_id=GIRL)
    (one,) = shown.channels
    wicked = "</pre><script>alert(1)</script>"
    draft = dataclasses.replace(
        one.draft, endpoint={"account": wicked}, payload={**one.draft.payload, "post.txt": wicked.encode()}
    )
    page = Page(previewpage.page(dataclasses.replace(shown, channels=(dataclasses.replace(one, draft=draft),)), "en"))
    assert page.text.count(wicked) == 2
    assert "script" not in {tag for tag, _ in page.tags}


def test_an_event_is_shown_and_a_span_of_an_account_follows_its_reason(approved: World) -> None:
    shown = previewing.preview(approved.home, approved.ledger, appeal_id=GIRL)
    (one,) = shown.channels
    event = json.dumps({"event": "published", "text": "Wer hat Lina gesehen?"}).encode()
    draft = dataclasses.replace(one.draft, medium=Medium.ONLINE_PRESS, payload={"event.json": event})
    one = dataclasses.replace(one, draft=draft, terms=dataclasses.replace(one.terms, ttl=dt.timedelta(hours=47)))
    shown = dataclasses.replace(shown, channels=(one,))
    line = '  "text": "Wer hat Lina gesehen?"'
    assert f"    │ {line}" in shown.lines("de")
    assert line in Page(previewpage.page(shown, "de")).text
    assert "website (online-press)" in shown.lines("de")
    assert ".;" not in "".join(shown.lines("de"))
    assert "; auf diesem Konto höchstens 47 Stunden" in "".join(shown.lines("de"))


def test_a_channel_that_is_called_like_its_medium_is_named_once(approved: World) -> None:
    lines = previewing.preview(approved.home, approved.ledger, appeal_id=GIRL).lines("de")
    assert [line for line in lines if line.startswith("website")] == ["website"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_a_machine_is_sent_beside_a_text_stands_behind_everything_that_is_sent(
    approved: World, language: str
) -> None:
    shown = previewing.preview(approved.home, approved.ledger, appeal_id=GIRL)
    (one,) = shown.channels
    record = json.dumps({"$type": "app.bsky.feed.post", "text": "Wer?"}).encode()
    parts = {"post.txt": b"Wer hat Lina gesehen?", "post.json": record}
    draft = dataclasses.replace(one.draft, channel="land", kind="bluesky", medium=Medium.SOCIAL, payload=parts)
    shown = dataclasses.replace(shown, channels=(dataclasses.replace(one, draft=draft),))
    before, behind = previewpage.page(shown, language).split(str(previewpage._WORDS["files"].in_language(language)))
    assert ("Wer hat Lina gesehen?" in before, "app.bsky.feed.post" in before) == (True, False)
    assert ("Wer hat Lina gesehen?" in behind, "app.bsky.feed.post" in behind) == (False, True)
    social = {"de": "soziale Netzwerke", "en": "social networks"}[language]
    assert f"<h2>land <small>bluesky, {social}</small>" in before


def test_a_broken_template_of_the_home_is_named(approved: World, tmp_path: pathlib.Path) -> None:
    own = tmp_path / "templates" / "preview"
    own.mkdir(parents=True)
    (own / "preview.html.j2").write_text("{{ nothing }}")
    shown = previewing.preview(approved.home, approved.ledger, appeal_id=GIRL)
    with pytest.raises(InvalidConfig, match=r"templates/preview/preview\.html\.j2"):
        previewpage.page(shown, "de", home=tmp_path)


@pytest.mark.peers
def test_a_post_is_shown_with_its_text_its_counted_length_and_each_variant(empty: World) -> None:
    office = accounts.office(empty, ACCOUNT)
    appeal = office.ready(office.case("jewellery-theft", accounts.on_account("mastodon")))
    shown = previewing.preview(office.home, office.ledger, appeal_id=appeal)
    post = shown.as_json("de")["channels"][1]
    assert post["counted"]["most"] == 500
    assert post["media"] == []
    text = previewpage.page(shown, "de")
    page = Page(text)
    assert page.text.count(post["parts"][0]["text"]) == 1, "each variant has a marker of its own"
    assert f"{post['counted']['length']} von 500 {shown.as_json('de')['channels'][1]['counted']['unit']}" in page.text
    assert "soziale Netzwerke, polizei" in page.text
    assert [f"ohne {person}" in page.text for person in ("p1", "p2")] == [True, True]
    lines = "\n".join(shown.lines("de"))
    assert post["taken"] == "texts/teaser-long.txt"
    assert post["taken"] in page.text
    assert f"∑ {post['taken']}, {post['counted']['length']} / 500" in lines
    assert all(f"│ {line}" in lines for line in post["parts"][0]["text"].splitlines())
    assert json.dumps(shown.as_json("de"))


@pytest.mark.peers
@pytest.mark.parametrize("most", [60, 230])
def test_what_does_not_fit_one_account_is_shown_marked_beside_the_others_and_not_approved(
    empty: World, most: int
) -> None:
    """At 60 characters the post itself is too long, at 230 one of those that tell the end."""
    own = {"characters": most, "closing_post": True, "closing_post_days": 1}
    office = accounts.office(accounts.office(empty, ACCOUNT), ACCOUNT | {"name": "wache"} | own)

    def to_both(record: dict[str, Any]) -> None:
        accounts.on_account("mastodon")(record)
        record["publication"]["channels"].append("wache")

    appeal = office.submit(office.case("jewellery-theft", to_both))
    office.verify_images(appeal)
    office.build(appeal)
    shown = previewing.preview(office.home, office.ledger, appeal_id=appeal)
    assert [one.draft.channel for one in shown.channels] == ["website", "mastodon"]
    assert {len(parts or ()) for parts in shown.variants.values()} == {2}
    (refused,) = shown.as_json("en")["refused"]
    assert refused["channel"] == "wache"
    assert f"{most} are allowed" in refused["why"]
    assert ("closing post" in refused["why"]) is (most > 60)
    assert refused["text"]
    page = Page(previewpage.page(shown, "de"))
    lines = "\n".join(shown.lines("de"))
    for told in (page.text, lines):
        assert "PASST NICHT" in told
        assert all(line in told for line in refused["text"].splitlines())
    with pytest.raises(NotPublishable, match=f"wache.*{most} are allowed"):
        approving.approve(office.home, office.ledger, appeal_id=appeal, person="f.freigabe", key=b"", now=PUBLISHED)
