"""The ids of an appeal and its parts: texts that cannot be taken for one another."""

import re
from typing import NewType

AppealId = NewType("AppealId", str)

PersonId = NewType("PersonId", str)

ImageId = NewType("ImageId", str)

ChannelName = NewType("ChannelName", str)

NormId = NewType("NormId", str)

ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def is_id(text: str) -> bool:
    """Whether ``text`` may name an appeal, a person, an image or a channel (ids become paths)."""
    return ID_PATTERN.fullmatch(text) is not None and ".." not in text
