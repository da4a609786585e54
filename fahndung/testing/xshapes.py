"""The JSON in which a simulated X shows posts and errors, and how its profiles differ. Values in, values out."""

import dataclasses
import datetime as dt
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence

from fahndung.testing.bench import Reply, clock, json_reply, odd

LIMITS = {
    "POST /2/tweets": 100,
    "DELETE /2/tweets": 50,
    "GET /2/tweets": 900,
    "GET /2/users": 900,
    "POST /2/media": 500,
    "GET /2/media": 900,
    "POST /2/oauth2": 50,
}
WINDOW_S = 900.0
MOST = 280
MOST_ALT = 1000
_LINK = re.compile(r"https?://[^\s]+")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of API.

    Attributes:
        words: ``post`` or ``tweet``, in the names of parameters and fields. problems: where problem types stand.
        described: whether errors have the form of the OpenAPI file, with status 404 for what is missing.
        shortens: whether links become t.co links, and the text is escaped as HTML.
        refuses_repeats: whether a text that the account has online is refused.
        lag_s: for how many seconds a listing lacks what is new, and listing and lookup still have what was deleted.
        slow: whether a medium is not ready when it is made.
        loose_s: for how many seconds the API tells of a medium that hangs on no post.
        keeps_s: for how many seconds a file is shown after its post was deleted.
    """

    words: str = "post"
    problems: str = "https://api.x.com/2/problems/"
    described: bool = True
    shortens: bool = True
    refuses_repeats: bool = True
    lag_s: float = 0
    slow: bool = False
    loose_s: float = 0
    keeps_s: float = 0


PROFILES: Mapping[str, Profile] = {
    "strict": Profile(),
    "playground": Profile(
        words="tweet",
        problems="https://api.twitter.com/2/problems/",
        described=False,
        shortens=False,
        refuses_repeats=False,
    ),
    "lagging": Profile(words="tweet", lag_s=1, slow=True),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account."""

    id: str
    name: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A picture; ``name``: that of its file, which nobody can guess."""

    id: str
    key: str
    account: Account
    alt: str
    name: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post: ``made`` on the monotonic clock; ``versions``: the ids that it had, the newest last."""

    id: str
    account: Account
    text: str
    replies: str
    made: float
    versions: tuple[str, ...]
    media: tuple[Medium, ...] = ()


def medium(of: Medium, base: str, fields: set[str], *, shown: bool = True) -> dict[str, object]:
    """A medium with those of its fields that were asked for; ``shown``: whether its file has an address."""
    values: dict[str, object] = {"media_key": of.key, "type": "photo"}
    values |= {"alt_text": of.alt} if of.alt and "alt_text" in fields else {}
    return values | ({"url": f"{base}media/{of.name}"} if shown and "url" in fields else {})


def expanded(posts: Sequence[Post], base: str, query: Mapping[str, str], fields: set[str]) -> dict[str, object]:
    """What an answer has beside its posts, if their media were asked for."""
    media = {one.key: one for of in posts for one in of.media}
    if query.get("expansions") != "attachments.media_keys" or not media:
        return {}
    return {"includes": {"media": [medium(one, base, fields) for one in media.values()]}}


def post(of: Post, profile: Profile, fields: set[str]) -> dict[str, object]:
    """A post with those of its fields that were asked for, and those that always come."""
    text, links = html.escape(of.text, quote=False) if profile.shortens else of.text, list[dict[str, object]]()
    for address in _LINK.findall(of.text):
        link: dict[str, object] = {"url": address}
        if profile.shortens:
            short = f"https://t.co/{hashlib.sha256(f'{of.id} {address}'.encode()).hexdigest()[:10]}"
            text = text.replace(html.escape(address, quote=False), short, 1)
            link = {"url": short, "expanded_url": address, "display_url": f"{address[8:34]}…"}
        start = text.find(str(link["url"]))
        links.append(link | {"start": start, "end": start + len(str(link["url"]))})
    if profile.shortens and of.media:
        text, more = _with_its_media(of, text)
        links += more
    told: dict[str, object] = {"id": of.id, "text": text, f"edit_history_{profile.words}_ids": [*of.versions]}
    if "entities" in fields and links:
        told["entities"] = {"urls": links}
    if "reply_settings" in fields:
        told["reply_settings"] = of.replies
    if "attachments" in fields and of.media:
        told["attachments"] = {"media_keys": [one.key for one in of.media]}
    return told


