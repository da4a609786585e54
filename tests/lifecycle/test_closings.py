"""What a closing notice is for, in words; which one an end calls for is told by the walks through the lifecycle."""

import pytest

from fahndung.channels import telegramtext
from fahndung.lifecycle import closings
from fahndung.model.closing import NOTICE_KINDS, PART_KINDS


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_notice_is_told_apart_in_words_and_not_by_its_kind(language: str) -> None:
    kinds = (*NOTICE_KINDS, *PART_KINDS, telegramtext.REPLACED)
    told = {closings.case_of(kind).in_language(language) for kind in kinds}
    assert len(told) == len(kinds)
    assert not told & {*kinds}
