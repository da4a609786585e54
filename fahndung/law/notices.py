"""R22, R24: what must stand with a reward, and with a danger. Composes neither; pays and warns nobody."""

from collections.abc import Callable, Iterable, Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Stage
from fahndung.law.outlets import FULL, lacks, lexicon, ordered_at, outlets, pieces, unsaid
from fahndung.law.periods import stamp
from fahndung.law.rule import How, Rule, ask, block
from fahndung.model.appeal import Category
from fahndung.model.image import Image, SourceKind
from fahndung.model.sought import Role

R22_SOURCE = "Nr. II.3, IV.1, V.2 VwV Auslobung"
R24_SOURCE = "Vorschlag des Programms nach dem Muster bestehender Fahndungsportale"

_EMERGENCY = "110"


def reward_within_limit(facts: Facts) -> Iterator[Problem]:
    """R22: above the limit only with the ministry's consent; the limit itself needs none.

    Source: Nr. II.3 VwV Auslobung ("bis zu 12 500 EUR"), read 2026-11-26.
    """
    reward = facts.appeal.reward
    limit = facts.norms.figure("reward-limit-eur", ordered_at(facts))
    if reward is None or limit is None or reward.amount_eur <= limit.amount or (reward.ministry_consent or "").strip():
        return
    yield block(
        "R22",
        "reward/amount_eur",
        f"A reward above {limit.amount} euros needs the consent of the ministry; enter it (reward/ministry_consent).",
        f"Eine Belohnung über {limit.amount} Euro braucht die Zustimmung des Ministeriums; eintragen "
        "(reward/ministry_consent).",
        limit.reference,
    )


def reward_stated(facts: Facts) -> Iterator[Problem]:
    """R22: for what help, for private persons only, who takes reports: in the record and in print.

    Source: Nr. IV.1 VwV Auslobung, read 2026-11-26.
    """
    reward = facts.appeal.reward
    if reward is None:
        return
    statements = (
        ("for_what", reward.for_what, "for what help it is offered", "für welche Mitwirkung sie ausgesetzt ist"),
        ("taker", reward.taker, "who takes reports", "wer Mitteilungen entgegennimmt"),
    )
    for name, said, en, de in statements:
        if not (said or "").strip():
            yield _unstated(f"reward/{name}", en, de)
        for text in outlets(facts, FULL):
            if said and lacks(text.text, said):
                yield _unstated(text.name, en, de)
    en, de = "that it is for private persons only", "dass sie nur für Privatpersonen bestimmt ist"
    if reward.private_persons_only is not True:
        yield _unstated("reward/private_persons_only", en, de)
    for text in outlets(facts, FULL):
        if unsaid(facts, text.text, "private-persons"):
            yield _unstated(text.name, en, de)


def _unstated(field: str, en: str, de: str) -> Problem:
    return block("R22", field, f"The reward does not say {en}.", f"Zur Belohnung fehlt die Angabe, {de}.", R22_SOURCE)


def reward_announced(facts: Facts) -> Iterator[Problem]:
    """R22: the state criminal police office knows before the public does; ``now`` counts at publish only.

    The planned instant (``not_before``) counts always.

    Source: Nr. V.2 VwV Auslobung, read 2026-11-26.
    """
    reward, planned = facts.appeal.reward, facts.appeal.publication.not_before
    if reward is None:
        return
    if reward.lka_informed_at is None:
        yield block(
            "R22",
            "reward/lka_informed_at",
            "The state criminal police office must know of the reward before it is made public; enter since when.",
            "Das Landeskriminalamt ist vor der Bekanntmachung zu unterrichten; Zeitpunkt eintragen.",
            R22_SOURCE,
        )
    elif facts.stage is Stage.PUBLISH and facts.now is not None and reward.lka_informed_at > facts.now:
        when = stamp(reward.lka_informed_at)
        yield block(
            "R22",
            "reward/lka_informed_at",
            f"The state criminal police office is informed only on {when.en}; wait, or correct the time.",
            f"Das Landeskriminalamt wird erst am {when.de} unterrichtet; abwarten oder den Zeitpunkt berichtigen.",
            R22_SOURCE,
        )
    elif planned is not None and reward.lka_informed_at > planned:
        when, start = stamp(reward.lka_informed_at), stamp(planned)
        yield block(
            "R22",
            "reward/lka_informed_at",
            f"The state criminal police office is informed on {when.en}, after the publication planned for {start.en}. "
            "Inform it before, or publish later.",
            f"Das Landeskriminalamt wird am {when.de} unterrichtet, nach der für den {start.de} geplanten "
            "Veröffentlichung. Vorher unterrichten oder später veröffentlichen.",
            R22_SOURCE,
        )