def _with_its_media(of: Post, text: str) -> tuple[str, list[dict[str, object]]]:
    """The text with the link to its own media at the end, which stands for each of them."""
    short, start = f"https://t.co/{hashlib.sha256(of.id.encode()).hexdigest()[:10]}", len(text) + 1
    page = f"https://x.com/{of.account.name}/status/{of.id}/photo/1"
    link = {"url": short, "expanded_url": page, "display_url": f"pic.x.com/{short[-10:]}"}
    link |= {"start": start, "end": start + len(short)}  # type: ignore[dict-item]
    return f"{text} {short}", [{**link, "media_key": one.key} for one in of.media]


def missing(profile: Profile, id: str, status: int, what: str = "tweet") -> Reply:
    """What it says of a post, or of something else, that is not there."""
    why = {
        "detail": f"Could not find {what} with id: [{id}].",
        "parameter": "id",
        "resource_id": id,
        "resource_type": what,
        "title": "Not Found Error",
        "value": id,
    }
    problem = why | {"type": f"{profile.problems}resource-not-found"}
    if profile.described:
        return _problem(status, problem)
    return odd(json_reply(status, errors=[problem | {"code": 50}]), "an error of the playground")


def invalid(profile: Profile, detail: str, parameter: str) -> Reply:
    """What it says of a request that does not fit."""
    kind, title = f"{profile.problems}invalid-request", "Invalid Request"
    if profile.described:
        return _problem(400, {"title": title, "detail": detail, "type": kind})
    error = {"detail": detail, "parameter": parameter, "parameters": {parameter: [""]}, "title": title, "type": kind}
    what = "One or more parameters to your request was invalid."
    reply = json_reply(400, errors=[error | {"value": ""}], title=title, detail=what, type=kind)
    return odd(reply, "an error of the playground")


def too_long(profile: Profile, text: str) -> Reply:
    """What it says of an alternative text that is too long."""
    message = f"string length must be at most {MOST_ALT}"
    if profile.described:
        return invalid(profile, message, "metadata.alt_text.text")
    kind, what = f"{profile.problems}invalid-request", "One or more parameters to your request was invalid."
    errors = [{"message": message, "parameters": {"requestBody.metadata.alt_text.text": [text]}}]
    return odd(
        json_reply(400, errors=errors, title="Invalid Request", detail=what, type=kind), "an error of the playground"
    )


def broken(profile: Profile) -> Reply:
    """What it says when it fails."""
    kind = f"{profile.problems}internal-error"
    reply = _problem(500, {"title": "Internal Error", "detail": "Something is broken.", "type": kind})
    return reply if profile.described else odd(reply, "an error of the playground")


def unsupported(profile: Profile) -> Reply:
    """What it says to an application that wants to write."""
    detail = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint."
    kind = f"{profile.problems}unsupported-authentication"
    error = {"title": "Unsupported Authentication", "detail": detail, "type": kind, "status": 403}
    return odd(json_reply(403, errors=[error]), "a problem that the OpenAPI file does not name")


def duplicate() -> Reply:
    """What it says of a text that the account has."""
    return blank(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")


def blank(status: int, title: str, detail: str) -> Reply:
    """An error without a type of its own, which the OpenAPI file does not describe."""
    values = {"title": title, "detail": detail, "type": "about:blank", "status": status}
    return odd(
        dataclasses.replace(json_reply(status), body=json.dumps(values).encode()), "an error of type about:blank"
    )


def limits(call: str, *, left: int, wait_s: float) -> tuple[tuple[str, str], ...]:
    """The headers that say how often something may be called."""
    reset = int((clock() + dt.timedelta(seconds=wait_s)).timestamp())
    return (
        ("x-rate-limit-limit", str(LIMITS[call])),
        ("x-rate-limit-remaining", str(left)),
        ("x-rate-limit-reset", str(reset)),
    )


def counted(text: str) -> int:
    """How long a text is here: links count 23, what is outside of Latin and its neighbours 2."""
    return 23 * len(_LINK.findall(text)) + sum(1 if ord(one) <= 4351 else 2 for one in _LINK.sub("", text))


def _problem(status: int, values: Mapping[str, object]) -> Reply:
    body = json.dumps({**values, "status": status}).encode()
    return Reply(status=status, body=body, headers=(("Content-Type", "application/problem+json"),))
