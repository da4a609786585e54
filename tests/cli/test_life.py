"""The life of an appeal by commands: exit codes and JSON documents as the contract names them."""

import json
import pathlib
import re
from typing import Any

import pytest

from fahndung.channels.website import Website
from fahndung.errors import ChannelFailed
from fahndung.ledger.faults import Unreadable
from tests.cli.driver import Terminal
from tests.lifecycle.test_publishing import second_revision
from tests.world import GIRL, TRAM, World, unconfirmed, write_case

BEFORE = "2026-11-21T07:50:00+01:00"
REVIEW = "2026-11-27T09:00:00+01:00"
LAPSE = "2026-11-28T00:00:00+01:00"
PUBLICATION = {
    "channel",
    "medium",
    "state",
    "ends_at",
    "ends_because",
    "remote_id",
    "url",
    "published_at",
    "withdrawn_at",
    "verified_at",
}


@pytest.mark.peers
def test_the_whole_path(office: Terminal, tmp_path: pathlib.Path) -> None:
    folder = write_case(tmp_path, "missing-girl")
    assert office.json("check", folder)["ok"] is True
    submitted = office.json("submit", folder, *office.key("k.muster"), now=BEFORE)
    assert (submitted["id"], submitted["revision"]) == (GIRL, 1)
    office.run("verify-image", GIRL, "family-1", *office.key("v.beispiel"), now=BEFORE)
    built = office.json("build", GIRL, now=BEFORE)
    assert set(built) >= {"id", "revision", "digest", "folder", "files"}
    assert set(built["files"][0]) == {"name", "media_type", "sha256", "bytes"}
    assert (pathlib.Path(built["folder"]) / "manifest.json").is_file()
    shown = office.json("preview", GIRL)
    assert shown["digest"] == built["digest"]
    page = next(part for part in shown["channels"][0]["parts"] if part["name"].endswith("index.html"))
    assert "Lina" in page["text"]
    looked_at = tmp_path / "preview.html"
    office.run("preview", GIRL, "-o", looked_at)
    assert built["digest"] in looked_at.read_text()
    assert looked_at.stat().st_mode & 0o777 == 0o600
    approved = office.json("approve", GIRL, *office.key("f.freigabe"), now=BEFORE)
    assert approved["digest"] == built["digest"]
    assert office.json("publish", GIRL, "--dry-run")["dry_run"] is True
    published = office.json("publish", GIRL)
    assert published["published"][0]["seen"] == "live"
    status = office.json("status", GIRL)
    assert status["appeals"][0]["state"] == "live"
    assert set(status["appeals"][0]["publications"][0]) >= PUBLICATION
    assert office.json("verify", GIRL)["online_past_end"] == 0
    assert office.json("takedown")["withdrawn"] == []
    ended = office.json("end", GIRL, "--reason", "found")
    assert set(ended) == {"withdrawn", "pending", "by_hand", "receivers", "online_past_end"}
    assert ended["online_past_end"] == 0
    assert len(ended["withdrawn"]) == 1
    assert office.json("status")["appeals"] == []
    assert office.json("status", "--all")["appeals"][0]["state"] == "ended"
    office.run("publish", GIRL, code=4)
    assert office.json("audit", "verify")["ok"] is True
    actions = [event["action"] for event in office.json("audit", "export", GIRL)["events"]]
    assert actions.index("publication.intend_publish") < actions.index("publication.published")
    assert actions[-2:] == ["publication.gone", "case.query"]


@pytest.mark.peers
def test_a_second_submit_of_a_revision_is_invalid_and_changes_nothing(desk: Terminal, tmp_path: pathlib.Path) -> None:
    before = sorted(path for path in (desk.home / "cases").rglob("*"))
    result = desk.run("submit", write_case(tmp_path, "missing-girl"), *desk.key("k.muster"), code=3)
    assert "revision 2" in result.stderr
    assert sorted(path for path in (desk.home / "cases").rglob("*")) == before


def test_before_not_before_publish_names_the_instant(desk: Terminal) -> None:
    assert "08:00" in desk.run("publish", GIRL, code=4, now=BEFORE).stderr


@pytest.mark.peers
def test_check_tells_clocks_and_the_end_of_each_medium(office: Terminal, tmp_path: pathlib.Path) -> None:
    found = office.json("check", write_case(tmp_path, "tram-robbery", unconfirmed, paper=True))
    assert {clock["kind"] for clock in found["clocks"]} >= {"lapse-week", "review"}
    ends = {end["medium"]: end["at"] for end in found["ends"]}
    assert ends["website"] == "2026-11-27T23:00:00+00:00"
    assert ends["poster"] > ends["website"]


