"""To which of the force's accounts an appeal goes, and why not to the others. Reads record and configuration only.

A record names an account, or a kind (``mastodon``) or a medium (``social``): then the appeal goes to each account of
these whose terms fit. What was built and approved is for these accounts; publishing asks again whether they still fit.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fahndung import channels, terms
from fahndung.channels.kinds import KIND_MEDIA
from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import Comments
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ChannelName
from fahndung.model.mandate import Medium

if TYPE_CHECKING:
    from fahndung.home.config import Config

_FIELD = "publication/channels"
_NOT_NAMED = Message("the record names neither it nor its kind or medium", "der Datensatz nennt es nicht")
_WORST = (Comments.OPEN, Comments.OFF, Comments.NONE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One configured account: ``by`` is the word of the record that leads there, else ``why`` says why none does."""

    account: ChannelName
    kind: str
    by: str | None
    why: Message | None

    @property
    def goes(self) -> bool:
        """Whether the appeal goes there."""
        return self.by is not None

    def as_json(self, language: str) -> dict[str, object]:
        """JSON values."""
        return {
            "channel": self.account,
            "kind": self.kind,
            "goes": self.goes,
            "named_as": self.by,
            "why": self.why and self.why.in_language(language),
        }

    def line(self, language: str) -> str:
        """The same for people."""
        if self.why is not None:
            return f"✗ {self.account}: {self.why.in_language(language)}"
        return f"→ {self.account}" + (f" ({self.by})" if self.by != self.account else "")


def routes(appeal: Appeal, config: "Config") -> tuple[Route, ...]:
    """Every configured account, in the order of the configuration."""
    return tuple(_route(appeal, config, name, table) for name, table in config.channels.items())


def accounts(appeal: Appeal, config: "Config | None") -> dict[ChannelName, Medium | None]:
    """Where an appeal goes, in the order of the record, with the medium; without a home what the record names.

    What nobody knows is there as well, with None: an account that left the configuration is not forgotten.
    """
    if config is None:
        known = media(appeal, None)
        return {name: known[name] for name in appeal.publication.channels}
    found: dict[ChannelName, Medium | None] = {}
    for entry in appeal.publication.channels:
        if entry in config.channels:
            found[entry] = _medium(config, entry)
        elif members := _members(entry, config):
            found |= {name: _medium(config, name) for name in _fitting(appeal, config, members) if name not in found}
        else:
            found[entry] = None
    return found


def media(appeal: Appeal, config: "Config | None") -> dict[str, Medium | None]:
    """The medium of each word in the record's list of channels; None where nobody knows it.

    Without a home a name that equals a medium or a kind of channel counts.
    """
    named: dict[str, Medium] = {medium.value: medium for medium in Medium}
    if config is None:
        return {entry: KIND_MEDIA.get(entry) or named.get(entry) for entry in appeal.publication.channels}
    known = {entry: _known(entry, config) for entry in appeal.publication.channels}
    return {entry: _medium(config, names[0]) if names else None for entry, names in known.items()}


def comments(appeal: Appeal, config: "Config | None") -> dict[ChannelName, Comments]:
    """Whether strangers may write below what a word of the record stands for, the worst of it (R32).

    Nothing for a kind of which that is not known.
    """
    found = {}
    for entry in appeal.publication.channels:
        tables = [{"kind": entry}] if config is None else [config.channels[name] for name in _known(entry, config)]
        told = [channels.comments_of(str(table["kind"]), table) for table in tables]
        known = [one for one in told if one is not None]
        if known and len(known) == len(told):
            found[entry] = min(known, key=_WORST.index)
    return found


def commented(appeal: Appeal, config: "Config | None") -> dict[ChannelName, tuple[ChannelName, ...]]:
    """The accounts that a word of the record sends to and on which strangers may write, or nobody knows (R32)."""
    if config is None:
        return {}
    found: dict[ChannelName, tuple[ChannelName, ...]] = {}
    for entry in appeal.publication.channels:
        names = [entry] if entry in config.channels else _fitting(appeal, config, _members(entry, config))
        told = {name: channels.comments_of(str(config.channels[name]["kind"]), config.channels[name]) for name in names}
        found[entry] = tuple(name for name, one in told.items() if one in (None, Comments.OPEN))
    return found


