"""CPU of taking down many posts, with all their calls: the worker beside a bare loop, huey and procrastinate, one run.

Each contender makes the same eight calls per post (delete post and picture, list, account and its page, list, read
both) against the same invented platform in a process of its own. Only the worker also writes intents, receipts and a
chained log; the two job engines keep their own books and know nothing afterwards. The worker's clock stands still,
so that no later look comes due within the run: the others make none.
"""

import argparse
import contextlib
import datetime as dt
import logging
import os
import pathlib
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import requests

from fahndung import channels
from fahndung.ledger import publications
from fahndung.ledger.endings import Ending, end
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import worker
from fahndung.lifecycle.doors import Doors
from fahndung.lifecycle.shift import Shift
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.publication import Reference
from fahndung.testing.running import ACCOUNT, RunningPlatform, running
from tests.ledger import world

THREADS = 8
CREDENTIAL = "BENCHMARK_TOKEN"
Post = tuple[str, str, str]
"""The ids of a post and its picture, and its marker."""


def posts(platform: RunningPlatform, name: str, count: int) -> list[Post]:
    """Puts them up; not measured."""
    own = threading.local()

    def make(number: int) -> Post:
        session = own.__dict__.setdefault("session", requests.Session())
        headers, marker = {"Authorization": f"Bearer {platform.token}"}, f"{name}-{number}"
        media = session.post(f"{platform.url}api/media?marker={marker}", data=b"picture", headers=headers).json()["id"]
        body = {"text": f"text of {marker}", "marker": marker, "media": [media]}
        return session.post(f"{platform.url}api/posts", json=body, headers=headers).json()["id"], media, marker

    with ThreadPoolExecutor(THREADS) as crew:
        return list(crew.map(make, range(count)))


_own = threading.local()


def take_down(url: str, token: str, post: Post) -> None:
    """The eight calls, as a script would make them."""
    session = _own.__dict__.setdefault("session", requests.Session())
    headers = {"Authorization": f"Bearer {token}"}
    for kind, id in (("posts", post[0]), ("media", post[1])):
        assert session.delete(f"{url}api/{kind}/{id}", headers=headers).status_code == 204
    listing = f"{url}api/items?marker={post[2]}&page=0"
    assert session.get(listing, headers=headers).json()["items"] == []
    assert session.get(f"{url}api/whoami", headers=headers).json()["may_delete"] is True
    assert session.get(f"{url}public/{ACCOUNT}").status_code == 200
    assert session.get(listing, headers=headers).json()["items"] == []
    for id in post[:2]:
        assert session.get(f"{url}public/{id}").status_code in {404, 410}


def bare(platform: RunningPlatform, chosen: list[Post]) -> None:
    """A loop with as many threads as the worker has."""
    with ThreadPoolExecutor(THREADS) as crew:
        list(crew.map(lambda post: take_down(platform.url, platform.token, post), chosen))


@contextlib.contextmanager
def office(platform: RunningPlatform, chosen: list[Post], ledger: Ledger) -> Iterator[Callable[[], None]]:
    """A ledger in which all of them are live and have just ended; what comes out takes them down."""
    config = platform.config(credential=CREDENTIAL)
    channel = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path())
    digest, _ = world.manifest()
    for start in range(0, len(chosen), 500):
        with ledger.write(now()) as tx:
            for number, (post, media, marker) in enumerate(chosen[start : start + 500], start):
                row = publications.plan(
                    tx,
                    channel.draft(marker, f"text of {marker}", b"picture"),  # type: ignore[attr-defined]  # a postbox
                    digest=digest,
                    appeal=world.APPEAL,
                    revision=1,
                    due_at=None,
                    due_because=None,
                    now=now(),
                    by="bench",
                    norms="",
                    rules="",
                    target=str(number),
                )
                publications.intend_publish(tx, row, now=now(), by="bench")
                for kind, id in (("media", media), ("post", post)):
                    found = Reference(kind=kind, id=id, url=f"{platform.url}public/{id}")
                    publications.saw(tx, row, found, now=now(), by="bench")
                publications.published(tx, row, remote_id=post, url=None, now=now(), by="bench")
    ended_at = now()
    with ledger.write(ended_at) as tx:
        end(tx, Ending(appeal=AppealId(world.APPEAL), reason=EndReason.FOUND, by="bench", at=ended_at))
    shift = Shift(
        ledger=ledger,
        worker=1,
        by="bench",
        clock=lambda: ended_at,
        alive=lambda other: other == 1,
        mine=lambda: True,
        open=Doors(),
    )

    def work() -> None:
        worker.work(
            shift,
            threading.Event(),
            draft_of=lambda row: channel.draft(row.marker, "never"),  # type: ignore[attr-defined]
            may_publish=lambda: True,
            tell=lambda told: None,
            until_done=True,
        )

    yield work
    with ledger.read() as tx:
        states = {row.state.value for row in publications.rows(tx)}
    assert states == {"withdrawn"}, states