@pytest.mark.peers
def test_check_works_without_any_home(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from fahndung.cli.app import app

    folder = write_case(tmp_path, "tram-robbery", paper=True)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["check", str(folder), "--json"])
    assert result.exit_code == 0
    assert [end["medium"] for end in json.loads(result.stdout)["ends"]] == ["website", "poster"]


@pytest.mark.peers
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda record: record.pop("texts"), 3),
        (lambda record: record["legal"]["decision"]["scope"].update(media=["poster"]), 4),
        (lambda record: record["images"][0].update(redactions=[{"box": [5000, 5000, 10, 10], "reason": "other"}]), 5),
    ],
)
def test_check_has_the_exit_code_of_what_it_found(
    office: Terminal, tmp_path: pathlib.Path, change: object, code: int
) -> None:
    folder = write_case(tmp_path, "missing-girl", change)  # type: ignore[arg-type]
    found = office.json("check", folder, code=code)
    assert found["ok"] is False
    assert found["problems"]


@pytest.mark.peers
def test_the_drafter_is_who_submits(office: Terminal, tmp_path: pathlib.Path) -> None:
    folder = write_case(tmp_path, "missing-girl")
    assert "k.muster" in office.run("submit", folder, *office.key("z.zwei"), code=4).stderr


@pytest.mark.peers
@pytest.mark.parametrize(("lang", "told"), [("C.UTF-8", "NOT taken in"), ("de_DE.UTF-8", "NICHT eingereicht")])
def test_a_refused_submission_says_last_that_nothing_was_taken_in(
    office: Terminal, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, lang: str, told: str
) -> None:
    monkeypatch.setenv("LANG", lang)

    def no_online(record: dict[str, Any]) -> None:
        record["legal"]["decision"]["scope"].update(media=["poster"])

    folder = write_case(tmp_path, "missing-girl", no_online)
    assert told in office.run("submit", folder, *office.key("k.muster"), code=4).stderr.splitlines()[-1]
    assert list((office.home / "cases").iterdir()) == []


