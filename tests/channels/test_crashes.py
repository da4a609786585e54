"""Publishing and taking down are cut off at every single step; a visitor and a later takedown must not suffer."""

import itertools
import os
import pathlib
import re
import threading
from collections.abc import Callable

import pytest

from fahndung import http
from fahndung.channels import server
from fahndung.channels.site import Site
from fahndung.channels.website import Website
from fahndung.errors import ChannelFailed
from fahndung.model.publication import Draft, Gone, Live, Unknown

from . import build
from .build import SLUG


@pytest.fixture(autouse=True)
def _no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk some thousand times proves nothing here; test_site.py sees to fsync."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


SECOND = {"cctv-1.jpg": b"\xff\xd8 changed \xff\xd9", "cctv-2.jpg": b"\xff\xd8 more \xff\xd9"}


class Killed(BaseException):
    """The process died here."""


class Fuse:
    """Kills at the n-th change of the disk, before or after it is done; counts them otherwise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, after: bool, error: BaseException) -> None:
        self.left: int | None = None
        self.done = 0
        for name in ("write", "create", "move", "remove"):
            monkeypatch.setattr(Site, name, self._wrapped(getattr(Site, name), after=after, error=error))

    def _wrapped(self, change: Callable[..., object], *, after: bool, error: BaseException) -> Callable[..., object]:
        def changed(site: Site, *args: object) -> object:
            if self.left is not None:
                self.left -= 1
            strikes = self.left == -1
            if strikes and not after:
                raise error
            made = change(site, *args)
            self.done += 1
            if strikes:
                raise error
            return made

        return changed


def first(channel: Website) -> tuple[Draft, list[Draft]]:
    """A first publication; nothing stands before it."""
    return channel.prepare(build.release(channel.endpoint.base_url)), []


def replacing(channel: Website) -> tuple[Draft, list[Draft]]:
    """A second revision over a first one."""
    old = build.publish(channel)
    return channel.prepare(build.release(channel.endpoint.base_url, revision=2, images=SECOND)), [old]


def returning(channel: Website) -> tuple[Draft, list[Draft]]:
    """A third revision after a replaced picture and an end."""
    old = build.publish(channel)
    new = build.publish(channel, revision=2, images=SECOND)
    channel.withdraw(build.posting(old, superseded=True))
    channel.withdraw(build.posting(new))
    return channel.prepare(build.release(channel.endpoint.base_url, revision=3)), [old, new]


def whole_for_a_visitor(site: Site) -> None:
    """No page is shown one of whose pictures is not, and nothing is listed that is not shown."""
    page = server.answer(site, f"/fahndung/{SLUG}/")
    assert page.status in {200, 404, 410}
    if page.status == 200:
        pictures = re.findall(r'src="\.\./\.\.(/bilder/[^"]+)"', page.body.decode())
        assert page.body.endswith(b">")
        assert {server.answer(site, picture).status for picture in pictures} == {200}
    else:
        for name in ("/", "/feed.atom", "/feed.json", "/api/v1/appeals.json"):
            listed = re.sub(r"<at:deleted-entry[^>]*/>|\"withdrawn\": \[.*?\]", "", _text(site, name), flags=re.DOTALL)
            assert SLUG not in listed
        assert build.TITLE not in _text(site, "/ninjs.json") + _text(site, f"/cap/{SLUG}.xml")
        assert server.answer(site, f"/api/v1/appeals/{SLUG}.json").status in {404, 410}


def _text(site: Site, name: str) -> str:
    return server.answer(site, name).body.decode()


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [Killed(), ChannelFailed("disk full", "Platte voll")])
@pytest.mark.parametrize("scene", [first, replacing, returning])
def test_a_publication_cut_off_anywhere_can_be_taken_down_and_can_be_finished(
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    scene: Callable[[Website], tuple[Draft, list[Draft]]],
    error: BaseException,
    after: bool,
) -> None:
    fuse = Fuse(monkeypatch, after=after, error=error)
    for step in range(100):
        channel = build.website(tmp_path / str(step))
        draft, earlier = scene(channel)
        site = Site(channel.endpoint.root)
        fuse.left = step
        try:
            channel.publish(draft, lambda _, site=site: whole_for_a_visitor(site))  # type: ignore[misc]
        except (Killed, ChannelFailed):
            fuse.left = None
            whole_for_a_visitor(site)
            if step % 2:
                channel.publish(draft, lambda _: None)
                assert isinstance(channel.look(build.posting(draft)), Live)
            every = [draft, *earlier]
            for one in every if step % 4 < 2 else reversed(every):
                channel.withdraw(build.posting(one))
            if not (channel.endpoint.root / "fahndung-canary.txt").exists():
                assert isinstance(channel.look(build.posting(draft)), Unknown)
                channel.claim()
            for one in (draft, *earlier):
                gone = channel.look(build.posting(one, superseded=one is not draft))
                assert isinstance(gone, Gone), (step, gone)
            assert channel.find(draft.marker) == ()
            left = [name for name in build.public_files(channel.endpoint.root) if SLUG in name]
            assert left == [f"cap/{SLUG}.xml"]
            continue
        assert step > 8
        return
    raise AssertionError("the fuse never ran out")


@pytest.mark.peers
@pytest.mark.parametrize("after", [False, True])
def test_a_takedown_cut_off_anywhere_shows_nothing_and_can_be_finished(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    fuse = Fuse(monkeypatch, after=after, error=Killed())
    for step in range(100):
        channel = build.website(tmp_path / str(step))
        draft = build.publish(channel)
        fuse.left = step
        try:
            channel.withdraw(build.posting(draft))
        except Killed:
            fuse.left = None
            shown = server.answer(Site(channel.endpoint.root), f"/fahndung/{SLUG}/").status
            assert shown == (200 if step == 0 and not after else 410)
            channel.withdraw(build.posting(draft))
            assert isinstance(channel.look(build.posting(draft)), Gone)
            continue
        assert step > 6
        assert isinstance(channel.look(build.posting(draft)), Gone)
        return
    raise AssertionError("the fuse never ran out")


@pytest.mark.parametrize("superseded", [False, True])
@pytest.mark.parametrize("after", [False, True])
def test_a_replaced_revisions_takedown_cut_off_anywhere_spares_its_successor_and_can_be_finished(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, after: bool, superseded: bool
) -> None:
    fuse = Fuse(monkeypatch, after=after, error=Killed())
    for step in range(100):
        channel = build.website(tmp_path / str(step))
        old = build.posting(build.publish(channel), superseded=superseded)
        new = build.publish(channel, revision=2, images=SECOND)
        fuse.left = step
        try:
            channel.withdraw(old)
        except Killed:
            fuse.left = None
            assert isinstance(channel.look(build.posting(new)), Live)
            channel.withdraw(old)
            assert isinstance(channel.look(old), Gone)
            assert isinstance(channel.look(build.posting(new)), Live)
            continue
        assert step > 1
        return
    raise AssertionError("the fuse never ran out")


def test_a_half_published_appeal_is_listed_by_nobody(tmp_path: pathlib.Path) -> None:
    channel = build.website(tmp_path)
    draft = channel.prepare(build.release(channel.endpoint.base_url))

    def die(_: object) -> None:
        raise Killed

    with pytest.raises(Killed):
        channel.publish(draft, die)
    build.publish(channel, slug=build.OTHER_SLUG)
    assert SLUG not in "".join(_text(Site(channel.endpoint.root), name) for name in ("/", "/feed.atom", "/feed.json"))


def test_a_killed_writers_leftovers_are_cleared_and_were_never_shown(tmp_path: pathlib.Path) -> None:
    channel = build.website(tmp_path)
    draft = build.publish(channel)
    root = channel.endpoint.root
    left = [
        root / ".tmp-1-0-index.html",
        root / ".fahndung/.tmp-2-frame.html",
        root / ".fahndung/entries/.tmp-3-x.json",
    ]
    for path in left:
        path.write_text(build.TITLE)
    assert server.answer(Site(root), "/.tmp-1-0-index.html").status == 404
    assert set(channel.find(draft.marker)) == set(draft.references)
    channel.withdraw(build.posting(draft))
    assert not any(path.exists() for path in left)


def plant(root: pathlib.Path, *, folders: bool) -> list[pathlib.Path]:
    """A temporary of a killed writer, or folders of such a name, wherever one of an appeal's writers works."""
    places = ["", f"bilder/{SLUG}", f"fahndung/{SLUG}", ".fahndung", ".fahndung/entries", ".fahndung/pending"]
    places += [".fahndung/tombstones", ".fahndung/gone", f".fahndung/gone/{SLUG}"]
    planted = [root / place / f".tmp-{os.getpid()}-{number}-x.jpg" for place in places for number in range(2)]
    for path in planted:
        path.parent.mkdir(parents=True, exist_ok=True)
        if folders:
            path.mkdir()
            (path / "inside.jpg").write_bytes(build.IMAGES["cctv-1.jpg"])
        else:
            path.write_bytes(build.IMAGES["cctv-1.jpg"])
    return planted