def huey(platform: RunningPlatform, chosen: list[Post], folder: pathlib.Path) -> Callable[[], None]:
    """One task each, in SQLite with fsync, and a consumer with as many threads."""
    from huey import SqliteHuey
    from huey.consumer import Consumer

    engine = SqliteHuey(filename=str(folder / "huey.db"), fsync=True, results=False)
    done = []

    @engine.task()
    def task(post: list[str]) -> None:
        take_down(platform.url, platform.token, (post[0], post[1], post[2]))
        done.append(post)

    for post in chosen:
        task(list(post))

    def work() -> None:
        consumer = Consumer(engine, workers=THREADS, periodic=False, initial_delay=0.01, max_delay=0.05)
        consumer.start()
        while len(done) < len(chosen):
            time.sleep(0.05)
        consumer.stop()

    return work


def procrastinate(platform: RunningPlatform, chosen: list[Post], address: str) -> Callable[[], None]:
    """One job each in PostgreSQL, and a worker with as many threads."""
    from procrastinate import App, PsycopgConnector, SyncPsycopgConnector

    app = App(connector=SyncPsycopgConnector(conninfo=address))
    app.open()

    @app.task(name="takedown")
    def task(post: list[str]) -> None:
        take_down(platform.url, platform.token, (post[0], post[1], post[2]))

    app.schema_manager.apply_schema()
    for post in chosen:
        task.defer(post=list(post))
    app.close()

    def work() -> None:
        with app.replace_connector(PsycopgConnector(conninfo=address)) as running_app:
            running_app.run_worker(wait=False, concurrency=THREADS, install_signal_handlers=False, listen_notify=False)

    return work


def now() -> dt.datetime:
    """The clock on the wall."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251  # a benchmark is its own outermost layer


def measured(name: str, work: Callable[[], None], count: int, reference: float | None) -> float:
    """CPU in ms for each post, of this process alone."""
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    used, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter() - began
    each = (used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime) * 1000 / count
    ratio = "" if reference is None else f"  {each / reference:.2f} times the bare loop"
    print(f"{name:22} {each:6.2f} ms CPU each {count / wall:7.0f}/s{ratio}", flush=True)
    return each


def main() -> None:
    """Prints a line for each contender."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        platform = stack.enter_context(running(folder))
        os.environ[CREDENTIAL] = platform.token

        def loop() -> float:
            chosen = posts(platform, "bare", asked.count)
            return measured("bare loop", lambda: bare(platform, chosen), asked.count, None)

        before = loop()
        ledger = stack.enter_context(world.make(folder / "ledger.db"))
        with office(platform, posts(platform, "file", asked.count), ledger) as work:
            measured("worker, SQLite", work, asked.count, before)
        measured("huey", huey(platform, posts(platform, "huey", asked.count), folder), asked.count, before)
        if asked.postgres:
            from tests.postgres import Server

            server = Server()
            stack.callback(server.close)
            before = loop()  # again: what else runs on the machine may have changed
            ledger = stack.enter_context(world.make(server.database()))
            with office(platform, posts(platform, "server", asked.count), ledger) as work:
                measured("worker, PostgreSQL", work, asked.count, before)
            jobs = posts(platform, "jobs", asked.count)
            measured("procrastinate", procrastinate(platform, jobs, server.database()), asked.count, before)
            loop()
        assert platform.online() == ()


if __name__ == "__main__":
    main()
