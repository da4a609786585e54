"""What a web server has to answer before anything is published on it: 410 while a marker stands, 404 without it."""

import pathlib

import pytest

from fahndung.channels import serverproof
from fahndung.channels.site import Site
from fahndung.channels.witness import Sight
from fahndung.errors import ChannelFailed


class Server:
    """Answers one after the other, and knows for what it was asked."""

    def __init__(self, *statuses: int) -> None:
        self.statuses, self.asked = list(statuses), list[str]()

    def see(self, path: str) -> Sight:
        self.asked.append(path)
        return Sight(url=f"https://f.example/{path}", status=self.statuses.pop(0))


@pytest.mark.parametrize(
    ("bare", "statuses", "is_right"),
    [
        (False, (410, 404), True),
        (False, (410, 410), False),
        (False, (404,), False),
        (False, (410, 200), False),
        (True, (200, 404), True),
        (True, (200, 403), True),
        (True, (200, 200), False),
        (True, (403,), False),
    ],
)
def test_only_what_a_later_look_would_believe_is_right(
    tmp_path: pathlib.Path, bare: bool, statuses: tuple[int, ...], is_right: bool
) -> None:
    server = Server(*statuses)
    if is_right:
        serverproof.prove(Site(tmp_path), server, bare=bare)
    else:
        with pytest.raises(ChannelFailed, match="no takedown could be proven there"):
            serverproof.prove(Site(tmp_path), server, bare=bare)
    assert server.statuses == []
    assert len(set(server.asked)) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