@pytest.mark.parametrize("act", ["publish", "withdraw", "withdraw the replaced one", "withdraw the superseded one"])
def test_whatever_is_done_to_an_appeal_next_clears_its_temporaries(tmp_path: pathlib.Path, act: str) -> None:
    channel = build.website(tmp_path)
    old, new = build.publish(channel), build.publish(channel, revision=2, images=SECOND)
    planted = plant(channel.endpoint.root, folders=False)
    if act == "publish":
        channel.publish(new, lambda _: None)
    elif act == "withdraw":
        channel.withdraw(build.posting(new))
    else:
        channel.withdraw(build.posting(old, superseded="superseded" in act))
    assert [path for path in planted if path.exists()] == []


def test_folders_named_like_temporaries_stop_nothing(tmp_path: pathlib.Path) -> None:
    channel = build.website(tmp_path)
    old = build.publish(channel)
    plant(channel.endpoint.root, folders=True)
    new = build.publish(channel, revision=2, images=SECOND)
    channel.withdraw(build.posting(old, superseded=True))
    assert isinstance(channel.look(build.posting(old, superseded=True)), Gone)
    assert isinstance(channel.look(build.posting(new)), Live)
    assert set(channel.find(new.marker)) == set(new.references)
    channel.withdraw(build.posting(new))
    assert isinstance(channel.look(build.posting(new)), Gone)
    assert not (channel.endpoint.root / f"bilder/{SLUG}").exists()


