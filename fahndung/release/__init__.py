"""Joins images, texts and posters into one release: files, manifest, digest; reads it back as the rules see it.

``building`` is the way through it, ``naming`` the names that nobody can guess, ``files`` what lies in a release,
``manifest`` what is signed, ``reading`` what the public would get. Approves nothing, judges nothing, reads no clock.
"""

from fahndung.release.building import Built, Examined, draft_poster, examine
from fahndung.release.manifest import compare, from_stored, parse_manifest, templates_version
from fahndung.release.naming import DRAFT_PAGE, derive, marker, poster_name, slug
from fahndung.release.setting import Setting

__all__ = [
    "DRAFT_PAGE",
    "Built",
    "Examined",
    "Setting",
    "compare",
    "derive",
    "draft_poster",
    "examine",
    "from_stored",
    "marker",
    "parse_manifest",
    "poster_name",
    "slug",
    "templates_version",
]
