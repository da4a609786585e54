"""Mutants of a web server: each lies in one way, and the read-back must not believe it."""

import functools
import http.server
import json
import pathlib
import threading
from collections.abc import Callable

import pytest

from fahndung.channels import readback, server
from fahndung.channels.shelf import read_entry, read_tombstone
from fahndung.channels.site import Site
from fahndung.channels.website import Website
from fahndung.channels.withdrawal import Withdrawal
from fahndung.channels.witness import FileWitness, HttpWitness, Sight, Witness
from fahndung.errors import Message
from fahndung.model.publication import Altered, Draft, Gone, Live, Look, Unknown

from . import build
from .build import SLUG

BASE = "https://fahndung.polizei.example/"
PAGE = f"fahndung/{SLUG}/"
IMAGE = f"bilder/{SLUG}/cctv-1.jpg"
API = "api/v1/appeals.json"
ITEM = f"api/v1/appeals/{SLUG}.json"
ALERT = f"cap/{SLUG}.xml"
RECORD = f"pfif/{SLUG}.xml"
TAG = f"tag:polizei.example,2026:{SLUG}"
DELETED = f'<at:deleted-entry ref="{TAG}" when="2026-12-01T09:00:01Z"/>'
Answer = Callable[[str, Sight], Sight]


class Mutant:
    """The built-in server, asked without a network, with one answer bent."""

    def __init__(self, site: Site, bend: Answer) -> None:
        self._site = site
        self._bend = bend

    def see(self, path: str) -> Sight:
        page = server.answer(self._site, f"/{path}")
        return self._bend(path, Sight(url=BASE + path, status=page.status, body=page.body))


def at(place: str, **values: object) -> Answer:
    """Another status or body at one address."""
    import dataclasses

    return lambda path, sight: dataclasses.replace(sight, **values) if path == place else sight  # type: ignore[arg-type]


def more(sight: Sight) -> Sight:
    """The same with one word in it that nobody approved."""
    import dataclasses

    return dataclasses.replace(sight, body=sight.body.replace(b"</description>", b" Grund: gefunden</description>"))


def grown(place: str, *way: str) -> Answer:
    """The tombstone in the list at the end of a way through a JSON document, with one field more."""
    import dataclasses

    def bend(path: str, sight: Sight) -> Sight:
        if path != place:
            return sight
        document = told = json.loads(sight.body)
        for name in way:
            told = told[name]
        told[-1]["note"] = "Grund: gefunden"
        return dataclasses.replace(sight, body=json.dumps(document).encode())

    return bend


def honest(_: str, sight: Sight) -> Sight:
    return sight


@pytest.fixture
def channel(tmp_path: pathlib.Path) -> Website:
    return build.website(tmp_path)


