"""Refuses what may not be sent any more: it has ended, or its time or its approval is over."""

import datetime as dt

from fahndung.errors import NotPublishable
from fahndung.ledger.covering import ended_persons, is_closed
from fahndung.ledger.publication import Publication, Want
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import left_out


def refuse_late(tx: Tx, row: Publication, now: dt.datetime) -> None:
    if row.tells_end:
        _refuse_late_notice(row, now)
        return
    if row.want is Want.DOWN or is_closed(tx, row.appeal, row.revision, medium=row.medium, channel=row.channel):
        en, de = "has ended", "ist beendet"
    elif ended_persons(tx, row.appeal, row.revision, medium=row.medium, channel=row.channel) - {left_out(row.target)}:
        en, de = "has ended for a person whom it shows", "ist für eine Person beendet, die sie zeigt"
    elif row.due_at is not None and now >= row.due_at:
        en, de = f"had to be gone by {written(row.due_at)}", f"war bis {written(row.due_at)} zu löschen"
    elif row.approved_until is not None and now >= row.approved_until:
        en, de = "is no longer approved", "ist nicht mehr freigegeben"
    else:
        return
    raise NotPublishable(
        f"{row.appeal}, revision {row.revision}, {en} on {row.channel}. To publish again, hand in a new revision.",
        f"{row.appeal}, Fassung {row.revision}, {de} ({row.channel}). Für eine neue Veröffentlichung bitte eine neue "
        "Fassung einreichen.",
    )


def _refuse_late_notice(row: Publication, now: dt.datetime) -> None:
    """The post that tells an end comes after it: neither the end nor the approval's is against it, only its own."""
    if row.want is Want.DOWN or (row.due_at is not None and now >= row.due_at):
        raise NotPublishable(
            f"The time of the post that tells the end of {row.appeal} on {row.channel} is over.",
            f"Die Zeit des Beitrags über das Ende von {row.appeal} auf {row.channel} ist vorbei.",
        )


def written(instant: dt.datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(dt.UTC).isoformat()
