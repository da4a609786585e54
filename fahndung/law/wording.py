"""R14, R16, R17, R33: the sentences that every output must carry. Composes none; guilt is ``guilt``'s business.

A sentence counts as said if its letters are there: a poster hyphenates and breaks lines.
"""

import re
from collections.abc import Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.outlets import FULL, OUTLETS, lacks, lexicon, outlets, unsaid
from fahndung.law.rule import Rule, block, warn
from fahndung.model import people
from fahndung.model.image import Image
from fahndung.model.reading import Kind, Outputs, letters

R14_SOURCE = "§ 131a Abs. 4, § 131b Abs. 2 StPO"
R16_SOURCE = "VwV Öffentlichkeitsfahndung Nr. 3.2"
R17_SOURCE = "Vorschlag des Programms (Fall Münster 2019)"
R33_SOURCE = "VwV Öffentlichkeitsfahndung Nr. 3.2; § 74 Abs. 2 BDSG; § 30 Abs. 2 SächsDSUG; § 84 Abs. 5 SächsPVDG"

_MOBILE = re.compile(r"(?:\+49|0049|0)1[567]\d")
"""Mobile numbers of Germany (0150 to 0179), without spaces and signs."""


def witness_marked(facts: Facts) -> Iterator[Problem]:
    """R14: every text about a witness says that the person is not accused.

    Source: § 131a Abs. 4, § 131b Abs. 2 StPO, read 2026-11-26.
    """
    if facts.outputs is None or not people.seeks_witness(facts.appeal):
        return
    marker = facts.outputs.wording.marker or ""
    if not marker or unsaid(facts, marker, "not-accused"):
        yield block(
            "R14",
            "marker",
            "The marker of a witness does not say 'nicht beschuldigt'; correct [marker] in words.toml.",
            "Die Kennzeichnung sagt nicht „nicht Beschuldigte(r)“; [marker] in words.toml berichtigen.",
            R14_SOURCE,
        )
        return
    for text in outlets(facts):
        if lacks(text.text, marker):
            yield block(
                "R14",
                text.name,
                f"The marker '{marker}' is missing; everything about a witness carries it.",
                f"Die Kennzeichnung „{marker}“ fehlt; sie gehört in jeden Text über Zeuginnen und Zeugen.",
                R14_SOURCE,
            )


def witness_pictures_marked(facts: Facts) -> Iterator[Problem]:
    """R14: the marker stands in every description of a witness's picture, and in the picture itself."""
    if facts.outputs is None:
        return
    for index, image in enumerate(facts.appeal.images):
        if people.shown_witnesses(facts.appeal, image) is None:
            continue
        for where in _bare_descriptions(facts, facts.outputs, image):
            yield block(
                "R14",
                f"images/{index}/alt",
                f"The description of the picture ({where}) does not say that the person is not accused.",
                f"Die Bildbeschreibung ({where}) sagt nicht, dass die Person nicht beschuldigt ist.",
                R14_SOURCE,
            )
        for rendition in facts.outputs.renditions:
            if rendition.image == image.id and rendition.marked is not True:
                yield block(
                    "R14",
                    f"images/{index}",
                    f"The marker of a witness was not found in the picture {rendition.name}. Build it again; if that "
                    "does not help, leave the picture out.",
                    f"Im Bild {rendition.name} wurde die Zeugenkennzeichnung nicht gefunden. Neu bauen; hilft das "
                    "nicht, das Bild weglassen.",
                    R14_SOURCE,
                )


def _bare_descriptions(facts: Facts, outputs: Outputs, image: Image) -> Iterator[str]:
    """Where the alternative text of a picture stands without a marker: in the texts, on the page, on a poster."""
    name = f"alts/{image.id}"
    told = next((text.text for text in outputs.texts if text.name == name), "")
    if unsaid(facts, told, "not-accused"):
        yield name
    elif letters(told) not in map(letters, outputs.page.alts):
        yield "page"
    own = letters(image.alt.get(outputs.wording.lang, ""))
    for sheet in outputs.sheets:
        if any(own and own in letters(alt) and unsaid(facts, alt, "not-accused") for alt in sheet.alts):
            yield sheet.name


