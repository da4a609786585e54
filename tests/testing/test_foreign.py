"""Clients that we did not write post, list, read, change and delete on simulated platforms: these are not bent to us.

Mastodon.py and masto (npm) on Mastodon servers, tweepy on X.
"""

import contextlib
import json
import os
import pathlib
import subprocess
import time
import warnings
from collections.abc import Iterator

import mastodon
import pytest
import requests
import tweepy

from fahndung.testing.mastodonstock import PROFILES, Keys
from fahndung.testing.running import RunningMastodon, RunningX
from fahndung.testing.x import SIGNED_WITH
from fahndung.testing.xshapes import PROFILES as X_PROFILES
from tests.channels import mastodons, xs
from tests.channels.simulated import TOKEN

pytestmark = pytest.mark.peers
MASTO = pathlib.Path(__file__).parents[1] / "peers" / "masto"
MARKER = "abcdefghijklmnopqrstuvwxyz"
TEXT = f"Wem gehört das? https://polizei.example/fahndung/x/#{MARKER}"
SETTLED_S = 3 * mastodons.LAG_S


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(tmp_path: pathlib.Path, profile: str) -> Iterator[RunningMastodon]:
    with mastodons.in_a_thread(tmp_path, profile) as started:
        yield started


def test_mastodon_py_lives_with_every_kind_of_server(server: RunningMastodon, profile: str) -> None:
    with contextlib.closing(requests.Session()) as session, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, of servers that tell no version of their API
        client = mastodon.Mastodon(access_token=TOKEN, api_base_url=server.url.rstrip("/"), session=session)
        assert client.instance().version == PROFILES[profile].version
        me = client.account_verify_credentials()
        assert client.account_lookup("presse").id == me.id
        made = client.status_post(TEXT, visibility="unlisted", language="de", idempotency_key="k")
        assert (made.visibility, made.language, made.account.id) == ("unlisted", "de", me.id)
        if PROFILES[profile].keys is Keys.HONOURED:
            assert client.status_post(TEXT, idempotency_key="k").id == made.id
        others = [client.status_post(f"Nr. {number}").id for number in range(4)]
        time.sleep(SETTLED_S)
        first = client.account_statuses(me.id, limit=2)
        every = client.fetch_remaining(first)
        assert [one.id for one in every] == [*reversed(others), made.id]
        assert len(client.fetch_next(first)) == 2
        assert client.status_source(made.id).text == TEXT
        assert client.status_update(made.id, "Anders").edited_at is not None
        assert [one.content for one in client.status_history(made.id)][1] == "<p>Anders</p>"
        for one in every:
            assert client.status_delete(one.id).text
        time.sleep(SETTLED_S)
        with pytest.raises(mastodon.MastodonNotFoundError):
            client.status(made.id)
        assert client.account_statuses(me.id) == []
    assert server.online() == ()


@pytest.mark.parametrize("profile", ["4.4+", "gts"])
def test_masto_lives_with_either_kind_of_server(server: RunningMastodon, profile: str) -> None:
    if not (MASTO / "node_modules" / ".installed").exists():
        why = f"{MASTO} is not installed: make peers"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    command = ["node", str(MASTO / "client.mjs"), server.url, str(SETTLED_S * 1000)]
    ran = subprocess.run(command, env={**os.environ, "TOKEN": TOKEN}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    pages = told.pop("pages")
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert told == {
        "version": PROFILES[profile].version,
        "characters": PROFILES[profile].characters,
        "user": "presse",
        "made": pages[2][0],
        "read": pages[2][0],
        "visibility": "unlisted",
        "text": TEXT,
        "changed": True,
        "history": 2,
        "missing": 404,
        "left": 0,
    }
    assert server.online() == ()
    effects = [(one.verb, one.marker) for one in server.journal() if one.id == told["made"]]
    assert effects == [("create", MARKER), ("edit", "-"), ("delete", "-")]


class There(requests.Session):
    """Calls the simulator where tweepy names X; what is signed is the address that is called."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url.rstrip("/")

    def request(self, method: str, url: str, **how: object) -> requests.Response:  # type: ignore[override]
        """One call."""
        return super().request(method, url.replace("https://api.twitter.com", self._url), **how)  # type: ignore[arg-type]


@pytest.fixture(params=X_PROFILES)
def platform(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[RunningX]:
    with xs.in_a_thread(tmp_path, request.param) as started:
        yield started


@pytest.mark.filterwarnings("ignore:Tweet data missing:RuntimeWarning")  # "strict" says post where tweepy knows tweet
@pytest.mark.parametrize("signs", [True, False])
def test_tweepy_lives_with_every_kind_of_api(platform: RunningX, signs: bool) -> None:
    keys = {"consumer_key": "application", "consumer_secret": SIGNED_WITH, "access_token_secret": SIGNED_WITH}
    client = tweepy.Client(**({**keys, "access_token": TOKEN} if signs else {"bearer_token": TOKEN}))
    with There(platform.url) as client.session:
        me = client.get_me(user_auth=signs).data
        made = [client.create_tweet(text=f"{TEXT} {n}", user_auth=signs).data["id"] for n in range(7)]
        time.sleep(3 * xs.LAG_S)
        pages = tweepy.Paginator(client.get_users_tweets, me.id, max_results=5, user_auth=signs)
        assert [[str(one.id) for one in page.data] for page in pages] == [made[:1:-1], made[1::-1]]
        assert str(client.get_tweet(made[0], user_auth=signs).data.id) == made[0]
        for one in made:
            assert client.delete_tweet(one, user_auth=signs).data == {"deleted": True}
        time.sleep(3 * xs.LAG_S)
        with contextlib.suppress(tweepy.NotFound):
            assert client.get_tweet(made[0], user_auth=signs).data is None
        assert client.get_users_tweets(me.id, user_auth=signs).data is None
    assert platform.online() == ()
