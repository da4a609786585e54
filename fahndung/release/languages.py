"""The page and the posters of an appeal in the languages that the record names besides German.

A language is made where the record has every text for it; else it is told what is missing, and German goes out without
it. Translates nothing and judges nothing.
"""

import dataclasses
import pathlib
from collections.abc import Iterable, Mapping, Sequence

from fahndung.errors import FahndungError, InvalidRecord, Message, NotPublishable, Problem, Severity, UsageError
from fahndung.images.renditions import Renditions
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId
from fahndung.model.mandate import Medium
from fahndung.model.release import File
from fahndung.model.sheet import Sheet
from fahndung.posters import shaping
from fahndung.release import files as made_files
from fahndung.release import naming
from fahndung.release.files import problem
from fahndung.release.naming import GERMAN
from fahndung.release.setting import Setting
from fahndung.texts import compose, translated, translation
from fahndung.texts.bilingual import bilingual
from fahndung.texts.given import Alternate, PublicPicture
from fahndung.texts.words import Words, load

RULE = "languages"
FIELD = "publication/languages"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """An appeal in one other language.

    Attributes:
        appeal: the record as that language tells it. page_html: None where no website would show it.
        posters: in that language. paired: with German beside it.
    """

    words: Words
    appeal: Appeal
    sheet: Sheet
    both: Sheet
    alternate: Alternate | None
    page_html: str | None = None
    posters: tuple[File, ...] = ()
    paired: tuple[File, ...] = ()

    @property
    def lang(self) -> str:
        """Its code."""
        return self.words.lang

    @property
    def files(self) -> list[File]:
        """Every file of it in the release."""
        page = made_files.translated_files(self.lang, self.page_html, self.sheet)
        return [*page, *self.posters, *self.paired]


def named(appeal: Appeal) -> tuple[str, ...]:
    """The languages that the record names besides German."""
    return tuple(lang for lang in appeal.publication.languages if lang != GERMAN)


def composed(
    appeal: Appeal, german: Sheet, setting: Setting, langs: Iterable[str]
) -> tuple[tuple[Tongue, ...], list[Problem]]:
    """The sheets in each language for which the record has all texts, and what is missing for the others.

    Args:
        german: the sheet in German.
    """
    tongues, problems = [], []
    lacking: dict[str, list[str]] = {}
    for lang in langs:
        try:
            words = load(lang, setting.templates_home)
        except UsageError as error:
            problems.append(problem(RULE, Severity.WARN, FIELD, error.message))
            continue
        problems += [_unused(field, lang) for field in translation.unused(words, appeal)]
        if fields := translation.missing(words, appeal):
            for field in fields:
                lacking.setdefault(field, []).append(lang)
        else:
            tongues.append(_tongue(words, appeal, german, setting))
    problems += [_missing(field, langs) for field, langs in lacking.items()]
    if tongues:
        problems.append(_to_be_read([tongue.words for tongue in tongues], appeal))
    return tuple(tongues), problems


def _tongue(words: Words, appeal: Appeal, german: Sheet, setting: Setting) -> Tongue:
    told = translation.translated(words, appeal)
    url = naming.translated_url(appeal, setting, words.lang)
    mandate = appeal.legal.mandate
    sheet = compose.sheet(
        told,
        lang=words.lang,
        page_url=url or german.page_url,
        imprint=setting.imprint,
        valid_until=setting.earliest_end,
        media=mandate.scope.media if mandate else frozenset(),
        home=setting.templates_home,
    )
    alternate = None if url is None else translated.alternate(words, url)
    both = bilingual(german, sheet)
    return Tongue(words=words, appeal=told, sheet=sheet, both=both, alternate=alternate)


def spoken(appeal: Appeal, german: Sheet, setting: Setting, langs: Sequence[str]) -> Sheet:
    """The sheet of a poster in one language, or in German and another.

    Raises:
        UsageError: no words in that language; the message names those that there are.
        InvalidRecord: the record lacks texts in it; ``problems`` has every field.
    """
    (lang,) = [one for one in langs if one != GERMAN] or [GERMAN]
    if lang == GERMAN:
        return german
    words = load(lang, setting.templates_home)
    if fields := translation.missing(words, appeal):
        told = ", ".join(fields)
        raise InvalidRecord(
            f"the record has no text in {lang} for: {told}; add them to print a poster in it",
            f"Die Akte hat keinen Text in {lang} für: {told}; für ein Plakat in dieser Sprache bitte ergänzen",
            problems=[_to_add(field, lang) for field in fields],
        )
    if GERMAN in langs and _runs_back(words):
        raise _two_directions(lang)
    tongue = _tongue(words, appeal, german, setting)
    return tongue.both if GERMAN in langs else tongue.sheet


