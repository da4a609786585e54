"""The addresses of Bluesky posts, and what is none."""

import pytest

from fahndung.channels.blueskyaddress import named

SERVER = "https://pds.polizei.example/"
RECORD = f"{SERVER}xrpc/com.atproto.repo.getRecord?repo=did%3Aplc%3Aabc&collection=app.bsky.feed.post&rkey=3abc"


@pytest.mark.parametrize(
    ("url", "whose"),
    [
        ("https://bsky.app/profile/Presse.Polizei.example/post/3abc", "presse.polizei.example"),
        ("https://bsky.app/profile/did:plc:abc/post/3abc/?ref=x#y", "did:plc:abc"),
        (RECORD, "did:plc:abc"),
    ],
)
def test_a_page_says_whose_post_it_is_and_which(url: str, whose: str) -> None:
    assert named(url, SERVER) == (whose, "3abc")


@pytest.mark.parametrize(
    "url",
    [
        "https://bsky.app/profile/presse.polizei.example",
        "https://bsky.app/profile/presse.polizei.example/post/",
        "https://bsky.app.boese.example/profile/presse.polizei.example/post/3abc",
        "https://bsky.app/profile/presse.polizei.example/post/3abc/liked-by",
        "https://social.polizei.example/@presse/1",
        RECORD.replace("feed.post", "feed.threadgate"),
        RECORD.replace("pds.polizei.example", "pds.boese.example"),
        RECORD.replace("rkey=3abc", "rkey=..%2F3abc"),
        RECORD.replace("&rkey=3abc", ""),
    ],
)
def test_what_is_no_post_of_anybody_s(url: str) -> None:
    assert named(url, SERVER) is None
