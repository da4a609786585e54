"""The force's own website in a folder of an SFTP server, which a web server there shows.

Everything but the way to the files is as for a local folder; ``fahndung.channels.webconfig`` is for that web server.
"""

import datetime as dt
import pathlib
from collections.abc import Mapping

from fahndung.channels.abilities import Evidence
from fahndung.channels.capabilities import Capabilities
from fahndung.channels.pages import ANSWERS_410, IN_PLACE, MEDIUM, NO_REPLIES, RESIDUAL, Pages
from fahndung.channels.sftpplace import Place
from fahndung.channels.sftpsite import SftpSite

__all__ = ["MEDIUM", "Sftp", "from_config", "from_ledger"]

_EVIDENCE = Evidence(by="real-server", version="OpenSSH 9.2 (internal-sftp), nginx 1.22", date=dt.date(2026, 11, 26))


class Sftp(Pages):
    """One website on an SFTP server."""

    def __init__(self, place: Place, *, home: pathlib.Path | None = None) -> None:
        self.endpoint = place
        super().__init__(place, SftpSite(place), home)

    def capabilities(self) -> Capabilities:
        """It can delete for ever, and publishing twice writes the same paths."""
        return Capabilities(
            kind=self.kind,
            can_delete=True,
            delete_window=None,
            can_find=True,
            idempotency="path",
            reads_back="http",
            residual=RESIDUAL,
            proof=ANSWERS_410,
            edit=IN_PLACE,
            replies=NO_REPLIES,
            evidence=_EVIDENCE,
        )


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Sftp:
    """The website that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    own = {key: value for key, value in config.items() if key != "kind"}
    return Sftp(Place.from_config(own, home_id=home_id, nonce=nonce, home=home), home=home)


def from_ledger(endpoint: Mapping[str, object]) -> Sftp:
    """The website of a ledger row.

    Raises:
        ChannelFailed: the row does not say which website it was.
    """
    return Sftp(Place.from_ledger(endpoint))
