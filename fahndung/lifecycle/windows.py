"""Warns of an end at which a channel lets nobody delete through its interface any more. Stops nothing."""

import datetime as dt

from fahndung.channels.capabilities import Capabilities
from fahndung.errors import Message
from fahndung.law.periods import stamp


def warning(
    channel: str,
    able: Capabilities,
    ends_at: dt.datetime | None,
    *,
    out_at: dt.datetime | None,
    ttl: dt.timedelta | None = None,
) -> Message | None:
    """What will be left at the end for a person to delete; None: nothing, for all that is known.

    Args:
        ends_at: the computed end; None: there is none.
        out_at: when it is published; None: that is not known yet.
        ttl: how long a copy stays on the account at most.
    """
    window = able.delete_window
    if window is None or (ttl is not None and ttl < window):
        return None
    if ends_at is not None and out_at is not None and ends_at <= out_at + window:
        return None
    hours = f"{window.total_seconds() / 3600:g}"
    en = f"{channel}: the program can delete it within {hours} hours only. At a later end a closing notice takes its "
    en += "place, and a person has to delete it in the app."
    de = f"{channel}: Das Programm kann es nur innerhalb von {hours} Stunden löschen. Bei einem späteren Ende tritt "
    de += "die Nachricht über das Ende an seine Stelle, und eine Person muss es in der App löschen."
    if ends_at is None:
        return Message(f"{en} No end is computed.", f"{de} Ein Ende ist nicht berechnet.")
    first = ends_at - window
    return Message(
        f"{en} It ends at the latest on {stamp(ends_at).en}: what goes out before {stamp(first).en} is concerned.",
        f"{de} Es endet spätestens am {stamp(ends_at).de}: Betroffen ist, was vor dem {stamp(first).de} hinausgeht.",
    )
