"""A case and a release as they lie in the home, held against what was signed when they are read."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fahndung import release
from fahndung.errors import FahndungError, NotPublishable
from fahndung.home import Home
from fahndung.law.periods import stamp
from fahndung.ledger import appeals
from fahndung.ledger.appeals import StoredRelease, Submission
from fahndung.ledger.transaction import Tx
from fahndung.model.mandate import Medium
from fahndung.model.release import Release

if TYPE_CHECKING:  # a takedown asks for the ends of an appeal and must not wait for what reads records
    from fahndung import records

RECORD_NAME = "appeal.json"
EVIDENCE = "evidence/"
"""Where a case folder keeps what the program noted about its originals (``images.aside``): no input of a release."""


def stored_case(home: Home, submission: Submission) -> "records.Case":
    """The case of a submitted revision as it lies in the home.

    Raises:
        NotPublishable: it is gone or was changed since it was submitted.
    """
    from fahndung import records

    folder = home.case_folder(submission.appeal, submission.revision)
    name = f"{submission.appeal} revision {submission.revision}"
    try:
        case = records.load(folder)
    except FahndungError as error:
        raise NotPublishable(
            f"the stored case of {name} is not what was submitted: {error.message.en}; restore the backup",
            f"Der gespeicherte Fall {name} ist nicht der eingereichte: {error.message.de}; Sicherung einspielen",
            problems=error.problems,
        ) from error
    if hashlib.sha256(case.record_bytes).hexdigest() != submission.record_sha256:
        raise NotPublishable(
            f"the stored record of {name} was changed after submission; restore the backup or submit a new revision",
            f"Der gespeicherte Datensatz {name} wurde nach dem Einreichen verändert; "
            "Sicherung einspielen oder neue Revision einreichen",
        )
    return case


def latest_release(tx: Tx, submission: Submission) -> StoredRelease:
    """The release that was built last for a revision.

    Raises:
        NotPublishable: none was built.
    """
    stored = appeals.latest_release(tx, submission.appeal, submission.revision)
    if stored is None:
        raise NotPublishable(
            f"{submission.appeal} revision {submission.revision} has no release; run 'fahndung build' first",
            f"{submission.appeal} Revision {submission.revision} ist noch nicht gebaut; zuerst „fahndung build“",
        )
    return stored


def load_release(home: Home, stored: StoredRelease) -> Release:
    """The release from its folder, held byte for byte against manifest and digest.

    Raises:
        NotPublishable: one byte of an output, an input or the manifest differs, or the files were erased.
    """
    if stored.erased_at is not None:
        when = stamp(stored.erased_at)
        raise NotPublishable(
            f"the files of this release were erased on {when.en}, after the end; nothing is published from it again "
            "(R40). A new order is a new revision",
            f"Die Dateien dieser Veröffentlichung wurden nach dem Ende gelöscht ({when.de}); aus ihr wird nichts mehr "
            "veröffentlicht (R40). Eine neue Anordnung ist eine neue Revision",
        )
    folder = home.release_folder(stored.digest)
    outputs = home.stored_files(folder)
    if outputs.get("manifest.json") != stored.manifest:
        raise NotPublishable(
            f"{folder}/manifest.json was changed or is missing; build and approve again",
            f"{folder}/manifest.json wurde verändert oder fehlt; bitte neu bauen und freigeben",
        )
    manifest = release.parse_manifest(stored.manifest, stored.digest)
    named = {entry["name"] for entry in _list(manifest, "inputs")}
    inputs = home.stored_files(
        home.case_folder(stored.appeal, stored.revision),
        left_out=lambda name: name.startswith(EVIDENCE) and name not in named,
    )
    release.compare(manifest, outputs, inputs)
    return release.from_stored(stored.digest, manifest, outputs)


def media_of(made: Release) -> frozenset[Medium]:
    """The media that a release was built for."""
    return frozenset(Medium(medium) for medium in _list(made.manifest, "media"))


def _list(manifest: Mapping[str, object], name: str) -> list[Any]:
    values = manifest[name]
    assert isinstance(values, list)
    return values
