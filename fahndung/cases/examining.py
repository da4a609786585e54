"""The release of a case, built as far as possible, and what the gate says of it."""

import dataclasses

from fahndung import records, release
from fahndung.dossier.stored import RECORD_NAME
from fahndung.errors import Problem
from fahndung.law import gate
from fahndung.law.gate import Facts
from fahndung.model.appeal import Appeal
from fahndung.model.reading import Outputs


def examine(case: records.Case, facts: Facts, setting: release.Setting) -> release.Examined:
    """The release of a case; the gate judges the variants without one person, which are made of it."""

    def judge(appeal: Appeal, outputs: Outputs) -> tuple[Problem, ...]:
        return gate.judge(dataclasses.replace(facts, appeal=appeal, outputs=outputs))

    return release.examine(case.appeal, case.images, inputs(case), setting, judge=judge)


def judge(facts: Facts, examined: release.Examined, setting: release.Setting) -> tuple[Problem, ...]:
    """What the gate says of the record, of what was really built from it, and of what would go along with posts."""
    sent = release.planned_uploads(facts.appeal, setting)
    return gate.judge(dataclasses.replace(facts, outputs=examined.outputs, uploads=sent))


def inputs(case: records.Case) -> dict[str, bytes]:
    """What the manifest lists as the inputs of a release: the record and every original."""
    files = {image.file: case.images[image.id] for image in case.appeal.images}
    return {RECORD_NAME: case.record_bytes, **files}
