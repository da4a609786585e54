"""Here the looks at pictures are what is tested."""

from collections.abc import Iterator

import pytest

from tests import looks


@pytest.fixture(scope="module", autouse=True)
def looked_anew() -> Iterator[None]:
    """Every look starts its children, however often the same was seen."""
    with looks.anew():
        yield
