"""How many exchanges of a test run were held against their platform's specification, over all its processes."""

import collections
from collections.abc import Iterator, Mapping

KEY = "exchanges"
Counts = Mapping[str, Mapping[str, int]]


class Tally:
    """Counts by platform.

    Attributes:
        held: exchanges of which request and answer were held against it.
        odd: those of them whose answer said itself that it is not described; the request alone was held against it.
        unheld: exchanges for which there was no specification to hold them against.
    """

    def __init__(self) -> None:
        self.held, self.odd, self.unheld = (collections.Counter[str]() for _ in range(3))

    def note(self, platform: str, *, held: bool, odd: bool) -> None:
        """One exchange."""
        (self.held if held else self.unheld)[platform] += 1
        self.odd[platform] += held and odd

    def counts(self) -> Counts:
        """What a test process tells the one that started it."""
        return {name: dict(counter) for name, counter in vars(self).items()}

    def add(self, counts: Counts) -> None:
        """What another process counted."""
        for name, counter in counts.items():
            getattr(self, name).update(counter)

    def lines(self) -> Iterator[str]:
        """What is said at the end of a run."""
        for platform, count in sorted(self.held.items()):
            odd = f", {self.odd[platform]:,} of them by their request alone" if self.odd[platform] else ""
            yield f"{platform}: {count:,} exchanges held against the platform's specification{odd}"
        if self.unheld:
            told = ", ".join(f"{platform} ({count:,} exchanges)" for platform, count in sorted(self.unheld.items()))
            yield f"UNVALIDATED, no specification was at hand: {told}"


RUN = Tally()
"""That of this process."""
