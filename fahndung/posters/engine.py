"""The settings of the PDF engine: those of its makers, whatever a machine says. And the same bytes in less time.

By itself it takes them from variables (``RL_useA85``), from ``~/.reportlab_settings`` and from a module beside the
program; the same poster would then have other bytes elsewhere.
"""

import functools

from reportlab import rl_config, rl_settings
from reportlab.lib import rl_accel
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfdoc

_OWN = {"useA85": 0, "invariant": 1, "pageCompression": 1, "defaultPageSize": A4}
"""Binary streams are a quarter smaller; no clock; compressed."""
_ESCAPED = tuple(rl_accel.escapePDF(bytes([value])) for value in range(256))

numbers = functools.lru_cache(maxsize=4096)(rl_accel.fp_str)
"""Numbers as the engine writes them: sizes, widths and places come again and again, and so do the names of entries."""
_name = functools.lru_cache(maxsize=4096)(pdfdoc.PDFName)


def escaped(data: bytes | str) -> str:
    """What stands for the bytes between the brackets of a string, as the engine's ``escapePDF`` says.

    Text comes only from others in this process who use the engine as well.
    """
    if isinstance(data, str):
        return str(rl_accel.escapePDF(data))
    return "".join(map(_ESCAPED.__getitem__, data))


def encoded(value: str | bytes) -> bytes:
    """The text in the engine's encoding, which is ASCII where there is nothing else, and takes long to look up.

    Control characters, which the engine's table refuses, do not come here: words are checked, strings are escaped.
    """
    if isinstance(value, bytes):
        return value
    return value.encode("ascii" if value.isascii() else "extpdfdoc")


def settle() -> None:
    """Set them all, but for the folders in which it would look for fonts: it is never asked to."""
    for name in rl_settings.__all__:
        value = _OWN.get(name, getattr(rl_settings, name))
        if not isinstance(value, list | tuple) or name in _OWN:
            setattr(rl_config, name, value)
    for name, quicker in (("fp_str", numbers), ("PDFName", _name), ("escapePDF", escaped), ("pdfdocEnc", encoded)):
        setattr(pdfdoc, name, quicker)
