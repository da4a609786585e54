"""The few fixed words of posters and cards, by language. Everything else comes from the sheet."""

_WORDS = {
    "de": {
        "reference": "Aktenzeichen",
        "emergency": "Notruf 110",
        "live-only": "Aktueller Stand:",
        "valid": "Nur gültig, solange die oben genannte Seite abrufbar ist.",
        "draft": "ENTWURF",
        "draft-line": "Entwurf – nicht freigegeben, nicht aushängen",
        "code-alt": "QR-Code mit der Adresse",
        "card-line": "Die Polizei bittet um Hinweise",
        "card-open": "Bitte Link öffnen",
        "card-why": "Alle Angaben stehen auf der Seite der Polizei.",
        "card-alt": "Karte der Polizei ohne Bild einer Person",
        "card-alt-picture": "Karte der Polizei mit einem Bild. {picture}",
    },
    "en": {
        "reference": "Reference",
        "emergency": "Emergency 110",
        "live-only": "Latest status:",
        "valid": "Valid only as long as the page named above is online.",
        "draft": "DRAFT",
        "draft-line": "Draft – not approved, do not display",
        "code-alt": "QR code with the address",
        "card-line": "The police ask for information",
        "card-open": "Please open the link",
        "card-why": "All details are on the page of the police.",
        "card-alt": "Card of the police without a picture of a person",
        "card-alt-picture": "Card of the police with a picture. {picture}",
    },
}


def word(language: str, key: str) -> str:
    """The word in that language; German where the language has none of its own."""
    return _WORDS.get(language, _WORDS["de"])[key]
