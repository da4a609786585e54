"""R27 and R28: bystanders, safe renditions, checked kinds of files, originals that stay."""

import dataclasses
from typing import Any

import pytest

from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.law.rule import How
from fahndung.law.rules import REGISTER
from fahndung.model.appeal import Appeal
from fahndung.model.image import Box, Redaction, SourceKind

from .build import JUDGE, ORDERED, appeal, facts, image, order, source, told
from .build_outputs import found, outputs, rendition

BYSTANDERS = [("block", "images/0/bystanders")]
REGION = (Redaction(shape=Box(x=1, y=1, width=9, height=9)),)


def case(kind: SourceKind = SourceKind.CCTV, **more: Any) -> Appeal:
    """An appeal with one picture."""
    return appeal(order(JUDGE), images=(image("cctv-1", source=source(kind), **more),))


def findings(subject: Appeal) -> list[tuple[str, str]]:
    """Severity and field of the findings of R27 in a draft."""
    return told(judge(facts(subject)), "R27")


@pytest.mark.parametrize(
    ("said", "more", "passes"),
    [
        ("none", {}, True),
        (None, {}, False),
        ("", {}, False),
        ("redacted", {}, False),
        ("redacted", {"redactions": REGION}, True),
        ("redacted", {"crop": Box(x=0, y=0, width=9, height=9)}, True),
        ("waived: Ladeninhaber, einverstanden", {}, True),
        ("waived:", {}, False),
        ("waived:  ", {}, False),
        ("unklar", {}, False),
    ],
)
def test_somebody_has_looked_for_bystanders(said: str | None, more: dict[str, Any], passes: bool) -> None:
    assert findings(case(bystanders=said, **more)) == ([] if passes else BYSTANDERS)


@pytest.mark.parametrize("kind", list(SourceKind))
def test_sketches_and_documents_show_no_bystanders(kind: SourceKind) -> None:
    asked = kind not in {SourceKind.SKETCH, SourceKind.ID_DOCUMENT}
    assert findings(case(kind, bystanders=None)) == (BYSTANDERS if asked else [])


def test_the_question_is_marked_as_one_that_only_a_person_answers() -> None:
    assert How.ASKED in {rule.how for rule in REGISTER if rule.id == "R27"}
    assert {rule.how for rule in REGISTER if rule.id == "R28"} == {How.KEPT}


def built(**changes: Any) -> list[tuple[str, str]]:
    """The findings of R27 about a release."""
    return found(facts(appeal(order(JUDGE)), Stage.RELEASE, outputs=outputs(**changes)), "R27")


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ({}, True),
        ({"clean": False, "why": "EXIF"}, False),
        ({"redaction_marked": True}, True),
        ({"redaction_marked": None}, True),
        ({"redaction_marked": False}, False),
    ],
)
def test_a_rendition_is_clean_and_its_redactions_are_seen(change: dict[str, Any], passes: bool) -> None:
    assert built(renditions=(rendition(**change),)) == ([] if passes else [("block", "website/images/a.jpg")])


def test_the_finding_says_what_else_a_picture_holds() -> None:
    said = outputs(renditions=(rendition(clean=False, why="GPS"),))
    problems = judge(facts(appeal(order(JUDGE)), Stage.RELEASE, outputs=said))
    assert any("GPS" in problem.message.de for problem in problems if problem.rule == "R27")


@pytest.mark.parametrize(
    ("media_type", "passes"),
    [
        ("image/jpeg", True),
        ("application/pdf", True),
        ("application/json", True),
        ("application/xml", True),
        ("text/html; charset=utf-8", True),
        ("text/plain", True),
        ("IMAGE/JPEG", True),
        ("image/png", False),
        ("image/svg+xml", False),
        ("audio/mpeg", False),
        ("video/mp4", False),
        ("application/octet-stream", False),
        ("", False),
    ],
)
def test_only_kinds_of_files_go_out_that_are_checked(media_type: str, passes: bool) -> None:
    assert built(files={"x": media_type}) == ([] if passes else [("block", "x")])


def test_no_original_is_part_of_a_release() -> None:
    def originals(*names: str) -> list[tuple[str, str]]:
        said = outputs(originals=names)
        return found(facts(appeal(order(JUDGE)), Stage.RELEASE, outputs=said), "R28")

    assert originals() == []
    assert originals("print/a.jpg", "cards/b.jpg") == [("block", "print/a.jpg"), ("block", "cards/b.jpg")]


@pytest.mark.parametrize("stage", list(Stage))
def test_nobody_else_reads_where_originals_lie(stage: Stage) -> None:
    open_home = facts(appeal(order(JUDGE)), stage, now=ORDERED, exposed=("/srv/home/cases",))
    assert told(judge(open_home), "R28") == ([] if stage is Stage.ENDED else [("block", "")])
    assert told(judge(dataclasses.replace(open_home, exposed=())), "R28") == []
