"""What the law and a release must know besides a record: the configuration, the tables of norms, the media it uses.

Needs no ledger, so that whoever looks at a case folder need not load one. Judges nothing.
"""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fahndung import release, resources, routing
from fahndung.law import norms
from fahndung.law.clock import ClockPolicy
from fahndung.law.facts import Facts, Nationality, Stage
from fahndung.model.appeal import Appeal, Category
from fahndung.model.faces import Absence
from fahndung.model.ids import ChannelName
from fahndung.model.mandate import Medium

if TYPE_CHECKING:
    from fahndung.home import Home
    from fahndung.home.config import Config
    from fahndung.images.faces import Detector

NO_SALT = b"\0" * 32
"""For drafts: what only a release hides needs none."""


def gate_facts(appeal: Appeal, config: "Config | None", home: "Home | None", *, stage: Stage, **more: Any) -> Facts:
    """What the law gate needs to know of a record at a stage."""
    from fahndung.law.rules import edition

    table = norms.parse(resources.norms_text(None if home is None else home.path))
    return Facts(
        stage=stage,
        appeal=appeal,
        norms=table,
        media=used_media(appeal, routing.accounts(appeal, config)),
        channel_media=routing.media(appeal, config),
        policy=clock_policy(config),
        rules=edition(),
        comments=routing.comments(appeal, config),
        commented=routing.commented(appeal, config),
        exposed=_exposed(config, home),
        nationality=Nationality.NAME if config is None else Nationality(config.nationality),
        **more,
    )


def _exposed(config: "Config | None", home: "Home | None") -> tuple[str, ...]:
    if home is None or config is None:
        return ()
    from fahndung.home import exposed_folders

    return exposed_folders(home.path, config.roots)


def clock_policy(config: "Config | None") -> ClockPolicy:
    """The force's choices about clocks; the built-in ones without a home."""
    if config is None:
        return ClockPolicy()
    own = {Category(name): dt.timedelta(days=days) for name, days in config.review_days.items()}
    built_in = ClockPolicy()
    return ClockPolicy(
        weekend_extension=config.weekend_extension,
        elapsed_weeks=config.elapsed_weeks,
        review_preventive={**built_in.review_preventive, **own},
        reminders=config.reminders,
        remind_at_half=config.remind_at_half,
    )


def used_media(appeal: Appeal, media: Mapping[ChannelName, Medium | None]) -> frozenset[Medium]:
    """The order's media that an appeal's accounts use (``routing``); a poster counts whenever it is in scope."""
    mandate = appeal.legal.mandate
    if mandate is None:
        return frozenset()
    wanted = {medium for medium in media.values() if medium is not None} | {Medium.POSTER}
    return mandate.scope.media & wanted


def setting_of(
    facts: Facts, config: "Config | None", home: "Home | None", *, salt: bytes, is_draft: bool = False
) -> "release.Setting":
    """What a release depends on besides the record, from the gate's facts and the configuration.

    Args:
        is_draft: nothing is built, so nothing looks for faces and no network is read for that.
    """
    # here, because who verifies, approves or takes down must not wait for what reads pictures and judges records
    from fahndung.channels.kinds import OBJECTS, SITES
    from fahndung.law import gate, pages
    from fahndung.law.outlets import ordered_at

    channels = {} if config is None else config.channels
    return release.Setting(
        salt=salt,
        accounts={name: table.get("base_url") for name, table in channels.items()},
        pictured=frozenset(name for name, table in channels.items() if table.get("media") == OBJECTS),
        sites=frozenset(name for name, table in channels.items() if table.get("kind") in SITES),
        face_cards=config is not None and config.face_cards,
        channels=tuple(routing.accounts(facts.appeal, config)),
        media=facts.media,
        ends={end.medium: end.at for end in gate.ends(facts)},
        imprint=config.imprint if config else (facts.appeal.authority.name,),
        robots=pages.directives(facts.norms, facts.appeal, ordered_at(facts)),
        norms_version=facts.norms.version,
        rules_version=facts.rules,
        templates_home=None if home is None else home.path,
        detector=Absence.OFF if is_draft else _detector(config),
    )


def _detector(config: "Config | None") -> "Detector | Absence":
    from fahndung.images import faces

    return faces.chosen() if config is None else faces.chosen(config.faces, *config.face_model)
