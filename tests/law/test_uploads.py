"""R31: pictures go along with posts only if they show a thing and nobody, and never in an appeal about persons."""

import dataclasses
from typing import Any

import pytest

from fahndung.law.facts import Facts, Stage
from fahndung.law.gate import judge
from fahndung.law.uploads import OF_THINGS
from fahndung.model.appeal import Appeal, Category
from fahndung.model.ids import ImageId, PersonId
from fahndung.model.image import Image, SourceKind
from fahndung.model.mandate import Medium
from fahndung.model.people import THINGS
from fahndung.model.sought import Item

from .build import JUDGE, appeal, facts, image, order, person, scope, source
from .build_outputs import EXAMPLES, example, found, post

BLOCKED = [("block", "images/0/object")]
BICYCLE = Item(id="bicycle", kind={"de": "Fahrrad"})


def thing(**more: Any) -> Image:
    return image("bicycle", **({"object": "bicycle", "source": source(SourceKind.POLICE)} | more))


def case(*images: Image, **more: Any) -> Appeal:
    media = frozenset({Medium.WEBSITE, Medium.SOCIAL})
    fields: dict[str, Any] = {"category": Category.OBJECT, "objects": (BICYCLE,), "images": images or (thing(),)}
    return appeal(order(JUDGE, scope=scope(media=media)), **(fields | more))


def sent(subject: Appeal, **files: ImageId | None) -> Facts:
    """Facts of an appeal whose pictures, or these files, would go along with a post."""
    named = files or {f"cards/{one.id}.jpg": one.id for one in subject.images}
    return facts(subject, Stage.RELEASE, uploads={"mastodon": named})


def test_a_picture_of_a_thing_goes_along() -> None:
    assert found(sent(case()), "R31") == []
    assert found(sent(case(thing(bystanders="redacted"))), "R31") == []


@pytest.mark.parametrize("kind", sorted(OF_THINGS))
def test_it_may_come_from_the_police_a_family_or_elsewhere(kind: SourceKind) -> None:
    assert found(sent(case(thing(source=source(kind)))), "R31") == []


@pytest.mark.parametrize("kind", [kind for kind in SourceKind if kind not in OF_THINGS])
def test_pictures_of_cameras_sketches_and_documents_never_go_along(kind: SourceKind) -> None:
    assert found(sent(case(thing(source=source(kind)))), "R31") == BLOCKED


@pytest.mark.parametrize(
    "change",
    [
        {"object": None},
        {"bystanders": "waived: Ladeninhaber, einverstanden"},
        {"bystanders": None},
        {"bystanders": ""},
        {"sensitive": True},
    ],
)
def test_what_the_record_does_not_call_a_picture_of_a_thing_alone_stays_here(change: dict[str, Any]) -> None:
    assert found(sent(case(thing(**change))), "R31") == BLOCKED


def test_a_file_that_is_no_picture_of_the_record_stays_here() -> None:
    here = [("block", "posts/mastodon")]
    for id in (None, ImageId("another")):
        assert found(sent(case(), **{"cards/neutral.jpg": id}), "R31") == here
    drafted = facts(case(), Stage.RELEASE, posts=(post("Wem gehört das?", uploads=("a.jpg",)),))
    assert found(drafted, "R31") == here


def test_an_order_that_is_silent_about_social_media_keeps_it_here() -> None:
    silent = appeal(
        order(JUDGE, scope=scope(media=frozenset({Medium.WEBSITE}))),
        category=Category.OBJECT,
        objects=(BICYCLE,),
        images=(thing(),),
    )
    assert found(sent(silent), "R31") == BLOCKED
    nobody = dataclasses.replace(silent, legal=dataclasses.replace(silent.legal, order=None))
    assert found(sent(nobody), "R31") == BLOCKED


@pytest.mark.parametrize("category", Category)
def test_a_picture_of_a_person_never_goes_along_whatever_the_category(category: Category) -> None:
    here = [("block", "posts/mastodon")]
    shown = (thing(shows=(PersonId("p1"),)), thing(shows=(PersonId("p1"),), object=None))
    for one in shown:
        assert found(sent(case(one, category=category)), "R31") == here
    with_persons = case(category=category, persons=(person(),))
    assert found(sent(with_persons), "R31") == here
    assert found(sent(with_persons, **{"cards/neutral.jpg": None}), "R31") == here
    assert (found(sent(case(category=category)), "R31") == []) is (category in THINGS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_of_the_examples_only_the_found_things_could_go_along(name: str) -> None:
    given = example(name)
    files = {f"cards/{one.id}.jpg": one.id for one in given.appeal.images}
    told = dataclasses.replace(given, uploads={"mastodon": files})
    blocked = [problem for problem in judge(told) if problem.rule == "R31"]
    assert len(blocked) == (0 if name == "found-things" else len(files))
