"""A simulated X's memory: its accounts, posts and media. Knows no network.

Written from the OpenAPI file 2.167, docs.x.com and recorded exchanges with X's own simulator; no real X was asked.
"""

import base64
import hashlib
import itertools
import time
from collections.abc import Mapping
from typing import IO, Any

from fahndung.testing import xshapes as shapes
from fahndung.testing.bench import Bench, Reply, json_reply, marker, odd
from fahndung.testing.xfiles import FACES, Files
from fahndung.testing.xlogins import SCOPE, Logins
from fahndung.testing.xshapes import WINDOW_S, Account, Post, Profile

LARGEST_PAGE = 100


class Stock(Bench):
    """The platform; safe for many threads.

    Args:
        accounts: token to user name.
        rights: what every credential may do.
        deletes: how many deletions an account may make in any span of ``per_s`` seconds; 0: as many as it likes.
        crowd: how many posts every account has beside those that are here.
        logins: refresh token to user name. life_s, secret, scope: as in ``xlogins.Logins``.
        uploads: whether the credentials may make media. faces: whether the accounts have pictures of their own.
    """

    def __init__(
        self,
        profile: Profile,
        accounts: Mapping[str, str],
        journal: IO[str],
        *,
        rights: str = "read-write",
        deletes: int = 0,
        per_s: float = WINDOW_S,
        crowd: int = 0,
        logins: Mapping[str, str] | None = None,
        life_s: int = 7200,
        secret: bool = True,
        scope: str = SCOPE,
        uploads: bool = True,
        faces: bool = True,
        seed: int = 0,
    ) -> None:
        super().__init__(journal, seed=seed, writes=deletes, per_s=per_s)
        self.profile, self.rights, self.crowd = profile, rights, crowd
        self.uploads, self.faces = uploads, faces
        names = dict.fromkeys([*accounts.values(), *(logins or {}).values()])
        self._named = {name: Account(id=str(number), name=name) for number, name in enumerate(names, 1)}
        self._tokens = {token: self._named[name] for token, name in accounts.items()}
        self._ids = itertools.count(1_990_000_000_000_000_001)
        self._online: dict[str, Post] = {}
        self._graves: dict[str, tuple[float, Post]] = {}
        self._files = Files(profile)
        self.logins = Logins(logins or {}, life_s=life_s, secret=secret, scope=scope)

    def whose(self, token: str) -> Account | None:
        """The account of a token that was not revoked and has not lapsed."""
        with self._lock:
            name = self.logins.whose(token, self.now())
        return self._tokens.get(token) if name is None else self._named[name]

    def renew(self, values: Mapping[str, str], authorization: str) -> Reply:
        """Gives the next tokens of a login."""
        with self._lock:
            return self.logins.renew(values, authorization, self.now())

    def revoke(self, token: str) -> None:
        """Forgets a token."""
        self._tokens.pop(token, None)

    def may_write(self) -> bool:
        """Whether the credentials may publish and delete."""
        return "write" in self.rights

    def create(self, account: Account, values: Mapping[str, Any]) -> Reply:
        """Makes a post, or a new version of one."""
        text, previous = str(values.get("text", "")), str((values.get("edit_options") or {}).get("previous_post_id"))
        if not text:
            return shapes.invalid(self.profile, "text field is required", "text")
        if shapes.counted(text) > shapes.MOST:
            return shapes.invalid(
                self.profile, f"text field exceeds maximum length of {shapes.MOST} characters", "text"
            )
        hanging = [*map(str, (values.get("media") or {}).get("media_ids", ()))]
        with self._lock:
            if self._files.unfit(account, hanging):
                return shapes.invalid(self.profile, "Your media IDs are invalid.", "media.media_ids")
            if self.profile.refuses_repeats and any((one.account, one.text) == (account, text) for one in self._here()):
                return shapes.duplicate()
            id = str(next(self._ids))
            before = self._online.pop(previous, None)
            if before is not None:
                self._note("delete", "post", before.id, marker(before.text))
            post = Post(
                id=id,
                account=account,
                text=text,
                replies=values.get("reply_settings", "everyone"),
                made=time.monotonic(),
                versions=(*(before.versions if before else ()), id),
                media=self._files.attach(hanging, marker(text)),
            )
            for one in post.media:
                self._note("create", "media", one.key, marker(text))
            self._note("create", "post", id, marker(text))
            self._online[id] = post
        return json_reply(201, data=shapes.post(post, self.profile, set()))

    def delete(self, account: Account, id: str) -> Reply:
        """Removes a post of that account, whichever of its versions is named."""
        with self._lock:
            post = next((one for one in self._here() if id in one.versions), None)
            if post is None or post.account != account:
                return shapes.missing(self.profile, id, 404)
            self._note("delete", "post", post.id, marker(post.text))
            for version in post.versions:
                self._graves[version] = (time.monotonic(), post)
            del self._online[post.id]
            self._files.release(post.media)
            for one in post.media:
                self._note("delete", "media", one.key, marker(post.text))
        return json_reply(200, data={"deleted": True})

    def upload(self, account: Account, values: Mapping[str, Any]) -> Reply:
        """Makes a medium that hangs on nothing."""
        data = base64.b64decode(values["media"], validate=True)
        if not data.startswith(b"\xff\xd8\xff") or values.get("media_category") != "tweet_image":
            return shapes.invalid(self.profile, "media is no picture", "media")
        with self._lock:
            made = self._files.make(str(next(self._ids)), account, data)
            self._note("upload", "media", made.key, "-")
        told = {"id": made.id, "media_key": made.key, "expires_after_secs": 86400}
        wait = {"processing_info": {"state": "pending", "check_after_secs": 1}} if self.profile.slow else {}
        return json_reply(200 if self.profile.described else 201, data=told | wait)

    def prepared(self, account: Account, id: str) -> Reply:
        """How far an upload is."""
        with self._lock:
            if self._files.own(account, id) is None:
                return shapes.missing(self.profile, id, 404)
            state = "succeeded" if self._files.is_ready(id) else "in_progress"
        return json_reply(200, data={"id": id, "processing_info": {"state": state}})

    def describe(self, account: Account, values: Mapping[str, Any]) -> Reply:
        """Gives a medium its alternative text; the playground knows its id by the old name."""
        name = "id" if self.profile.described else "media_id"
        text = str(values["metadata"]["alt_text"]["text"])
        if len(text) > shapes.MOST_ALT:
            return shapes.too_long(self.profile, text)
        if name not in values:
            return shapes.invalid(self.profile, f"{name} field is required", name)
        id = str(values[name])
        with self._lock:
            if self._files.own(account, id) is None:
                return shapes.missing(self.profile, id, 404)
            self._files.describe(id, text)
        return json_reply(200, data={"id": id, "associated_metadata": {"alt_text": {"text": text}}})

    def medium(self, key: str, base: str, fields: set[str], *, stale: bool) -> Reply:
        """What the API tells of a medium."""
        with self._lock:
            found = self._files.known(key, stale=stale)
        if found is None:
            return shapes.missing(self.profile, key, 404 if self.profile.described else 200, "media")
        return json_reply(200, data=shapes.medium(found[0], base, fields, shown=found[1]))

    def file(self, name: str, *, stale: bool) -> bytes | None:
        """What a stranger gets at the address of a medium; None: nothing."""
        with self._lock:
            return self._files.file(name, stale=stale)

    def show(self, id: str, query: Mapping[str, str], base: str, fields: set[str], *, stale: bool) -> Reply:
        """One post; a stale cache has what was deleted."""
        with self._lock:
            at, grave = self._graves.get(id, (0.0, None))
            late = stale or time.monotonic() - at < self.profile.lag_s
            post = grave if grave is not None and late else next((p for p in self._here() if id in p.versions), None)
        if post is None:
            return shapes.missing(self.profile, id, 404 if self.profile.described else 200)
        return json_reply(
            200, data=shapes.post(post, self.profile, fields), **shapes.expanded([post], base, query, fields)
        )

    def listing(self, account: Account, query: Mapping[str, str], base: str, fields: set[str], *, stale: bool) -> Reply:
        """One page of an account's posts, newest first; a stale one lacks the newest."""
        now, most = time.monotonic(), min(int(query.get("max_results", "10")), LARGEST_PAGE)
        with self._lock:
            there = [one for one in self._here() if one.made <= now - self.profile.lag_s]
            there += [one for at, one in self._graves.values() if now - at < self.profile.lag_s]
        found = sorted({one.id: one for one in there if one.account == account}.values(), key=lambda p: p.id)[::-1]
        start = int(query.get("pagination_token", "n0").removeprefix("n"))
        shown = found[stale:][start : start + most]
        meta: dict[str, object] = {"result_count": len(shown)}
        if len(found[stale:]) > start + most:
            meta["next_token"] = f"n{start + most}"
        if not shown:
            return json_reply(200, meta=meta)
        posts = [shapes.post(one, self.profile, fields) for one in shown]
        return json_reply(200, data=posts, meta=meta, **shapes.expanded(shown, base, query, fields))

    def me(self, account: Account, base: str, fields: set[str]) -> Reply:
        """The account of the credential."""
        values: dict[str, object] = {"id": account.id, "name": account.name, "username": account.name}
        if "profile_image_url" in fields and self.faces:
            values["profile_image_url"] = f"{base}{FACES}/{account.id}.jpg"
        if "public_metrics" in fields:
            posts = self.crowd + sum(one.account == account for one in self._here())
            word = f"{self.profile.words}_count"
            values["public_metrics"] = {"followers_count": 0, "following_count": 0, "listed_count": 0, word: posts}
        reply = json_reply(200, data=values)
        return (
            reply
            if self.profile.words == "post" or "public_metrics" not in fields
            else odd(reply, "the field tweet_count")
        )

    def online(self) -> list[dict[str, str]]:
        """All posts that are online, with the hash of their text, and all media that are shown."""
        posts = [
            {
                "id": one.id,
                "kind": "post",
                "marker": marker(one.text),
                "account": one.account.name,
                "sha256": hashlib.sha256(one.text.encode()).hexdigest(),
            }
            for one in self._here()
        ]
        with self._lock:
            return [*posts, *self._files.online()]

    def _here(self) -> list[Post]:
        return [*self._online.values()]
