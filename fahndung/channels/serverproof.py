"""Whether the web server before a site shows an end as it has to, tried at an address that nobody knows.

Publishes nothing: what is written for the question is empty, and is removed before the answer is judged.
"""

import secrets

from fahndung.channels import layout
from fahndung.channels.store import Store
from fahndung.channels.witness import FORBIDDEN, GONE, NOT_FOUND, OK, Sight, Witness
from fahndung.errors import ChannelFailed, Message


def prove(site: Store, witness: Witness, *, bare: bool) -> None:
    """Asks for the address of an appeal that never was while its marker stands, which has to answer 410; then without.

    Args:
        bare: the server is a bucket's hosting, which knows no marker: it has to show a page in a folder by the folder's
            address, and 404 without it.

    Raises:
        ChannelFailed: it answers otherwise, or nobody does: no takedown could be proven there.
    """
    slug = secrets.token_hex(16)
    page = layout.page(slug)
    address = layout.address(page)
    put, wanted, todo = (page, OK, _HOSTING) if bare else (layout.gone_page(slug), GONE, _CONFIGURATION)
    try:
        site.write(put, b"")
        seen = witness.see(address)
    finally:
        site.remove(put)
    _refuse_other(seen, wanted, todo)
    after = witness.see(address)
    if not (bare and after.status == FORBIDDEN):  # where strangers may not list, so it answers for what never was
        _refuse_other(after, NOT_FOUND, todo)


def _refuse_other(seen: Sight, wanted: int, todo: Message) -> None:
    if seen.status is None:
        raise ChannelFailed(*seen.why)
    if seen.status != wanted:
        raise ChannelFailed(
            f"{seen.url} answers {seen.status} and not {wanted}: no takedown could be proven there. {todo.en}",
            f"{seen.url} antwortet {seen.status} und nicht {wanted}: Keine Löschung wäre dort nachweisbar. {todo.de}",
        )


_CONFIGURATION = Message(
    "Give the web server the configuration of 'fahndung serve --config' (before a bucket that of "
    "contrib/nginx/object-store.conf), and check base_url.",
    "Bitte dem Webserver die Konfiguration aus „fahndung serve --config“ geben (vor einem Bucket die aus "
    "contrib/nginx/object-store.conf) und base_url prüfen.",
)
_HOSTING = Message(
    "Check whether hosting shows folders by index.html, and base_url.",
    "Bitte prüfen, ob das Hosting Ordner mit index.html zeigt, und base_url.",
)