@pytest.mark.peers
def test_after_the_build_a_verified_picture_leads_on_to_the_approval(
    office: Terminal, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.run("submit", write_case(tmp_path, "missing-girl"), *office.key("k.muster"), now=BEFORE)
    office.run("build", GIRL, now=BEFORE)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    told = office.run("verify-image", GIRL, "family-1", *office.key("v.beispiel"), now=BEFORE).stdout.splitlines()[-1]
    assert "„fahndung approve“" in told
    assert "build" not in told


def test_the_preview_gives_every_size_of_a_picture_its_words(desk: Terminal) -> None:
    pictures = [line for line in desk.run("preview", GIRL).stdout.splitlines() if "▣ bilder/" in line]
    assert [line for line in pictures if line.endswith(": ")] == []
    assert [line.endswith(" (a size that no page shows)") for line in pictures].count(True) == 1


@pytest.mark.peers
def test_a_confirmation_by_command_lifts_the_lapse(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    at = "2026-11-24T10:00:00+01:00"
    words = ["confirm", TRAM, "--by", "judge", "--authority", "AG", "--reference", "1", "--at", at]
    told = desk.run(*words, *desk.key("r.pruefung"), now=at).stdout
    assert "It ends now on 2026-12-21 at 09:00: " in told
    assert desk.json("takedown", now=LAPSE)["withdrawn"] == []


@pytest.mark.peers
def test_a_review_goes_on_or_ends(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    desk.run("review", GIRL, "--continue", *desk.key("r.pruefung"), code=2)
    desk.run("review", GIRL, "--continue", "--end", "--until", REVIEW, *desk.key("r.pruefung"), code=2)
    later = "2026-11-29T09:00:00+01:00"
    told = desk.json("review", GIRL, "--continue", "--until", later, *desk.key("r.pruefung"))
    assert told["until"] == told["ends_at"] == "2026-11-29T08:00:00+00:00"
    assert desk.json("takedown", now=REVIEW)["withdrawn"] == []
    assert len(desk.json("review", GIRL, "--end", *desk.key("r.pruefung"), now=REVIEW)["withdrawn"]) == 1


def no_end_can_be_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account of an appeal meets a value that it cannot read."""

    def unreadable(*_: object, **__: object) -> None:
        raise Unreadable("odd value", "seltsamer Wert")

    monkeypatch.setattr("fahndung.lifecycle.account.account", unreadable)


def test_a_review_that_ends_it_takes_down_although_no_end_can_be_computed(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run("publish", GIRL)
    no_end_can_be_computed(monkeypatch)
    assert len(desk.json("review", GIRL, "--end", *desk.key("r.pruefung"))["withdrawn"]) == 1


def test_what_is_recorded_stands_although_its_end_cannot_be_told(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run("publish", GIRL)
    no_end_can_be_computed(monkeypatch)
    told = desk.run("review", GIRL, "--continue", "--until", "2026-11-29T09:00:00+01:00", *desk.key("r.pruefung"))
    assert told.stdout.splitlines() == [
        f"The review of {GIRL} is recorded.",
        "When it ends now cannot be told: odd value",
    ]


def test_a_review_says_what_ends_it_before_the_next_one(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run("publish", GIRL)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    told = desk.run(
        "review", GIRL, "--continue", "--until", "2027-03-01T00:00:00+01:00", *desk.key("r.pruefung")
    ).stdout
    assert told.splitlines() == [
        f"Die Prüfung von {GIRL} ist festgehalten.",
        "Das Ende liegt trotzdem schon am 04.12.2026 um 00:00 Uhr: Der Aufruf ist nur befristet geplant; er endet mit "
        "Ablauf des 03.12.2026 (das heißt ab 04.12.2026 um 00:00 Uhr).",
    ]


@pytest.mark.peers
def test_a_reminder_is_exit_8_and_only_with_warn(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    near = "2026-11-27T20:00:00+01:00"
    desk.run("takedown", now=near)
    assert "6 hours" in desk.run("takedown", "--warn", now=near, code=8).stderr


@pytest.mark.peers
def test_an_appeal_past_its_end_is_exit_7_in_status_until_taken_down(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    assert desk.json("status", now=LAPSE, code=7)["overdue"] == 1
    desk.run("takedown", now=LAPSE)
    assert desk.json("status", now=LAPSE)["overdue"] == 0


@pytest.mark.peers
def test_what_cannot_be_withdrawn_is_exit_7_with_channel_address_and_reason(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    (desk.home / "site").rename(desk.home / "unmounted")
    (desk.home / "site").write_text("a file where the website's folder was")
    found = desk.json("takedown", now=LAPSE, code=7)
    assert found["online_past_end"] == 1
    assert set(found["pending"][0]) >= {"channel", "url", "why"}
    assert (
        "What a program can remove is tried again by a running worker, and by every 'fahndung takedown'"
        in desk.run("takedown", now=LAPSE, code=7).stdout
    )
    (desk.home / "site").unlink()
    (desk.home / "unmounted").rename(desk.home / "site")
    assert desk.json("takedown", now=LAPSE)["online_past_end"] == 0


@pytest.mark.peers
def test_a_correction_says_what_of_the_copy_before_is_not_gone(
    desk: Terminal, approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Website, posting: object) -> None:
        raise ChannelFailed("no route", "kein Weg")

    desk.run("publish", GIRL)
    second_revision(approved)
    with monkeypatch.context() as patch:
        patch.setattr(Website, "withdraw", fails)
        told = desk.run("publish", GIRL, code=7).stdout
    assert "STILL BEING TAKEN DOWN: website http" in told
    assert "no route" in told


def test_ending_one_of_several_takes_the_whole_down_and_says_so(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    result = desk.run("end", GIRL, "--reason", "found", "--person", "p1")
    assert "nothing goes on without p1" in result.stdout


@pytest.mark.peers
def test_people_see_the_same_as_machines(desk: Terminal) -> None:
    assert "http" in desk.run("preview", GIRL).stdout
    assert "website" in desk.run("publish", GIRL, "--dry-run").stdout
    assert "as approved" in desk.run("publish", GIRL).stdout
    assert GIRL in desk.run("status").stdout
    assert "as it should be" in desk.run("verify").stderr
    assert "gone" in desk.run("end", GIRL, "--reason", "expired").stdout
    assert "whole" in desk.run("audit", "verify").stdout
    assert "appeal.end" in desk.run("audit", "export", GIRL).stdout


@pytest.mark.peers
def test_a_mistyped_person_or_channel_is_refused_and_changes_nothing(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    assert "p1" in desk.run("end", GIRL, "--reason", "found", "--person", "p9", code=2).stderr
    assert "website" in desk.run("end", GIRL, "--reason", "found", "--channel", "webseite", code=2).stderr
    assert desk.json("status", GIRL)["appeals"][0]["state"] == "live"


def test_a_lost_case_does_not_stop_the_end_of_a_person(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    (desk.home / "cases" / GIRL / "1" / "appeal.json").unlink()
    assert len(desk.json("end", GIRL, "--reason", "found", "--person", "p1")["withdrawn"]) == 1


def test_the_end_of_what_was_never_online_says_so(desk: Terminal) -> None:
    assert "nothing of that was online" in desk.run("end", GIRL, "--reason", "revoked").stdout
    status = desk.json("status", GIRL)["appeals"][0]
    assert status["state"] == "ended"
    assert "revoked" in status["ends_because"]


@pytest.mark.peers
def test_a_part_that_ends_says_what_stays_and_a_channel_of_another_medium_is_refused(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    told = desk.run("end", GIRL, "--channel", "website", "--medium", "social", "--reason", "consent", code=2).stderr
    assert ("website" in told, "social" in told) == (True, True)
    ended = desk.run("end", GIRL, "--medium", "social", "--reason", "consent")
    assert ("nothing of that was online" in ended.stdout, "stays online: website" in ended.stderr) == (True, True)
    assert desk.json("status", GIRL)["appeals"][0]["state"] == "live"
    assert "stays online" not in desk.run("end", GIRL, "--reason", "consent").stderr


def test_verify_of_an_unknown_appeal_is_usage(desk: Terminal) -> None:
    desk.run("verify", "nobody", code=2)


@pytest.mark.peers
def test_a_changed_page_is_exit_7_in_verify_and_status_until_it_is_as_approved(desk: Terminal) -> None:
    desk.run("publish", GIRL)
    page = next((desk.home / "site").glob("fahndung/*/index.html"))
    approved = page.read_bytes()
    page.write_text("changed")
    assert "NOT as it should be" in desk.run("verify", code=7).stderr
    told = desk.run("status", code=7).stdout
    assert ("NOT AS APPROVED" in told, "online otherwise than approved: 1" in told) == (True, True)
    assert desk.json("status", code=7)["altered"] == 1
    page.write_bytes(approved)
    desk.run("verify")
    assert "NOT AS APPROVED" not in desk.run("status").stdout


@pytest.mark.peers
def test_a_channel_that_fails_is_exit_6(desk: Terminal) -> None:
    desk.run("publish", TRAM)
    (desk.home / "site" / "bilder").chmod(0o755)
    blocked = desk.home / "site" / "feed.atom"
    blocked.unlink()
    blocked.mkdir()
    (blocked / "x").write_text("x")
    result = desk.run("publish", GIRL, code=6)
    assert re.search("FAILED", result.stdout)


@pytest.mark.peers
def test_check_judges_an_appeal_of_the_home_at_its_stage(desk: Terminal) -> None:
    assert desk.json("check", GIRL)["stage"] == "publish"
    desk.run("publish", GIRL)
    live = desk.json("check", GIRL)
    assert (live["ok"], live["state"], live["stage"]) == (True, "live", "running")
    late = desk.run("check", GIRL, "--now", "2026-11-27T09:00:00+01:00", code=7)
    assert "R37" in late.stdout
    desk.run("check", "pdl-2026-9999", code=2)


@pytest.mark.peers
def test_paper_whose_time_is_over_is_told_until_somebody_took_it_down(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("publish", GIRL)
    items = desk.json("poster", GIRL, "-o", tmp_path / "p.pdf")["items"]
    assert desk.json("status", now="2026-11-27T08:59:59+01:00")["paper"] == []
    told = desk.json("status", now=REVIEW, code=7)["paper"]
    assert [f"item {item}:" in line for item, line in zip(items, told, strict=True)] == [True, True]
    desk.run("takedown", now=REVIEW)
    desk.run("takedown", "--warn", now="2026-12-28T09:00:00+01:00", code=8)
    for item in items:
        desk.run("close", item, "--note", "abgehängt", "--as", "k.muster", now=REVIEW)
    assert desk.json("status", now="2026-12-28T09:00:00+01:00")["paper"] == []
    desk.run("takedown", "--warn", now="2026-12-28T09:00:00+01:00")
