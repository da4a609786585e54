"""Channels on a real WordPress, releases for them, a relay before the site that makes calls fail, and mistakes."""

import contextlib
import dataclasses
import hashlib
import io
import json
import pathlib
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

from fahndung import channels
from fahndung.channels.wordpress import WordPress as Channel
from fahndung.channels.wordpressobjects import ROOMS, number
from fahndung.model.publication import Posting, Reference
from fahndung.model.release import Digest, File, Release
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import Effect, Running
from fahndung.testing.serving import Server

from . import linkposts
from .simulated import Switch
from .wprelay import Relay, Request
from .wpsite import Site, User

CREDENTIAL = "wordpress-password"
VARIABLE = "FAHNDUNG_WORDPRESS_PASSWORD"
BASE = "https://www.polizei.example/"
SKIPS: Mapping[Call | Fault, str] = {
    Fault.CLOSED: "a page can be deleted for ever",
    Fault.DUPLICATE: "WordPress makes any number of pages",
}
NEUTRAL = "Zeuge gesucht – Musterstadt"
TOLD = "Die Polizei bittet um Ihre Mithilfe."
PAGE = """<!DOCTYPE html>
<html lang="de">
<head>
<title>{neutral} | Polizeidirektion Musterstadt</title>
<meta name="robots" content="noindex">
<meta name="description" content="{told}">
<meta property="og:title" content="{neutral}">
<meta property="og:description" content="{told}">
<meta property="og:image" content="{base}bilder/{slug}/card{key}.jpg">
<style>p {{ color: black }}</style>
</head>
<body>
<img src="../../bilder/{slug}/card{key}.jpg" alt="Karte der Polizei" width="1200" height="630" loading="lazy" hidden>
<a class="skip" href="#inhalt">Zum Inhalt</a>
<main id="inhalt">
<h1>Wer sah den Überfall? „{name}“ -- "Linie 9" :) 3x4 &amp; [caption]</h1>
<figure><img src="../../bilder/{slug}/man{key}.jpg" width="400" height="300" alt="Mann &quot;in&quot; Jacke &amp; Hose">
</figure>
<p class="address">{base}fahndung/{slug}/</p>
</main>
<footer><p>Polizeidirektion Musterstadt, Stand {stand}</p></footer>
</body>
</html>
"""


def slug(name: str) -> str:
    """The slug of an appeal of that name."""
    return linkposts.marker(f"slug of {name}")[:16]


def picture(seed: str, size: tuple[int, int] = (400, 300)) -> bytes:
    """A picture that no other seed gives."""
    out = io.BytesIO()
    pattern = Image.frombytes("L", (8, 4), hashlib.sha256(seed.encode()).digest())
    pattern.resize(size).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def release(
    name: str = "one",
    *,
    base: str = BASE,
    revision: int = 1,
    page: str = PAGE,
    files: Mapping[str, bytes | None] | None = None,
    manifest: Mapping[str, object] | None = None,
) -> Release:
    """A revision of an appeal of that name; ``files`` replaces, adds or (None) leaves out."""
    key, own = linkposts.marker(f"{name} {revision}"), slug(name)
    values = {"base": base, "slug": own, "key": key, "name": name, "neutral": NEUTRAL, "told": TOLD}
    entry = {"title": NEUTRAL, "url": f"{base}fahndung/{own}/"}
    made: dict[str, bytes | None] = {
        "website/page.html": page.format(**values, stand=revision).encode(),
        "website/entry.json": json.dumps(entry).encode(),
        f"website/images/card{key}.jpg": picture("card", (120, 63)),
        f"website/images/man{key}.jpg": picture(f"{name} {revision}"),
    }
    kept = {path: data for path, data in {**made, **(files or {})}.items() if data is not None}
    return Release(
        digest=Digest("0" * 64),
        manifest={"slug": own, "markers": {"wordpress": key}, **(manifest or {})},
        files={path: File(name=path, media_type="", data=data) for path, data in kept.items()},
    )


class RunningRelay(Running):
    """One user of a real site, behind a relay."""

    kind = "wordpress"

    def __init__(self, site: Site, user: User, *, port: int, pid: int) -> None:
        super().__init__(port=port, token=user.password, journal=pathlib.Path(), pid=pid)
        self.site, self.user = site, user

    def config(self, *, credential: str = CREDENTIAL, **values: object) -> dict[str, object]:
        known = {"kind": self.kind, "name": self.kind, "base_url": self.url, "credential": credential}
        return known | {"user": self.user.name} | values

    def online(self) -> tuple[dict[str, str], ...]:
        """What the database holds, whether anybody is shown it or not."""
        return self.site.objects(self.user)

    def journal(self) -> tuple[Effect, ...]:
        """The database's own journal."""
        return self.site.journal(self.user)

    def release(self, name: str = "one", **how: Any) -> Release:
        """A release that was built for this address."""
        return release(name, base=self.url, **how)


@contextlib.contextmanager
def in_a_thread(site: Site, user: User | None = None) -> Iterator[tuple[RunningRelay, Relay]]:
    """A relay before the site for a new user."""
    relay = Relay(site.url)
    with Server(Request, relay, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield RunningRelay(site, user or site.user(), port=server.server_port, pid=0), relay
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def in_a_process(site: Site, _: pathlib.Path) -> Iterator[RunningRelay]:
    """The same in a process of its own, which outlives its callers."""
    command = [sys.executable, "-m", "tests.channels.wprelay", "--site", site.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield RunningRelay(site, site.user(), port=int(process.stdout.readline()), pid=process.pid)
        finally:
            process.kill()


def channel(server: Running, **values: Any) -> Channel:
    """The user on a site."""
    config = server.config(credential=CREDENTIAL, **values)
    opened = channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))
    assert isinstance(opened, Channel)
    return opened


def switch(server: Running) -> Switch:
    """Makes the site fail."""
    return Switch(server, SKIPS)


class LeavesPictures(Channel):
    """Deletes the page and not its pictures: WordPress keeps them, and shows them."""

    def withdraw(self, posting: Posting) -> None:
        for reference in posting.references:
            if reference.kind == "page":
                self._delete(posting.marker, reference)


class Trashes(Channel):
    """Puts the page into the trash, as the button of WordPress does."""

    def _delete(self, marker: str, reference: Reference) -> None:
        url = self.endpoint.rest_url(f"{ROOMS[reference.kind]}/{number(reference)}")
        self._api._client.delete(url, headers=self._api._login())


class ForgetsTheTrash(Channel):
    """Lists what everybody lists: WordPress leaves the trash out unless it is asked for."""

    def find(self, marker: str) -> tuple[Reference, ...]:
        account = self._api.account()
        shown = dataclasses.replace(account, pages=[page for page in account.pages if page["status"] != "trash"])
        return tuple(one.reference for one in shown.marked() if one.marker == marker)


class ShowsAtOnce(Channel):
    """Makes the page for everybody to see before the ledger knows of it."""

    def __init__(self, endpoint: Any) -> None:
        super().__init__(endpoint)
        create = self._api.create

        def shown(*args: Any) -> Reference:
            made = create(*args)
            self._api.write(made, {"status": "publish"})
            return made

        self._api.create = shown  # type: ignore[method-assign]
