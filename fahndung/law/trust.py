"""R44, R45: different persons drafted, verified and approved, under an edition of the rules that is on record.

Verifies no signature: ``fahndung.approval`` does, and who has validly signed is handed in.
"""

from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import Facts, Stage
from fahndung.law.rule import How, Rule, block, warn

R44_SOURCE = "Vier-Augen-Prinzip: Vorschlag des Programms; Rollen nach Nr. 2 VwV Öffentlichkeitsfahndung"
R45_SOURCE = "§ 76 BDSG; § 32 SächsDSUG"
PUBLISH = frozenset({Stage.PUBLISH})


def roles_apart(facts: Facts) -> Iterator[Problem]:
    """R44: who approved neither drafted the appeal nor verified one of its pictures."""
    drafter = facts.appeal.prepared_by
    verifiers = frozenset().union(*(facts.verifiers or {}).values())
    for person in sorted(facts.approvers or ()):
        if person == drafter or person in verifiers:
            yield block(
                "R44",
                "",
                f"{person} approved the release, but also prepared the record or verified a picture. Somebody else "
                "has to approve it.",
                f"{person} hat freigegeben, aber auch den Datensatz erstellt oder ein Bild geprüft. Eine andere Person "
                "muss freigeben.",
                R44_SOURCE,
            )


def somebody_approved(facts: Facts) -> Iterator[Problem]:
    """R44: four eyes for publishing; two are enough for taking down (R37)."""
    if facts.approvers is not None and not facts.approvers:
        yield block(
            "R44",
            "",
            "Nobody has validly approved this release.",
            "Niemand hat diese Veröffentlichung gültig freigegeben.",
            R44_SOURCE,
        )


def edition_known(facts: Facts) -> Iterator[Problem]:
    """R45: the release says which edition judged it; another edition today is told."""
    judged = facts.judged
    if judged is None:
        return
    if not judged.norms or not judged.rules:
        yield block(
            "R45",
            "",
            "It is not on record which edition of norms and rules judged this release. Build it again.",
            "Welche Fassung von Normen und Regeln diese Veröffentlichung beurteilt hat, ist nicht vermerkt. Neu bauen.",
            R45_SOURCE,
        )
    elif facts.stage is Stage.PUBLISH and (judged.norms, judged.rules) != (facts.norms.version, facts.rules):
        yield warn(
            "R45",
            "",
            "Norms or rules have changed since this release was built. It is judged by today's; a new build judges "
            "its texts again too.",
            "Normen oder Regeln haben sich seit dem Bau geändert. Es gelten die heutigen; ein neuer Bau prüft auch die "
            "Texte neu.",
            R45_SOURCE,
        )


RULES = (
    Rule(
        id="R44",
        stages=PUBLISH,
        source=R44_SOURCE,
        title=Message("Roles are held by different persons.", "Die Rollen liegen bei verschiedenen Personen."),
        judge=roles_apart,
    ),
    Rule(
        id="R44",
        stages=PUBLISH,
        source=R44_SOURCE,
        title=Message("Somebody has approved.", "Die Freigabe liegt vor."),
        judge=somebody_approved,
    ),
    Rule(
        id="R45",
        stages=frozenset({Stage.PUBLISH, Stage.RUNNING}),
        source=R45_SOURCE,
        title=Message("The edition that judged is on record.", "Die beurteilende Fassung ist vermerkt."),
        how=How.KEPT,
        judge=edition_known,
    ),
)