def tips_directed(facts: Facts) -> Iterator[Problem]:
    """R16: tips go to the police, by telephone or e-mail, not into comments. The list's own sentence stands above it.

    Source: VwV Öffentlichkeitsfahndung Nr. 3.2, read 2026-11-26.
    """
    if facts.outputs is None:
        return
    sentence = facts.outputs.wording.tip_sentence
    for needed in ("to-the-police", "by-phone-or-mail", "not-in-comments"):
        if sentence and unsaid(facts, sentence, needed):
            yield block(
                "R16",
                "tip_sentence",
                f"The sentence on tips must say that they go to the police by telephone or e-mail and not into "
                f"comments (word list {needed}); correct [tip] in words.toml.",
                f"Der Hinweissatz muss sagen, dass Hinweise telefonisch oder per E-Mail an die Polizei und nicht in "
                f"Kommentare gehören (Wortliste {needed}); [tip] in words.toml berichtigen.",
                R16_SOURCE,
            )
    for text in outlets(facts, OUTLETS - {Kind.LISTING}):
        if lacks(text.text, sentence):
            yield block(
                "R16",
                text.name,
                "The sentence that tips go to the police and not into comments is missing.",
                "Der Satz, dass Hinweise an die Polizei und nicht in Kommentare gehören, fehlt.",
                R16_SOURCE,
            )


def contact_reachable(facts: Facts) -> Iterator[Problem]:
    """R17: an office with its telephone, reachable day and night, or any other police station."""
    contact = facts.appeal.contact
    for text in outlets(facts, FULL):
        if lacks(text.text, contact.office) or lacks(text.text, contact.phone):
            yield block(
                "R17",
                text.name,
                "Office and telephone number of the contact are not both there.",
                "Dienststelle und Telefonnummer für Hinweise stehen nicht beide darin.",
                R17_SOURCE,
            )
        if unsaid(facts, text.text, "always-reachable"):
            yield block(
                "R17",
                text.name,
                "It does not say where tips are taken at any time: 'jede andere Polizeidienststelle' or 'rund um die "
                "Uhr' (contact/hours).",
                "Es fehlt, wo Hinweise jederzeit angenommen werden: „jede andere Polizeidienststelle“ oder „rund um "
                "die Uhr“ (contact/hours).",
                R17_SOURCE,
            )


def contact_is_an_office(facts: Facts) -> Iterator[Problem]:
    """R17: not a single officer, who may be on leave when the tip comes."""
    words = lexicon(facts, "personal-contact")
    for word in words.found(facts.appeal.contact.office) if words is not None else ():
        yield warn(
            "R17",
            "contact/office",
            f"'{word}' looks like a single officer; name the office, which is reachable at any time.",
            f"„{word}“ sieht nach einer einzelnen Person aus; die Dienststelle nennen, die jederzeit erreichbar ist.",
            R17_SOURCE,
        )


def contact_can_be_dialled(facts: Facts) -> Iterator[Problem]:
    """R17: one telephone number, which the page can offer as a link."""
    contact = facts.appeal.contact
    if contact.dialled is None:
        yield warn(
            "R17",
            "contact/phone",
            f"{contact.phone} is not in a form that can be dialled; the page shows it without a link. Give one number "
            "(040 66969-123), and put the rest into contact/hours.",
            f"{contact.phone} steht nicht in einer Form, die sich wählen lässt; die Seite zeigt die Angabe ohne Link. "
            "Eine einzige Nummer angeben (040 66969-123) und den Rest unter contact/hours.",
            R17_SOURCE,
        )


