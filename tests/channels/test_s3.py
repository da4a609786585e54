"""The website in a bucket, against moto (an emulator, not S3), shown by nginx; boto3 says what is really there."""

import dataclasses
import itertools
import os
import pathlib
import random
import urllib.parse
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import ClassVar

import pytest

from fahndung import http
from fahndung.channels import layout, s3api, s3site
from fahndung.channels.base import Channel
from fahndung.channels.headers import HEADERS, INDEXED
from fahndung.channels.kinds import KIND_COMMENTS, KIND_MEDIA, TELLS_THE_END
from fahndung.channels.s3 import S3
from fahndung.channels.s3api import Bucket, Object
from fahndung.channels.s3site import S3Site
from fahndung.channels.store import LOCK
from fahndung.errors import AuthError, ChannelFailed, NotPublishable, NotSent, OutcomeUnknown
from fahndung.model.publication import Altered, Gone, Live, Unknown
from fahndung.model.release import Release
from fahndung.testing.contract import ChannelContract

from . import asked, build, killing, stores
from .build import SLUG
from .stores import Store

pytestmark = pytest.mark.peers
SEED = int(os.environ.get("FAHNDUNG_SEED", "0"))
KILLS, MOST_ROUNDS = (13 if os.environ.get(asked.VARIABLE) else 4), 60
_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stores.moto(tmp_path_factory.mktemp("moto")) as running:
        yield running


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(stores.VARIABLE, stores.SECRET)


def made(store: Store, mode: str) -> str:
    """The name of a new bucket."""
    name = f"{mode}-{next(_NUMBERS)}"
    store.create(name, versioned=mode == "versioned")
    return name


@pytest.fixture(params=["plain", "versioned"])
def bucket(request: pytest.FixtureRequest, store: Store) -> str:
    return made(store, request.param)


@pytest.fixture
def url(store: Store, bucket: str, tmp_path: pathlib.Path) -> Iterator[str]:
    with stores.hosting(store, bucket, tmp_path / "nginx") as address:
        yield address


@pytest.fixture
def channel(store: Store, bucket: str, url: str) -> S3:
    return store.website(bucket, url)


