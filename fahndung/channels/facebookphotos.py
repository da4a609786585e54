"""Photos of a Facebook Page as the Graph API takes and tells them: made for a post, hanging on it, by themselves. Pure.

A photo made with ``published=false`` is shown to nobody, and goes after about 24 hours unless a post shows it
(developers.facebook.com, reference of ``/{page}/photos``, read 2026-11-26). ``temporary`` is for scheduled posts and is
not sent. Of the list of a post's attachments no field specification is at hand.
"""

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fahndung.channels import multipart
from fahndung.model.publication import Reference

MEDIUM = "media"
"""The kind of a photo's reference."""
EDGE, UPLOADED = "photos", {"type": "uploaded"}
"""Where the photos of a Page are listed that it uploaded; without the type only its profile pictures are."""
LISTED, SHOWN = "id,name", "id,name,alt_text_custom"
HANGING = "attachments{type,target,subattachments{type,target}}"
"""The field of a post that tells what hangs on it."""
_ID = re.compile(r"[0-9]{1,20}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo as it is read back: its alternative text, and the words below it."""

    alt: str
    caption: str


def is_id(untrusted: object) -> bool:
    """Whether it has the form of a photo's id."""
    return isinstance(untrusted, str) and _ID.fullmatch(untrusted) is not None


def reference(id: str) -> Reference:
    """What the ledger keeps of a photo."""
    return Reference(kind=MEDIUM, id=id, url=f"https://www.facebook.com/{id}")


def form(
    data: bytes, *, media_type: str, alt: str, caption: str, proof: Mapping[str, str]
) -> tuple[dict[str, str], bytes]:
    """Header and body of the call that makes a photo for nobody to see.

    The specification names no field for the file; the documentation says that any will do, and that it is ``source``.
    """
    fields = {"published": "false", "alt_text_custom": alt, "caption": caption, **proof}
    return multipart.form(fields, field="source", filename="bild.jpg", media_type=media_type, data=data)


def attached(photos: Sequence[Reference]) -> dict[str, str]:
    """The parameters of a post that shows these photos, in that order; none: it shows none."""
    if not photos:
        return {}
    return {"attached_media": json.dumps([{"media_fbid": one.id} for one in photos])}


def read(told: Mapping[str, Any]) -> Photo | None:
    """A photo of which an answer tells; None: it tells of none."""
    alt, caption = told.get("alt_text_custom", ""), told.get("name", "")
    if not isinstance(alt, str) or not isinstance(caption, str):
        return None
    return Photo(alt=alt.strip(), caption=caption.strip())


def hanging(untrusted: object) -> tuple[str, ...] | None:
    """The ids of the photos that hang on a post, in order; None: something else hangs on it."""
    try:
        return tuple(_photos(untrusted))
    except ValueError:
        return None


def _photos(untrusted: object) -> Iterator[str]:
    """Those of a list of attachments; an album is one that has others below it.

    Raises:
        ValueError: something is no photo.
    """
    listed = untrusted.get("data") if isinstance(untrusted, dict) else untrusted
    for one in listed if isinstance(listed, list) else [listed] if listed else []:
        attachment: dict[str, Any] = one if isinstance(one, dict) else {}
        target, below = attachment.get("target"), attachment.get("subattachments")
        if below:
            yield from _photos(below)
        elif attachment.get("type") == "photo" and isinstance(target, dict) and is_id(target.get("id")):
            yield target["id"]
        else:
            raise ValueError("it is no photo")
