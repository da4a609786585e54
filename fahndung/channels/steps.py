"""Taking down in steps: every one is tried, whatever became of those before it; and the steps before anything is sent.

Knows no channel.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence

from fahndung.errors import ChannelFailed, FahndungError, Message, NotSent, Replaced
from fahndung.model.publication import Reference


@contextlib.contextmanager
def before_sending() -> Iterator[None]:
    """What fails inside has put nothing online.

    Raises:
        NotSent: in the place of every other ``ChannelFailed``.
    """
    try:
        yield
    except NotSent:
        raise
    except ChannelFailed as error:
        raise NotSent(*error.message) from error


def do_all(*steps: Callable[[], object]) -> None:
    """Runs every step, then raises one failure that tells of all.

    Its type is that of the first failure that a retry can help; only where there is none is it one that a person has
    to see to, and ``Replaced`` only where nothing else went wrong. A single failure comes out as it is.

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
    first = min(failures, key=_weight)
    english = dict.fromkeys(one.message.en for one in failures)
    german = dict.fromkeys(one.message.de for one in failures)
    first.message = Message(" ".join(english), " ".join(german))
    first.args = (first.message.en,)
    raise first


def _weight(failure: FahndungError) -> int:
    return 0 if isinstance(failure, ChannelFailed) else 2 if isinstance(failure, Replaced) else 1


def remove(
    references: Sequence[Reference], find: Callable[[], Sequence[Reference]], delete: Callable[[Reference], None]
) -> None:
    """Deletes every reference, then whatever ``find`` names beside them.

    Raises:
        FahndungError: something could not be removed, or ``find`` failed; all was tried.
    """
    known = each(*references)
    ids = {reference.id for reference in known}

    def rest() -> None:
        do_all(*(functools.partial(delete, one) for one in find() if one.id not in ids))

    do_all(*(functools.partial(delete, one) for one in known), rest)


def each(*references: Reference) -> list[Reference]:
    """Every object once, with its public address if anybody knows it."""
    known: dict[tuple[str, str], Reference] = {}
    for one in references:
        if (before := known.get((one.kind, one.id))) is None or before.url is None:
            known[one.kind, one.id] = one
    return list(known.values())


def otherwise(posts: Sequence[str], files: Sequence[str] = ()) -> Message:
    """In words what is there otherwise than approved: the addresses or ids of posts and of files."""
    where = ", ".join((*posts, *files))
    if not posts:
        return Message(
            f"no post is there, and pictures of it are still online: {where}",
            f"kein Beitrag ist da, und Bilder davon sind noch online: {where}",
        )
    if len(posts) > 1:
        return Message(
            f"{len(posts)} posts are there instead of one, online: {where}",
            f"{len(posts)} Beiträge sind da statt eines, online: {where}",
        )
    return Message(
        f"its words, its pictures or who sees it are not as approved, online: {where}",
        f"Wortlaut, Bilder oder Sichtbarkeit sind nicht wie freigegeben, online: {where}",
    )
