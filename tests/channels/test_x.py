"""The X channel keeps the contract on every kind of API, and every exchange fits the OpenAPI file."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.channels import xapi
from fahndung.channels.base import Channel
from fahndung.model.release import Release
from fahndung.testing.running import RunningX, running_x
from fahndung.testing.xshapes import PROFILES

from . import linkposts, simulated, xs
from .openapi import Record

only = pytest.mark.parametrize


def release(name: str = "one", **how: Any) -> Release:
    return linkposts.release(name, channel="x", **how)


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[Record]:
    """All that is said, and nothing of it wrong; calls do not wait for long."""
    monkeypatch.setenv(xs.VARIABLE, xs.keys())
    monkeypatch.setattr(xapi, "TIMEOUT_S", simulated.TIMEOUT_S)
    record = xs.record()
    record.watch(monkeypatch)
    yield record
    assert record.wrong == []


class Contract(simulated.Contract):
    """One platform for all tests of a profile."""

    variable = xs.VARIABLE
    skips = xs.SKIPS

    def opened(self, platform: RunningX, mode: str) -> Channel:
        return xs.channel(platform, mode)

    def released(self, name: str) -> Release:
        return release(name)


class TestContract(Contract):
    """Against the platform in a thread of this process."""

    @pytest.fixture(scope="class", params=["strict"])
    @classmethod
    def mode(cls, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningX]:
        with xs.in_a_thread(tmp_path_factory.mktemp("x"), mode) as started:
            yield started


@pytest.mark.peers
class TestContractOverProcesses(Contract):
    """Against the platform in a process of its own."""

    @pytest.fixture(scope="class", params=PROFILES)
    @classmethod
    def mode(cls, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture(scope="class")
    @classmethod
    def platform(cls, mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningX]:
        lag = xs.LAG_S if PROFILES[mode].lag_s else None
        with running_x(tmp_path_factory.mktemp("x"), mode, lag_s=lag) as started:
            yield started

    def opened(self, platform: RunningX, mode: str) -> Channel:
        os.environ[xs.VARIABLE] = xs.keys(platform.token)  # the frame puts it back
        return super().opened(platform, mode)
