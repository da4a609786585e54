"""Where a German text tells guilt as a fact, and where it only tells a suspicion."""

import pytest

from fahndung.law.prejudgement import Hit, Vocabulary, hits

from .build import table

NOTHING = Vocabulary(culprits=None, deeds=None, deeds_past=None, guilt=None, suspicion=None, suspected=None)
WORDS = Vocabulary(
    culprits=table().lexicon("culprits"),
    deeds=table().lexicon("deeds"),
    deeds_past=table().lexicon("deeds-past"),
    guilt=table().lexicon("guilt"),
    suspicion=table().lexicon("suspicion"),
    suspected=table().lexicon("suspected"),
)

PREJUDGED = """
Der Täter flüchtete.
Die Täterin ist groß.
Wer kennt diesen Täter?
Ein Straftäter, der flüchtig ist.
Wo sind die Täterinnen?
Der Verbrecher entkam.
Der Mörder ist auf der Flucht.
Die Diebin trug eine rote Jacke.
Der Räuber ist 30 Jahre alt.
Die Handtaschenräuberin sprach Deutsch.
Der Bankräuber entkam unerkannt.
Die Kriminelle ist flüchtig.
Der Dealer ist flüchtig.
Seine Komplizin entkam.
Der Todesschütze ist auf der Flucht.
Der mutmaßliche Komplize des Räubers wurde gefasst.
Der Mann hat eine Frau erstochen.
Er hat am 7. November in Musterstadt eine Frau erstochen.
Wer kennt den Mann, der den Raub begangen hat?
Gesucht wird die Frau, die den Schmuck gestohlen hat.
Der Gesuchte hat die Tankstelle ausgeraubt und ist geflohen.
Der Tatverdächtige hat den Geschädigten mit einem Messer verletzt.
Die Männer haben das Auto gestohlen.
Die Männer, die das Auto gestohlen haben, sind auf dem Bild zu sehen.
Torben Beispielmann hat einen Bekannten getötet.
Er hatte zuvor ein Fahrrad gestohlen.
Er hat das Opfer nicht nur beraubt, sondern auch geschlagen.
Er hat die Tat begangen.
Der Mann hat das Haus in Brand gesetzt.
Der Gesuchte ist in drei Wohnungen eingebrochen.
Er überfiel die Bank.
Sie raubte ihm die Uhr.
Der Gesuchte erstach seinen Nachbarn.
Der Gesuchte beging mehrere Einbrüche.
Die Frau verübte drei Diebstähle.
Er ist schuldig.
Der Gesuchte ist der Tat überführt.
Er wurde durch DNA-Spuren überführt.
Er ist geständig.
Der Geschädigte wurde von dem Gesuchten niedergestochen.
Das Mobiltelefon wurde von ihm geraubt.
Ein Mann, der im Verdacht steht: Er hat die Frau erwürgt.
Ein unbekannter Tatverdächtiger hat den Kiosk überfallen.
Der Mann gab sich als Polizist aus und betrog eine Seniorin.
Er hat sich als Polizist ausgegeben und eine Seniorin betrogen.
Der Exhibitionist ist etwa 40 Jahre alt.
Die Frau entwendete mehrere Uhren.
Er ist für den Überfall verantwortlich.
""".strip().splitlines()