def unspoken(appeal: Appeal, langs: Sequence[str], home: pathlib.Path | None) -> FahndungError:
    """Why what was approved of an appeal has no poster in those languages, and what can be done.

    Args:
        home: whose ``templates/`` has languages of its own.
    """
    (lang,) = [one for one in langs if one != GERMAN] or [GERMAN]
    try:
        words = load(lang, home)
    except UsageError as error:  # no language of the program; the message names those that are
        return error
    if GERMAN in langs and _runs_back(words):
        return _two_directions(lang)
    if lang != GERMAN and lang not in appeal.publication.languages:
        en = "the record does not name it under publication/languages; add it, build and approve anew, or print a"
        de = "Die Akte nennt es nicht unter publication/languages; ergänzen, neu bauen und freigeben, oder einen"
    elif _runs_back(words) and shaping.installed() is None:
        en = "its letters are joined by a program that is missing: pip install 'fahndung[rtl]', build anew, or print a"
        de = "Seine Buchstaben verbindet ein Programm, das fehlt: pip install 'fahndung[rtl]', neu bauen, oder einen"
    else:
        en = "'fahndung check' says what is missing; or print a"
        de = "„fahndung check“ sagt, was fehlt; oder einen"
    told = ", ".join(langs)
    return NotPublishable(
        f"what was approved of {appeal.id} has no poster in {told}: {en} draft with --draft",
        f"Das Freigegebene zu {appeal.id} hat kein Plakat in {told}: {de} Entwurf mit --draft drucken",
    )


def _two_directions(lang: str) -> UsageError:
    return UsageError(
        f"there is no poster in German and {lang}: the two run in different directions; print one in each",
        f"Ein Plakat auf Deutsch und {lang} gibt es nicht: Die Schriften laufen in verschiedene Richtungen; bitte je "
        "eines drucken",
    )


def _runs_back(words: Words) -> bool:
    """Whether it runs against the direction of German, so that one sheet cannot hold both."""
    return words.text("meta.direction") != "ltr"


def alternates(tongues: Sequence[Tongue]) -> tuple[Alternate, ...]:
    """The pages in other languages, as a page links to them."""
    return tuple(tongue.alternate for tongue in tongues if tongue.alternate is not None)


def drawn(
    tongue: Tongue, pictures: Mapping[ImageId, Renditions], media: frozenset[Medium]
) -> tuple[Tongue, list[Problem]]:
    """The language with its posters; one that does not fit, or that cannot be set, is told and left out."""
    singles, unfit = _posters(tongue, tongue.sheet, pictures, media, (tongue.lang,))
    if _runs_back(tongue.words):
        return dataclasses.replace(tongue, posters=singles), unfit
    paired, too_much = _posters(tongue, tongue.both, pictures, media, (GERMAN, tongue.lang))
    return dataclasses.replace(tongue, posters=singles, paired=paired), [*unfit, *too_much]


def _posters(
    tongue: Tongue,
    sheet: Sheet,
    pictures: Mapping[ImageId, Renditions],
    media: frozenset[Medium],
    langs: tuple[str, ...],
) -> tuple[tuple[File, ...], list[Problem]]:
    made, problems = made_files.poster_files(
        tongue.appeal, sheet, pictures, media, langs=langs, kinds=made_files.PLAIN_POSTERS
    )
    return tuple(made), _without_poster(problems, "-".join(langs))


def paged(
    tongue: Tongue,
    *,
    others: Sequence[Alternate],
    pictures: Mapping[ImageId, PublicPicture],
    card: str | None,
    robots: str,
    setting: Setting,
) -> Tongue:
    """The language with its page, which links to the others.

    Raises:
        InvalidConfig: a missing or broken template or wording.
    """
    if tongue.alternate is None:
        return tongue
    html = translated.page(
        tongue.words,
        tongue.appeal,
        tongue.sheet,
        pictures=pictures,
        card=card,
        robots=robots,
        languages=[other for other in others if other.lang != tongue.lang],
        home=setting.templates_home,
    )
    return dataclasses.replace(tongue, page_html=html)


