"""What a store's answers mean; the store is a list of answers."""

import datetime as dt
from collections.abc import Iterator, Mapping

import pytest

from fahndung import http
from fahndung.channels import s3api
from fahndung.channels.s3api import Bucket, Taken
from fahndung.errors import AuthError, ChannelFailed, FahndungError, OutcomeUnknown, RateLimited
from fahndung.http import Answer

from .test_s3place import configured

SPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
SECRET = "geheim-und-lang-genug"


class Saying:
    """Answers as it was told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, str, Mapping[str, str]]] = []

    def say(self, status: int, body: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append(Answer(status=status, headers=named, body=body.encode()))

    def get(self, url: str, *, headers: Mapping[str, str]) -> Answer:
        return self._answer("GET", url, headers)

    def put(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        return self._answer("PUT", url, headers)

    def delete(self, url: str, *, headers: Mapping[str, str]) -> Answer:
        return self._answer("DELETE", url, headers)

    def _answer(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        self.asked.append((method, url, headers))
        return self.answers.pop(0)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Saying]:
    saying = Saying()
    monkeypatch.setattr(s3api, "Client", lambda: saying)
    monkeypatch.setenv("FAHNDUNG_S3_SECRET", SECRET)
    yield saying
    assert saying.answers == []
    assert not [text for _, url, headers in saying.asked for text in (url, *headers.values()) if SECRET in text]


@pytest.fixture
def bucket(store: Saying) -> Bucket:
    return Bucket(configured().endpoint)


def refusal(code: str) -> str:
    return f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>no</Message></Error>'


def versions(*elements: str, further: str = "", truncated: str = "false") -> str:
    told = f"<IsTruncated>{truncated}</IsTruncated>{further}"
    return f"<ListVersionsResult{SPACE}>{told}{''.join(elements)}</ListVersionsResult>"


def version(key: str, number: str, kind: str = "Version") -> str:
    return f"<{kind}><Key>{key}</Key><VersionId>{number}</VersionId><IsLatest>true</IsLatest></{kind}>"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "SignatureDoesNotMatch", AuthError),
        (403, "", AuthError),
        (401, "", AuthError),
        (404, "NoSuchBucket", ChannelFailed),
        (404, "", ChannelFailed),
        (400, "InvalidRequest", ChannelFailed),
        (301, "PermanentRedirect", ChannelFailed),
        (501, "NotImplemented", ChannelFailed),
        (507, "XMinioStorageFull", ChannelFailed),
        (500, "InternalError", OutcomeUnknown),
        (503, "SlowDown", RateLimited),
        (429, "", RateLimited),
    ],
)
def test_what_a_refusal_means_whatever_was_asked(
    bucket: Bucket, store: Saying, status: int, code: str, kind: type[FahndungError]
) -> None:
    acts = (
        lambda: bucket.get("a"),
        lambda: bucket.put("a", b"x", media_type="text/plain", headers={}),
        lambda: bucket.delete("a"),
        lambda: bucket.keys("a"),
        lambda: bucket.versions("a"),
    )
    for act in acts:
        store.say(status, refusal(code) if code else "")
        with pytest.raises(kind) as caught:
            act()
        assert type(caught.value) is kind
        assert SECRET not in "".join(caught.value.message)


def test_only_a_missing_key_is_nothing(bucket: Bucket, store: Saying) -> None:
    store.say(404, refusal("NoSuchKey"))
    assert bucket.get("a") is None
    store.say(404, "<html>no</html>")
    with pytest.raises(ChannelFailed):
        bucket.get("a")


def test_an_object_tells_its_age_by_the_stores_own_clock(bucket: Bucket, store: Saying) -> None:
    written, told = "Thu, 26 Nov 2026 16:00:00 GMT", "Thu, 26 Nov 2026 16:01:30 GMT"
    store.say(200, "x", etag='"e"', last_modified=written, date=told)
    found = bucket.get("a")
    assert found is not None
    assert (found.data, found.etag, found.age) == (b"x", '"e"', dt.timedelta(seconds=90))
    for headers in ({}, {"last_modified": "soon", "date": told}, {"last_modified": written}):
        store.say(200, "x", **headers)
        found = bucket.get("a")
        assert found is not None
        assert found.age is None


@pytest.mark.parametrize(("status", "code"), [(412, "PreconditionFailed"), (409, "Conflict"), (404, "NoSuchKey")])
def test_a_condition_that_does_not_hold_is_taken_and_only_a_condition_is(
    bucket: Bucket, store: Saying, status: int, code: str
) -> None:
    store.say(status, refusal(code))
    with pytest.raises(Taken):
        bucket.put("a", b"x", media_type="text/plain", headers={"If-Match": '"e"'})
    store.say(status, refusal(code))
    with pytest.raises(ChannelFailed):
        bucket.put("a", b"x", media_type="text/plain", headers={})


def test_deleting_what_is_gone_is_a_success(bucket: Bucket, store: Saying) -> None:
    for status, body in ((204, ""), (200, ""), (404, refusal("NoSuchKey")), (404, refusal("NoSuchVersion"))):
        store.say(status, body)
        bucket.delete("a", "7")
    assert store.asked[0][1].endswith("/fahndung/a?versionId=7")


def test_a_listing_is_read_to_its_end(bucket: Bucket, store: Saying) -> None:
    further = "<NextKeyMarker>b</NextKeyMarker><NextVersionIdMarker>2</NextVersionIdMarker>"
    store.say(200, versions(version("a", "1"), version("b", "2", "DeleteMarker"), further=further, truncated="true"))
    store.say(200, versions(version("c", "null")))
    assert [(one.key, one.id) for one in bucket.versions("")] == [("a", "1"), ("b", "2"), ("c", "null")]
    assert "key-marker=b" in store.asked[1][1]
    assert "version-id-marker=2" in store.asked[1][1]


def test_keys_are_decoded_where_the_store_says_that_it_encoded_them(bucket: Bucket, store: Saying) -> None:
    for encoded, key in (("<EncodingType>url</EncodingType>", "a b"), ("", "a%20b")):
        listed = f"<IsTruncated>false</IsTruncated>{encoded}<Contents><Key>a%20b</Key></Contents>"
        prefixes = "<CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes>"
        store.say(200, f"<ListBucketResult{SPACE}>{listed}{prefixes}</ListBucketResult>")
        assert bucket.keys("", delimiter="/") == (key, "c/")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no xml",
        "<html/>",
        "<ListVersionsResult/>",
        versions(truncated="perhaps"),
        versions(truncated=""),
        versions("<Version><Key>a</Key></Version>"),
        versions(truncated="true"),
        '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + versions(),
    ],
)
def test_a_listing_that_is_broken_is_never_an_empty_one(bucket: Bucket, store: Saying, body: str) -> None:
    store.say(200, body)
    with pytest.raises(ChannelFailed, match="broken"):
        bucket.versions("")


def test_a_listing_without_an_end_is_given_up(bucket: Bucket, store: Saying) -> None:
    further = "<NextKeyMarker>b</NextKeyMarker><NextVersionIdMarker>2</NextVersionIdMarker>"
    for _ in range(2):
        store.say(200, versions(further=further, truncated="true"))
    with pytest.raises(ChannelFailed, match="has no end"):
        bucket.versions("")


def test_a_secret_that_is_missing_is_told_by_its_name(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAHNDUNG_S3_SECRET")
    with pytest.raises(AuthError, match="FAHNDUNG_S3_SECRET"):
        bucket.get("a")


def test_each_thread_has_a_connection_of_its_own_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[http.Client] = []
    monkeypatch.setattr(s3api, "Client", lambda: made.append(Saying()) or made[-1])  # type: ignore[arg-type,func-returns-value]
    monkeypatch.setenv("FAHNDUNG_S3_SECRET", SECRET)
    bucket = Bucket(configured().endpoint)
    for _ in range(2):
        with pytest.raises(IndexError):
            bucket.get("a")
    assert len(made) == 1
