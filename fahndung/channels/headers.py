"""The response headers and media types of the website: one table for the built-in server and both configurations.

``docs/website-headers.md`` says why each of them is there.
"""

from collections.abc import Mapping

from fahndung.channels import layout

HEADERS: Mapping[str, str] = {
    "X-Robots-Tag": "noindex, noimageindex, noarchive",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Sent with every answer, whatever its status and kind."""

INDEXED = "noimageindex, noarchive"
"""``X-Robots-Tag`` of a page with a marker in ``layout.INDEXED``; its pictures and everything else keep ``noindex``."""

MEDIA_TYPES: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "jpg": "image/jpeg",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xml": "application/cap+xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
"""Ending of a file name to media type. A file with another ending is not served."""

JSON_FEED_TYPE = "application/feed+json; charset=utf-8"
"""Of the one ``.json`` that is a JSON Feed."""
SITEMAP_TYPE = "application/xml; charset=utf-8"
"""Of the one ``.xml`` at the root."""
RECORD_TYPE = SITEMAP_TYPE
"""Of the ``.xml`` in ``layout.RECORDS``: PFIF has no media type of its own."""
_BY_PATH = {layout.JSON_FEED: JSON_FEED_TYPE, layout.SITEMAP: SITEMAP_TYPE}


def media_type_of(path: str) -> str | None:
    """The media type of a file below the root; None: it is not served."""
    if path.startswith(f"{layout.RECORDS}/") and path.endswith(".xml"):
        return RECORD_TYPE
    return _BY_PATH.get(path) or MEDIA_TYPES.get(path.rpartition(".")[2])
