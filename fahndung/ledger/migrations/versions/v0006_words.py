"""By-hand items in both languages: what they are and why only a person does it stood there in German alone.

A migration is never changed after it has been released, so it repeats the sentences instead of importing them. Words
that it does not know (what a person or a channel wrote) stay as they are, for both languages.
"""

import json
import re
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

AT_ONCE = 1000
PAPER = "only a person takes paper down", "Papier nimmt nur ein Mensch ab"
LAW = "(§ 75 Abs. 3, § 58 Abs. 5 BDSG; § 31 Abs. 3 SächsDSUG)"
WHAT = (
    (r"Suchmaschinen: (.*)", r"Search engines: \1"),
    (r"(.+): Vorschau von (.*)", r"\1: preview of \2"),
    (r"(.+): Kopien bei Empfängern", r"\1: copies in the hands of recipients"),
    (r"Das Ende mitteilen: (.*)", r"Tell the end: \1"),
    (r"Jetzt abnehmen, was (.+) zeigt \(Posten (\d+)\)", r"Take down now what shows \1 (item \2)"),
    (
        r"Datenschutzverletzung der Aufsicht melden, unverzüglich, vor dem (.+)",
        r"Report the breach of data protection to the supervisor, without delay, before \1",
    ),
    (
        r"Betroffene Personen über die Verletzung vom (.+) benachrichtigen",
        r"Tell the persons concerned of the breach of \1",
    ),
    (r"Plakate( A\d)? \(ohne (.+)\), gedruckt (.+)", r"Posters\1 (without \2), printed \3"),
    (r"Plakate( A\d)?, gedruckt (.+)", r"Posters\1, printed \2"),
    (r"Plakate \(ohne (.+)\)", r"Posters (without \1)"),
    (r"Plakate", r"Posters"),
    (r"Fremdkopie", r"Foreign copy"),
)
WHY = (
    (PAPER[1], PAPER[0]),
    (rf"Nach (.+) wird nicht mehr gesucht; {PAPER[1]}", rf"the search for \1 is over; {PAPER[0]}"),
    (r"Nur wer sie hält, kann sie löschen", r"only who keeps it can delete it"),
    (
        r"Die Nachricht über das Ende kam zurück; auf anderem Weg mitteilen",
        r"the notice of the end came back: tell it there in another way",
    ),
    (
        rf"Empfängern ist die Löschung mitzuteilen {re.escape(LAW)}(.*)",
        rf"receivers have to be told of the deletion {LAW}\1",
    ),
    (r"(§ 6[56] BDSG) mit § 500 StPO", r"\1 with § 500 StPO"),
    (
        r"Kopien bei Empfängern, die um Löschung gebeten sind: vermerken, wer sie bestätigt hat",
        r"copies in the hands of recipients, who were asked to delete them: note who has confirmed it",
    ),
    (
        r"Suchmaschinen durften diese Seite aufnehmen, und kein Programm kann Treffer und Kopien dort entfernen "
        r"lassen: die Adresse bei Google und Bing suchen und dort entfernen lassen \(Google: Veraltete Inhalte "
        r"entfernen; Bing: Content Removal\)",
        r"search engines could list this page, and no program can have their hits and copies removed: look for the "
        r"address at Google and Bing, and have it removed there (Google: Remove outdated content; Bing: Content "
        r"removal)",
    ),
    (
        r"Das Netzwerk hat die Seite nicht neu eingelesen: dort von Hand einlesen lassen \(Sharing Debugger, „Erneut "
        r"scrapen“\)",
        r"the network did not read the page again: have it read there by hand (Sharing Debugger, Scrape Again)",
    ),
)
INSTANT = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) um (\d\d:\d\d(?::\d\d)?) Uhr")


def upgrade() -> None:
    """Write what and why of each item in both languages; the columns hold text before and after."""
    connection = op.get_bind()
    items = sa.table("by_hand", *(sa.column(name, sa.Text()) for name in ("what", "why")), sa.column("id"))
    known = connection.execute(sa.select(items.c.id, items.c.what, items.c.why).order_by(items.c.id)).all()
    changed = [{"of": row.id, "into": in_both(row.what, WHAT), "because": in_both(row.why, WHY)} for row in known]
    written = sa.update(items).where(items.c.id == sa.bindparam("of"))
    written = written.values(what=sa.bindparam("into"), why=sa.bindparam("because"))
    for start in range(0, len(changed), AT_ONCE):
        connection.execute(written, changed[start : start + AT_ONCE])


def in_both(german: str, sentences: Sequence[tuple[str, str]]) -> str:
    """The stored form of German words with their English; the same words twice where there is no other form."""
    english = german
    for pattern, form in sentences:
        if found := re.fullmatch(pattern, german, re.DOTALL):
            english = INSTANT.sub(r"\3-\2-\1 at \4", found.expand(form))
            break
    return json.dumps({"de": german, "en": english}, ensure_ascii=False, separators=(",", ":"))
