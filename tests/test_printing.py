"""Whose words a draft speaks, and which cards of a live appeal are handed out once it is over in a medium."""

import datetime as dt
import io
import pathlib
import subprocess
import sys
from typing import Any

import pypdf
import pytest

from fahndung import drafts, printing, resources
from fahndung.errors import NotPublishable
from fahndung.home import Home
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import takedown
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.mandate import Medium
from fahndung.posters.cards import Shape
from tests import world

NOW = world.PUBLISHED + dt.timedelta(hours=1)

pytestmark = pytest.mark.peers  # each builds and publishes a release


def with_face(folder: pathlib.Path) -> tuple[world.World, AppealId]:
    """A live appeal for website, networks and online press, of a force that wants cards with a face."""
    made = world.found(folder)
    config = made.home.path / "fahndung.toml"
    config.write_text(config.read_text("utf-8").replace("face_cards = false", "face_cards = true"), "utf-8")

    def change(record: dict[str, Any]) -> None:
        record["legal"]["order"]["scope"]["media"] = ["website", "social", "online-press"]

    appeal = made.ready(made.case("tram-robbery", change))
    made.publish(appeal)
    return made, appeal


def card(made: world.World, appeal: AppealId, *, draft: bool = False) -> drafts.Shared:
    return printing.card_of_appeal(
        made.home, made.ledger, appeal_id=appeal, shape=Shape.LINK, face=True, draft=draft, now=NOW
    )


@pytest.mark.parametrize("medium", [Medium.ONLINE_PRESS, Medium.SOCIAL])
def test_a_card_with_a_face_lives_as_long_as_the_press_may_show_it(tmp_path: pathlib.Path, medium: Medium) -> None:
    made, appeal = with_face(tmp_path)
    assert not card(made, appeal).draft
    end = Ending(appeal=appeal, reason=EndReason.FOUND, by="k.muster", at=NOW, medium=medium)
    takedown.end(made.home, made.ledger, end, now=NOW)
    if medium is Medium.SOCIAL:
        assert not card(made, appeal).draft
        return
    for draft in (False, True):
        with pytest.raises(NotPublishable, match="no card with a picture"):
            card(made, appeal, draft=draft)


def test_nobody_is_drawn_once_the_search_for_everybody_is_over(tmp_path: pathlib.Path) -> None:
    made = world.found(tmp_path)
    appeal = made.ready(made.case("tram-robbery"))

    def draft() -> printing.Printed:
        return printing.of_appeal(
            made.home, made.ledger, appeal_id=appeal, paper="a4", strips=False, draft=True, now=NOW, by="test"
        )

    assert draft().draft
    end = Ending(appeal=appeal, reason=EndReason.FOUND, by="k.muster", at=NOW, person=PersonId("p1"))
    takedown.end(made.home, made.ledger, end, now=NOW)
    with pytest.raises(NotPublishable, match="nobody is sought any more"):
        draft()


def test_a_draft_of_a_folder_speaks_the_words_of_the_home(tmp_path: pathlib.Path) -> None:
    made = world.found(tmp_path / "home")
    own = made.home.path / "templates" / "de" / "words.toml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(resources.template_text("de", "words.toml").replace('"Fahndung"', '"Heimband"'), "utf-8")
    folder = world.write_case(tmp_path, "tram-robbery")

    def read(home: Home | None) -> str:
        pdf = drafts.of_folder(folder, paper="a4", strips=False, home=home).pdf
        return pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()

    assert "Heimband" in read(made.home)
    assert "Heimband" not in read(None)


def test_a_draft_of_a_folder_loads_no_ledger_no_templates_and_no_code_of_the_network() -> None:
    loads = "import sys, fahndung.cli.poster, fahndung.drafts, fahndung.release.drafting, fahndung.posters.sheetpdf"
    never = "{'sqlalchemy', 'fahndung.ledger', 'jinja2', 'segno', 'http.client'}"
    done = subprocess.run(
        [sys.executable, "-c", f"{loads}; print({never} & sys.modules.keys())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"
