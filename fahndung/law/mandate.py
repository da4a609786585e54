"""R01, R02, R08: is there an order or decision, may its author give it, has it ended already? Computes no end."""

from collections.abc import Iterable, Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Stage, clocks_of
from fahndung.law.norms import Norm
from fahndung.law.periods import stamp
from fahndung.law.rule import Rule, block, warn
from fahndung.law.words import AUTHORITIES, CATEGORIES, any_of, list_media
from fahndung.model.appeal import Category
from fahndung.model.mandate import Confirmation, Order

DECIDED_BY_POLICE = frozenset(
    {
        Category.MISSING,
        Category.MISSING_CHILD,
        Category.UNKNOWN_DEAD,
        Category.HELPLESS,
        Category.OBJECT,
        Category.WITNESS_CALL,
    }
)
"""The categories whose record carries ``legal.decision`` in place of ``legal.order``."""

R01_SOURCE = "§ 131c StPO; VwV Öffentlichkeitsfahndung Nr. 2"
R02_SOURCE = "§§ 131, 131c, 457 StPO; SächsPVDG"
R08_SOURCE = "§ 131 Abs. 3 S. 4, § 131c Abs. 2 StPO"


def mandate_complete(facts: Facts) -> Iterator[Problem]:
    """R01: an order (or a decision) with authority and file number, one only."""
    legal, category = facts.appeal.legal, facts.appeal.category
    if legal.order is not None and legal.decision is not None:
        yield block(
            "R01",
            "legal/decision",
            "The record has both an order and a decision; nobody can tell which one starts the clocks. "
            "Keep one of them.",
            "Der Datensatz enthält Anordnung und Entscheidung; welche die Fristen auslöst, ist unklar. "
            "Nur eine stehen lassen.",
            R01_SOURCE,
        )
    if category in DECIDED_BY_POLICE and facts.mandate is None:
        yield block(
            "R01",
            "legal/decision",
            "The decision to publish is missing: enter who decided, when, with file number and scope.",
            "Die Entscheidung über die Veröffentlichung fehlt: eintragen, wer wann unter welchem Aktenzeichen "
            "in welchem Umfang entschieden hat.",
            R01_SOURCE,
        )
    if category not in DECIDED_BY_POLICE and legal.order is None:
        yield block(
            "R01",
            "legal/order",
            "The order is missing: enter who ordered the public search, when, with file number and scope.",
            "Die Anordnung fehlt: eintragen, wer die Öffentlichkeitsfahndung wann unter welchem Aktenzeichen "
            "in welchem Umfang angeordnet hat.",
            R01_SOURCE,
        )
    if facts.mandate is not None:
        yield from _named(facts.mandate, facts.mandate_field)


def _named(mandate: Order, field: str) -> Iterator[Problem]:
    if not mandate.authority.strip():
        yield block(
            "R01",
            f"{field}/authority",
            "The authority that ordered is not named; enter it.",
            "Die anordnende Stelle ist nicht genannt; bitte eintragen.",
            R01_SOURCE,
        )
    if not mandate.reference.strip():
        yield block(
            "R01",
            f"{field}/reference",
            "The file number of the order is missing; enter it.",
            "Das Aktenzeichen der Anordnung fehlt; bitte eintragen.",
            R01_SOURCE,
        )


def basis_known(facts: Facts) -> Iterator[Problem]:
    """R01: the norm is in the table and was in force when it was ordered."""
    basis, ids = facts.appeal.legal.basis, facts.norms.ids()
    fitting = ", ".join(facts.norms.ids(facts.appeal.category))
    if basis not in ids:
        yield block(
            "R01",
            "legal/basis",
            f"The table of norms has no {basis!r}. For this category it has: {fitting}.",
            f"Die Normentabelle kennt {basis!r} nicht. Für diese Kategorie kennt sie: {fitting}.",
            R01_SOURCE,
        )
    elif facts.mandate is not None and facts.norm is None:
        when = stamp(facts.mandate.at)
        yield block(
            "R01",
            "legal/basis",
            f"The norm {basis} was not in force on {when.en}, when it was ordered. Correct the norm or the table.",
            f"Die Norm {basis} galt am {when.de} nicht, als die Maßnahme angeordnet wurde. "
            "Norm oder Tabelle berichtigen.",
            R01_SOURCE,
        )


