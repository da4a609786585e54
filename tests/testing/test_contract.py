"""The contract catches what a channel can get wrong, and finds nothing wrong with the channel that it was made from."""

import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from fahndung.testing.memory import MemoryChannel
from tests.testing import mutants

ROOT = pathlib.Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Which test, without its parameters, failed for which channel; all in one pytest of their own."""
    report = tmp_path_factory.mktemp("mutants") / "report.xml"
    module = "tests/testing/mutants.py"
    chosen = set(mutants.MUTANTS.values())
    wanted = [(MemoryChannel, name) for name in sorted(chosen)] + [*mutants.MUTANTS.items()]
    nodes = [f"{module}::Test{channel.__name__}::{name}" for channel, name in wanted]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--junitxml={report}"]
    ran = subprocess.run([*command, *nodes], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    found = ET.parse(report).getroot().iter("testcase")
    return {
        (case.attrib["classname"].rsplit(".Test", 1)[1], case.attrib["name"].split("[")[0])
        for case in found
        if case.find("failure") is not None
    }


@pytest.mark.peers
@pytest.mark.parametrize(("mutant", "test"), mutants.MUTANTS.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_mistake_is_caught_by_the_test_that_is_there_for_it(
    failed: set[tuple[str, str]], mutant: type[MemoryChannel], test: str
) -> None:
    assert (mutant.__name__, test) in failed


@pytest.mark.peers
def test_the_channel_without_a_mistake_passes(failed: set[tuple[str, str]]) -> None:
    assert not {test for channel, test in failed if channel == MemoryChannel.__name__}
