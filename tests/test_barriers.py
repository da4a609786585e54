"""axe-core finds no barrier on any page that the program makes, and finds those of a page that has some."""

import pathlib
from collections.abc import Iterator, Mapping

import pytest

from fahndung import premises, records, variants
from fahndung.cases import building
from fahndung.channels import layout, leftovers, server
from fahndung.law.gate import Stage
from fahndung.lifecycle import previewing, previewpage
from fahndung.model.ids import PersonId
from fahndung.model.release import Release
from fahndung.release import examine
from fahndung.testing import cases as examples
from tests import browser, world
from tests.browser import Browser
from tests.channels import build
from tests.world import BEFORE, PAIR, World

pytestmark = pytest.mark.peers
BASE = "https://fahndung.polizei.example/"
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 360)]
BARRIERS = {
    "html-has-lang": "<html>",
    "document-title": "<html>",
    "image-alt": "<img",
    "color-contrast": "too pale",
    "heading-order": "<h4>",
    "landmark-one-main": "<html>",
    "link-name": "<a ",
}
BROKEN = """<!DOCTYPE html><html><body><h1>Seite</h1><h4>Ohne Stufe</h4><img src="x.jpg"><a href="x"></a>
<p style="color: #bbb; background: #fff">too pale to be read</p></body></html>"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.running() as running:
        yield running


@pytest.fixture(scope="module")
def made(empty_template: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Every page that the program makes, by name with its address."""
    folder = tmp_path_factory.mktemp("pages")
    for office in world.copied(empty_template, folder / "home"):
        website, other = build.website(folder / "web", BASE), build.website(folder / "other", BASE)
        with server.Server(website.endpoint.root) as whole, server.Server(other.endpoint.root) as parts:
            yield _published(office, folder, (website, whole.url), (other, parts.url))


def _published(
    office: World,
    folder: pathlib.Path,
    whole: tuple[build.Website, str],
    parts: tuple[build.Website, str],
) -> dict[str, str]:
    config = office.home.path / "fahndung.toml"
    config.write_text(config.read_text("utf-8").replace("http://127.0.0.1:8477/", BASE), "utf-8")
    found: dict[str, str] = {}
    for name in examples.NAMES:
        release = _stored(office, name) if name == "jewellery-theft" else _built(office, name)
        found[name] = whole[1] + _up(whole[0], release)
        if name == "ten-languages":
            found |= {f"{name} {lang}": f"{found[name]}{lang}.html" for lang in ("uk", "ar")}
        if name == "jewellery-theft":
            rest = variants.view(release, PersonId("p2"))
            assert rest is not None
            found["remainder"] = parts[1] + _up(parts[0], rest)
        if name == "witness-call":
            found["ended"] = parts[1] + _up(parts[0], release, down=True)
    found |= {"start page": whole[1], "never was": f"{whole[1]}nowhere"}
    shown = previewing.preview(office.home, office.ledger, appeal_id=PAIR)
    bare = {f"preview {language}": previewpage.page(shown, language) for language in ("de", "en")}
    title, text, start = leftovers.wording(None)
    bare |= {"ended leftover": leftovers.page(title, text)}
    bare |= {"start page of leftovers": leftovers.page(start, "", layout.LIST_MARK)}
    for name, content in bare.items():
        file = folder / f"{name.replace(' ', '-')}.html"
        file.write_text(content, "utf-8")
        found[name] = file.as_uri()
    return found


def _stored(office: World, name: str) -> Release:
    """The release of an example that is in the home, where it can be previewed."""
    appeal = office.submit(office.case(name))
    return building.build(office.home, office.ledger, appeal_id=appeal, now=BEFORE, by="k.muster").release


def _built(office: World, name: str) -> Release:
    """The same of one that is not: it is built once, not again to be submitted."""
    case, config = records.load(office.case(name)), office.home.config()
    facts = premises.gate_facts(case.appeal, config, office.home, stage=Stage.RELEASE)
    setting = premises.setting_of(facts, config, office.home, salt=bytes(32))
    files = {"appeal.json": case.record_bytes}
    return examine(case.appeal, case.images, files, setting, judge=lambda appeal, outputs: ()).accepted().release


def _up(channel: build.Website, release: Release, *, down: bool = False) -> str:
    """Publishes a release, and takes it down if it is to be; its address below the root."""
    draft = channel.prepare(release)
    channel.publish(draft, lambda _: None)
    if down:
        channel.withdraw(build.posting(draft))
    return f"fahndung/{release.manifest['slug']}/"


def test_no_page_has_a_barrier(chromium: Browser, made: Mapping[str, str]) -> None:
    """In both colour schemes, on a screen and on a telephone, with everything unfolded."""
    assert len(made) == len(examples.NAMES) + 10
    found = []
    for name, url in made.items():
        chromium.open(url)
        for scheme, width in LOOKS:
            chromium.emulate(scheme, width)
            found += [f"{name} ({scheme}, {width} px): {one}" for one in chromium.violations()]
    assert found == []


def test_a_page_with_barriers_is_caught(chromium: Browser, tmp_path: pathlib.Path) -> None:
    page = tmp_path / "broken.html"
    page.write_text(BROKEN, "utf-8")
    chromium.open(page.as_uri())
    found = chromium.violations()
    for rule, where in BARRIERS.items():
        assert any(one.startswith(f"{rule}: ") and where in one for one in found), rule


def test_the_rules_are_those_that_are_locked_and_the_browser_says_which_it_is(chromium: Browser) -> None:
    assert browser.AXE.read_text("utf-8").startswith("/*! axe v4.14.1")
    assert chromium.version().startswith(("Chrome/", "HeadlessChrome/"))