def not_in_the_future(facts: Facts) -> Iterator[Problem]:
    """R01: what is not yet ordered cannot be published."""
    if facts.mandate is not None and facts.now is not None and facts.mandate.at > facts.now:
        when = stamp(facts.mandate.at)
        yield block(
            "R01",
            f"{facts.mandate_field}/at",
            f"The order bears a time that has not come yet ({when.en}). Correct it or wait.",
            f"Die Anordnung trägt einen Zeitpunkt, der noch nicht erreicht ist ({when.de}). Berichtigen oder warten.",
            R01_SOURCE,
        )


def norm_still_in_force(facts: Facts) -> Iterator[Problem]:
    """R01: the law may have changed since the order; a person decides what that means."""
    norm, now = facts.norm, facts.now
    if norm is not None and now is not None and facts.norms.norm(norm.id, now) is None:
        yield warn(
            "R01",
            "legal/basis",
            f"The norm {norm.id} ({norm.reference}) is no longer in force. Have the legal basis checked.",
            f"Die Norm {norm.id} ({norm.reference}) ist nicht mehr in Kraft. Rechtsgrundlage prüfen lassen.",
            norm.reference,
        )


def orderer_allowed(facts: Facts) -> Iterator[Problem]:
    """R02: the norm lets this authority order, with reasons where it needs imminent danger."""
    mandate, norm = facts.mandate, facts.norm
    if mandate is None or norm is None:
        return
    field, who = facts.mandate_field, AUTHORITIES[mandate.by]
    orderer = norm.orderer(mandate.by)
    if orderer is None:
        allowed = any_of(entry.by for entry in norm.orderers)
        yield block(
            "R02",
            f"{field}/by",
            f"Under {norm.reference} the order cannot come from {who.en}; it may come from {allowed.en}.",
            f"Nach {norm.reference} ist für die Anordnung nicht zuständig: {who.de}. Zuständig: {allowed.de}.",
            norm.reference,
        )
    elif orderer.needs_danger and not (mandate.imminent_danger or "").strip():
        yield block(
            "R02",
            f"{field}/imminent_danger",
            f"Under {norm.reference} {who.en} may order only in imminent danger. Write down why nobody else could be "
            "reached in time (imminent_danger).",
            f"Nach {norm.reference} darf {who.de} nur bei Gefahr im Verzug anordnen. Eintragen, warum sonst niemand "
            "rechtzeitig zu erreichen war (imminent_danger).",
            norm.reference,
        )


def category_fits(facts: Facts) -> Iterator[Problem]:
    """R02: the norm is one for this kind of appeal."""
    norm, category = facts.norm, facts.appeal.category
    if norm is not None and category not in norm.categories:
        fitting = ", ".join(facts.norms.ids(category)) or "–"
        word, can = CATEGORIES[category], _categories(norm)
        yield block(
            "R02",
            "legal/basis",
            f"{norm.reference} ({norm.id}) does not carry an appeal of the category {word.en}, only: {can.en}. "
            f"Fitting: {fitting}.",
            f"{norm.reference} ({norm.id}) trägt keinen Aufruf der Kategorie „{word.de}“, nur: {can.de}. "
            f"Passend: {fitting}.",
            norm.reference,
        )


def _categories(norm: Norm) -> Message:
    words = [CATEGORIES[category] for category in Category if category in norm.categories]
    return Message(", ".join(word.en for word in words), ", ".join(f"„{word.de}“" for word in words))


