"""The settings of the PDF engine: those of its makers, whatever a machine says.

By itself it takes them from variables (``RL_useA85``), from ``~/.reportlab_settings`` and from a module beside the
program; the same poster would then have other bytes elsewhere.
"""

import functools

from reportlab import rl_config, rl_settings
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfdoc

_OWN = {"useA85": 0, "invariant": 1, "pageCompression": 1, "defaultPageSize": A4}
"""Binary streams are a quarter smaller; no clock; compressed."""


def settle() -> None:
    """Set them all, but for the folders in which it would look for fonts: it is never asked to."""
    for name in rl_settings.__all__:
        value = _OWN.get(name, getattr(rl_settings, name))
        if not isinstance(value, list | tuple) or name in _OWN:
            setattr(rl_config, name, value)
    for name in ("fp_str", "PDFName"):  # pure, and asked for the same widths, numbers and names again and again
        kept = getattr(pdfdoc, name)
        if not hasattr(kept, "cache_info"):
            setattr(pdfdoc, name, functools.lru_cache(maxsize=4096)(kept))
