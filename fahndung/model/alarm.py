"""Alarms as nouns: what may be wrong, how urgent that is, the ways to a person, who gets what. Sends nothing."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping

from fahndung.model.mail import MailServer

EMERGENCY_NAME = "emergency.json"
"""The file of the home that remembers which alarms went out while the ledger was away."""


class Level(enum.StrEnum):
    """How soon somebody has to look: now, at any hour; or in the next hours of work."""

    URGENT = "urgent"
    NOTICE = "notice"


class Kind(enum.StrEnum):
    """What may be wrong."""

    OVERDUE = "overdue"
    CAME_BACK = "came-back"
    ALTERED = "altered"
    OUTDATED = "outdated"
    UNKNOWN_OUTCOME = "unknown-outcome"
    NOT_SENT = "not-sent"
    CHANNEL_FAILING = "channel-failing"
    TOKEN_EXPIRED = "token-expired"  # noqa: S105  # no password
    TOKEN_EXPIRING = "token-expiring"  # noqa: S105  # no password
    REMINDER = "reminder"
    BY_HAND_OVERDUE = "by-hand-overdue"
    BREACH_DUE = "breach-due"
    WORKER_DEAD = "worker-dead"
    STUCK = "stuck"
    CLOCK = "clock"
    LEDGER = "ledger"
    DAMAGED = "damaged"
    ORPHAN = "orphan"

    @property
    def level(self) -> Level:
        """How urgent it is."""
        return Level.NOTICE if self in _NOTICES else Level.URGENT

    @property
    def is_event(self) -> bool:
        """Whether it happened and may be over when somebody hears of it: it stays open until it is acknowledged."""
        return self in (Kind.CAME_BACK, Kind.WORKER_DEAD)


_NOTICES = frozenset({Kind.TOKEN_EXPIRING, Kind.REMINDER, Kind.BY_HAND_OVERDUE})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MailWay:
    """A mail to each of some addresses."""

    name: str
    to: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CommandWay:
    """A program that reads the text from its standard input."""

    name: str
    command: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WebhookWay:
    """A signed POST; ``credential`` names the key of the signature."""

    name: str
    url: str
    credential: str


Way = MailWay | CommandWay | WebhookWay


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to one receiver; ``key`` names it in the ledger, without an address."""

    key: str
    way: CommandWay | WebhookWay | None = None
    address: str | None = None

    def __post_init__(self) -> None:
        if (self.way is None) == (self.address is None):
            raise ValueError("a route is either a way or an address")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Alarming:
    """The table ``[alarm]``.

    Attributes:
        ways: by name, as ordered in the file.
        default: the ways of every kind that ``to`` does not name.
        people: addresses by person id, for reminders to who prepared an appeal.
        press_office: addresses that get every reminder.
        repeat: how long an alarm waits for an acknowledgement before it is sent again.
    """

    server: MailServer | None = None
    ways: Mapping[str, Way] = dataclasses.field(default_factory=dict)
    default: tuple[str, ...] = ()
    to: Mapping[Kind, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    people: Mapping[str, str] = dataclasses.field(default_factory=dict)
    press_office: tuple[str, ...] = ()
    repeat: Mapping[Level, dt.timedelta] = dataclasses.field(
        default_factory=lambda: {Level.URGENT: dt.timedelta(minutes=30), Level.NOTICE: dt.timedelta(days=1)}
    )

    def routes(self, kind: Kind, preparer: str | None = None) -> tuple[Route, ...]:
        """To whom an alarm of that kind goes, each receiver once; reminders also to preparer and press office."""
        found = [route for name in self.to.get(kind, self.default) for route in _of(self.ways[name])]
        if kind is Kind.REMINDER:
            found += [Route(key=f"press-office/{n}", address=each) for n, each in enumerate(self.press_office)]
            if preparer is not None and preparer in self.people:
                found.append(Route(key=f"person/{preparer}", address=self.people[preparer]))
        return _once(found)

    def all_routes(self) -> tuple[Route, ...]:
        """Every way to everybody, for a test."""
        found = [route for way in self.ways.values() for route in _of(way)]
        found += [Route(key=f"press-office/{n}", address=each) for n, each in enumerate(self.press_office)]
        return _once(found)


def _of(way: Way) -> list[Route]:
    if isinstance(way, MailWay):
        return [Route(key=f"{way.name}/{number}", address=address) for number, address in enumerate(way.to)]
    return [Route(key=way.name, way=way)]


def _once(found: list[Route]) -> tuple[Route, ...]:
    by_receiver = {route.address or route.key: route for route in reversed(found)}
    return tuple(route for route in found if by_receiver[route.address or route.key] is route)
