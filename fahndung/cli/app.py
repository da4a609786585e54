"""The command group: a table of names, loaded only when one is called. Runs nothing itself."""

import gc
import importlib

import click

from fahndung import __version__
from fahndung.cli.call import Call, home_option, json_option, now_option, person_option
from fahndung.cli.language import say

# name: (module below fahndung.cli, one line in English, one line in German)
COMMANDS = {
    "init": ("homes", "make a home with a commented fahndung.toml", "ein Heim mit kommentierter fahndung.toml anlegen"),
    "person": ("homes", "people and their keys", "Personen und ihre Schlüssel"),
    "demo": ("demo", "the life of two invented appeals, offline", "das Leben zweier erfundener Fahndungen, ohne Netz"),
    "new": ("new", "ask for what a category needs, write a case folder", "Fallordner für eine Fahndung erfragen"),
    "check": (
        "checking",
        "every finding about a case folder at once",
        "alle Beanstandungen eines Fallordners auf einmal",
    ),
    "submit": ("prepare", "take a case folder into the home, signed", "Fallordner unterschrieben einreichen"),
    "verify-image": ("prepare", "confirm whom an image shows", "bestätigen, wen ein Bild zeigt"),
    "build": ("prepare", "make the release: images, texts, posters", "Veröffentlichung bauen: Bilder, Texte, Plakate"),
    "preview": ("prepare", "what each channel would send", "zeigen, was jeder Kanal senden würde"),
    "approve": ("prepare", "sign a release", "eine Veröffentlichung freigeben"),
    "publish": (
        "publish",
        "hand an approved release to its channels",
        "freigegebene Veröffentlichung an die Kanäle geben",
    ),
    "confirm": ("ending", "record the confirmation of an order", "Bestätigung einer Anordnung festhalten"),
    "review": ("ending", "record the outcome of a review", "Ergebnis einer Prüfung festhalten"),
    "end": ("ending", "end an appeal now, take it down everywhere", "Fahndung beenden und überall löschen"),
    "status": ("status", "what is online where, and what ends it", "was wo online ist und was es beendet"),
    "takedown": ("ending", "end whatever is over (for cron and timers)", "alles Abgelaufene löschen (für Zeitgeber)"),
    "worker": ("worker", "do whatever is due, until stopped", "alles Fällige erledigen, bis zum Beenden"),
    "doctor": ("doctor", "examine home and machine", "Heim und Rechner prüfen"),
    "verify": ("ending", "read every publication back", "jede Veröffentlichung zurücklesen"),
    "sweep": ("sweep", "find what stands on the accounts unknown", "alle Konten nach Herrenlosem absuchen"),
    "close": ("closing", "say that a by-hand item is done", "einen Handposten als erledigt melden"),
    "posters": ("paper", "paper: how many hang where, what is down", "Papier: wie viele wo hängen, was ab ist"),
    "copy": ("copies", "copies that others keep: watch, write a letter", "Kopien bei anderen: ansehen, anschreiben"),
    "adopt": ("adopting", "put a handmade post under takedown", "einen Beitrag von Hand unter Löschung stellen"),
    "bounced": ("bounced", "take in press mails that came back", "zurückgekommene Pressemails einlesen"),
    "hold": ("holding", "keep a channel from publishing", "einen Kanal am Veröffentlichen hindern"),
    "stats": ("stats", "counts without personal data", "Zahlen ohne personenbezogene Daten"),
    "alarms": ("alarms", "open alarms; take one over, try every way", "offene Alarme; quittieren, Wege probieren"),
    "retention": ("retention", "what is due after the end", "was nach dem Ende fällig ist"),
    "calendar": ("calendar", "every end as an iCalendar file", "alle Enden als iCalendar-Datei"),
    "poster": ("poster", "the printable poster", "das druckbare Plakat"),
    "card": ("cards", "a card for links, networks and screens", "eine Karte für Links, Netzwerke und Bildschirme"),
    "redact": ("sheets", "clean images outside any case", "Bilder außerhalb eines Falls bereinigen"),
    "inspect": ("sheets", "show what images carry", "zeigen, was Bilder mit sich tragen"),
    "serve": ("serve", "show the website's folder on loopback", "den Ordner der Website lokal zeigen"),
    "channels": ("serve", "kinds and accounts with their abilities", "Arten und Konten mit ihren Fähigkeiten"),
    "templates": ("templates", "the wording: list it, change it, try it", "die Vorlagen: auflisten, ändern, prüfen"),
    "rules": ("rules", "every rule of law, its source, its tests", "jede Rechtsregel mit Quelle und Tests"),
    "ledger": ("ledger", "the ledger as a whole: migrate", "das Register als Ganzes: umstellen"),
    "audit": ("audit", "check and export the audit chain", "Protokollkette prüfen und ausgeben"),
}


GARBAGE = 20_000
"""New containers until garbage is looked for, which Python does after 700: most of a command's are modules and tables,
which stay. At 150 bytes each what is garbage meanwhile takes 3 MB."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of an appeal's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"fahndung.cli.{COMMANDS[cmd_name][0]}")
        if not gc.isenabled():  # ``main`` put it off until here
            gc.freeze()
            gc.set_threshold(GARBAGE)
            gc.enable()
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the table without importing a single command."""
        with formatter.section(say("Commands", "Befehle")):
            formatter.write_dl([(name, say(en, de)) for name, (_, en, de) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    help=say(
        "Public search appeals of a police force: published lawfully, taken down on time, proven gone.",
        "Öffentlichkeitsfahndungen: rechtmäßig veröffentlicht, pünktlich gelöscht, nachweislich weg.",
    ),
    epilog=say(
        "Exit codes: 0 done, 1 a bug, 2 usage, 3 invalid record or configuration, 4 not publishable, 5 unsafe image, "
        "6 a channel failed, 7 something is or may be online that should not be, 8 a reminder is due, 130 interrupted.",
        "Rückgabewerte: 0 erledigt, 1 Programmfehler, 2 Aufruf falsch, 3 Datensatz oder Konfiguration ungültig, "
        "4 nicht veröffentlichbar, 5 Bild unsicher, 6 Kanal gestört, 7 etwas ist oder könnte noch online sein, "
        "8 Erinnerung fällig, 130 abgebrochen.",
    ),
)
@home_option
@now_option
@person_option
@json_option
@click.version_option(__version__, prog_name="fahndung")
@click.pass_context
def app(ctx: click.Context, home: str | None, now: str | None, as_person: str | None, as_json: bool) -> None:
    """The group; it only remembers what was said before the command's name."""
    ctx.obj = Call(home=home, now=now, person=as_person, json=as_json)
