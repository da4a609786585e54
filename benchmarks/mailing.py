"""How long a press mail to many recipients takes: a mail server with STARTTLS, and a login for each mail.

Once as ``publish`` sends and once as the worker does at the instant of an embargo, both eight side by side. Each
connection is answered so late as if the server were far away.
"""

import argparse
import collections
import os
import pathlib
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fahndung.lifecycle import planning, readying, rounds, worker
from fahndung.lifecycle.shift import on_shift
from tests import world
from tests.channels import postmaster
from tests.press import PRESS, configured, to_the_press
from tests.world import PUBLISHED, World


def by_publish(office: World) -> float:
    """Seconds of ``publish``, the website included."""
    began = time.perf_counter()
    office.publish(PRESS)
    return time.perf_counter() - began


def by_worker(office: World) -> float:
    """Seconds of the worker's rounds, once everything is planned."""
    ready = readying.prepare(office.home, office.ledger, appeal_id=PRESS, now=PUBLISHED)
    planning._each(office.ledger, ready, now=PUBLISHED, by="bench")
    began = time.perf_counter()
    with (
        on_shift(office.home, office.ledger, what="bench", by="bench", clock=lambda: PUBLISHED) as shift,
        ThreadPoolExecutor(worker.CREW) as crew,
    ):
        draft_of = worker.drafting_at(office.home, shift)
        while rounds.serve(shift, "press-mail", draft_of=draft_of, crew=crew).turned:
            pass
    return time.perf_counter() - began


def measured(folder: pathlib.Path, template: pathlib.Path, send: Callable[[World], float], count: int, s: float) -> str:
    """One line: what it took, and whether everybody got one."""
    with postmaster.running(folder / "mail") as server:
        server.rule(connect_s=s)
        names = [f"n{number:04}@zeitung.example" for number in range(count)]
        server.list(*(f"{name},Zeitung,," for name in names))
        for office in world.copied(template, folder / "home"):
            configured(office, server)
            office.ready(office.case("witness-call", to_the_press))
            took = send(office)
        each_once = collections.Counter(taken.to for taken in server.taken()) == dict.fromkeys(names, 1)
        return f"{took:.1f} s, {server.logins()} logins, each once: {each_once}, load {os.getloadavg()[0]:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=300)
    parser.add_argument("--seconds", type=float, nargs="+", default=[0.05], help="until a connection is answered")
    asked = parser.parse_args()
    os.environ[postmaster.VARIABLE] = postmaster.PASSWORD
    for seconds in asked.seconds:
        for name, send in (("worker", by_worker), ("publish", by_publish)):
            with tempfile.TemporaryDirectory() as folder:
                made = world.found(pathlib.Path(folder) / "empty")
                made.ledger.close()
                told = measured(pathlib.Path(folder), made.home.path, send, asked.recipients, seconds)
            print(f"{name}, {asked.recipients} recipients, {seconds} s a connection: {told}", flush=True)


if __name__ == "__main__":
    main()