def regions(appeal: Appeal) -> tuple[str, ...]:
    """The codes of the regions in which an appeal is published: its own, else those of the order."""
    mandate = appeal.legal.mandate
    return appeal.publication.region_codes or (mandate.scope.region_codes if mandate else ())


def problems(appeal: Appeal, config: "Config") -> Iterator[Problem]:
    """Where the record and the terms of the accounts contradict each other, and posts that would link to nothing."""
    for index, entry in enumerate(appeal.publication.channels):
        field = f"{_FIELD}/{index}"
        if entry in config.channels:
            why = misfit(appeal, config, entry)
            if why is not None:
                yield _problem(
                    Severity.BLOCK,
                    field,
                    f"The record names the account {entry}, but {why.en}. Take it out, or change the account's terms.",
                    f"Der Datensatz nennt das Konto {entry}, aber {why.de}. Bitte streichen oder die Bedingungen des "
                    "Kontos ändern.",
                )
        elif (members := _members(entry, config)) and not _fitting(appeal, config, members):
            yield _problem(
                Severity.WARN,
                field,
                f"No account of {entry!r} takes this appeal, so nothing goes there.",
                f"Kein Konto von „{entry}“ nimmt diese Fahndung; dorthin geht nichts.",
            )
    used = set(accounts(appeal, config).values())
    if Medium.SOCIAL in used and Medium.WEBSITE not in used:
        yield _problem(
            Severity.BLOCK,
            _FIELD,
            "Posts link to the force's own page, and no website is named that shows it. Name one.",
            "Beiträge verweisen auf die eigene Seite, es ist aber keine Website genannt, die sie zeigt. Bitte nennen.",
        )


def misfit(appeal: Appeal, config: "Config", name: str) -> Message | None:
    """Why an account's terms do not let an appeal go there; None if they do."""
    own, here = terms.parse(config.channels[name]), regions(appeal)
    if own.categories and appeal.category not in own.categories:
        names, this = [terms.category_name(one) for one in sorted(own.categories)], terms.category_name(appeal.category)
        return Message(
            f"it takes {', '.join(one.en for one in names)} only, not {this.en}",
            f"es nimmt nur {', '.join(one.de for one in names)}, nicht {this.de}",
        )
    if not terms.meet(own.regions, here):
        listed, there = ", ".join(own.regions), ", ".join(here)
        return Message(f"it takes the regions {listed} only, not {there}", f"es nimmt nur {listed}, nicht {there}")
    return None


def _route(appeal: Appeal, config: "Config", name: str, table: Mapping[str, Any]) -> Route:
    kind = str(table["kind"])
    why = misfit(appeal, config, name)
    by = next((entry for entry in appeal.publication.channels if name in _known(entry, config)), None)
    if by is None:
        return Route(account=ChannelName(name), kind=kind, by=None, why=_NOT_NAMED)
    return Route(account=ChannelName(name), kind=kind, by=None if why else by, why=why)


def _known(entry: str, config: "Config") -> list[ChannelName]:
    """The accounts that a word of a record stands for, whether they fit or not; a name comes before kind and medium."""
    return [ChannelName(entry)] if entry in config.channels else _members(entry, config)


def _members(entry: str, config: "Config") -> list[ChannelName]:
    """The accounts of a kind or medium."""
    return [
        ChannelName(name)
        for name, table in config.channels.items()
        if entry == table["kind"] or entry == _medium(config, name)
    ]


def _fitting(appeal: Appeal, config: "Config", names: list[ChannelName]) -> list[ChannelName]:
    return [name for name in names if misfit(appeal, config, name) is None]


def _medium(config: "Config", name: str) -> Medium | None:
    table = config.channels[name]
    return channels.medium_of(str(table["kind"]), table)


def _problem(severity: Severity, field: str, en: str, de: str) -> Problem:
    return Problem(rule="record", severity=severity, field=field, message=Message(en, de))
