"""A stored revision is verified on reading."""

import dataclasses
import datetime as dt
import pathlib

import pytest

from fahndung import premises, records
from fahndung.dossier import signatures
from fahndung.dossier.stored import latest_release, stored_case
from fahndung.errors import InvalidConfig, NotPublishable
from fahndung.home.config import parse_config
from fahndung.law.clock import ClockPolicy
from fahndung.law.facts import Nationality, Stage
from fahndung.ledger import appeals
from fahndung.model.appeal import Category
from fahndung.model.image import VisibleFace
from tests.home.test_config import CONFIG
from tests.world import BEFORE, GIRL, PUBLISHED, World, write_case


def submission(world: World) -> appeals.Submission:
    with world.ledger.read() as tx:
        return appeals.get(tx, GIRL)


def test_a_lost_case_is_told(approved: World) -> None:
    (approved.home.case_folder(GIRL, 1) / "family-1.jpg").unlink()
    with pytest.raises(NotPublishable, match="restore the backup"):
        stored_case(approved.home, submission(approved))


def test_a_changed_record_is_told_even_if_it_is_still_valid(approved: World) -> None:
    path = approved.home.case_folder(GIRL, 1) / "appeal.json"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(NotPublishable, match="changed after submission"):
        stored_case(approved.home, submission(approved))


def test_the_earliest_of_too_few_approvals_decides_when_it_runs_out(approved: World) -> None:
    approved.approve(GIRL, person="z.zwei", key=approved.keys["z.zwei"], expires=PUBLISHED)
    with approved.ledger.read() as tx:
        one = submission(approved)
        stored = latest_release(tx, one)
        assert signatures.approved_until(tx, one, stored, required=2, now=BEFORE) == PUBLISHED
        until = signatures.approved_until(tx, one, stored, required=1, now=BEFORE)
        assert until is not None
        assert until > PUBLISHED
        assert signatures.approved_until(tx, one, stored, required=3, now=BEFORE) == BEFORE


def test_a_revoked_person_does_nothing_more(approved: World) -> None:
    from fahndung.ledger import people

    with approved.ledger.write(BEFORE) as tx:
        people.revoke(tx, "z.zwei", at=BEFORE, by="test")
    with approved.ledger.read() as tx, pytest.raises(NotPublishable, match="revoked"):
        signatures.require_role(tx, "z.zwei", ["approver"], approved.keys["z.zwei"])


def test_a_home_sets_weeks_reminders_and_nationality(tmp_path: pathlib.Path) -> None:
    chosen = 'elapsed_weeks = true\nreminders = ["P3D"]\nremind_at_half = false\nnationality = "reason"\n'
    config = parse_config(f"{CONFIG}[policy]\n{chosen}", tmp_path)
    policy = premises.clock_policy(config)
    assert policy == ClockPolicy(elapsed_weeks=True, reminders=(dt.timedelta(days=3),), remind_at_half=False)
    appeal = records.load(write_case(tmp_path, "missing-girl")).appeal
    facts = premises.gate_facts(appeal, config, None, stage=Stage.DRAFT)
    assert (facts.nationality, facts.policy) == (Nationality.REASON, policy)
    assert premises.gate_facts(appeal, None, None, stage=Stage.DRAFT).nationality is Nationality.NAME
    assert premises.clock_policy(parse_config(CONFIG, tmp_path)) == ClockPolicy()


def test_a_homes_review_periods_replace_the_built_in_ones(tmp_path: pathlib.Path) -> None:
    config = parse_config(CONFIG + "[policy]\nreview_days = { missing = 3 }\nweekend_extension = true\n", tmp_path)
    policy = premises.clock_policy(config)
    assert policy.weekend_extension
    assert policy.review_preventive[Category.MISSING].days == 3
    with pytest.raises(InvalidConfig):
        parse_config(CONFIG + "[policy]\nreview_days = { witness = 3 }\n", tmp_path)


def test_the_gate_learns_that_others_may_read_the_case_store(approved: World) -> None:
    appeal = stored_case(approved.home, submission(approved)).appeal
    config = approved.home.config()
    assert premises.gate_facts(appeal, config, approved.home, stage=Stage.RELEASE).exposed == ()
    (approved.home.path / "cases").chmod(0o750)
    exposed = premises.gate_facts(appeal, config, approved.home, stage=Stage.RELEASE).exposed
    assert exposed == (str(approved.home.path / "cases"),)
    with pytest.raises(NotPublishable, match="chmod 700"):
        approved.publish(GIRL)


def test_the_gate_learns_who_signed_whom_a_picture_shows(approved: World) -> None:
    one = submission(approved)
    appeal = stored_case(approved.home, one).appeal
    changed = dataclasses.replace(appeal, images=(dataclasses.replace(appeal.images[0], sha256="0" * 64),))
    with approved.ledger.read() as tx:
        assert signatures.image_verifiers(tx, one, appeal) == {"family-1": {"v.beispiel"}}
        assert signatures.image_verifiers(tx, one, changed) == {"family-1": frozenset()}


def test_who_verified_one_picture_of_a_file_has_not_verified_another(approved: World) -> None:
    image = records.load(approved.home.case_folder(GIRL, 1)).appeal.images[0]
    first, second = (dataclasses.replace(image, frame=frame) for frame in (1, 2))
    assert signatures.image_subject(first) == signatures.image_subject(image) != signatures.image_subject(second)


def test_who_verifies_a_picture_signs_where_each_person_is(tmp_path: pathlib.Path) -> None:
    (image,) = records.load(write_case(tmp_path, "tram-robbery")).appeal.images
    (face,) = (one for one in image.faces if one.person is not None)
    elsewhere = dataclasses.replace(face, box=dataclasses.replace(face.box, x=face.box.x + 1))
    waived = VisibleFace(box=face.box, by="k.muster", reason="Werbetafel")
    subjects = [signatures.image_subject(dataclasses.replace(image, faces=(one,))) for one in (face, elsewhere)]
    assert subjects[0] != subjects[1]
    assert signatures.image_subject(dataclasses.replace(image, faces=(face, waived))) == subjects[0]