@pytest.fixture
def draft(channel: Website) -> Draft:
    return build.publish(channel)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Shows the files of a folder, as a web server does that nobody configured."""

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def look(channel: Website, draft: Draft, bend: Answer = honest, *, witness: Witness | None = None) -> Look:
    withdrawal = Withdrawal.parse(build.posting(draft).withdrawal)
    site = Site(channel.endpoint.root)
    entry = read_entry(site, ".fahndung/entries", SLUG)
    tombstone = read_tombstone(site, SLUG)
    paths, registered = tuple(withdrawal.files), withdrawal.registered
    witness = witness or Mutant(site, bend)
    return readback.look(witness, build.NONCE, withdrawal, paths, entry, tombstone, registered=registered)


def test_an_honest_server_is_believed(channel: Website, draft: Draft) -> None:
    live = look(channel, draft)
    assert isinstance(live, Live)
    channel.withdraw(build.posting(draft))
    gone = look(channel, draft)
    assert isinstance(gone, Gone)
    assert json.dumps(gone.evidence)
    assert set(gone.evidence["addresses"].values()) == {410}  # type: ignore[attr-defined]


class TestEnded:
    @pytest.fixture(autouse=True)
    def ended(self, channel: Website, draft: Draft) -> None:
        channel.withdraw(build.posting(draft))

    @pytest.mark.parametrize(
        ("bend", "expected", "why"),
        [
            (lambda path, sight: Sight(url="u", status=410), Unknown, "nonce"),
            (lambda path, sight: Sight(url="u", status=200, body=b"home page"), Unknown, "nonce"),
            (
                lambda path, sight: Sight(url="u", status=None, why=Message("no connection", "no connection (de)")),
                Unknown,
                "no connection",
            ),
            (lambda path, sight: Sight(url="u", status=503), Unknown, "nonce"),
            (
                lambda path, sight: sight if "canary" in path else Sight(url="u", status=410),
                Unknown,
                "never existed and answers 410",
            ),
            (
                lambda path, sight: sight if "canary" in path else Sight(url="u", status=200),
                Unknown,
                "never existed and answers 200",
            ),
            (
                lambda path, sight: sight if SLUG in path or "." in path else Sight(url="u", status=302),
                Unknown,
                "never existed and answers 302",
            ),
            (
                lambda path, sight: Sight(url="u", status=410) if path.startswith("bilder/") else sight,
                Unknown,
                "never existed and answers 410",
            ),
            (at(PAGE, status=200, body=b"cached"), Altered, "still online"),
            (at(IMAGE, status=200, body=build.IMAGES["cctv-1.jpg"]), Altered, "still online"),
            (at(IMAGE, status=404), Altered, "answers 404, not 410"),
            (at(PAGE, status=404), Altered, "answers 404, not 410"),
            (at(PAGE, status=301), Unknown, "redirect"),
            (at(IMAGE, status=500), Unknown, "answers 500"),
            (at(IMAGE, status=403), Unknown, "answers 403"),
            (at(PAGE, status=None, why=Message("timeout", "timeout (de)")), Unknown, "timeout"),
            (at(PAGE.rstrip("/"), status=301), Unknown, "redirect"),
            (at(f"{PAGE}index.html", status=200, body=b"x"), Altered, "still online"),
            (at(f"bilder/{SLUG}/", status=404), Altered, "404, not 410"),
            (at(IMAGE, body=build.IMAGES["cctv-1.jpg"]), Altered, "delivers the approved file"),
            (at("", status=500), Unknown, "answers 500"),
            (at("feed.atom", status=None, why=Message("timeout", "timeout (de)")), Unknown, "timeout"),
            (at("feed.json", status=404), Unknown, "answers 404"),
            (at("feed.json", body=b"<html>"), Altered, "not a JSON Feed"),
            (at("feed.json", body=b"[]"), Altered, "not a JSON Feed"),
            (at("", body=f'<a href="{PAGE}">'.encode()), Altered, "still lists"),
            (at("", body=f"<p> {build.TITLE}\n</p>".encode()), Altered, "still shows the title"),
            (at("feed.atom", body=f"<entry><id>{SLUG}</id></entry>".encode()), Altered, "still lists"),
            (at("feed.atom", body=f"<title>{build.TITLE}</title>".encode()), Altered, "still shows the title"),
            (at("feed.json", body=json.dumps({"items": [{"url": BASE + PAGE}]}).encode()), Altered, "still lists"),
            (at("feed.atom", body=DELETED.encode()), Altered, "feed.atom still lists"),
            (grown("feed.json", "_fahndung", "withdrawn"), Altered, "feed.json still lists"),
            (at(API, status=404), Unknown, "answers 404"),
            (at(API, body=b"[]"), Altered, "not a list of appeals"),
            (at(API, body=b'{"appeals": [{"id": "%s"}]}' % TAG.encode()), Altered, f"{API} still lists"),
            (at(API, body=f'{{"x": [{{"{build.TITLE}": 1}}]}}'.encode()), Altered, f"{API} still shows the title"),
            (grown(API, "withdrawn"), Altered, f"{API} still lists"),
            (at(API, body=b'{"a":' * 900 + b"1" + b"}" * 900), Altered, "nested too deeply"),
            (at(ITEM, status=200, body=b"{}"), Altered, f"{ITEM} is still online"),
            (at(ITEM, status=404), Altered, "404, not 410"),
            (at("ninjs.json", status=500), Unknown, "answers 500"),
            (at("ninjs.json", body=b"{}"), Altered, "not a list of ninjs"),
            (at("ninjs.json", body=f'[{{"renditions": "{BASE}{PAGE}"}}]'.encode()), Altered, "ninjs.json still lists"),
            (at("ninjs.json", body=json.dumps([build.TITLE]).encode()), Altered, "ninjs.json still shows the title"),
            (grown("ninjs.json"), Altered, "ninjs.json still lists"),
            (at(ALERT, status=500), Unknown, "answers 500"),
            (at(ALERT, status=301), Unknown, "redirect"),
            (at(ALERT, body=b"<alert/>"), Altered, "not the cancellation"),
            (lambda path, sight: sight if path != ALERT else more(sight), Altered, "not the cancellation"),
        ],
    )
    def test_a_lying_server_is_not_believed(
        self, channel: Website, draft: Draft, bend: Answer, expected: type[Look], why: str
    ) -> None:
        verdict = look(channel, draft, bend)
        assert isinstance(verdict, expected), verdict
        assert isinstance(verdict, Altered | Unknown)
        assert why in verdict.why

    @pytest.mark.parametrize("status", [404, 410])
    def test_an_alert_that_is_not_there_at_all_cannot_stand_in_the_way(
        self, channel: Website, draft: Draft, status: int
    ) -> None:
        assert isinstance(look(channel, draft, at(ALERT, status=status, body=b"")), Gone)

    def test_without_a_tombstone_of_its_own_a_site_may_say_nothing(self, channel: Website, draft: Draft) -> None:
        (channel.endpoint.root / f".fahndung/tombstones/{SLUG}.json").unlink()
        verdict = look(channel, draft)
        assert isinstance(verdict, Altered)
        assert "feed.atom still lists" in verdict.why

    def test_what_is_certainly_online_is_told_even_if_the_rest_is_unknown(self, channel: Website, draft: Draft) -> None:
        def bend(path: str, sight: Sight) -> Sight:
            if path == PAGE:
                return Sight(url=BASE + path, status=None, why=Message("timeout", "timeout (de)"))
            return at(IMAGE, status=200, body=build.IMAGES["cctv-1.jpg"])(path, sight)

        verdict = look(channel, draft, bend)
        assert isinstance(verdict, Unknown)
        assert f"still online: {BASE}{IMAGE}" in verdict.why
        assert f"noch online: {BASE}{IMAGE}" in verdict.words.de

    def test_the_same_title_of_another_live_appeal_is_no_remainder(self, channel: Website, draft: Draft) -> None:
        build.publish(channel, slug=build.OTHER_SLUG)
        assert isinstance(look(channel, draft), Gone)


class TestLive:
    @pytest.mark.parametrize(
        ("bend", "expected", "why"),
        [
            (at(PAGE, body=b"defaced"), Altered, "approved bytes"),
            (at(IMAGE, body=b"other"), Altered, "approved bytes"),
            (at(IMAGE, status=404), Altered, f"online: {BASE}bilder/{SLUG}/cctv-1-thumb.jpg, {BASE}{PAGE}"),
            (at(IMAGE, status=410), Altered, f"still online while {BASE}{IMAGE} answers 410"),
            (at(IMAGE, status=503), Unknown, "still online"),
            (at("", body=b"<ul></ul>"), Altered, "does not list it"),
            (at("feed.atom", body=b"<feed/>"), Altered, "feed.atom does not list it"),
            (at("feed.json", body=b'{"items": 1}'), Altered, "feed.json does not list it"),
            (at("feed.json", body=b"broken"), Altered, "feed.json does not list it"),
            (at("feed.json", status=500), Unknown, "500"),
            (at(API, body=b"[]"), Altered, f"{API} does not list it"),
            (at("ninjs.json", body=b"{}"), Altered, "ninjs.json does not list it"),
            (at("ninjs.json", body=b"[]"), Altered, "ninjs.json does not list it"),
            (at(ITEM, body=b"{}"), Altered, f"{ITEM} does not show it"),
            (at(ITEM, status=404), Unknown, "answers 404"),
            (at(ALERT, body=b"<alert/>"), Altered, f"{ALERT} does not show it"),
            (at(ALERT, status=404), Unknown, "answers 404"),
            (at(IMAGE, unlisted=False), Altered, f"{BASE}{IMAGE} comes without noindex in X-Robots-Tag"),
        ],
    )
    def test_what_is_not_as_approved_is_told(
        self, channel: Website, draft: Draft, bend: Answer, expected: type[Look], why: str
    ) -> None:
        verdict = look(channel, draft, bend)
        assert isinstance(verdict, expected), verdict
        assert isinstance(verdict, Altered | Unknown)
        assert why in verdict.why

    def test_a_page_without_an_entry_is_not_as_approved(self, channel: Website, draft: Draft) -> None:
        (channel.endpoint.root / f".fahndung/entries/{SLUG}.json").unlink()
        verdict = channel.look(build.posting(draft))
        assert isinstance(verdict, Altered)
        assert "no entry" in verdict.why

    def test_everything_missing_is_altered_and_names_the_configuration(self, channel: Website, draft: Draft) -> None:
        verdict = look(channel, draft, lambda path, sight: at(path, status=404)(path, sight) if SLUG in path else sight)
        assert isinstance(verdict, Altered)
        assert verdict.why.endswith("is the generated server configuration in force?")

    def test_a_page_whose_header_says_less_is_live_because_its_approved_bytes_say_it(
        self, channel: Website, draft: Draft
    ) -> None:
        assert isinstance(look(channel, draft, at(PAGE, unlisted=False)), Live)

    @pytest.mark.parametrize("fault", [at("", body=b"<ul></ul>"), at(RECORD, status=200, body=b"<pfif/>")])
    def test_a_missing_header_hides_no_other_fault(self, channel: Website, draft: Draft, fault: Answer) -> None:
        def bend(path: str, sight: Sight) -> Sight:
            return at(IMAGE, unlisted=False)(path, fault(path, sight))

        verdict, alone = look(channel, draft, bend), look(channel, draft, fault)
        assert isinstance(verdict, Altered)
        assert isinstance(alone, Altered)
        assert verdict.words == alone.words

    def test_a_server_without_the_configuration_is_told_of_before_the_end_needs_it(
        self, channel: Website, draft: Draft
    ) -> None:
        """It shows every byte as approved, and nothing could ever be proven gone there."""
        handler = functools.partial(Quiet, directory=str(channel.endpoint.root))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as plain:
            threading.Thread(target=plain.serve_forever, kwargs={"poll_interval": 0.02}).start()
            seen = look(channel, draft, witness=HttpWitness(f"http://127.0.0.1:{plain.server_port}/"))
            plain.shutdown()
        assert isinstance(seen, Altered)
        assert "comes without noindex" in seen.why
        assert "dann wäre auch ein Ende nicht nachweisbar" in seen.words.de


class TestReplaced:
    def test_controls_and_silence_count_there_too(self, channel: Website, draft: Draft) -> None:
        build.publish(channel, revision=2, images={})
        withdrawal = Withdrawal.parse(build.posting(draft).withdrawal)
        later = {f"fahndung/{SLUG}/index.html": "other"}

        def seen(bend: Answer) -> Look:
            witness: Witness = Mutant(Site(channel.endpoint.root), bend)
            return readback.look_at_rest(witness, build.NONCE, withdrawal, tuple(withdrawal.files), later)

        assert isinstance(seen(lambda path, sight: Sight(url="u", status=410)), Unknown)
        assert isinstance(seen(at(IMAGE, status=500)), Unknown)
        channel.withdraw(build.posting(draft, superseded=True))
        assert isinstance(seen(honest), Gone)
        assert isinstance(seen(at(IMAGE, status=404)), Altered)

    def test_nothing_of_its_own_is_gone(self, channel: Website, draft: Draft) -> None:
        build.publish(channel, revision=2)
        assert isinstance(channel.look(build.posting(draft, superseded=True)), Gone)


class TestFiles:
    def test_the_same_files_lead_to_the_same_verdict_as_over_http(self, channel: Website, draft: Draft) -> None:
        assert isinstance(channel.look(build.posting(draft)), Live)
        (channel.endpoint.root / IMAGE).write_bytes(b"stale")
        assert isinstance(channel.look(build.posting(draft)), Altered)
        channel.withdraw(build.posting(draft))
        assert isinstance(channel.look(build.posting(draft)), Gone)

    def test_a_file_behind_a_marker_is_not_gone(self, channel: Website, draft: Draft) -> None:
        channel.withdraw(build.posting(draft))
        (channel.endpoint.root / f"bilder/{SLUG}").mkdir()
        (channel.endpoint.root / IMAGE).write_bytes(b"left")
        assert isinstance(channel.look(build.posting(draft)), Altered)

    @pytest.mark.parametrize("folder", ["bilder", "fahndung"])
    def test_a_killed_writers_file_behind_a_marker_is_not_gone(
        self, channel: Website, draft: Draft, folder: str
    ) -> None:
        channel.withdraw(build.posting(draft))
        (channel.endpoint.root / folder / SLUG).mkdir()
        (channel.endpoint.root / folder / SLUG / ".tmp-1-0-cctv-1.jpg").write_bytes(build.IMAGES["cctv-1.jpg"])
        assert isinstance(channel.look(build.posting(draft)), Altered)
        channel.withdraw(build.posting(draft))
        assert isinstance(channel.look(build.posting(draft)), Gone)

    def test_files_deleted_without_a_marker_are_not_gone(self, channel: Website, draft: Draft) -> None:
        for path in (f"{PAGE}index.html", IMAGE, f"bilder/{SLUG}/cctv-1-thumb.jpg"):
            (channel.endpoint.root / path).unlink()
        verdict = channel.look(build.posting(draft))
        assert isinstance(verdict, Altered)
        assert "404, not 410" in verdict.why

    def test_without_the_canary_nobody_can_tell(self, channel: Website, draft: Draft) -> None:
        channel.withdraw(build.posting(draft))
        (channel.endpoint.root / "fahndung-canary.txt").unlink()
        assert isinstance(channel.look(build.posting(draft)), Unknown)

    def test_a_missing_root_is_unknown(self, tmp_path: pathlib.Path) -> None:
        assert FileWitness(Site(tmp_path / "missing")).see("index.html").status is None


def test_a_server_that_does_not_answer_is_unknown(tmp_path: pathlib.Path) -> None:
    with server.Server(tmp_path) as running:
        url = running.url
    sight = HttpWitness(url).see("x")
    assert sight.status is None
    assert "No connection" in sight.why.en


def test_over_http_nobody_can_tell_once_the_server_is_down(tmp_path: pathlib.Path) -> None:
    (tmp_path / "site").mkdir()
    with server.Server(tmp_path / "site") as running:
        channel = build.website(tmp_path, running.url, read_back="http")
        draft = build.publish(channel)
        assert isinstance(channel.look(build.posting(draft)), Live)
        channel.withdraw(build.posting(draft))
        assert isinstance(channel.look(build.posting(draft)), Gone)
    assert isinstance(channel.look(build.posting(draft)), Unknown)
