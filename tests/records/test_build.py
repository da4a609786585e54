import datetime as dt
from typing import Any

from fahndung.model import appeal as model
from fahndung.model.ids import ChannelName, ImageId, PersonId
from fahndung.model.image import Box, Ellipse, Fill, Polygon, Redaction, Source, SourceKind, VisibleFace
from fahndung.model.mandate import Authority, Confirmation, Consent, Medium, Scope, Warrant
from fahndung.model.sought import Basis, Item, Names, NamesShown, Range
from fahndung.records import parse
from tests.records.build import ORDER, image, person, record

NOON = "2026-11-20T12:00:00+01:00"
NOON_UTC = dt.datetime(2026, 11, 20, 11, tzinfo=dt.UTC)


def test_the_least_record_has_the_models_defaults() -> None:
    appeal = parse(record())
    assert appeal.event == model.Event()
    assert appeal.publication == model.Plan()
    assert (appeal.persons, appeal.images, appeal.objects, appeal.unlock) == ((), (), (), ())
    assert (appeal.reward, appeal.warning, appeal.legal.mandate, appeal.archive_offer) == (None, None, None, None)


def test_what_a_record_says_of_the_scope_beside_the_order_completes_it() -> None:
    beside = {"repeated": ["print"], "region_codes": ["DED"], "media_until": {"print": "P1M"}}
    order = ORDER | {"at": "2026-11-01T12:00:00+01:00", "scope": {"media": ["print"], "region_codes": ["DED5"]}}
    built = parse(record(legal={"basis": "stpo-131b-1", "scope": beside, "order": order})).legal.order
    assert built is not None
    assert built.scope.repeated == {Medium.PRINT}
    assert built.scope.region_codes == ("DED5",)
    assert built.scope.media_until == {Medium.PRINT: dt.datetime(2026, 12, 1, 11, 0, tzinfo=dt.UTC)}


def test_an_order_carries_its_scope() -> None:
    scope = {
        "media": ["website", "print"],
        "repeated": ["print"],
        "region": "Sachsen",
        "region_codes": ["DED5"],
        "until": NOON,
        "media_until": {"print": "P14D", "website": NOON},
        "names": False,
        "images": ["i1"],
    }
    order = ORDER | {"at": "2026-11-01T12:00:00+01:00", "scope": scope, "imminent_danger": "ja, Flucht"}
    built = parse(record(legal={"basis": "stpo-131b-1", "order": order})).legal.order
    assert built is not None
    assert built.by is Authority.JUDGE
    assert built.imminent_danger == "ja, Flucht"
    assert built.scope == Scope(
        media=frozenset({Medium.WEBSITE, Medium.PRINT}),
        repeated=frozenset({Medium.PRINT}),
        region="Sachsen",
        region_codes=("DED5",),
        until=NOON_UTC,
        media_until={
            Medium.PRINT: dt.datetime(2026, 11, 15, 11, 0, tzinfo=dt.UTC),
            Medium.WEBSITE: NOON_UTC,
        },
        names=False,
        images=(ImageId("i1"),),
    )


def test_an_order_that_is_silent_about_pictures_is_not_one_that_allows_none() -> None:
    silent = parse(record(legal={"basis": "a", "order": ORDER | {"scope": {"media": ["website"]}}})).legal.order
    none = parse(record(legal={"basis": "a", "order": ORDER | {"scope": {"images": []}}})).legal.order
    bare = parse(record(legal={"basis": "a", "order": {k: v for k, v in ORDER.items() if k != "scope"}})).legal.order
    assert silent is not None
    assert none is not None
    assert bare is not None
    assert (silent.scope.images, none.scope.images, bare.scope) == (None, (), Scope())


def test_the_legal_side_is_complete() -> None:
    legal = {
        "basis": "saechspvdg-84-3",
        "offence": "a",
        "considerable_offence": "b",
        "milder_means": "c",
        "decision": ORDER,
        "confirmations": [{"by": "prosecutor", "authority": "StA", "reference": "1", "at": NOON}],
        "social_media": "d",
        "serious_in_individual_case": True,
        "strictly_necessary": "e",
        "consent": {"by": "Ehefrau", "at": NOON, "why_not": "f"},
        "warrant": {"due": NOON, "at": NOON, "refused": NOON},
    }
    built = parse(record(legal=legal)).legal
    assert built.order is None
    assert built.mandate is built.decision
    assert (built.offence, built.considerable_offence, built.milder_means) == ("a", "b", "c")
    assert (built.social_media, built.serious_in_individual_case, built.strictly_necessary) == ("d", True, "e")
    assert built.confirmations == (Confirmation(by=Authority.PROSECUTOR, authority="StA", reference="1", at=NOON_UTC),)
    assert built.consent == Consent(by="Ehefrau", at=NOON_UTC, why_not="f")
    assert not built.consent.missing_registers
    legal["consent"] = {"by": "Ehefrau", "at": NOON, "missing_registers": True}
    to_registers = parse(record(legal=legal)).legal.consent
    assert to_registers == Consent(by="Ehefrau", at=NOON_UTC, missing_registers=True)
    assert built.warrant == Warrant(due=NOON_UTC, at=NOON_UTC, refused=NOON_UTC)