def _missing(field: str, langs: Sequence[str]) -> Problem:
    told = ", ".join(langs)
    message = Message(
        f"has no text in: {told}. Nothing is made in a language that lacks a text; German goes out all the same. "
        f"Add the text{_where(field, 'en')}, or take the language out of {FIELD}",
        f"hat keinen Text in: {told}. In einer Sprache, der ein Text fehlt, entsteht nichts; auf Deutsch geht die "
        f"Fahndung trotzdem hinaus. Text{_where(field, 'de')} ergänzen oder die Sprache aus {FIELD} nehmen",
    )
    return problem(RULE, Severity.WARN, field, message)


def _to_add(field: str, lang: str) -> Problem:
    message = Message(
        f"has no text in {lang}; add it{_where(field, 'en')} to print a poster in it",
        f"hat keinen Text in {lang}; für ein Plakat in dieser Sprache ergänzen{_where(field, 'de')}",
    )
    return problem(RULE, Severity.BLOCK, field, message)


def _where(field: str, language: str) -> str:
    """Where the text of a field goes that holds one text only."""
    if translation.is_single(field):
        return " under texts/translations" if language == "en" else " unter texts/translations"
    return ""


def _unused(field: str, lang: str) -> Problem:
    message = Message(
        f"the record has no field {field}; this text in {lang} is shown nowhere",
        f"Die Akte hat kein Feld {field}; dieser Text in {lang} erscheint nirgends",
    )
    return problem(RULE, Severity.WARN, f"texts/translations/{lang}", message)


def _to_be_read(spoken: Sequence[Words], appeal: Appeal) -> Problem:
    """What no program has read, and no native speaker either."""
    unreviewed = ", ".join(words.lang for words in spoken if not translated.is_reviewed(words))
    told = ", ".join(words.lang for words in spoken)
    regions = {words.lang: region for words in spoken if (region := translation.german_region(words, appeal))}
    as_is, named = ", ".join(regions), next(iter(regions.values()), "")
    en = f"No native speaker has reviewed the fixed wording of: {unreviewed}. " if unreviewed else ""
    de = f"Den festen Wortlaut hat kein Muttersprachler geprüft in: {unreviewed}. " if unreviewed else ""
    message = Message(
        f"{en}Words that prejudge (R15), health, birth and the like are looked for in German only. Before it is "
        f"approved, somebody who reads the language has to read everything, in: {told}. Cards, press text, posts, "
        f"feeds and notices are in German only{_AS_IS.en.format(named, as_is) if regions else ''}",
        f"{de}Wörter, die vorverurteilen (R15), Gesundheit, Geburt und Ähnliches sucht das Programm nur im Deutschen."
        f" Vor der Freigabe muss alles lesen, wer die Sprache liest, in: {told}. Karten, Medieninformation, Beiträge, "
        f"Feeds und Nachrichten gibt es nur auf Deutsch{_AS_IS.de.format(named, as_is) if regions else ''}",
    )
    return problem(RULE, Severity.WARN, FIELD, message)


_AS_IS = Message(
    ". The region “{}” stands there in German, in: {}; where it is no name, put it under texts/translations",
    ". Der Geltungsbereich „{}“ steht dort auf Deutsch, in: {}; ist er kein Name, unter texts/translations übersetzen",
)


def _without_poster(found: Sequence[Problem], langs: str) -> list[Problem]:
    """An extra that cannot be drawn holds up nothing: one finding says so, with the first of the reasons."""
    told = [one for one in found if one.severity is Severity.WARN]
    reasons = [one for one in found if one.severity is Severity.BLOCK]
    if reasons:
        first, more = reasons[0], len(reasons) - 1
        en, de = (said.rstrip(".") for said in first.message)
        message = Message(
            f"no poster in {langs}: {en}{f' (and {more} more)' if more else ''}",
            f"kein Plakat in {langs}: {de}{f' (und {more} weitere)' if more else ''}",
        )
        told.append(dataclasses.replace(first, severity=Severity.WARN, message=message))
    return told