def confirmations_count(facts: Facts) -> Iterator[Problem]:
    """R08: a confirmation that comes too late, or before the order, or from the wrong authority, lifts nothing."""
    mandate = facts.mandate
    if mandate is None:
        return
    open_lapses = [clock for clock in clocks_of(facts) if clock.lifted_by and not clock.lifted]
    record = facts.appeal.legal.confirmations
    for given in facts.all_confirmations:
        field = f"legal/confirmations/{record.index(given)}" if given in record else "legal/confirmations"
        when = stamp(given.at)
        for clock in open_lapses:
            media = list_media(clock.media)
            if given.by not in clock.lifted_by:
                yield _wrong_authority(clock.rule, field, given, any_of(clock.lifted_by), media, clock.source)
            elif given.at < mandate.at:
                yield warn(
                    "R08",
                    field,
                    f"The confirmation of {when.en} is older than the order and does not count. Correct the times.",
                    f"Die Bestätigung vom {when.de} ist älter als die Anordnung und zählt nicht. "
                    "Zeitpunkte berichtigen.",
                    clock.source,
                )
            else:
                end = stamp(clock.at)
                yield block(
                    "R08",
                    field,
                    f"The confirmation of {when.en} came after the order had lapsed on {end.en} for {media.en}; it "
                    "does not revive it. Obtain a new order and enter it as a new revision.",
                    f"Die Bestätigung vom {when.de} kam, als die Anordnung am {end.de} schon außer Kraft getreten war "
                    f"({media.de}); sie lebt nicht wieder auf. Neue Anordnung als neue Revision eintragen.",
                    clock.source,
                )


def _wrong_authority(
    rule: str, field: str, given: Confirmation, allowed: Message, media: Message, source: str
) -> Problem:
    who = AUTHORITIES[given.by]
    return warn(
        rule,
        field,
        f"The confirmation by {who.en} ({given.authority}) does not keep the order in force for {media.en}; "
        f"that needs a confirmation by {allowed.en}.",
        f"Die Bestätigung durch {given.authority} ({who.de}) hält die Anordnung nicht in Kraft für: {media.de}. "
        f"Bestätigen muss: {allowed.de}.",
        source,
    )


def not_revived(facts: Facts) -> Iterable[Problem]:
    """R08: an order that has ended is not used again in a new revision."""
    mandate = facts.mandate
    if mandate is None:
        return
    if any((ended.reference, ended.at) == (mandate.reference, mandate.at) for ended in facts.ended_orders):
        yield block(
            "R08",
            facts.mandate_field,
            f"The order {mandate.reference} of {stamp(mandate.at).en} has already ended; it does not revive. "
            "Obtain a new order.",
            f"Die Anordnung {mandate.reference} vom {stamp(mandate.at).de} ist bereits beendet; sie lebt nicht "
            "wieder auf. Neue Anordnung einholen.",
            R08_SOURCE,
        )


_COMPLETE = Message("There is an order or a decision.", "Anordnung oder Entscheidung liegt vor.")
_ALLOWED = Message("The orderer is competent.", "Die anordnende Stelle ist zuständig.")
_NO_REVIVAL = Message("Nothing that has lapsed revives.", "Was außer Kraft ist, lebt nicht wieder auf.")

RULES = (
    Rule(id="R01", stages=BEFORE_PUBLICATION, source=R01_SOURCE, title=_COMPLETE, judge=mandate_complete),
    Rule(
        id="R01",
        stages=BEFORE_PUBLICATION | {Stage.RUNNING},
        source=R01_SOURCE,
        title=Message("The legal basis is known.", "Die Rechtsgrundlage ist bekannt."),
        judge=basis_known,
    ),
    Rule(
        id="R01",
        stages=frozenset({Stage.PUBLISH}),
        source=R01_SOURCE,
        title=Message("The order has been given.", "Die Anordnung ist ergangen."),
        judge=not_in_the_future,
    ),
    Rule(
        id="R01",
        severity=Severity.WARN,
        stages=frozenset({Stage.PUBLISH, Stage.RUNNING}),
        source=R01_SOURCE,
        title=Message("The norm is still in force.", "Die Norm gilt noch."),
        judge=norm_still_in_force,
    ),
    Rule(id="R02", stages=BEFORE_PUBLICATION, source=R02_SOURCE, title=_ALLOWED, judge=orderer_allowed),
    Rule(
        id="R02",
        stages=BEFORE_PUBLICATION,
        source=R02_SOURCE,
        title=Message("The norm fits the category.", "Die Norm passt zur Kategorie."),
        judge=category_fits,
    ),
    Rule(id="R08", stages=BEFORE_PUBLICATION, source=R08_SOURCE, title=_NO_REVIVAL, judge=confirmations_count),
    Rule(id="R08", stages=BEFORE_PUBLICATION, source=R08_SOURCE, title=_NO_REVIVAL, judge=not_revived),
)
