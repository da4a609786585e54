"""Large pages for what a test process holds once its tests are collected, so that its hundreds of children cost less.

A fork copies the page tables: of 430 MB in pages of 4 KiB that takes 25 ms of CPU, in pages of 2 MiB a third of it, and
most pictures that a child decodes take less. Only what is there already is moved, once: the maps get no mark
(``MADV_HUGEPAGE``) by which the kernel would clear and look for 2 MiB at each later page fault, in every child as well.
"""

import ctypes
import pathlib
from collections.abc import Iterator

_COLLAPSE = 25  # MADV_COLLAPSE, since Linux 6.1; ``mmap`` has no name for it
_PAGE = 2 * 2**20


def collapse() -> int:
    """Moves the heap of this process to large pages; how many of its maps the kernel did move.

    An older kernel, or one without so much memory in one piece, moves none: the tests are only slower.
    """
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return sum(advise(start, end - start, _COLLAPSE) == 0 for start, end in [*_heap()])


def _heap() -> Iterator[tuple[int, int]]:
    """Where its writable memory without a file lies, as far as whole large pages fit into it."""
    for line in pathlib.Path("/proc/self/maps").read_text().splitlines():
        addresses, mode, _, _, inode, *name = line.split(maxsplit=5)
        if mode == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            start, end = (int(address, 16) // _PAGE for address in addresses.split("-"))
            if start + 1 < end:
                yield (start + 1) * _PAGE, end * _PAGE
