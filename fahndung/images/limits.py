"""How much a foreign picture may cost before it is refused. Numbers only; ``probing`` and ``child`` keep them."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one untrusted file.

    Attributes:
        size: bytes of the file.
        pixels, side: px in all and px along one side.
        scans: scans of one JPEG; a progressive file of 289 kB with 400 scans costs 27 s CPU (measured, Pillow 13),
            the most among 902 real files was 14.
        steps: segments, chunks and blocks that the pre-parse looks at.
        profile: bytes of an ICC profile.
        reads: values of maker notes; a long one has 64 KiB, which its reader takes one by one in 0.04 s.
        memory: bytes of address space that the child may take on top of what the process has already.
        cpu_s, wall_s: s of processor time and s of waiting.
        files: highest number of open files of the child.
        processes: processes and threads of the user at which the child may start no more; None leaves that as it is.
        answer: bytes that the child may hand back.
    """

    size: int = 64 * 2**20
    pixels: int = 100_000_000
    side: int = 30_000
    scans: int = 64
    steps: int = 400_000
    profile: int = 2 * 2**20
    reads: int = 400_000
    memory: int = 2 * 2**30
    cpu_s: int = 20
    wall_s: float = 60.0
    files: int = 32
    processes: int | None = 0
    answer: int = 320_000_000


DEFAULT = Limits()