def test_a_reader_never_sees_half_a_page_while_revisions_come_and_go(tmp_path: pathlib.Path) -> None:
    with server.Server(tmp_path / "site") as running:
        channel = build.website(tmp_path, running.url, read_back="http")
        sets = (build.IMAGES, SECOND)
        # never back to an earlier page: a reader could not tell that it had been away
        drafts = [
            channel.prepare(build.release(running.url, revision=number, images=sets[number % 2]))
            for number in range(1, 10)
        ]
        approved = {data for draft in drafts for path, data in draft.payload.items() if path.endswith("index.html")}
        wrong: list[object] = []
        over = threading.Event()

        def read() -> None:
            while not over.is_set():
                page = http.get(f"{running.url}fahndung/{SLUG}/")
                pictures = re.findall(r'src="\.\./\.\./(bilder/[^"]+)"', page.body.decode())
                shown = [http.get(running.url + picture).status for picture in pictures]
                same = http.get(f"{running.url}fahndung/{SLUG}/").body == page.body
                if page.status == 200 and (page.body not in approved or (same and set(shown) != {200})):
                    wrong.append((page.status, page.body, shown))

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        for old, new in itertools.pairwise(drafts):
            channel.publish(new, lambda _: None)
            channel.withdraw(build.posting(old, superseded=True))
        channel.withdraw(build.posting(drafts[-1]))
        over.set()
        for reader in readers:
            reader.join()
        assert wrong == []
        assert isinstance(channel.look(build.posting(drafts[-1])), Gone)


def test_two_publications_at_once_lose_no_entry(tmp_path: pathlib.Path) -> None:
    channel = build.website(tmp_path)
    slugs = [f"{number:016d}" for number in range(8)]
    drafts = [channel.prepare(build.release(channel.endpoint.base_url, slug=slug)) for slug in slugs]
    threads = [threading.Thread(target=channel.publish, args=(draft, lambda _: None)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(channel.look(build.posting(draft))) for draft in drafts] == [Live] * len(drafts)
