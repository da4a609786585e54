import pathlib
import sys
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.sftp import Sftp
from fahndung.errors import ChannelFailed, InvalidConfig

PRINT = f"SHA256:{'A' * 43}"


def table(**values: object) -> dict[str, Any]:
    """A configuration; a value of None leaves the key out."""
    given: dict[str, object] = {
        "name": "website",
        "kind": "sftp",
        "base_url": "https://fahndung.polizei.example/",
        "host": "web.polizei.example",
        "user": "fahndung",
        "folder": "/srv/www/fahndung",
        "known_hosts": "known_hosts",
        "credential": "sftp-key",
    }
    return {key: value for key, value in (given | values).items() if value is not None}


def configured(**values: object) -> Sftp:
    opened = channels.from_config(table(**values), home_id="home-1", nonce="n", home=pathlib.Path("/home/f"))
    assert isinstance(opened, Sftp)
    return opened


def test_paths_on_this_machine_count_from_the_home_and_the_rest_has_sensible_values() -> None:
    place = configured(key_file="/etc/fahndung/key").endpoint
    assert (place.known_hosts, place.key_file) == ("/home/f/known_hosts", "/etc/fahndung/key")
    assert (place.port, place.title, place.nonce, place.home_id) == (22, "fahndung.polizei.example", "n", "home-1")


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("name", ["../x", None]),
        ("base_url", ["https://f.example", "http://f.example/", None]),
        ("title", ["", 5]),
        ("host", ["-oProxyCommand=x", "a b", "", None]),
        ("port", [0, 65536, "22", True]),
        ("user", ["-l", "a/b", None]),
        ("folder", ["srv", "/srv/../etc", "/srv/", "/a//b", "/a/.", "/a\nb", "", None]),
        ("known_hosts", ["", 5, None, "a\nb"]),
        ("host_key", [PRINT[:-1], "MD5:00:11"]),
        ("key_file", ["", 5]),
        ("credential", ["-----BEGIN OPENSSH PRIVATE KEY-----", "Secret!"]),
        ("root", ["site"]),
    ],
)
def test_a_wrong_key_is_refused_by_name_and_its_value_is_not_told(key: str, values: list[object]) -> None:
    for value in values:
        with pytest.raises(InvalidConfig, match=key) as caught:
            configured(**{key: value})
        assert "BEGIN" not in caught.value.message.en


def test_somebody_has_to_say_how_to_log_in_and_whom_to_believe_in_one_way() -> None:
    with pytest.raises(InvalidConfig, match="one of them only"):
        configured(host_key=PRINT)
    with pytest.raises(InvalidConfig, match="key_file or credential"):
        configured(credential=None)


@pytest.mark.parametrize("values", [{}, {"known_hosts": None, "host_key": f"{PRINT} {PRINT}"}, {"folder": "/"}])
def test_the_ledgers_row_alone_opens_it(values: dict[str, object]) -> None:
    opened = configured(**values)
    again = channels.from_ledger("sftp", opened.access())
    assert isinstance(again, Sftp)
    assert again.endpoint == opened.endpoint


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": ""},
        {"home_id": 5},
        {"title": None},
        {"known_hosts": "known_hosts"},
        {"credential": ""},
        {"port": "22"},
        {"folder": "/a/../b"},
        {"more": "x"},
    ],
)
def test_a_damaged_row_is_told(change: dict[str, object]) -> None:
    with pytest.raises(ChannelFailed, match="damaged"):
        channels.from_ledger("sftp", dict(configured().access()) | change)


def test_without_its_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    row = configured().access()
    for name in [name for name in sys.modules if name.startswith("fahndung.channels.sftp")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(channels, "sftp")
    monkeypatch.setitem(sys.modules, "paramiko", None)
    with pytest.raises(InvalidConfig, match=r"pip install 'fahndung\[sftp\]'"):
        configured()
    with pytest.raises(ChannelFailed, match=r"pip install 'fahndung\[sftp\]'"):
        channels.from_ledger("sftp", row)