class TestS3(ChannelContract):
    kinds: ClassVar[asked.Kinds] = {"versioned": asked.WHOLE, "plain": asked.READS | asked.REPEATS}
    """A bucket without versions forgets what was replaced and deleted by itself: less can be left."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "mode" in metafunc.fixturenames:
            metafunc.parametrize("mode", asked.where(self.kinds, metafunc.function.__name__))

    @pytest.fixture
    def bucket(self, store: Store, mode: str) -> str:
        return made(store, mode)

    @pytest.fixture
    def channel(self, store: Store, bucket: str, url: str) -> S3:
        return store.website(bucket, url)

    @pytest.fixture
    def release(self, url: str) -> Release:
        return build.release(url)

    @pytest.fixture
    def other_release(self, url: str) -> Release:
        return build.release(url, slug=build.OTHER_SLUG)

    @pytest.fixture
    def blind(self, store: Store, bucket: str) -> Callable[[], None]:
        return lambda: store.client().delete_object(Bucket=bucket, Key=layout.CANARY) and None

    @pytest.fixture
    def online(self, store: Store, bucket: str) -> Callable[[], Collection[str]]:
        return lambda: store.shown(bucket)

    @pytest.fixture
    def secrets(self) -> Collection[str]:
        return (stores.SECRET,)


def test_it_is_a_website_like_the_others_and_claims_no_410(store: Store) -> None:
    channel: Channel = store.website("bucket")
    assert KIND_MEDIA["s3"] is channel.medium
    assert KIND_COMMENTS["s3"] is KIND_COMMENTS["website"]
    assert "s3" in TELLS_THE_END
    able = channel.capabilities()
    assert (able.recovery, able.reads_back) == ("path", "http")
    assert "410 for" not in able.proof.en
    assert "410 for" in store.website("bucket", absence="410").capabilities().proof.en
    assert able.evidence is not None
    assert able.evidence.by == "simulator"


def test_after_the_end_no_version_of_anything_is_left_but_lists_markers_and_tombstone(
    channel: S3, store: Store, bucket: str, url: str
) -> None:
    draft = build.publish(channel)
    page = f"{url}fahndung/{SLUG}/"
    shows = http.get(page)
    assert (shows.status, shows.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert shows.headers["cache-control"] == "no-store"
    gone = build.withdrawn(channel, draft)
    assert isinstance(gone, Gone), gone
    assert gone.evidence["versions"] == "none"
    assert http.get(page).status in {403, 404}
    every = store.versions(bucket)
    assert all(latest for _, _, latest in every)
    assert {key for key, _, _ in every} == {
        "index.html", "feed.atom", "feed.json", "ninjs.json", "robots.txt", layout.CANARY, layout.FRAME,
        "api/v1/appeals.json", f"cap/{SLUG}.xml",
        f".fahndung/tombstones/{SLUG}.json", f".fahndung/gone/{SLUG}.html",
        f".fahndung/gone/{SLUG}/cctv-1.jpg", f".fahndung/gone/{SLUG}/cctv-1-thumb.jpg",
    }  # fmt: skip
    assert SLUG in http.get(f"{url}feed.atom").body.decode(), "the tombstone"
    assert http.get(f"{url}.fahndung/gone/{SLUG}.html").status in {403, 404}


def test_an_older_version_that_stays_is_not_gone(store: Store, tmp_path: pathlib.Path) -> None:
    name = f"kept-{next(_NUMBERS)}"
    store.create(name, versioned=True)
    with stores.hosting(store, name, tmp_path / "nginx") as url:
        channel = store.website(name, url)
        draft = build.publish(channel)
        picture = f"bilder/{SLUG}/cctv-1.jpg"
        channel.withdraw(build.posting(draft))
        client = store.client()
        single = f"api/v1/appeals/{SLUG}.json"
        for key in (picture, single, "index.html", f"cap/{SLUG}.xml", "ninjs.json"):
            before = client.list_object_versions(Bucket=name, Prefix=key).get("Versions", [])
            for _ in range(2):
                client.put_object(Bucket=name, Key=key, Body=b"x", ContentType="text/html")
            if key in (picture, single):
                client.delete_object(Bucket=name, Key=key)
            seen = channel.look(build.posting(draft))
            assert isinstance(seen, Altered), seen
            assert key in seen.why
            assert len(before) == (0 if key in (picture, single) else 1)
            channel.withdraw(build.posting(draft))
        client.put_object(Bucket=name, Key="index.html", Body=b"x")
        channel.withdraw(build.posting(draft))
        assert isinstance(channel.look(build.posting(draft)), Gone)


def test_the_version_that_a_killed_writer_replaced_goes_with_the_next_takedown(
    store: Store, tmp_path: pathlib.Path
) -> None:
    name = f"kept-{next(_NUMBERS)}"
    store.create(name, versioned=True)
    with stores.hosting(store, name, tmp_path / "nginx") as url:
        channel = store.website(name, url)
        draft = build.publish(channel)
        channel.withdraw(build.posting(draft))
        client = store.client()
        for key in ("index.html", "api/v1/appeals.json", f"cap/{SLUG}.xml"):
            standing = client.get_object(Bucket=name, Key=key)["Body"].read()
            for body in (b"the alert", standing):
                client.put_object(Bucket=name, Key=key, Body=body, ContentType="text/html")
            seen = channel.look(build.posting(draft))
            assert isinstance(seen, Altered), seen
            assert key in seen.why
            channel.withdraw(build.posting(draft))
            assert isinstance(channel.look(build.posting(draft)), Gone)


def test_a_language_ends_alone_and_with_the_appeal(channel: S3) -> None:
    assert build.languages(channel) == [Live, Gone, Live, Gone, Gone]


def test_a_record_for_registers_ends_with_a_correction_and_the_appeal(
    channel: S3, store: Store, bucket: str, url: str
) -> None:
    assert build.registers(channel, lambda path: http.get(f"{url}{path}").body) == [Live, Gone, Live, Gone, Gone]
    assert [key for key, _, latest in store.versions(bucket) if key.startswith("pfif/") and not latest] == []


def test_a_page_that_an_earlier_version_put_up_is_taken_down(channel: S3) -> None:
    row = build.first_posting(build.publish(channel))
    channel.withdraw(row)
    assert isinstance(channel.look(row), Gone)


def test_a_second_revision_leaves_no_version_of_the_first(channel: S3, store: Store, bucket: str, url: str) -> None:
    first = build.publish(channel)
    second = build.publish(channel, revision=2, images={"cctv-1.jpg": b"\xff\xd8 new \xff\xd9"})
    old = build.posting(first, superseded=True)
    channel.withdraw(old)
    assert isinstance(channel.look(old), Gone)
    assert isinstance(channel.look(build.posting(second)), Live)
    assert all(latest for _, _, latest in store.versions(bucket))
    assert store.shown(bucket) == {f"fahndung/{SLUG}/index.html", f"bilder/{SLUG}/cctv-1.jpg"}
    assert isinstance(build.withdrawn(channel, second), Gone)


def test_a_front_answers_410_with_every_header(store: Store, bucket: str, tmp_path: pathlib.Path) -> None:
    name = f"front-{bucket}"
    store.create(name, versioned=bucket.startswith("versioned"), prefix="web/", shows=(*stores.PUBLIC, *stores.PRIVATE))
    with stores.front(store, f"{name}/web", tmp_path / "front") as url:
        channel = store.website(name, url, prefix="web/", absence="410")
        channel.prove()
        assert store.versions(name) == []
        draft = build.publish(channel)
        assert isinstance(channel.look(build.posting(draft)), Live)
        old = build.posting(draft, superseded=True)
        new = build.publish(channel, revision=2, images={"cctv-2.jpg": b"\xff\xd8 new \xff\xd9"})
        channel.withdraw(old)
        assert isinstance(channel.look(old), Gone)
        assert isinstance(channel.look(build.posting(new)), Live)
        assert http.get(f"{url}bilder/{SLUG}/cctv-1.jpg").status == 410
        gone = build.withdrawn(channel, new)
        assert isinstance(gone, Gone), gone
        ended = (f"fahndung/{SLUG}/", f"fahndung/{SLUG}", f"bilder/{SLUG}/cctv-2.jpg", f"bilder/{SLUG}/x.jpg")
        for path in (*ended, f"api/v1/appeals/{SLUG}.json"):
            answer = http.get(url + path)
            assert (answer.status, answer.body.decode()) == (410, build.GONE), path
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert {name: answer.headers.get(name.lower()) for name in HEADERS} == dict(HEADERS), path
        shown = {
            f"cap/{SLUG}.xml": "cap+xml",
            "feed.json": "feed+json",
            "ninjs.json": "json",
            "api/v1/appeals.json": "json",
        }
        for path, kind in shown.items():
            answer = http.get(url + path)
            assert (answer.status, answer.headers["content-type"]) == (200, f"application/{kind}; charset=utf-8"), path
        never = (f"api/v1/appeals/{build.OTHER_SLUG}.json", f"cap/{build.OTHER_SLUG}.xml", "cap/", "api/v1/x.json")
        assert [http.get(url + path).status for path in never] == [404] * 4
        for path in (f".fahndung/gone/{SLUG}.html", ".gone/x", ".404", f"fahndung/{build.OTHER_SLUG}/", "other.html"):
            assert http.get(url + path).status == 404, path
        assert http.Client().delete(f"{url}fahndung/{SLUG}/").status == 405
        assert {name: http.get(url).headers.get(name.lower()) for name in HEADERS} == dict(HEADERS)


def test_a_front_shows_a_page_in_another_language_until_it_ends_alone(store: Store, tmp_path: pathlib.Path) -> None:
    name = f"languages-{next(_NUMBERS)}"
    store.create(name, versioned=True, prefix="web/", shows=(*stores.PUBLIC, *stores.PRIVATE))
    with stores.front(store, f"{name}/web", tmp_path / "front") as url:
        channel = store.website(name, url, prefix="web/", absence="410")
        assert build.languages(channel) == [Live, Gone, Live, Gone, Gone]
        assert build.registers(channel, lambda path: http.get(f"{url}{path}").body) == [Live, Gone, Live, Gone, Gone]
        assert http.get(f"{url}pfif/{SLUG}.xml").headers["content-type"] == "application/xml; charset=utf-8"


def test_a_front_leaves_noindex_out_of_the_page_that_may_be_listed_alone(store: Store, tmp_path: pathlib.Path) -> None:
    name = f"listed-{next(_NUMBERS)}"
    store.create(name, versioned=True, prefix="web/", shows=(*stores.PUBLIC, *stores.PRIVATE))
    with stores.front(store, f"{name}/web", tmp_path / "front") as url:
        channel = store.website(name, url, prefix="web/", absence="410")
        build.publish(channel, slug=build.OTHER_SLUG)
        draft = build.publish(channel, robots=build.INDEX)
        assert isinstance(channel.look(build.posting(draft)), Live)
        listed = http.get(f"{url}fahndung/{SLUG}/").headers
        assert listed["x-robots-tag"] == INDEXED
        assert "x-amz-meta-robots" not in listed
        others = (f"bilder/{SLUG}/cctv-1.jpg", f"fahndung/{build.OTHER_SLUG}/", "sitemap.xml", "", "x")
        for path in others:
            assert http.get(url + path).headers["x-robots-tag"] == HEADERS["X-Robots-Tag"], path
        assert SLUG in http.get(f"{url}sitemap.xml").body.decode()
        assert http.get(f"{url}fahndung-indexnow.txt").status == 200
        assert isinstance(build.withdrawn(channel, draft), Gone)
        gone = http.get(f"{url}fahndung/{SLUG}/")
        assert (gone.status, gone.headers["x-robots-tag"]) == (410, HEADERS["X-Robots-Tag"])
        assert http.get(f"{url}sitemap.xml").status == 404
    assert not [key for key, _, _ in store.versions(name) if "sitemap" in key or "indexed" in key]


def test_where_410_was_promised_404_is_not_gone(store: Store, bucket: str, url: str) -> None:
    channel = store.website(bucket, url, absence="410")
    with pytest.raises(ChannelFailed, match=r"404 and not 410: no takedown could be proven"):
        channel.prove()
    draft = build.publish(channel)
    seen = build.withdrawn(channel, draft)
    assert isinstance(seen, Altered | Unknown), seen


def test_the_check_writes_and_deletes_and_leaves_no_version(channel: S3, store: Store, bucket: str) -> None:
    channel.check()
    channel.prove()
    assert store.versions(bucket) == []
    with pytest.raises(ChannelFailed, match="and not 200"):
        store.website(bucket, f"{channel.access()['base_url']}elsewhere/").prove()
    assert store.versions(bucket) == []


def test_a_store_that_ignores_conditions_or_keeps_what_is_deleted_is_refused(
    channel: S3, store: Store, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Bucket.put

    def ignores(self: Bucket, key: str, data: bytes, *, media_type: str, headers: dict[str, str]) -> tuple[str, bool]:
        return put(self, key, data, media_type=media_type, headers={})

    with monkeypatch.context() as patched:
        patched.setattr(Bucket, "put", ignores)
        with pytest.raises(ChannelFailed, match="If-None-Match is ignored"):
            channel.check()
    with monkeypatch.context() as patched:
        patched.setattr(Bucket, "delete", lambda *_: None)
        with pytest.raises(ChannelFailed, match="stays"):
            channel.check()
    channel.claim()
    assert not [key for key, _, _ in store.versions(bucket) if ".tmp-" in key], "the next writer clears it"


def test_another_homes_bucket_is_refused(channel: S3) -> None:
    channel.claim()
    foreign = S3(dataclasses.replace(channel.endpoint, nonce="another"))
    for act in (foreign.check, foreign.claim):
        with pytest.raises(NotPublishable, match="Another home"):
            act()
    with pytest.raises(ChannelFailed, match="Another home"):
        foreign.find("x")


def test_a_bucket_that_is_not_there_lists_nothing_and_takes_nothing(store: Store) -> None:
    channel = store.website("no-such-bucket")
    draft = channel.prepare(build.release("https://f.example/"))
    for act in (lambda: channel.find("x"), channel.listing, channel.check):
        with pytest.raises(ChannelFailed, match="NoSuchBucket"):
            act()
    with pytest.raises(NotSent, match="NoSuchBucket"):
        channel.publish(draft, lambda _: None)
    with pytest.raises(ChannelFailed):
        channel.withdraw(build.posting(draft))
    assert isinstance(channel.look(build.posting(draft)), Unknown)


def test_a_store_that_is_down_gets_nothing_and_the_secret_is_told_by_its_name(
    store: Store, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = store.website(bucket)
    draft = channel.prepare(build.release("https://f.example/"))
    down = S3(dataclasses.replace(channel.endpoint, endpoint="http://127.0.0.1:9/"))
    down_draft = down.prepare(build.release("https://f.example/"))
    for act in (lambda: down.publish(down_draft, lambda _: None), down.check, lambda: down.find("x")):
        with pytest.raises(NotSent):
            act()
    monkeypatch.delenv(stores.VARIABLE)
    with pytest.raises(AuthError, match=stores.VARIABLE):
        channel.publish(draft, lambda _: None)


def test_publications_at_once_lose_no_entry(
    store: Store, bucket: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3site, "LOCK_WAIT_S", 120.0)  # three wait for one after the other, on a busy machine for long
    channel = store.website(bucket, url)
    drafts = [channel.prepare(build.release(url, slug=f"{number:016d}")) for number in range(4)]
    killing.at_once(*(lambda draft=draft: channel.publish(draft, lambda _: None) for draft in drafts))  # type: ignore[misc]
    assert [type(channel.look(build.posting(draft))) for draft in drafts] == [Live] * len(drafts)


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(2))
def test_a_kill_in_the_middle_of_a_write_leaves_nothing_online_and_no_version(
    store: Store, bucket: str, url: str, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3site, "LEASE_S", 0)  # a dead writer's lock lapses with the store's next second
    print(f"FAHNDUNG_SEED={SEED}")
    chance, victim, killed = random.Random(2 * SEED + part), stores.victim(store, bucket, url), 0
    for number in range(MOST_ROUNDS):
        killed += victim.round(number, chance)
        if killed == KILLS:
            break
    assert killed == KILLS, "2 × 2 × 4 = 16 rounds; 52 if everything is asked"


def test_what_is_created_replaces_nothing(store: Store, bucket: str) -> None:
    site = S3Site(store.website(bucket).endpoint)
    assert site.create("a/b", b"first")
    assert not site.create("a/b", b"second")
    assert site.read("a/b") == b"first"
    site.remove("a/b")
    assert site.create("a/b", b"third")
    assert [latest for _, _, latest in store.versions(bucket)] == [True]


class TestLock:
    """Only one writer at a time, told by conditional writes."""

    @pytest.fixture
    def site(self, store: Store, bucket: str, monkeypatch: pytest.MonkeyPatch) -> S3Site:
        monkeypatch.setattr(s3site, "LOCK_WAIT_S", 0.3)
        return S3Site(store.website(bucket).endpoint)

    def test_a_lock_that_lives_keeps_others_out_and_is_free_again_after_an_error(
        self, site: S3Site, store: Store, bucket: str
    ) -> None:
        other = S3Site(site._place)
        with site.locked(), pytest.raises(ChannelFailed, match="Another process"), other.locked():
            pass
        with pytest.raises(KeyError), site.locked():
            raise KeyError
        assert store.versions(bucket) == []
        with other.locked():
            assert [key for key, _, _ in store.versions(bucket)] == [LOCK]

    def test_a_dead_writers_lock_lapses(self, site: S3Site, store: Store, bucket: str) -> None:
        store.client().put_object(Bucket=bucket, Key=LOCK, Body=b"a dead one's")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(s3site, "LEASE_S", -1)
            with site.locked():
                assert site.read(LOCK) != b"a dead one's"
        assert site.read(LOCK) is None

    def test_of_two_who_see_a_lapsed_lock_one_gets_it(
        self, site: S3Site, store: Store, bucket: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.client().put_object(Bucket=bucket, Key=LOCK, Body=b"a dead one's")
        monkeypatch.setattr(s3site, "LEASE_S", -1)
        get = Bucket.get

        def raced(self: Bucket, key: str) -> Object | None:
            found = get(self, key)
            store.client().put_object(Bucket=bucket, Key=LOCK, Body=os.urandom(8))
            return found

        monkeypatch.setattr(Bucket, "get", raced)
        with pytest.raises(ChannelFailed, match="Another process"), site.locked():
            pass

    def test_whoever_lost_the_lock_writes_no_more_and_leaves_the_others_alone(
        self, site: S3Site, store: Store, bucket: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(s3site, "RENEW_S", 0)
        with site.locked():
            site.write("a", b"x")
            store.client().put_object(Bucket=bucket, Key=LOCK, Body=b"another's")
            with pytest.raises(ChannelFailed, match="took over"):
                site.write("b", b"x")
            with pytest.raises(ChannelFailed, match="took over"):
                site.move("a", "b")
        assert (site.read(LOCK), site.read("b"), site.read("a")) == (b"another's", None, b"x")

    def test_what_is_not_there_cannot_be_moved(self, site: S3Site) -> None:
        with pytest.raises(ChannelFailed, match="is missing"):
            site.move("a", "b")


def test_what_only_begins_like_it_is_left_alone(store: Store, bucket: str) -> None:
    site = S3Site(store.website(bucket, prefix="web/").endpoint)
    for path in ("a", "a/b", "a/c/d", "ab", "a.txt", "x"):
        site.write(path, path.encode())
    assert (site.names(""), site.names("a")) == (("a", "a.txt", "ab", "x"), ("b", "c"))
    assert (site.is_folder("a"), site.is_folder("x")) == (True, False)
    site.remove("a")
    site.remove("a")
    assert site.names("") == ("a.txt", "ab", "x")
    assert {key for key, _, _ in store.versions(bucket)} == {"web/a.txt", "web/ab", "web/x"}


def test_where_versions_cannot_be_listed_visitors_are_shown_nothing_all_the_same(
    channel: S3, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = build.publish(channel)

    def refuse(*_: object) -> None:
        raise AuthError("no", "nein")

    with monkeypatch.context() as patched:
        patched.setattr(Bucket, "versions", refuse)
        with pytest.raises(ChannelFailed):
            S3Site(channel.endpoint).remove(f"fahndung/{SLUG}")
        assert http.get(f"{url}fahndung/{SLUG}/").status in {403, 404}
    assert isinstance(build.withdrawn(channel, draft), Gone)
    with monkeypatch.context() as patched:
        patched.setattr(Bucket, "versions", refuse)
        assert isinstance(channel.look(build.posting(draft)), Unknown)


class Failing(http.Client):
    """A client whose store answers 500 to the first call of one sort, before or after it did what it was asked."""

    sorts: ClassVar[list[tuple[str, str]]] = []
    struck: ClassVar[tuple[str, str] | None] = None
    effect: ClassVar[bool] = False

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> http.Answer:
        return self._met("GET", url, lambda: http.Client.get(self, url, headers=headers))

    def put(self, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> http.Answer:
        return self._met("PUT", url, lambda: http.Client.put(self, url, body=body, headers=headers))

    def delete(self, url: str, *, headers: Mapping[str, str] | None = None) -> http.Answer:
        return self._met("DELETE", url, lambda: http.Client.delete(self, url, headers=headers))

    def _met(self, method: str, url: str, call: Callable[[], http.Answer]) -> http.Answer:
        told = urllib.parse.urlsplit(url)
        place = "versions" if "versions=" in told.query else "keys" if "list-type" in told.query else told.path[1:]
        sort = method, place.partition("/")[2].partition("/")[0] or place
        Failing.sorts.append(sort)
        if sort != Failing.struck:
            return call()
        Failing.struck = None
        if Failing.effect:
            call()
        said = b"<Error><Code>InternalError</Code></Error>"
        return http.Answer(status=500, headers={"content-type": "application/xml"}, body=said)


def test_a_500_at_any_kind_of_call_is_tried_again_and_believed_to_be_nothing(
    store: Store, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3api, "Client", Failing)
    monkeypatch.setattr(s3site, "LEASE_S", -1)  # what is left of a lock is nobody's

    def struck(act: Callable[[], object], holds: Callable[[object], bool]) -> int:
        """How many sorts of calls an act makes, each of which was met by a 500 once.

        The act says that it failed and is made again, or it had no need of that call: then what it promised holds.
        """
        Failing.sorts.clear()
        act()
        sorts = [*dict.fromkeys(Failing.sorts)]
        for number, sort in enumerate(sorts):
            Failing.struck, Failing.effect, failed = sort, bool(number % 2), None
            try:
                seen = act()
            except ChannelFailed as error:
                failed = error
            Failing.struck = None
            if failed is None:
                assert holds(seen), (sort, seen)
                continue
            assert type(failed) in {NotSent, OutcomeUnknown, ChannelFailed}, "each of them is tried again"
            assert "500 (InternalError)" in failed.message.en
            act()
        return len(sorts)

    name = made(store, "plain")
    with stores.hosting(store, name, tmp_path / "nginx") as url:
        channel = store.website(name, url)
        draft = channel.prepare(build.release(url))

        def look(_: object = None) -> object:
            return channel.look(build.posting(draft))

        assert struck(lambda: channel.publish(draft, lambda _: None), lambda _: isinstance(look(), Live)) > 8
        assert struck(look, lambda seen: isinstance(seen, Live | Unknown)) > 0
        assert struck(lambda: channel.withdraw(build.posting(draft)), lambda _: isinstance(look(), Gone)) > 4
        assert isinstance(look(), Gone)
