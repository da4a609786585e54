"""What a simulated Mastodon server says of itself and its limits, in both versions of the call. Knows no network."""

import urllib.parse
from typing import Any

from fahndung.testing.mastodonstock import Profile

_SOURCE = "https://source.example/server"
_VIDEO = {"video_size_limit": 103_809_024, "video_frame_rate_limit": 120, "video_matrix_limit": 8_294_400}
_IMAGES = {"image_size_limit": 16_777_216, "image_matrix_limit": 33_177_600, "description_limit": 1500}


def instance(profile: Profile, base: str, version: str, *, statuses: int) -> dict[str, Any]:
    """The server as call ``version`` (``v1`` or ``v2``) tells it; ``statuses``: how many it has."""
    told = _common(profile, base)
    return told | (_first(base, statuses) if version == "v1" else _second(profile, base))


def _common(profile: Profile, base: str) -> dict[str, Any]:
    text = {"max_characters": profile.characters, "characters_reserved_per_url": profile.url_characters}
    return {
        "title": "Simulated",
        "version": profile.version,
        "description": "",
        "languages": ["de"],
        "rules": [],
        "configuration": {
            "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "statuses": text | {"max_media_attachments": 4},
            "media_attachments": {"supported_mime_types": ["image/jpeg", "image/png"], **_IMAGES, **_VIDEO},
            "polls": {
                "max_options": 4,
                "max_characters_per_option": 50,
                "min_expiration": 300,
                "max_expiration": 2_629_746,
            },
            "urls": {"streaming": _streaming(base), "about": f"{base}about", "privacy_policy": None},
            "translation": {"enabled": False},
        },
    }


def _first(base: str, statuses: int) -> dict[str, Any]:
    return {
        "uri": urllib.parse.urlsplit(base).netloc,
        "short_description": "",
        "email": "presse@polizei.example",
        "urls": {"streaming_api": _streaming(base)},
        "stats": {"user_count": 1, "status_count": statuses, "domain_count": 0},
        "thumbnail": f"{base}thumbnail.png",
        "registrations": False,
        "approval_required": True,
        "invites_enabled": False,
    }


def _second(profile: Profile, base: str) -> dict[str, Any]:
    told = {
        "domain": urllib.parse.urlsplit(base).netloc,
        "source_url": _SOURCE,
        "usage": {"users": {"active_month": 0}},
        "thumbnail": {"url": f"{base}thumbnail.png"},
        "icon": [],
        "registrations": {"enabled": False, "approval_required": True, "message": None},
        "contact": {"email": "presse@polizei.example"},
    }
    return told | ({} if profile.api is None else {"api_versions": {"mastodon": profile.api}})


def _streaming(base: str) -> str:
    return f"ws{base.removeprefix('http').rstrip('/')}"
