"""What a look at a Mastodon server sees: the control, what strangers are shown, what was written. Values only."""

import dataclasses

from fahndung.channels.mastodonmedia import Attached


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The positive control: the token is this account's, and strangers see the account.

    Attributes:
        id: the account's.
        closed: strangers have to log in for the API; only pages tell what they see.
        avatar: the address of its picture, which the server shows; None: it has none.
    """

    id: str
    closed: bool
    avatar: str | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a stranger sees of one status; ``api`` is None where the API does not talk to strangers."""

    api: bool | None
    page: bool

    @property
    def gone(self) -> bool:
        """Nothing shows it."""
        return not self.page and not self.api

    @property
    def whole(self) -> bool:
        """Everything that could show it does."""
        return self.page and self.api is not False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A status as its owner is told: the text as it was written, and what hangs on it."""

    text: str
    media: tuple[Attached, ...]
