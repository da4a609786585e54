"""The command ``demo``: two invented appeals live and die in a fresh rehearsal home, without network.

Calls the library as any program could; what it prints is what it just did.
"""

import dataclasses
import datetime as dt
import json
import pathlib
import shutil
import tempfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, local, note
from fahndung.cli.language import language, say
from fahndung.errors import ChannelFailed, StillOnline
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId

if TYPE_CHECKING:
    from fahndung.home import Home
    from fahndung.ledger.store import Ledger
    from fahndung.model.release import Release

BERLIN = dt.timezone(dt.timedelta(hours=1))
SUBMITTED = dt.datetime(2026, 11, 21, 7, 50, tzinfo=BERLIN)
PUBLISHED = dt.datetime(2026, 11, 21, 8, 0, tzinfo=BERLIN)
FOUND = dt.datetime(2026, 11, 22, 17, 30, tzinfo=BERLIN)
LAPSED = dt.datetime(2026, 11, 28, 0, 0, tzinfo=BERLIN)
PEOPLE = {
    "k.muster": ("Kim Muster", "drafter"),
    "v.beispiel": ("Vera Beispiel", "image-verifier"),
    "f.freigabe": ("Franz Freigabe", "approver"),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The fresh home with its people."""

    home: "Home"
    ledger: "Ledger"
    keys: Mapping[str, bytes]


@click.command(
    help=say(
        "The life of two invented appeals in a fresh rehearsal home, without network.",
        "Das Leben zweier erfundener Fahndungen in einem frischen Probe-Heim, ohne Netz.",
    )
)
@command
def demo(call: Call) -> None:
    """Prints what it does in plain sentences, and at the end where to look."""
    from fahndung.channels.server import Server
    from fahndung.founding import create_home
    from fahndung.ledger.store import Ledger

    path = pathlib.Path(call.home) if call.home else pathlib.Path(tempfile.mkdtemp(prefix="fahndung-demo-"))
    home = create_home(path, rehearsal=True, now=SUBMITTED, by="demo")
    with (
        Server(home.path / "site", 0) as server,
        Ledger.open(home.ledger_address, home_id=home.identity, rehearsed=True) as ledger,
    ):
        _ask_the_server(home, server.url)
        tell(
            f"A fresh rehearsal home: {home.path}. Its website answers at {server.url}.",
            f"Ein frisches Probe-Heim: {home.path}. Seine Website antwortet unter {server.url}.",
        )
        stage = Stage(home=home, ledger=ledger, keys=_people(home, ledger))
        places = [
            *_missing_girl(stage),
            *_tram_robbery(stage),
        ]
        _whole(ledger)
    tell("Look at:", "Zum Ansehen:")
    for place in places:
        note(f"  {place}")
    call.print({"home": str(home.path), "look_at": [str(place) for place in places]}, [])


def tell(en: str, de: str) -> None:
    """One sentence about what was just done."""
    note(say(en, de))


def _ask_the_server(home: "Home", url: str) -> None:
    config = home.path / "fahndung.toml"
    text = config.read_text("utf-8").replace("http://127.0.0.1:8477/", url)
    config.write_text(text.replace('read_back = "files"', 'read_back = "http"'), "utf-8")


def _people(home: "Home", ledger: "Ledger") -> dict[str, bytes]:
    from fahndung.approval import load_key
    from fahndung.founding import add_person

    keys = {}
    for person_id, (name, role) in PEOPLE.items():
        path = home.path / "keys" / f"{person_id}.key"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        add_person(
            ledger,
            person_id=person_id,
            name=name,
            roles=frozenset({role}),
            path=path,
            passphrase=None,
            by="demo",
            countersign=lambda: b"",
            now=SUBMITTED,
        )
        keys[person_id] = load_key(path)
    tell(
        "Three people with keys of their own: one drafts, one verifies images, one approves.",
        "Drei Personen mit eigenen Schlüsseln: eine erstellt, eine prüft Bilder, eine gibt frei.",
    )
    return keys


def _missing_girl(stage: Stage) -> list[pathlib.Path]:
    from fahndung.ledger.endings import Ending
    from fahndung.lifecycle import takedown

    tell("", "")
    tell("--- A missing girl ---", "--- Ein vermisstes Mädchen ---")
    appeal, url, places = _until_online(stage, "missing-girl", {})
    tell("The girl is found. Taking down …", "Das Mädchen ist gefunden. Löschen …")
    ending = Ending(appeal=AppealId(appeal), reason=EndReason.FOUND, by="k.muster", at=FOUND)
    outcome = takedown.end(stage.home, stage.ledger, ending, now=FOUND)
    return [*places, _proven(stage, appeal, url, outcome)]


def _tram_robbery(stage: Stage) -> list[pathlib.Path]:
    from fahndung.lifecycle import takedown

    tell("", "")
    tell("--- An unknown robber in a tram ---", "--- Ein unbekannter Räuber in der Straßenbahn ---")
    appeal, url, places = _until_online(stage, "tram-robbery", {"confirmations": []})
    tell(
        "No judge confirms the prosecutor's emergency order within the week, so it lapses (§ 131c (2) StPO). "
        "The timer's takedown run needs nobody's permission …",
        "Kein Gericht bestätigt die Eilanordnung binnen einer Woche, sie tritt außer Kraft (§ 131c Abs. 2 StPO). "
        "Der Lauf des Zeitgebers braucht niemandes Erlaubnis …",
    )
    outcome = takedown.takedown(stage.home, stage.ledger, now=LAPSED, by="worker")
    return [*places, _proven(stage, appeal, url, outcome)]


def _until_online(stage: Stage, name: str, legal: Mapping[str, Any]) -> tuple[str, str, list[pathlib.Path]]:
    from fahndung import approving
    from fahndung.cases import building, findings, signing, submitting
    from fahndung.law.words import MEDIA
    from fahndung.lifecycle import publishing
    from fahndung.model.publication import Live

    folder = _case_folder(stage, name, legal)
    found = findings.check(folder, home=stage.home)
    assert found.case is not None
    appeal = found.case.appeal
    tell(
        f"check: {folder} holds nothing against the appeal {appeal.id}. It must be gone:",
        f"check: {folder} – gegen die Fahndung {appeal.id} spricht nichts. Sie muss weg sein:",
    )
    for end in found.ends:
        medium, because = (said.in_language(language()) for said in (MEDIA[end.medium], end.because))
        note(f"    {medium:<18}{local(end.at)}  {because}")
    for image in appeal.images:
        _show_what_it_carries(image.file, found.case.images[image.id])
    submitting.submit(folder, stage.home, stage.ledger, person="k.muster", key=stage.keys["k.muster"], now=SUBMITTED)
    tell("submit: signed by k.muster.", "submit: unterschrieben von k.muster.")
    for image in appeal.images:
        signing.verify_image(
            stage.home,
            stage.ledger,
            appeal_id=appeal.id,
            image_id=image.id,
            person="v.beispiel",
            key=stage.keys["v.beispiel"],
            now=SUBMITTED,
        )
    tell(
        "verify-image: v.beispiel confirmed whom the picture shows.",
        "verify-image: v.beispiel hat bestätigt, wen das Bild zeigt.",
    )
    built = building.build(stage.home, stage.ledger, appeal_id=appeal.id, now=SUBMITTED, by="k.muster")
    digest = built.release.digest
    tell(
        f"build: {len(built.release.files)} files, digest {digest[:16]}…; the published pictures are pixels only.",
        f"build: {len(built.release.files)} Dateien, Prüfsumme {digest[:16]}…; die Bilder sind nur Bildpunkte.",
    )
    approving.approve(
        stage.home,
        stage.ledger,
        appeal_id=appeal.id,
        person="f.freigabe",
        key=stage.keys["f.freigabe"],
        now=SUBMITTED,
    )
    tell("approve: f.freigabe signed the digest.", "approve: f.freigabe hat die Prüfsumme unterschrieben.")
    done = publishing.publish(stage.home, stage.ledger, appeal_id=appeal.id, now=PUBLISHED, by="k.muster")
    (sent,) = done.sent
    url = str(sent.publication.url)
    if not isinstance(sent.look, Live):
        raise ChannelFailed(f"{url} was not read back as live", f"{url} wurde nicht als online zurückgelesen")
    tell(
        f"publish: online and read back over HTTP, every byte as approved: {url} answers {_status(url)}.",
        f"publish: online und über HTTP zurückgelesen, jedes Byte wie freigegeben: {url} antwortet {_status(url)}.",
    )
    return appeal.id, url, _places(stage, name, built.release)


def _places(stage: Stage, name: str, made: "Release") -> list[pathlib.Path]:
    """What may be looked at afterwards: a copy of the page, the poster and the cards."""
    copy = stage.home.path / "look" / name
    shutil.copytree(stage.home.path / "site", copy, ignore=shutil.ignore_patterns(".fahndung"))
    page = copy / "fahndung" / str(made.manifest["slug"]) / "index.html"
    release = stage.home.release_folder(made.digest)
    return [page, release / "posters" / "a4.de.pdf", *sorted((release / "cards").rglob("*.jpg"))]


def _case_folder(stage: Stage, name: str, legal: Mapping[str, Any]) -> pathlib.Path:
    from fahndung.testing import cases as examples

    (folder,) = examples.write(stage.home.path / "incoming", name)
    record = json.loads((folder / "appeal.json").read_text("utf-8"))
    record["legal"] |= legal
    (folder / "appeal.json").write_text(json.dumps(record, ensure_ascii=False, indent=2), "utf-8")
    return folder


def _show_what_it_carries(name: str, untrusted: bytes) -> None:
    from fahndung.images import evidence

    tell(
        f"inspect: {name}, as the phone took it, carries what must not go out:",
        f"inspect: {name}, wie vom Telefon aufgenommen, trägt, was nicht hinaus darf:",
    )
    for sentence in evidence.inspect(untrusted, name=name).sentences(language()):
        note(f"    {sentence}")


def _proven(stage: Stage, appeal: str, url: str, outcome: Any) -> pathlib.Path:
    from fahndung.ledger import audit

    if outcome.online_past_end or not outcome.withdrawn:
        raise StillOnline(f"{url} was not read back as gone", f"{url} wurde nicht als weg zurückgelesen")
    tell(
        f"gone: read back with the canary as positive control; {url} answers {_status(url)}.",
        f"weg: zurückgelesen, mit der Kontrolldatei als Gegenprobe; {url} antwortet {_status(url)}.",
    )
    protocol = stage.home.path / f"deletion-protocol-{appeal}.json"
    with stage.ledger.read() as tx:
        events = audit.export(tx, appeal)
    protocol.write_text(json.dumps(events, ensure_ascii=False, indent=2), "utf-8")
    tell(
        f"The deletion protocol has {len(events)} events: {protocol}",
        f"Das Löschprotokoll hat {len(events)} Ereignisse: {protocol}",
    )
    return protocol


def _status(url: str) -> int:
    from fahndung.http import get

    return get(url).status


def _whole(ledger: "Ledger") -> None:
    from fahndung.ledger import audit

    problems = audit.verify(ledger)
    if problems:
        raise StillOnline(problems[0].message.en, problems[0].message.de, problems=problems)
    tell("The audit chain is whole.", "Die Protokollkette ist unversehrt.")
