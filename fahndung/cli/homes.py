"""Commands about a home itself: ``init`` and ``person``."""

import click

from fahndung.cli import heading
from fahndung.cli.call import Call, command, note, problem_line
from fahndung.cli.language import language, say
from fahndung.cli.session import key_path, load_private_key, passphrase_reader, session

ROLES = ("drafter", "image-verifier", "approver", "reviewer")


@click.command(
    help=say("Makes a home with a commented fahndung.toml.", "Legt ein Heim mit kommentierter fahndung.toml an.")
)
@click.option(
    "--rehearsal", is_flag=True, help=say("a home for practice: nothing in it is public", "ein Heim zum Üben")
)
@click.option(
    "--ledger",
    "address",
    metavar="ADDRESS",
    help=say(
        "the PostgreSQL database for the ledger (postgresql://user@host/database); default: a file in the home",
        "PostgreSQL-Datenbank für das Register (postgresql://rolle@rechner/datenbank); sonst eine Datei im Heim",
    ),
)
@command
def init(call: Call, rehearsal: bool, address: str | None) -> None:
    """Folders, configuration, ledger."""
    from fahndung.approval import key_id
    from fahndung.founding import create_home
    from fahndung.ledger import heads
    from fahndung.ledger.store import Ledger

    now = call.instant(rehearsal=rehearsal, server=lambda: None if address is None else Ledger.clock_at(address))
    home = create_home(call.home_path, rehearsal=rehearsal, now=now, by=call.by, address=address, lang=language())
    kind = "rehearsal" if rehearsal else "production"
    art = "Probe-Heim" if rehearsal else "Echtbetriebs-Heim"
    fingerprint = key_id(heads.public_key(home.path))
    kept = heading.keeping(home, home.config(), rehearsal=rehearsal)
    with Ledger.open(home.ledger_address, home_id=home.identity) as ledger:
        heading.keep(kept, ledger, now)
    if not rehearsal:
        for problem in heads.head_place(kept.path, home.path):
            note(problem_line(problem))
    call.print(
        {
            "home": str(home.path),
            "kind": kind,
            "ledger": str(home.ledger_address),
            "fingerprint": fingerprint,
            "audit_head": str(kept.path),
        },
        [
            say(f"A {kind} home stands in {home.path}.", f"Ein {art} liegt in {home.path}."),
            say(
                f"Its key {fingerprint} signs the head of the audit log: keep a copy of {heads.PUBLIC_NAME} elsewhere.",
                f"Sein Schlüssel {fingerprint} signiert das Protokollende: {heads.PUBLIC_NAME} auch auswärts "
                "verwahren.",
            ),
            say(
                "Next: read its fahndung.toml, then 'fahndung person add' for drafter, image verifier and approver.",
                "Weiter: fahndung.toml lesen, dann „fahndung person add“ für Erstellung, Bildprüfung und Freigabe.",
            ),
        ],
    )


@click.group(help=say("People and their keys.", "Personen und ihre Schlüssel."))
def person() -> None:
    """The group of ``person add``, ``person revoke``, ``person erase`` and ``person list``."""


@person.command(help=say("Makes a person with a key pair.", "Legt eine Person mit Schlüsselpaar an."))
@click.argument("person_id", metavar="ID")
@click.option("--name", required=True, help=say("the person's name", "Name der Person"))
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.option("--key", metavar="FILE", help=say("where the private key goes", "wohin der private Schlüssel kommt"))
@click.option(
    "--no-passphrase", is_flag=True, help=say("do not encrypt the private key", "Schlüssel nicht verschlüsseln")
)
@click.option(
    "--countersign-key",
    metavar="FILE",
    help=say(
        "key of the approver named by --as (production homes)", "Schlüssel der mit --as genannten freigebenden Person"
    ),
)
@command
def add(
    call: Call,
    person_id: str,
    name: str,
    roles: tuple[str, ...],
    key: str | None,
    no_passphrase: bool,
    countersign_key: str | None,
) -> None:
    """The public part goes into the ledger, the private part to FILE."""
    from fahndung.founding import add_person

    with session(call) as run:
        path = key_path(person_id, key)
        if key is None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        passphrase = None if no_passphrase else passphrase_reader(person_id, twice=True)()
        add_person(
            run.ledger,
            person_id=person_id,
            name=name,
            roles=frozenset(roles),
            path=path,
            passphrase=passphrase,
            by=run.by,
            countersign=lambda: load_private_key(run.by, countersign_key),
            now=run.now,
        )
        call.print(
            {"id": person_id, "roles": sorted(roles), "key": str(path)},
            [
                say(
                    f"{person_id} is known; the private key is {path}.",
                    f"{person_id} ist bekannt; privater Schlüssel: {path}.",
                )
            ],
        )


@person.command(help=say("Ends a person's key now.", "Sperrt den Schlüssel einer Person ab jetzt."))
@click.argument("person_id", metavar="ID")
@command
def revoke(call: Call, person_id: str) -> None:
    """From now on nothing that this key signs counts."""
    from fahndung.ledger import people

    with session(call) as run:
        with run.ledger.write(run.now) as tx:
            people.revoke(tx, person_id, at=run.now, by=run.by)
        call.print(
            {"id": person_id, "revoked_at": run.now.isoformat()},
            [say(f"{person_id} is revoked.", f"{person_id} ist gesperrt.")],
        )


@person.command(
    help=say(
        "Erases who a person was, once the key is revoked and the cases are over; what was done stays, without a name.",
        "Löscht, wer eine Person war, wenn Schlüssel und Fälle beendet sind; was getan wurde, bleibt ohne Namen.",
    )
)
@click.argument("person_id", metavar="ID")
@command
def erase(call: Call, person_id: str) -> None:
    """The log keeps an id that nobody can resolve any more."""
    from fahndung.ledger import forgetting

    with session(call) as run:
        with run.ledger.write(run.now) as tx:
            left = forgetting.person(tx, person_id, at=run.now, by=run.by)
        call.print(
            {"id": person_id, "left": left},
            [
                say(
                    f"{person_id} is erased; the log knows {left}. Records and backups may still name the person.",
                    f"{person_id} ist gelöscht; im Protokoll bleibt {left}. Datensätze und Sicherungen können die "
                    "Person noch nennen.",
                )
            ],
        )


@person.command(name="list", help=say("Lists the people.", "Listet die Personen."))
@command
def list_people(call: Call) -> None:
    """Ids, names, roles."""
    from fahndung.ledger import people

    with session(call) as run:
        with run.ledger.read() as tx:
            known = people.all(tx)
        call.print(
            {
                "people": [
                    {
                        "id": one.id,
                        "name": one.name,
                        "roles": sorted(one.roles),
                        "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
                    }
                    for one in known
                ]
            },
            [
                f"{one.id:<20} {one.name:<30} {', '.join(sorted(one.roles))}"
                + (say(" (revoked)", " (gesperrt)") if one.revoked_at else "")
                for one in known
            ],
        )