def contact_is_official(facts: Facts) -> Iterator[Problem]:
    """R17: neither a mobile telephone nor a private mailbox, which one officer alone reads."""
    contact, freemail = facts.appeal.contact, lexicon(facts, "freemail")
    if _MOBILE.match(re.sub(r"\(0\)|[^\d+]", "", contact.phone)):
        yield warn(
            "R17",
            "contact/phone",
            f"{contact.phone} is a mobile number, which often reaches one officer only; give the number of an office.",
            f"{contact.phone} ist eine Mobilnummer; dort ist oft nur eine einzelne Person zu erreichen. Die Nummer "
            "einer Dienststelle angeben.",
            R17_SOURCE,
        )
    domain = (contact.email or "").rpartition("@")[2].strip()
    if freemail is not None and domain and freemail.found(domain) == (domain,):
        yield warn(
            "R17",
            "contact/email",
            f"{domain} is a provider of private mailboxes; give the mailbox of the office.",
            f"{domain} ist ein Anbieter privater Postfächer; das Postfach der Dienststelle angeben.",
            R17_SOURCE,
        )


def media_noticed(facts: Facts) -> Iterator[Problem]:
    """R33: newsrooms read in which medium it may appear; where persons are concerned, always.

    Source: § 74 Abs. 2 BDSG, § 84 Abs. 5 SächsPVDG (receivers are told the conditions), read 2026-11-26.
    """
    if facts.outputs is None:
        return
    notice = facts.outputs.wording.media_notice
    if notice is None and people.about_persons(facts.appeal):
        yield block(
            "R33",
            f"{facts.mandate_field}/scope/media",
            "There is no notice for the media, because no medium is both allowed and in use; enter the media.",
            "Es gibt keinen Medienhinweis, weil kein Medium zugleich erlaubt und genutzt ist; Medien eintragen.",
            R33_SOURCE,
        )
    for text in outlets(facts, {Kind.PRESS}):
        if notice is not None and lacks(text.text, notice):
            yield block(
                "R33",
                text.name,
                f"The notice for the media is missing: {notice}",
                f"Der Medienhinweis fehlt: {notice}",
                R33_SOURCE,
            )


_MARKED = Message("A witness is marked as one.", "Zeuginnen und Zeugen sind gekennzeichnet.")
_REACHABLE = Message("Tips reach an office at any time.", "Hinweise erreichen jederzeit eine Dienststelle.")

RULES = (
    Rule(id="R14", stages=BEFORE_PUBLICATION, source=R14_SOURCE, title=_MARKED, judge=witness_marked),
    Rule(
        id="R14",
        stages=BEFORE_PUBLICATION,
        source=R14_SOURCE,
        title=Message("Pictures of a witness are marked.", "Bilder von Zeuginnen und Zeugen sind gekennzeichnet."),
        judge=witness_pictures_marked,
    ),
    Rule(
        id="R16",
        stages=BEFORE_PUBLICATION,
        source=R16_SOURCE,
        title=Message("Tips go to the police.", "Hinweise gehen an die Polizei."),
        judge=tips_directed,
    ),
    Rule(id="R17", stages=BEFORE_PUBLICATION, source=R17_SOURCE, title=_REACHABLE, judge=contact_reachable),
    Rule(
        id="R17",
        severity=Severity.WARN,
        stages=BEFORE_PUBLICATION,
        source=R17_SOURCE,
        title=Message("The contact is an office.", "Ansprechstelle ist eine Dienststelle."),
        judge=contact_is_an_office,
    ),
    Rule(
        id="R17",
        severity=Severity.WARN,
        stages=BEFORE_PUBLICATION,
        source=R17_SOURCE,
        title=Message("The contact is official.", "Ansprechstelle ist dienstlich erreichbar."),
        judge=contact_is_official,
    ),
    Rule(
        id="R17",
        severity=Severity.WARN,
        stages=BEFORE_PUBLICATION,
        source=R17_SOURCE,
        title=Message("The contact can be dialled.", "Die Nummer lässt sich wählen."),
        judge=contact_can_be_dialled,
    ),
    Rule(
        id="R33",
        stages=BEFORE_PUBLICATION,
        source=R33_SOURCE,
        title=Message("The media are told what is allowed.", "Die Medien erfahren, was erlaubt ist."),
        judge=media_noticed,
    ),
)
