"""An appeal's whole life on a website whose files lie elsewhere; the ledger's row alone takes it down."""

import contextlib
import json
import pathlib
import tempfile
from collections.abc import Callable, Iterator, Mapping

import pytest

from fahndung import http
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import previewing, takedown
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from tests.channels import servers, sshd, stores
from tests.world import PUBLISHED, World

pytestmark = pytest.mark.peers


@contextlib.contextmanager
def over_sftp(folder: pathlib.Path) -> Iterator[Mapping[str, object]]:
    """A website of nginx and sshd; its configuration."""
    (folder / "site").mkdir()
    with servers.nginx(folder / "site", folder / "nginx") as url, sshd.sshd(folder / "sshd") as server:
        yield server.table(folder / "site", url)


@contextlib.contextmanager
def in_a_bucket(folder: pathlib.Path) -> Iterator[Mapping[str, object]]:
    """A website in a bucket that keeps versions, shown as a store's own hosting does; its configuration."""
    with stores.moto(folder / "moto") as store:
        store.create("website", versioned=True)
        with stores.hosting(store, "website", folder / "nginx") as url:
            yield store.table("website", url)
            assert all(latest for _, _, latest in store.versions("website"))


def configure(world: World, table: Mapping[str, object] | None) -> None:
    """Gives the home this one channel instead of what it has."""
    path = world.home.path / "fahndung.toml"
    before, _, _ = path.read_text("utf-8").partition("[[channels]]")
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in (table or {}).items())
    path.write_text(f"{before}\n[[channels]]\n{lines}\n" if table else before, "utf-8")


@pytest.mark.parametrize(("elsewhere", "gone"), [(over_sftp, 410), (in_a_bucket, 404)])
def test_an_appeal_lives_and_ends_there(
    empty: World,
    elsewhere: Callable[[pathlib.Path], contextlib.AbstractContextManager[Mapping[str, object]]],
    gone: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(stores.VARIABLE, stores.SECRET)
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        folder.chmod(0o755)
        with elsewhere(folder) as table:
            configure(empty, table)
            appeal = empty.ready(empty.case("missing-girl"))
            shown = previewing.preview(empty.home, empty.ledger, appeal_id=appeal).as_json("de")["channels"][0]
            (page,) = shown["urls"]
            assert shown["kind"] == table["kind"]
            assert ("mit 410" in shown["withdrawal"]) is (gone == 410)
            assert empty.publish(appeal).failed == ()
            assert http.get(page).status == 200
            configure(empty, None)
            ended = Ending(appeal=AppealId(appeal), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED)
            done = takedown.end(empty.home, empty.ledger, ended, now=PUBLISHED)
            assert (done.online_past_end, done.pending) == (0, ())
            assert http.get(page).status == gone
            assert appeal not in http.get(f"{table['base_url']}feed.json").body.decode()
