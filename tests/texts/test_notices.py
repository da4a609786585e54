import pytest

from fahndung.errors import InvalidConfig
from fahndung.model.appeal import Category, Contact, Reward
from fahndung.model.appeal import Warning as Note
from fahndung.model.ids import NormId
from fahndung.model.mandate import Authority, Legal, Medium
from fahndung.texts import notices
from fahndung.texts.words import load
from tests.texts import build

WORDS = load("de")
URL = "https://fahndung.polizei.example/x"


@pytest.mark.parametrize(
    ("by", "part"),
    [
        (Authority.JUDGE, "richterlich angeordnet (Amtsgericht Musterstadt, 20. November 2026)"),
        (Authority.PROSECUTOR, "von der Staatsanwaltschaft angeordnet"),
        (Authority.POLICE, "polizeilich angeordnet"),
        (Authority.ENFORCEMENT, "von der Vollstreckungsbehörde angeordnet"),
    ],
)
def test_the_order_sentence_says_who_ordered_and_when(by: Authority, part: str) -> None:
    order = build.mandate(by, "Amtsgericht Musterstadt")
    case = build.unknown_suspect(legal=build.legal(Category.UNKNOWN_SUSPECT, order=order))
    assert part in (notices.order(WORDS, case) or "")


def test_a_preventive_appeal_has_no_order_sentence() -> None:
    assert notices.order(WORDS, build.missing()) is None


def media_of(*media: Medium, used: frozenset[Medium] = build.ALL_MEDIA) -> str | None:
    decision = build.mandate(Authority.POLICE, "Polizeidirektion Musterstadt", media=frozenset(media))
    case = build.missing(legal=build.legal(Category.MISSING, decision=decision))
    return notices.media(WORDS, case, used, URL)


def test_print_is_allowed_until_revoked_and_online_by_link_only() -> None:
    notice = media_of(Medium.WEBSITE, Medium.PRINT, Medium.ONLINE_PRESS)
    assert notice == (
        "Die Veröffentlichung ist bis auf Widerruf gestattet in: Druckmedien. "
        f"In Online-Medien ist ausschließlich der Link {URL} gestattet; Bilder und Angaben zur Person dürfen dort "
        "nicht eingestellt werden. Nicht freigegeben: Fernsehen, Hörfunk und soziale Netzwerke. "
        "Räumlicher Geltungsbereich: Freistaat Sachsen."
    )


def test_what_the_order_names_but_nobody_uses_is_not_offered() -> None:
    notice = media_of(Medium.WEBSITE, Medium.PRINT, used=frozenset({Medium.WEBSITE})) or ""
    assert "gestattet" not in notice
    assert (
        "Für Druckmedien, Fernsehen, Hörfunk, Online-Medien und soziale Netzwerke ist sie nicht freigegeben." in notice
    )


def test_what_the_order_does_not_name_is_never_offered() -> None:
    notice = media_of(Medium.TV, used=build.ALL_MEDIA) or ""
    assert "gestattet in: Fernsehen." in notice
    assert "Nicht freigegeben: Druckmedien, Hörfunk, Online-Medien und soziale Netzwerke." in notice


def test_everything_allowed_leaves_nothing_denied() -> None:
    assert "Nicht freigegeben" not in (media_of(*Medium) or "")


def test_no_medium_no_notice() -> None:
    assert media_of(used=build.ALL_MEDIA) is None


def test_things_may_appear_everywhere_until_revoked() -> None:
    assert notices.media(WORDS, build.thing(), build.ALL_MEDIA, URL) == (
        "Die Veröffentlichung ist bis auf Widerruf gestattet. Räumlicher Geltungsbereich: Freistaat Sachsen."
    )


def test_a_draft_without_a_mandate_is_told_for_the_media_it_is_built_for() -> None:
    case = build.missing(legal=Legal(basis=NormId("saechspvdg-84-3")))
    notice = notices.media(WORDS, case, frozenset({Medium.PRINT}), URL) or ""
    assert notice.startswith("Die Veröffentlichung ist bis auf Widerruf gestattet in: Druckmedien.")
    assert "Geltungsbereich" not in notice


@pytest.mark.parametrize("code", ["armed", "violent", "armed-violent", "dangerous", "do-not-approach"])
def test_every_warning_names_the_emergency_number(code: str) -> None:
    assert "110" in (notices.warning(WORDS, build.missing(warning=Note(code=code))) or "")


def test_an_authored_warning_is_kept_and_completed() -> None:
    told = notices.warning(WORDS, build.missing(warning=Note(code="x", text={"de": "Führt ein Messer mit sich."})))
    assert told == (
        "Führt ein Messer mit sich. Sprechen Sie die Person nicht selbst an, sondern wählen Sie den Notruf 110."
    )
    own = notices.warning(WORDS, build.missing(warning=Note(code="x", text={"de": "Bitte 110 wählen."})))
    assert own == "Bitte 110 wählen."


def test_a_warning_about_a_thing_speaks_of_no_person() -> None:
    told = notices.warning(WORDS, build.thing(warning=Note(code="dangerous-object"))) or ""
    assert told.endswith("Wählen Sie im Notfall den Notruf 110.")
    assert "Person" not in told


def test_an_unknown_warning_code_is_refused_not_dropped() -> None:
    with pytest.raises(InvalidConfig, match=r"warning\.unheard-of"):
        notices.warning(WORDS, build.missing(warning=Note(code="unheard-of")))


def test_no_warning_without_one() -> None:
    assert notices.warning(WORDS, build.missing()) is None


def test_a_reward_states_help_private_persons_and_taker() -> None:
    assert notices.reward(WORDS, build.unknown_suspect()) == (
        "Es ist eine Belohnung von 5.000 € ausgesetzt für: Hinweise, die zur Identifizierung des Mannes führen.",
        "Die Belohnung ist ausschließlich für Privatpersonen bestimmt, nicht für Personen, zu deren Berufspflichten "
        "die Verfolgung von Straftaten gehört.",
        "Mitteilungen nimmt entgegen: Polizeirevier Musterstadt-Mitte.",
    )


def test_a_reward_names_its_own_taker() -> None:
    case = build.missing(reward=Reward(amount_eur=12500, taker="Landeskriminalamt"))
    first, _, taker = notices.reward(WORDS, case)
    assert first == "Es ist eine Belohnung von 12.500 € ausgesetzt."
    assert taker == "Mitteilungen nimmt entgegen: Landeskriminalamt."


def test_tips_by_mail_are_asked_for_only_where_there_is_an_address() -> None:
    assert "oder per E-Mail" in notices.tips(WORDS, build.missing())
    phone_only = build.missing(contact=Contact(office="Revier", phone="040 66969-123"))
    assert "E-Mail" not in notices.tips(WORDS, phone_only)
    assert "nicht in den Kommentaren sozialer Netzwerke" in notices.tips(WORDS, phone_only)


def test_any_other_police_station_takes_tips_too() -> None:
    told = notices.contact(WORDS, build.missing())
    assert "Polizeirevier Musterstadt-Mitte" in told
    assert "040 66969-123" in told
    assert told.endswith("oder jede andere Polizeidienststelle entgegen.")
