"""Authorities, media and categories in words an officer uses. Composes no text for the public."""

from collections.abc import Iterable, Mapping

from fahndung.errors import Message
from fahndung.model.appeal import Category
from fahndung.model.mandate import Authority, Medium

AUTHORITIES: Mapping[Authority, Message] = {
    Authority.JUDGE: Message("a judge", "ein Gericht"),
    Authority.PROSECUTOR: Message("the public prosecutor", "die Staatsanwaltschaft"),
    Authority.POLICE: Message("the police", "die Polizei"),
    Authority.ENFORCEMENT: Message("the enforcement authority", "die Vollstreckungsbehörde"),
}

OF_AUTHORITY: Mapping[Authority, Message] = {
    Authority.JUDGE: Message("the judge's", "des Gerichts"),
    Authority.PROSECUTOR: Message("the public prosecutor's", "der Staatsanwaltschaft"),
    Authority.POLICE: Message("the police", "der Polizei"),
    Authority.ENFORCEMENT: Message("the enforcement authority's", "der Vollstreckungsbehörde"),
}
"""The authority before a noun in English, after it (genitive) in German."""

MEDIA: Mapping[Medium, Message] = {
    Medium.WEBSITE: Message("website", "Internetseite"),
    Medium.SOCIAL: Message("social networks", "soziale Netzwerke"),
    Medium.ONLINE_PRESS: Message("online press", "Online-Presse"),
    Medium.PRINT: Message("print", "Druckpresse"),
    Medium.TV: Message("television", "Fernsehen"),
    Medium.RADIO: Message("radio", "Hörfunk"),
    Medium.POSTER: Message("poster", "Plakat"),
}

CATEGORIES: Mapping[Category, Message] = {
    Category.UNKNOWN_SUSPECT: Message("unknown suspect", "unbekannte tatverdächtige Person"),
    Category.KNOWN_SUSPECT: Message("known suspect", "bekannte tatverdächtige Person"),
    Category.CONVICT: Message("convict", "verurteilte Person"),
    Category.WITNESS: Message("witness", "Zeugin oder Zeuge"),
    Category.MISSING: Message("missing adult", "vermisste erwachsene Person"),
    Category.MISSING_CHILD: Message("missing child", "vermisstes Kind"),
    Category.UNKNOWN_DEAD: Message("unknown dead", "unbekannte tote Person"),
    Category.HELPLESS: Message("helpless person", "unbekannte hilflose Person"),
    Category.OBJECT: Message("object", "Sachfahndung"),
    Category.WITNESS_CALL: Message("witness call", "Zeugenaufruf"),
}


def any_of(authorities: Iterable[Authority]) -> Message:
    """``the public prosecutor or a judge`` / ``die Staatsanwaltschaft oder ein Gericht``."""
    words = [AUTHORITIES[authority] for authority in authorities]
    return Message(" or ".join(word.en for word in words), " oder ".join(word.de for word in words))


def list_media(media: Iterable[Medium]) -> Message:
    """The media in words, in the order of the enumeration, with commas between."""
    chosen = set(media)
    words = [MEDIA[medium] for medium in Medium if medium in chosen]
    return Message(", ".join(word.en for word in words), ", ".join(word.de for word in words))
