"""The force's own website: static files under a root folder that a real web server shows.

The server's configuration comes from ``fahndung.channels.webconfig``; this channel writes files and reads them back.
"""

import datetime as dt
import pathlib
from collections.abc import Mapping

from fahndung.channels import endpoint as endpoints
from fahndung.channels.abilities import Evidence
from fahndung.channels.capabilities import Capabilities
from fahndung.channels.endpoint import Folder
from fahndung.channels.pages import ANSWERS_410, IN_PLACE, MEDIUM, NO_REPLIES, RESIDUAL, Pages
from fahndung.channels.site import Site
from fahndung.channels.witness import FileWitness, Witness
from fahndung.errors import Message

__all__ = ["MEDIUM", "Website", "from_config", "from_ledger"]

_PROOF = {
    "http": ANSWERS_410,
    "files": Message(
        "Files deleted and 410 marker present on the disk; no web server was asked (rehearsal).",
        "Dateien gelöscht und 410-Markierung auf der Platte; kein Webserver wurde gefragt (Übung).",
    ),
}
_EVIDENCE = {
    "http": Evidence(by="real-server", version="nginx 1.22, Apache 2.4", date=dt.date(2026, 11, 26)),
    "files": None,
}


class Website(Pages):
    """One website in a folder of this machine."""

    def __init__(self, endpoint: Folder, *, home: pathlib.Path | None = None) -> None:
        self.endpoint = endpoint
        self._folder = Site(endpoint.root)
        super().__init__(endpoint, self._folder, home)

    def capabilities(self) -> Capabilities:
        """It can delete for ever, and publishing twice writes the same paths."""
        return Capabilities(
            kind=self.kind,
            can_delete=True,
            delete_window=None,
            can_find=True,
            idempotency="path",
            reads_back=self.endpoint.read_back,
            residual=RESIDUAL,
            proof=_PROOF[self.endpoint.read_back],
            edit=IN_PLACE,
            replies=NO_REPLIES,
            evidence=_EVIDENCE[self.endpoint.read_back],
            rehearsal_only=self.endpoint.read_back == "files",
        )

    def _witness(self) -> Witness:
        return super()._witness() if self.endpoint.read_back == "http" else FileWitness(self._folder)


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Website:
    """The website that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing or wrong.
    """
    return Website(endpoints.from_config(config, home_id=home_id, nonce=nonce, home=home), home=home)


def from_ledger(endpoint: Mapping[str, object]) -> Website:
    """The website of a ledger row.

    Raises:
        ChannelFailed: the row does not say which website it was.
    """
    return Website(Folder.from_ledger(endpoint))
