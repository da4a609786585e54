"""Which pages search engines may list, and what tells them: sitemap, robots.txt, markers, IndexNow's key. Pure.

The approved page itself says whether it may be listed; nothing else is asked, so that nothing can contradict it.

Source: sitemaps.org, "Sitemaps XML format" (0.9); indexnow.org, "Documentation"; both read 2026-11-26.
"""

import hashlib
from collections.abc import Iterable
from xml.sax.saxutils import escape

from fahndung.channels import layout
from fahndung.channels.entry import Entry
from fahndung.channels.written import utc
from fahndung.texts import pages

ROBOTS_TXT = "User-agent: *\nDisallow: /bilder/\n"
_KEPT_OUT = frozenset({"noindex", "none"})


def may_list(page: str) -> bool:
    """Whether a page lets search engines list it; one that tells them nothing at all does not."""
    told = pages.read(page).page.robots
    return bool(told) and not told & _KEPT_OUT


def files(base_url: str, nonce: str, entries: Iterable[Entry]) -> dict[str, bytes]:
    """Every file about search engines by its path; without a page for them there is robots.txt alone."""
    listed = sorted((entry for entry in entries if entry.indexed), key=lambda entry: entry.slug)
    if not listed:
        return {layout.ROBOTS: ROBOTS_TXT.encode()}
    return {
        layout.ROBOTS: f"{ROBOTS_TXT}\nSitemap: {base_url}{layout.SITEMAP}\n".encode(),
        layout.SITEMAP: sitemap(listed),
        layout.INDEXNOW: f"{key(nonce)}\n".encode(),
    } | {layout.indexed(entry.slug): b"" for entry in listed}


def sitemap(entries: Iterable[Entry]) -> bytes:
    """The sitemap of these entries."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(listing(entry) for entry in entries),
        "</urlset>",
    ]
    return ("\n".join(lines) + "\n").encode()


def listing(entry: Entry) -> str:
    """One page as it stands in the sitemap."""
    return f"<url><loc>{escape(entry.url)}</loc><lastmod>{utc(entry.updated)}</lastmod></url>"


def key(nonce: str) -> str:
    """The key by which this home tells search engines of its pages; the same for as long as it has its site."""
    return hashlib.sha256(f"indexnow {nonce}".encode()).hexdigest()[:32]
