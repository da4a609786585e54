"""A new home: made over nothing, open to nobody, with a configuration that its own schema takes."""

import pathlib

import pytest

from fahndung.errors import UsageError
from fahndung.home import making


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_new_home_has_a_configuration_that_its_own_schema_takes(tmp_path: pathlib.Path, rehearsal: bool) -> None:
    made = making.create(tmp_path / "h", rehearsal=rehearsal)
    config = made.config()
    assert config.approvals == 1
    assert config.channels["website"]["read_back"] == ("files" if rehearsal else "http")
    assert made.path.stat().st_mode & 0o777 == 0o700


def test_a_home_is_not_made_over_something(tmp_path: pathlib.Path) -> None:
    (tmp_path / "letter").write_text("x")
    with pytest.raises(UsageError, match="not an empty folder"):
        making.create(tmp_path, rehearsal=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter"]
