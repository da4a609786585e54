"""A simulated Telegram's memory: channels, their messages, and for how long a bot may delete. Knows no network.

Written from the documentation of the Bot API 10.1, from the source of its library, and from what readers of the public
pages report; no real Telegram was asked.
"""

import dataclasses
import datetime as dt
import hashlib
import re
import time
from collections.abc import Mapping
from typing import IO, Any

from fahndung.testing import telegramshapes as shapes
from fahndung.testing.bench import Bench, Reply, json_reply, marker, odd
from fahndung.testing.telegramshapes import Channel, Post

LARGEST_PAGE = 20
MOST = 4096
WINDOW = dt.timedelta(hours=48)
RIGHTS = ("can_post_messages", "can_edit_messages", "can_delete_messages")
_DROPPED = re.compile("[\r\u030a\u0333\u033f\u2028-\u202e]")
_BLANKED = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f]")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of channel.

    Attributes:
        public: whether strangers can look at it.
        lag_s: for how many seconds the pages show what was before a write.
    """

    public: bool = True
    lag_s: float = 0


PROFILES: Mapping[str, Profile] = {
    "public": Profile(),
    "private": Profile(public=False),
    "lagging": Profile(lag_s=1),
}


def chat_id(number: int) -> int:
    """The id of the how manyth channel."""
    return -1_001_000_000_001 - number


class Stock(Bench):
    """Telegram; safe for many threads.

    Args:
        accounts: token to the public name of its channel.
        rights: what the bots may do there. linked: whether discussion groups hang on the channels.
        writes: how many messages a channel takes in a minute; 0: any number.
    """

    def __init__(
        self,
        profile: Profile,
        accounts: Mapping[str, str],
        journal: IO[str],
        *,
        rights: str = " ".join(RIGHTS),
        linked: bool = False,
        writes: int = 0,
        seed: int = 0,
    ) -> None:
        super().__init__(journal, seed=seed, writes=writes, per_s=60)
        self.profile, self.rights, self.linked = profile, rights.split(), linked
        self._channels = {
            token: Channel(
                id=chat_id(number),
                bot=int(token.partition(":")[0]),
                account=name if profile.public else None,
                title=f"Polizei ({name})",
            )
            for number, (token, name) in enumerate(accounts.items())
        }
        self._posts: dict[tuple[int, int], Post] = {}
        self._before: dict[tuple[int, int], tuple[float, Post | None]] = {}
        self._count = dict.fromkeys((one.id for one in self._channels.values()), 0)
        for one in self._channels.values():
            self._add(one, None)

    def whose(self, token: str) -> Channel | None:
        """The channel of a bot's token that was not revoked."""
        return self._channels.get(token)

    def revoke(self, token: str) -> None:
        """Forgets a token."""
        self._channels.pop(token, None)

    def rename(self, token: str, account: str | None) -> None:
        """Gives a channel another public name, or none."""
        known = self._channels[token]
        renamed = dataclasses.replace(known, account=account)
        self._channels[token] = renamed
        for key, post in [*self._posts.items()]:
            if post.channel == known:
                self._posts[key] = dataclasses.replace(post, channel=renamed)

    def named(self, account: str) -> Channel | None:
        """The public channel of that name."""
        found = (one for one in self._channels.values() if one.account is not None)
        return next((one for one in found if str(one.account).casefold() == account.casefold()), None)

    def send(self, channel: Channel, values: Mapping[str, Any]) -> Reply:
        """``sendMessage``."""
        text = _cleaned(str(values["text"]))
        if reply := self._refused(channel, values, "can_post_messages") or _unfit(text):
            return reply
        if wait := self.over_rate(str(channel.id)):
            return limited(wait)
        return answered(shapes.message(self._add(channel, text, previewed=_is_previewed(values))))

    def delete(self, channel: Channel, values: Mapping[str, Any]) -> Reply:
        """``deleteMessage``."""
        if reply := self._refused(channel, values, "can_post_messages"):
            return reply
        key = channel.id, int(values["message_id"])
        with self._lock:
            post = self._posts.get(key)
            if post is None:
                return refused("message to delete not found")
            if self.now() - post.date >= WINDOW or post.text is None:
                return too_late()
            if post.by_hand and "can_delete_messages" not in self.rights:
                return too_late()
            self._note("delete", "post", str(post.id), marker(post.text))
            self._gone(key)
        return answered(True)

    def edit(self, channel: Channel, values: Mapping[str, Any]) -> Reply:
        """``editMessageText``; of what a bot itself has sent for ever."""
        text = _cleaned(str(values["text"]))
        if reply := self._refused(channel, values, "can_post_messages") or _unfit(text):
            return reply
        key = channel.id, int(values["message_id"])
        with self._lock:
            post = self._posts.get(key)
            if post is None:
                return refused("message to edit not found")
            if post.by_hand and (self.now() - post.date >= WINDOW or "can_edit_messages" not in self.rights):
                return refused("message can't be edited")
            if (post.text, post.previewed) == (text, _is_previewed(values)):
                return refused("message is not modified: specified new message content and reply markup are the same")
            self._note("edit", "post", str(post.id), marker(text))
            changed = dataclasses.replace(
                post, text=text, previewed=_is_previewed(values), edited=self.now(), made=time.monotonic()
            )
            self._before[key] = (changed.made, post)
            self._posts[key] = changed
        return answered(shapes.message(changed))

    def by_hand(self, token: str, values: Mapping[str, Any]) -> Reply:
        """What a person does in the app, in the channel of that bot: posts, changes or deletes."""
        channel = self._channels[token]
        if "post" in values:
            return answered(self._add(channel, str(values["post"]), by_hand=True).id)
        key = channel.id, int(values["id"])
        with self._lock:
            post = self._posts[key]
            verb = "edit" if "text" in values else "delete"
            self._note(verb, "post", str(post.id), marker(str(values.get("text", post.text))))
            if verb == "edit":
                self._posts[key] = dataclasses.replace(post, text=str(values["text"]), made=time.monotonic())
            else:
                self._gone(key)
        return answered(True)

    def shown(self, channel: Channel, *, stale: bool = False) -> list[Post]:
        """What strangers are shown of a channel, oldest first; a stale listing lacks the newest."""
        ids = sorted({id for chat, id in (*self._posts, *self._before) if chat == channel.id})
        found = [one for id in ids if (one := self.seen(channel, id)) is not None]
        return found[:-1] if stale else found

    def seen(self, channel: Channel, id: int, *, stale: bool = False) -> Post | None:
        """What strangers are shown of a message; a stale page has what was deleted."""
        now, post = time.monotonic(), self._posts.get((channel.id, id))
        at, before = self._before.get((channel.id, id), (0.0, None))
        if before is not None and ((stale and post is None) or now - at < self.profile.lag_s):
            return dataclasses.replace(before, channel=channel)
        return None if post is not None and now - post.made < self.profile.lag_s and before is None else post

    def online(self) -> list[dict[str, str]]:
        """All messages that somebody wrote, with the hash of their text."""
        return [
            {
                "id": str(one.id),
                "kind": "post",
                "marker": marker(one.text),
                "account": one.channel.account or "",
                "sha256": hashlib.sha256(one.text.encode()).hexdigest(),
            }
            for one in [*self._posts.values()]
            if one.text is not None
        ]

    def _add(self, channel: Channel, text: str | None, *, previewed: bool = False, by_hand: bool = False) -> Post:
        with self._lock:
            self._count[channel.id] += 1
            post = Post(
                id=self._count[channel.id],
                channel=channel,
                text=text,
                date=self.now(),
                made=time.monotonic() if text is not None else 0.0,
                previewed=previewed,
                by_hand=by_hand,
            )
            if text is not None:
                self._note("create", "post", str(post.id), marker(text))
            self._posts[channel.id, post.id] = post
        return post

    def _gone(self, key: tuple[int, int]) -> None:
        self._before[key] = (time.monotonic(), self._posts.pop(key))

    def _refused(self, channel: Channel, values: Mapping[str, Any], right: str) -> Reply | None:
        if values.get("chat_id") != channel.id:
            return refused("chat not found")
        return None if right in self.rights else refused("need administrator rights in the channel chat")


def answered(result: object) -> Reply:
    """The answer of a success."""
    return json_reply(200, ok=True, result=result)


def refused(description: str, *, code: int = 400, kind: str = "Bad Request: ", **parameters: int) -> Reply:
    """The answer of a failure; the specification describes none."""
    more = {"parameters": parameters} if parameters else {}
    return odd(json_reply(code, ok=False, error_code=code, description=f"{kind}{description}", **more), "an error")


def too_late() -> Reply:
    """The answer to a deletion that comes too late."""
    return refused("message can't be deleted")


def limited(seconds: float) -> Reply:
    """The answer of a platform that counts messages."""
    wait = max(1, round(seconds))
    return refused(f"retry after {wait}", code=429, kind="Too Many Requests: ", retry_after=wait)


def _is_previewed(values: Mapping[str, Any]) -> bool:
    return values.get("link_preview_options", {}).get("is_disabled") is not True


def _cleaned(text: str) -> str:
    """A text as the server keeps it."""
    return _BLANKED.sub(" ", _DROPPED.sub("", text)).strip()


def _unfit(text: str) -> Reply | None:
    if not text:
        return refused("message text is empty")
    return refused("message is too long") if len(text.encode("utf-16-le")) // 2 > MOST else None