def test_a_person_is_complete() -> None:
    texts = {
        name: {"de": name}
        for name in (
            *("shoe_size", "build", "complexion", "hair", "beard", "eyes", "glasses", "clothing", "belongings"),
            *("speech", "occupation", "transport", "condition", "appearance_origin"),
        )
    }
    fields: dict[str, Any] = {
        "sex": "female",
        "names": {"given": "Erika", "family": "Muster", "aliases": ["„Momo“"], "shown": "given-initial"},
        "birth": {"dates": ["1990", "--05-04"], "place": "Musterstadt"},
        "nationalities": ["deutsch"],
        "languages": ["Deutsch"],
        "age": {"min": 20, "max": 25, "basis": "apparent"},
        "height_cm": {"min": 175.0, "basis": "measured"},
        "weight_kg": {"max": 80},
        "marks": [{"de": "Narbe"}],
        "contacted_before": NOON,
    }
    (built,) = parse(person(**fields, **texts)).persons
    for name, text in texts.items():
        assert getattr(built, name) == text
    assert built.names == Names(given="Erika", family="Muster", aliases=("„Momo“",), shown=NamesShown.GIVEN_INITIAL)
    assert built.birth == fields["birth"]
    assert built.age == Range(min=20, max=25, basis=Basis.APPARENT)
    assert built.height_cm == Range(min=175, basis=Basis.MEASURED)
    assert isinstance(built.height_cm.min, int)
    assert built.weight_kg == Range(max=80)
    assert (built.nationalities, built.languages, built.marks) == (("deutsch",), ("Deutsch",), ({"de": "Narbe"},))
    assert built.contacted_before == NOON_UTC


def test_the_condition_of_a_dead_person_is_the_persons_condition() -> None:
    (built,) = parse(person(dead={"condition": {"de": "a"}})).persons
    assert built.condition == {"de": "a"}


def test_an_image_is_complete() -> None:
    entry = image(
        shows=["p1"],
        caption={"de": "b"},
        source={
            "kind": "atm",
            "holder": "Bank",
            "capturer": "a",
            "captured_at": NOON,
            "clock_offset_s": -90,
            "time_deviation_reason": "c",
            "second_verifier": "z.zwei",
        },
        verified_by="v.beispiel",
        redactions=[
            {"box": [1, 2, 3, 4], "reason": "plate"},
            {"ellipse": [1, 2, 3, 4]},
            {"polygon": [[1, 2], [3, 4], [5, 0]]},
        ],
        fill="noise",
        crop=[0, 0, 10, 10],
        focus=[1, 1, 5, 5],
        frame=3,
        faces=[{"box": [1, 2, 3, 4], "person": "p1"}, {"box": [9, 2, 3, 4], "by": "k.muster", "reason": "Plakat"}],
        sensitive=True,
        bystanders="redacted",
    )
    (built,) = parse(person() | {"images": [entry]}).images
    box = Box(x=1, y=2, width=3, height=4)
    polygon = Polygon(points=((1, 2), (3, 4), (5, 0)))
    assert built.redactions[0] == Redaction(shape=box, reason="plate")
    assert built.redactions[1:] == tuple(Redaction(shape=one) for one in (Ellipse(box=box), polygon))
    assert built.fill is Fill.NOISE
    assert built.crop == Box(x=0, y=0, width=10, height=10)
    assert built.focus == Box(x=1, y=1, width=5, height=5)
    assert built.frame == 3
    assert built.faces == (
        VisibleFace(box=box, person=PersonId("p1")),
        VisibleFace(box=Box(x=9, y=2, width=3, height=4), by="k.muster", reason="Plakat"),
    )
    assert built.source == Source(
        kind=SourceKind.ATM,
        holder="Bank",
        capturer="a",
        captured_at=NOON_UTC,
        clock_offset_s=-90,
        time_deviation_reason="c",
        second_verifier="z.zwei",
    )
    assert (built.shows, built.verified_by, built.sensitive, built.bystanders) == (
        ("p1",),
        "v.beispiel",
        True,
        "redacted",
    )


def test_the_rest_of_a_record_is_complete() -> None:
    whole = record(
        event={"what": "Raub", "from": "2026", "to": "2026-11", "places": [{"role": "scene", "text": "Platz"}]},
        objects=[
            {"id": "bike", "kind": {"de": "Rad"}, "make": "Musterrad", "serial": "7", "marks": [{"de": "Kratzer"}]}
        ],
        publication={"channels": ["website"], "stand": NOON, "review_at": NOON, "region_codes": ["DED"]},
        reward={"amount_eur": 3000, "for_what": "a", "private_persons_only": True, "lka_informed_at": NOON},
        warning={"code": "armed", "text": {"de": "Nicht ansprechen."}},
        risk="b",
        monitoring_24_7={"roster": "c"},
        answers=[{"rule": "R15", "by": "k.muster", "at": NOON, "reason": "d"}],
        unlock=[{"field": "birth", "reason": "e", "by": "k.muster"}],
        archive_offer=False,
    )
    built = parse(whole)
    assert built.event == model.Event(
        what="Raub", start="2026", end="2026-11", places=(model.Place(role="scene", text="Platz"),)
    )
    assert built.objects == (
        Item(id="bike", kind={"de": "Rad"}, make="Musterrad", serial="7", marks=({"de": "Kratzer"},)),
    )
    assert built.publication == model.Plan(
        channels=(ChannelName("website"),), stand=NOON_UTC, review_at=NOON_UTC, region_codes=("DED",)
    )
    assert built.reward == model.Reward(
        amount_eur=3000, for_what="a", private_persons_only=True, lka_informed_at=NOON_UTC
    )
    assert built.warning == model.Warning(code="armed", text={"de": "Nicht ansprechen."})
    assert (built.risk, built.monitoring_roster, built.archive_offer) == ("b", "c", False)
    assert built.answers == (model.Answer(rule="R15", by="k.muster", at=NOON_UTC, reason="d"),)
    assert built.unlock == (model.Unlock(field="birth", reason="e", by="k.muster"),)
