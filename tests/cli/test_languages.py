"""An appeal in two languages from check to proof of deletion."""

import pathlib

import pytest

from tests.cli.driver import Terminal
from tests.world import World, write_case

BOY = "pdl-2026-0138"


@pytest.mark.peers
def test_a_language_is_checked_goes_up_is_printed_is_read_back_and_is_proven_gone(
    empty: World, office: Terminal, tmp_path: pathlib.Path
) -> None:
    folder = write_case(
        tmp_path, "border-boy", lambda record: record["publication"].update(languages=["pl"]), paper=True
    )
    told = [one["message"] for one in office.json("check", folder)["problems"] if one["rule"] == "languages"]
    assert [message.split(". ")[0] for message in told] == ["No native speaker has reviewed the fixed wording of: pl"]
    empty.ready(folder)
    assert "/pl.html" in office.run("preview", BOY).stdout
    office.run("publish", BOY)
    site = empty.home.path / "site" / "fahndung"
    assert sorted(path.name for path in site.glob("*/*.html")) == ["index.html", "pl.html"]
    page = next(site.glob("*/pl.html"))
    assert '<html lang="pl" dir="ltr">' in page.read_text("utf-8")
    assert office.json("verify", BOY)["online_past_end"] == 0

    pdf = tmp_path / "p.pdf"
    for langs in (["pl"], ["de", "pl"]):
        words = [word for lang in langs for word in ("--lang", lang)]
        made = office.json("poster", BOY, "-o", pdf, *words)
        assert (made["draft"], len(made["items"])) == (False, 1)
    assert "German" in office.run("poster", BOY, "-o", pdf, "--lang", "pl", "--strips", code=4).stderr
    assert "no poster in cs" in office.run("poster", BOY, "-o", pdf, "--lang", "cs", code=4).stderr

    page.write_bytes(page.read_bytes() + b"x")
    assert "pl.html does not show the approved bytes" in office.run("verify", BOY, code=7).stderr
    gone = office.json("end", BOY, "--reason", "found")
    assert (len(gone["withdrawn"]), gone["pending"]) == (1, [])
    assert not list(site.glob("*/*.html"))
    (publication,) = office.json("status", BOY)["appeals"][0]["publications"]
    assert publication["state"] == "withdrawn"
