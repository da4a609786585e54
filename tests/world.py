"""A rehearsal home with people and approved appeals, built once a session and copied for each test."""

import dataclasses
import datetime as dt
import json
import pathlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fahndung.approval import load_key
from fahndung.cases import building, signing, submitting
from fahndung.founding import add_person, create_home
from fahndung.home import Home, open_home
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import publishing
from fahndung.testing import cases as examples

BERLIN = dt.timezone(dt.timedelta(hours=1))
BEFORE = dt.datetime(2026, 11, 21, 7, 50, tzinfo=BERLIN)
NOT_BEFORE = dt.datetime(2026, 11, 21, 8, 0, tzinfo=BERLIN)
PUBLISHED = dt.datetime(2026, 11, 21, 8, 30, tzinfo=BERLIN)
GIRL, TRAM = "pdl-2026-0131", "pdl-2026-0117"
PAIR = "pdl-2026-0129"
"""The jewellery theft: ``p1`` and ``p2`` are sought, each with a picture, and one shows both."""
PAIR_REVIEW = dt.datetime(2027, 2, 19, 9, 0, tzinfo=BERLIN)
GIRL_REVIEW = dt.datetime(2026, 11, 27, 9, 0, tzinfo=BERLIN)
TRAM_LAPSE = dt.datetime(2026, 11, 28, 0, 0, tzinfo=BERLIN)
PEOPLE = {
    "k.muster": {"drafter"},
    "v.beispiel": {"image-verifier"},
    "f.freigabe": {"approver"},
    "r.pruefung": {"reviewer"},
    "z.zwei": {"drafter", "image-verifier", "approver", "reviewer"},
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class World:
    """One home of a test, open."""

    home: Home
    ledger: Ledger
    keys: Mapping[str, bytes]

    @property
    def site(self) -> pathlib.Path:
        """The website's root."""
        return self.home.path / "site"

    def case(
        self, name: str, change: Callable[[dict[str, Any]], object] = lambda record: None, *, paper: bool = False
    ) -> pathlib.Path:
        """An example as a case folder of this test, its record changed by ``change``."""
        return write_case(self.home.path / "incoming", name, change, paper=paper)

    def submit(self, folder: pathlib.Path) -> str:
        """Submits as who prepared it; the id comes out."""
        found = submitting.submit(
            folder, self.home, self.ledger, person="k.muster", key=self.keys["k.muster"], now=BEFORE
        )
        assert found.case is not None
        return found.case.appeal.id

    def verify_images(self, appeal: str) -> None:
        """Verifies every image as the record's verifier."""
        with self.ledger.read() as tx:
            from fahndung.ledger import appeals

            submission = appeals.get(tx, appeal)
        record = json.loads((self.home.case_folder(appeal, submission.revision) / "appeal.json").read_text("utf-8"))
        for image in record.get("images", []):
            signing.verify_image(
                self.home,
                self.ledger,
                appeal_id=appeal,
                image_id=image["id"],
                person="v.beispiel",
                key=self.keys["v.beispiel"],
                now=BEFORE,
            )

    def build(self, appeal: str) -> str:
        """The digest of a new build."""
        return building.build(self.home, self.ledger, appeal_id=appeal, now=BEFORE, by="k.muster").release.digest

    def approve(self, appeal: str, **more: Any) -> None:
        """Approves as f.freigabe."""
        arguments = {"person": "f.freigabe", "key": self.keys["f.freigabe"], "now": BEFORE} | more
        signing.sign_approval(self.home, self.ledger, appeal_id=appeal, **arguments)

    def ready(self, folder: pathlib.Path) -> str:
        """From case folder to approved."""
        appeal = self.submit(folder)
        self.verify_images(appeal)
        self.build(appeal)
        self.approve(appeal)
        return appeal

    def publish(self, appeal: str, now: dt.datetime = PUBLISHED, **more: Any) -> publishing.Published:
        """Publishes."""
        return publishing.publish(self.home, self.ledger, appeal_id=appeal, now=now, by="k.muster", **more)


def write_case(
    folder: pathlib.Path,
    name: str,
    change: Callable[[dict[str, Any]], object] = lambda record: None,
    *,
    paper: bool = False,
) -> pathlib.Path:
    """An example case below ``folder``, its record changed by ``change``; posters, which take long, only if wished."""
    (case,) = examples.write(folder, name)
    path = case / "appeal.json"
    record = json.loads(path.read_text("utf-8"))
    for mandate in ("order", "decision"):
        media = record["legal"].get(mandate, {}).get("scope", {}).get("media", [])
        if not paper and "poster" in media:
            media.remove("poster")
    stand = record["publication"].get("stand")
    change(record)
    if record["revision"] > 1 and record["publication"].get("stand") == stand:  # a later revision has a later one
        later = dt.datetime.fromisoformat(stand) + dt.timedelta(minutes=record["revision"] - 1)
        record["publication"]["stand"] = later.isoformat()
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2), "utf-8")
    return case


def unconfirmed(record: dict[str, Any]) -> None:
    """The tram robbery without the judge's confirmation: the order lapses."""
    record["legal"]["confirmations"] = []


def found(path: pathlib.Path) -> World:
    """A fresh home with people, nothing submitted; nothing looks for faces there, which takes a second a picture."""
    home = create_home(path, rehearsal=True, now=BEFORE, by="test")
    config = path / "fahndung.toml"
    config.write_text(
        config.read_text("utf-8").replace("[calendar]", "[images]\nfaces = false\n\n[calendar]", 1), "utf-8"
    )
    ledger = Ledger.open(home.ledger_address, home_id=home.identity, rehearsed=True)
    keys = {}
    for person, roles in PEOPLE.items():
        key = home.path / "keys" / f"{person}.key"
        key.parent.mkdir(exist_ok=True)
        add_person(
            ledger,
            person_id=person,
            name=person,
            roles=frozenset(roles),
            path=key,
            passphrase=None,
            by="test",
            countersign=lambda: b"",
            now=BEFORE,
        )
        keys[person] = load_key(key)
    return World(home=home, ledger=ledger, keys=keys)


def copied(template: pathlib.Path, path: pathlib.Path) -> Iterator[World]:
    """A copy of a closed home, open for one test."""
    shutil.copytree(template, path)
    home = open_home(path)
    keys = {person: load_key(path / "keys" / f"{person}.key") for person in PEOPLE}
    with Ledger.open(home.ledger_address, home_id=home.identity, rehearsed=True) as ledger:
        yield World(home=home, ledger=ledger, keys=keys)
