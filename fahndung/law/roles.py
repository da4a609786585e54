"""R14: witnesses and accused are not mixed in one appeal, and it looks for somebody. Reads roles, no text.

One marker stands on everything that an appeal shows: it would be wrong for one of them, and nobody could tell for whom.
Source: § 72 BDSG, § 28 SächsDSUG (categories of persons are kept apart), read 2026-11-26.
"""

from collections.abc import Iterator, Mapping

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.rule import Rule, block
from fahndung.law.words import CATEGORIES
from fahndung.model import people
from fahndung.model.appeal import Category
from fahndung.model.sought import Role

SOURCE = "§ 131a Abs. 4, § 131b Abs. 2 StPO; § 72 BDSG; § 28 SächsDSUG"

_ACCUSED = frozenset({Category.UNKNOWN_SUSPECT, Category.KNOWN_SUSPECT, Category.CONVICT})
_FOREIGN: Mapping[Category, frozenset[Role]] = {
    Category.WITNESS: frozenset({Role.SUSPECT, Role.CONVICT}),
    **dict.fromkeys(_ACCUSED, frozenset({Role.WITNESS})),
}
_ROLES = {
    Role.SUSPECT: Message("suspect", "tatverdächtig"),
    Role.CONVICT: Message("convict", "verurteilt"),
    Role.WITNESS: Message("witness", "Zeugin oder Zeuge"),
    Role.MISSING: Message("missing", "vermisst"),
    Role.DEAD: Message("dead", "tot"),
    Role.HELPLESS: Message("helpless", "hilflos"),
}


def kept_apart(facts: Facts) -> Iterator[Problem]:
    """R14: no witness in a search for an accused, and the reverse."""
    category = facts.appeal.category
    kind = CATEGORIES[category]
    for index, person in enumerate(facts.appeal.persons):
        if person.role in _FOREIGN.get(category, ()):
            role = _ROLES[person.role]
            yield block(
                "R14",
                f"persons/{index}/role",
                f"The role “{role.en}” does not belong in an appeal of the kind “{kind.en}”: one marker "
                "for all would be wrong for one of them. Make two appeals, or correct the role.",
                f"Die Rolle „{role.de}“ passt nicht zu einem Aufruf der Art „{kind.de}“: Eine "
                "Kennzeichnung für alle wäre für eine Person falsch. Zwei Aufrufe machen oder die Rolle berichtigen.",
                SOURCE,
            )


def somebody_sought(facts: Facts) -> Iterator[Problem]:
    """R14: of the persons of an appeal at least one has the role that its category looks for."""
    appeal = facts.appeal
    wanted = people.sought_role(appeal.category)
    if wanted is None or not appeal.persons or any(person.role is wanted for person in appeal.persons):
        return
    kind, role = CATEGORIES[appeal.category], _ROLES[wanted]
    yield block(
        "R14",
        "persons",
        f"An appeal of the kind “{kind.en}” looks for somebody with the role “{role.en}”, and none of the persons "
        "has it. Correct the role or the category.",
        f"Ein Aufruf der Art „{kind.de}“ sucht jemanden mit der Rolle „{role.de}“; keine der Personen hat sie. "
        "Rolle oder Kategorie berichtigen.",
        SOURCE,
    )


RULES = (
    Rule(
        id="R14",
        categories=_ACCUSED | {Category.WITNESS},
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Witnesses and accused are kept apart.", "Zeugen und Beschuldigte sind getrennt."),
        judge=kept_apart,
    ),
    Rule(
        id="R14",
        categories=frozenset(Category) - people.THINGS,
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Somebody is sought.", "Jemand wird gesucht."),
        judge=somebody_sought,
    ),
)
