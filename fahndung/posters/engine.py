"""The settings of the PDF engine: those of its makers, whatever a machine says. And the same bytes in less time.

By itself it takes them from variables (``RL_useA85``), from ``~/.reportlab_settings`` and from a module beside the
program; the same poster would then have other bytes elsewhere. They hold while a document is made and no longer: who
uses this program as a library may draw with the same engine.
"""

import contextlib
import functools
import threading
from collections.abc import Iterator

from reportlab import rl_config, rl_settings
from reportlab.lib import rl_accel
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfdoc import PDFStream

_OWN = {"useA85": 0, "invariant": 1, "pageCompression": 1, "defaultPageSize": A4}
"""Binary streams are a quarter smaller; no clock; compressed."""
_ESCAPED = tuple(rl_accel.escapePDF(bytes([value])) for value in range(256))
_BARE, _ENDED = b"endstream\n", b"\nendstream\n"
_DRAWN = PDFStream.format
_TURN = threading.RLock()
"""The engine has its settings for the whole process: one document after the other is made with ours."""

numbers = functools.lru_cache(maxsize=4096)(rl_accel.fp_str)
"""Numbers as the engine writes them: sizes, widths and places come again and again, and so do the names of entries."""
_name = functools.lru_cache(maxsize=4096)(pdfdoc.PDFName)


def escaped(data: bytes | str) -> str:
    """What stands for the bytes between the brackets of a string, as the engine's ``escapePDF`` says.

    Text comes only from others in this process who use the engine at the same time.
    """
    if isinstance(data, str):
        return str(rl_accel.escapePDF(data))
    return "".join(map(_ESCAPED.__getitem__, data))


def encoded(value: str | bytes) -> bytes:
    """The text in the engine's encoding, which is ASCII where there is nothing else, and takes long to look up.

    Characters that it has no place for do not come here (control characters, soft hyphens): words are checked, what a
    document says of itself is whole, strings are escaped.
    """
    if isinstance(value, bytes):
        return value
    return value.encode("ascii" if value.isascii() else "extpdfdoc")


def _ended(stream: PDFStream, document: object) -> bytes:
    """The stream with a line end before its last word, which the engine leaves out.

    The engine makes streams in many places and offers none to change them.
    Source: ISO 19005-2, 6.1.7.1 („endstream shall be preceded by an EOL marker"; ISO 32000-1 says should).
    """
    written: bytes = _DRAWN(stream, document)
    return written.removesuffix(_BARE) + _ENDED


@contextlib.contextmanager
def settled() -> Iterator[None]:
    """Inside, the engine has its makers' settings and ours; afterwards those it had before.

    All but the folders in which it would look for fonts: it is never asked to.
    """
    with changed(*_settings(), *_QUICKER, (PDFStream, "format", _ended)):
        yield


@contextlib.contextmanager
def changed(*settings: tuple[object, str, object]) -> Iterator[None]:
    """Inside, names of the engine's modules and classes have these values; afterwards those they had before."""
    with _TURN, contextlib.ExitStack() as before:
        for owner, name, value in settings:
            before.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, value)
        yield


_QUICKER: tuple[tuple[object, str, object], ...] = (
    (pdfdoc, "fp_str", numbers),
    (pdfdoc, "PDFName", _name),
    (pdfdoc, "escapePDF", escaped),
    (pdfdoc, "pdfdocEnc", encoded),
)


@functools.cache
def _settings() -> tuple[tuple[object, str, object], ...]:
    values = ((name, _OWN.get(name, getattr(rl_settings, name))) for name in rl_settings.__all__)
    return tuple(
        (rl_config, name, value) for name, value in values if name in _OWN or not isinstance(value, list | tuple)
    )
