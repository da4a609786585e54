"""Taking down in steps: every one is tried, whatever became of those before it. Knows no channel."""

from collections.abc import Callable

from fahndung.errors import ChannelFailed, FahndungError, Message


def do_all(*steps: Callable[[], object]) -> None:
    """Runs every step, then raises one failure that tells of all.

    Its type is that of the first failure that a retry can help; only where there is none is it one that a person has
    to see to. A single failure comes out as it is.

    Raises:
        FahndungError: at least one step failed; all were tried.
    """
    failures: list[FahndungError] = []
    for step in steps:
        try:
            step()
        except FahndungError as error:
            failures.append(error)
    if not failures:
        return
    first = next((one for one in failures if isinstance(one, ChannelFailed)), failures[0])
    english = dict.fromkeys(one.message.en for one in failures)
    german = dict.fromkeys(one.message.de for one in failures)
    first.message = Message(" ".join(english), " ".join(german))
    first.args = (first.message.en,)
    raise first