SUSPECTED = """
Der Tatverdächtige flüchtete.
Der mutmaßliche Täter flüchtete.
Die mutmaßliche, etwa 30 Jahre alte Diebin trug Rot.
Mutmaßlicher Räuber gesucht.
Als Täter in Betracht kommt der abgebildete Mann.
Er ist kein Täter.
Er soll die Tankstelle ausgeraubt haben.
Der Gesuchte soll den 39-jährigen Geschädigten mit einem Messer lebensgefährlich verletzt haben.
Sie sollen am Sonntag ein Auto gestohlen haben.
Er steht im Verdacht, einem Fahrgast das Mobiltelefon entrissen und ihn verletzt zu haben.
Sie stehen im Verdacht, Uhren und Ringe gestohlen zu haben.
Ihm wird vorgeworfen, eine Frau erstochen zu haben.
Er ist dringend tatverdächtig, den Raub begangen zu haben.
Er könnte weitere Taten begangen haben.
Die Frau dürfte mehrere Geschäfte bestohlen haben.
Vermutlich hat er ein Fahrrad gestohlen.
Nach bisherigen Ermittlungen hat er die Frau bedroht.
Der Geschädigte hat angegeben, dass der Mann ihn geschlagen hat.
Der Tatverdächtige stieg an der Haltestelle aus.
Der Tatverdächtige hat kurze Haare.
Dem Geschädigten wurde das Mobiltelefon gestohlen.
Am 3. November wurde ein 22-Jähriger von mehreren Personen verletzt.
Das gestohlene Fahrrad ist rot.
Die ermordete Frau lebte in Musterstadt.
Zwei ermordete Frauen wurden gefunden.
Das entwendete Fahrrad ist rot.
Der überfallene Kiosk liegt am Markt.
Wer hat das Fahrrad gestohlen?
Wer hat die Tat beobachtet?
Wer überfiel den Kiosk?
Wem wurden Uhren gestohlen?
Täterbeschreibung folgt.
Der Täter-Opfer-Ausgleich ist ein Verfahren.
Räuberweg 3
Der Gesuchte hat sich bei der Flucht verletzt.
Das Opfer hat schwer verletzt überlebt.
Er hat niemanden verletzt.
Es ist niemand verletzt worden.
In die Wohnung ist eingebrochen worden.
Das Fahrzeug wurde nach Musterstadt überführt.
Er ist nicht schuldig.
Bis zu einer rechtskräftigen Verurteilung gilt die Unschuldsvermutung.
Die Person steht im Verdacht einer Straftat.
Die Polizei ermittelt wegen Diebstahls.
Die Polizei hat den Tatort abgesucht.
Der Mann hat eine Narbe am Kinn.
Die Frau hat das Geschäft in Richtung Bahnhof verlassen.
Eine Überwachungskamera zeichnete ihn auf.
Nach einer Serie von Einbrüchen sucht die Polizei einen unbekannten Mann.
""".strip().splitlines()

OF_UNKNOWN = """
Unbekannte Täter brachen ein.
Ein bislang unbekannter, maskierter Täter flüchtete.
Zeugen sahen den unbekannten Tätern nach.
Ein bislang unbekannter, etwa 30 bis 35 Jahre alter Täter entkam.
Ein Unbekannter hat den Kiosk überfallen.
Unbekannte raubten am Sonntag eine Tankstelle aus.
Ein Unbekannter betrat die Filiale. Er raubte 500 Euro.
""".strip().splitlines()


@pytest.mark.parametrize("text", PREJUDGED)
def test_guilt_told_as_a_fact_is_found(text: str) -> None:
    found = list(hits(text, WORDS))
    assert found
    assert not any(hit.unknown for hit in found)


@pytest.mark.parametrize("text", SUSPECTED)
def test_suspicion_and_plain_report_pass(text: str) -> None:
    assert list(hits(text, WORDS)) == []


@pytest.mark.parametrize("text", OF_UNKNOWN)
def test_what_an_unknown_did_is_told_apart(text: str) -> None:
    found = list(hits(text, WORDS))
    assert found
    assert all(hit.unknown for hit in found)


def test_who_is_shown_is_not_the_unknown_any_more() -> None:
    assert list(hits("Ein Unbekannter betrat die Filiale. Der Gesuchte raubte 500 Euro.", WORDS)) == [
        Hit(word="raubte", noun=False, unknown=False)
    ]


def test_without_word_lists_nothing_is_found() -> None:
    for text in PREJUDGED:
        assert list(hits(text, NOTHING)) == []
