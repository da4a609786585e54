import pytest

from fahndung.model.closing import CLOSING_KINDS, EndReason, closing_kind


@pytest.mark.parametrize("criminal", [True, False])
def test_every_reason_has_its_kind(criminal: bool) -> None:
    kinds = {reason: closing_kind(reason, criminal) for reason in EndReason}
    assert set(kinds.values()) <= set(CLOSING_KINDS)
    assert kinds[EndReason.FOUND] == "reached"
    assert kinds[EndReason.ERROR] == "error"
    others = {kind for reason, kind in kinds.items() if reason not in (EndReason.FOUND, EndReason.ERROR)}
    assert others == {"ended-order" if criminal else "ended-preventive"}
