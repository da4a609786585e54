"""Joins images, texts and posters into one release: files, manifest, digest; reads it back as the rules see it.

``building`` is the way through it, ``drafting`` the short one to a draft, ``naming`` the names that nobody can guess,
``files`` what lies in a release, ``manifest`` what is signed, ``reading`` what the public would get. Approves nothing,
judges nothing, reads no clock.
Nothing is imported before it is asked for: a takedown reads manifests and must not wait for what draws posters.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fahndung.release.building import Built, Examined, examine
    from fahndung.release.drafting import draft_card, draft_poster
    from fahndung.release.languages import unspoken
    from fahndung.release.manifest import compare, from_stored, parse_manifest, templates_version
    from fahndung.release.naming import DRAFT_PAGE, GERMAN, card_file, derive, marker, poster_name, slug
    from fahndung.release.setting import Setting
    from fahndung.release.uploads import listed_uploads, planned_uploads

__all__ = [
    "DRAFT_PAGE",
    "GERMAN",
    "Built",
    "Examined",
    "Setting",
    "card_file",
    "compare",
    "derive",
    "draft_card",
    "draft_poster",
    "examine",
    "from_stored",
    "listed_uploads",
    "marker",
    "parse_manifest",
    "planned_uploads",
    "poster_name",
    "slug",
    "templates_version",
    "unspoken",
]

_HOMES = {
    **dict.fromkeys(("Built", "Examined", "examine"), "building"),
    **dict.fromkeys(("draft_card", "draft_poster"), "drafting"),
    **dict.fromkeys(("compare", "from_stored", "parse_manifest", "templates_version"), "manifest"),
    **dict.fromkeys(("DRAFT_PAGE", "GERMAN", "card_file", "derive", "marker", "poster_name", "slug"), "naming"),
    "Setting": "setting",
    "listed_uploads": "uploads",
    "planned_uploads": "uploads",
    "unspoken": "languages",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
