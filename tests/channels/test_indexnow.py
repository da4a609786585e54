"""Search engines are told of addresses of the own site, with a key that they find there."""

import dataclasses
import pathlib
from collections.abc import Iterator

import pytest

from fahndung.channels import indexnow, layout, server, sitemap
from fahndung.channels.indexnow import Site
from fahndung.errors import ChannelFailed, FahndungError, NotSent, RateLimited, Rejected
from fahndung.http import Client
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningIndexNow

from . import build, indexnows
from .build import INDEX, OTHER_SLUG, SLUG


@pytest.fixture
def service(tmp_path: pathlib.Path) -> Iterator[RunningIndexNow]:
    with indexnows.in_a_thread(tmp_path / "service") as running:
        yield running


@pytest.fixture
def site(tmp_path: pathlib.Path) -> Iterator[Site]:
    """A website with two pages that may be listed, and a server that shows it."""
    (tmp_path / "site").mkdir()
    with server.Server(tmp_path / "site") as running:
        channel = build.website(tmp_path, running.url)
        for slug in (SLUG, OTHER_SLUG):
            build.publish(channel, slug=slug, robots=INDEX)
        yield indexnow.site_of(channel.access())


def pages(site: Site) -> list[str]:
    return [f"{site.base_url}fahndung/{slug}/" for slug in (SLUG, OTHER_SLUG)]


def test_the_site_and_its_key_are_those_of_the_ledgers_row(site: Site) -> None:
    assert site.key == sitemap.key(build.NONCE)
    assert site.base_url == f"http://{site.host}/"
    assert site.is_here
    assert not indexnow.is_here("https://fahndung.polizei.example/")


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"base_url": "https://f.example/"},
        {"nonce": "x"},
        {"base_url": 7, "nonce": "x"},
        {"base_url": "https://f.example/", "nonce": ""},
        {"base_url": "ftp://f.example/", "nonce": "x"},
    ],
)
def test_a_row_that_does_not_say_which_website_is_told_of_nowhere(row: dict[str, object]) -> None:
    with pytest.raises(ChannelFailed, match="incomplete or damaged"):
        indexnow.site_of(row)


def test_all_addresses_of_a_site_go_in_one_call(service: RunningIndexNow, site: Site) -> None:
    assert indexnow.tell(service.service, site, pages(site)) == 200
    assert service.told() == pages(site)
    assert service.calls(Call.CREATE) == 1


@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.NOTHING])
def test_200_and_202_are_a_success(service: RunningIndexNow, site: Site, fault: Fault) -> None:
    service.add(fault, Call.CREATE)
    assert indexnow.tell(service.service, site, pages(site)) in {200, 202}


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (Fault.LIMITED, RateLimited, "wait for 30 s"),
        (Fault.UNAUTHORIZED, Rejected, "status 403"),
        (Fault.REFUSED, Rejected, "status 422"),
        (Fault.ERROR_BEFORE, ChannelFailed, "status 500"),
        (Fault.CUT_BEFORE, ChannelFailed, "127.0.0.1"),
    ],
)
def test_every_other_answer_is_an_error_of_its_kind(
    service: RunningIndexNow, site: Site, fault: Fault, error: type[FahndungError], said: str
) -> None:
    service.add(fault, Call.CREATE, seconds=30)
    with pytest.raises(error, match=said):
        indexnow.tell(service.service, site, pages(site))
    assert service.told() == []


def test_a_service_that_is_not_there_was_sent_nothing(site: Site) -> None:
    with pytest.raises(NotSent):
        indexnow.tell("http://127.0.0.1:9/indexnow", site, pages(site))


def test_the_service_takes_nothing_without_the_key_on_the_own_host(
    service: RunningIndexNow, site: Site, tmp_path: pathlib.Path
) -> None:
    with pytest.raises(Rejected, match=r"status 403.*fahndung-indexnow\.txt"):
        indexnow.tell(service.service, dataclasses.replace(site, key="0" * 32), pages(site))
    away = dataclasses.replace(site, base_url="http://127.0.0.1:9/")
    with pytest.raises(Rejected, match="status 403"):
        indexnow.tell(service.service, away, ["http://127.0.0.1:9/fahndung/"])
    (tmp_path / "site" / layout.INDEXNOW).unlink()
    with pytest.raises(Rejected, match="status 403"):
        indexnow.tell(service.service, site, pages(site))
    assert service.told() == []


def test_the_service_takes_no_address_of_another_host(service: RunningIndexNow, site: Site) -> None:
    with pytest.raises(Rejected, match="status 422"):
        indexnow.tell(service.service, site, [*pages(site), "https://anders.example/fahndung/"])
    with pytest.raises(Rejected, match="status 422"):
        indexnow.tell(service.service, dataclasses.replace(site, key="short"), pages(site))
    with pytest.raises(Rejected, match="status 400"):
        indexnow.tell(service.service, site, [])
    assert service.told() == []


@pytest.mark.parametrize("body", [b"", b"[]", b'{"host": "x"}'])
def test_the_service_takes_nothing_that_is_broken(service: RunningIndexNow, body: bytes) -> None:
    client, headers = Client(), {"Content-Type": "application/json; charset=utf-8"}
    assert client.post(service.service, body=body, headers=headers).status == 400
    assert client.post(service.service, body=b"{}").status == 400
    assert client.get(service.service).status == 404
    assert service.online() == ()


def test_the_service_says_what_it_took(service: RunningIndexNow, site: Site) -> None:
    indexnow.tell(service.service, site, pages(site)[:1])
    assert [one["id"] for one in service.online()] == pages(site)[:1]
