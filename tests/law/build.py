"""Appeals, orders and facts for the tests of the law room, built from the model. All persons are invented."""

import datetime as dt
import functools
from typing import Any

from hypothesis import strategies as st

from fahndung import resources
from fahndung.errors import Problem
from fahndung.law import norms
from fahndung.law.clocks import Clock, ClockPolicy, End, Grounds, clocks, ends
from fahndung.law.facts import Facts, Stage
from fahndung.law.norms import Norm, NormTable
from fahndung.law.periods import BERLIN
from fahndung.model.appeal import (
    Appeal,
    AppealId,
    Authority,
    Category,
    Confirmation,
    Consent,
    Contact,
    Image,
    ImageId,
    Legal,
    Medium,
    Names,
    NamesShown,
    NormId,
    Office,
    Order,
    Person,
    PersonId,
    Plan,
    Role,
    Scope,
    Source,
    SourceKind,
    Texts,
)

WEBSITE, POSTER, PRINT = Medium.WEBSITE, Medium.POSTER, Medium.PRINT
JUDGE, PROSECUTOR, POLICE, ENFORCEMENT = (
    Authority.JUDGE,
    Authority.PROSECUTOR,
    Authority.POLICE,
    Authority.ENFORCEMENT,
)


def at(text: str) -> dt.datetime:
    """A local time in Berlin (``2026-11-20 15:00``) as a UTC instant; an offset at the end wins."""
    instant = dt.datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=BERLIN)).astimezone(dt.UTC)


def local(instant: dt.datetime) -> str:
    """The reverse of ``at``."""
    return instant.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


def instants(first: str, last: str) -> st.SearchStrategy[dt.datetime]:
    """Instants to the second between two local times."""
    seconds = st.integers(min_value=int(at(first).timestamp()), max_value=int(at(last).timestamp()))
    return seconds.map(lambda second: dt.datetime.fromtimestamp(second, dt.UTC))


ORDERED = at("2026-11-20 15:00")  # a Friday


@functools.cache
def table() -> NormTable:
    """The package's own table of norms."""
    return norms.parse(resources.norms_text())


def norm(norm_id: str) -> Norm:
    """A norm of the package's table as it stood when ``ORDERED``."""
    found = table().norm(norm_id, ORDERED)
    assert found is not None
    return found


def scope(**more: Any) -> Scope:
    """A scope for every medium, unless said otherwise."""
    return Scope(**({"media": frozenset(Medium)} | more))


def order(by: Authority = PROSECUTOR, when: dt.datetime = ORDERED, **more: Any) -> Order:
    """An order with reasons for imminent danger."""
    fields: dict[str, Any] = {
        "authority": "Staatsanwaltschaft Musterstadt",
        "reference": "304 Js 1234/26",
        "imminent_danger": "Richterin nicht erreichbar",
        "scope": scope(),
    }
    return Order(by=by, at=when, **(fields | more))


def confirmation(by: Authority, when: dt.datetime) -> Confirmation:
    """A confirmation."""
    return Confirmation(by=by, authority="Amtsgericht Musterstadt", reference="281 Gs 77/26", at=when)


def person(**more: Any) -> Person:
    """A suspect whose name is not shown."""
    return Person(**({"id": PersonId("p1"), "role": Role.SUSPECT} | more))


def shown(how: NamesShown) -> Names:
    """Names shown that way."""
    return Names(given="Erika", family="Musterfrau", shown=how)


def image(image_id: str) -> Image:
    """A picture."""
    return Image(
        id=ImageId(image_id),
        file=f"{image_id}.jpg",
        sha256="0" * 64,
        alt={"de": "Standbild"},
        source=Source(kind=SourceKind.CCTV),
    )


def appeal(
    mandate: Order | None = None,
    *,
    basis: str = "stpo-131b-1",
    category: Category = Category.UNKNOWN_SUSPECT,
    decision: Order | None = None,
    confirmations: tuple[Confirmation, ...] = (),
    legal: dict[str, Any] | None = None,
    **more: Any,
) -> Appeal:
    """An appeal that has only what the law looks at."""
    fields: dict[str, Any] = {
        "id": AppealId("pdm-2026-0001"),
        "revision": 1,
        "reference": "512/26/000001",
        "prepared_by": "k.muster",
        "authority": Office(name="Polizeidirektion Musterstadt"),
        "texts": Texts(summary={"de": "Raub in einer Straßenbahn"}),
        "contact": Contact(office="Polizeirevier Musterstadt", phone="040 66969-123"),
        "publication": Plan(),
    }
    return Appeal(
        category=category,
        legal=Legal(
            basis=NormId(basis), order=mandate, decision=decision, confirmations=confirmations, **(legal or {})
        ),
        **(fields | more),
    )


def missing(decision: Order | None, **more: Any) -> Appeal:
    """An appeal for a missing adult; the family consented."""
    fields: dict[str, Any] = {"basis": "saechspvdg-84-3", "category": Category.MISSING, "decision": decision}
    legal = {"consent": Consent(by="Familie", at=ORDERED)} | more.pop("legal", {})
    return appeal(None, **(fields | more), legal=legal)


def facts(subject: Appeal, stage: Stage = Stage.DRAFT, **more: Any) -> Facts:
    """Facts with the package's table of norms."""
    return Facts(stage=stage, appeal=subject, **({"norms": table()} | more))


def grounds(**more: Any) -> Grounds:
    """What clocks are computed from: nothing recorded, the website in use."""
    plain: Grounds = {
        "confirmations": (),
        "reviews": (),
        "media": (WEBSITE,),
        "plan": Plan(),
        "warrant": None,
        "category": Category.UNKNOWN_SUSPECT,
        "policy": ClockPolicy(),
    }
    return {**plain, **more}  # type: ignore[typeddict-item]  # the tests name the fields


def clock(mandate: Order, kind: str, norm_id: str = "stpo-131b-1", **more: Any) -> Clock | None:
    """The clock of that kind (the first one), or None."""
    found = clocks(mandate, norm(norm_id), **grounds(**more))
    return next((each for each in found if each.kind == kind), None)


def end(mandate: Order, medium: Medium = WEBSITE, norm_id: str = "stpo-131b-1", **more: Any) -> End:
    """The end of one medium."""
    (only,) = ends(mandate, norm(norm_id), **grounds(**({"media": (medium,)} | more)))
    return only


def end_at(mandate: Order, medium: Medium = WEBSITE, norm_id: str = "stpo-131b-1", **more: Any) -> str:
    """The end of one medium in local time."""
    instant = end(mandate, medium, norm_id, **more).at
    assert instant is not None
    return local(instant)


def told(problems: tuple[Problem, ...], rule: str) -> list[tuple[str, str]]:
    """Severity and field of every finding of one rule."""
    return [(str(problem.severity), problem.field) for problem in problems if problem.rule == rule]