def warning_printed(facts: Facts) -> Iterator[Problem]:
    """R24: a safety note stands on page, press text and poster, with the emergency number."""
    if facts.outputs is None or facts.appeal.warning is None:
        return
    told = facts.outputs.wording.warning or ""
    if _EMERGENCY not in told:
        yield block(
            "R24",
            "warning",
            "The safety note does not name the emergency number 110.",
            "Der Sicherheitshinweis nennt den Notruf 110 nicht.",
            R24_SOURCE,
        )
    for text in outlets(facts, FULL):
        if lacks(text.text, told):
            yield block("R24", text.name, "The safety note is missing.", "Der Sicherheitshinweis fehlt.", R24_SOURCE)


def danger_considered(facts: Facts) -> Iterator[Problem]:
    """R24: where the record speaks of weapons or violence and gives no safety note, a person says why."""
    words = lexicon(facts, "danger")
    if facts.appeal.warning is not None or words is None:
        return
    found = dict.fromkeys(word for piece in pieces(facts) for word in words.found(piece.text))
    if found:
        quoted = ", ".join(found)
        yield from ask(
            facts,
            "R24",
            "warning",
            f"The texts speak of a danger ({quoted}), but there is no safety note. Is none needed?",
            f"Die Texte sprechen von einer Gefahr ({quoted}), ein Sicherheitshinweis fehlt. Ist keiner nötig?",
            R24_SOURCE,
        )


def disturbing_behind_a_click(facts: Facts) -> Iterator[Problem]:
    """R24: nobody sees a disturbing picture, or the dead, without having asked for it; a drawing is none."""
    if facts.outputs is None:
        return
    for index, image in enumerate(facts.appeal.images):
        addresses = facts.outputs.pictures_of.get(image.id, ())
        if _disturbs(facts, image) and set(addresses) & set(facts.outputs.page.open_pictures):
            yield block(
                "R24",
                f"images/{index}",
                "The page shows this picture at once; it belongs behind a click with a note.",
                "Die Seite zeigt dieses Bild sofort; es gehört hinter einen Klick mit Hinweis.",
                R24_SOURCE,
            )


def _disturbs(facts: Facts, image: Image) -> bool:
    if image.sensitive:
        return True
    dead = {person.id for person in facts.appeal.persons if person.role is Role.DEAD}
    of_dead = facts.appeal.category is Category.UNKNOWN_DEAD or not dead.isdisjoint(image.shows)
    return of_dead and image.source.kind is not SourceKind.SKETCH


def _reward(title: Message, judge: Callable[[Facts], Iterable[Problem]]) -> Rule:
    return Rule(id="R22", stages=BEFORE_PUBLICATION, source=R22_SOURCE, title=title, judge=judge)


def _danger(title: Message, judge: Callable[[Facts], Iterable[Problem]], how: How = How.ENFORCED) -> Rule:
    return Rule(id="R24", stages=BEFORE_PUBLICATION, source=R24_SOURCE, title=title, judge=judge, how=how)


RULES = (
    _reward(Message("The reward is not too high.", "Die Belohnung ist nicht zu hoch."), reward_within_limit),
    _reward(Message("The reward says what it must.", "Die Auslobung ist vollständig."), reward_stated),
    _reward(Message("The state police office knows.", "Das Landeskriminalamt ist unterrichtet."), reward_announced),
    _danger(Message("The safety note is printed.", "Der Sicherheitshinweis steht da."), warning_printed),
    _danger(Message("A danger was thought of.", "Eine Gefahr wurde bedacht."), danger_considered, How.ASKED),
    _danger(
        Message("Disturbing pictures wait for a click.", "Belastende Bilder warten auf einen Klick."),
        disturbing_behind_a_click,
    ),
)
