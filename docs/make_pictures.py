"""Makes the pictures of the docs: ``make pictures``. Needs poppler-utils and chromium; every person is drawn."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from PIL import Image

from fahndung.approval import load_key
from fahndung.cases import building, submitting
from fahndung.cli.demo import PEOPLE, PUBLISHED, SUBMITTED
from fahndung.founding import add_person, create_home
from fahndung.ledger.store import Ledger
from fahndung.posters.cards import SIZES, Shape
from fahndung.release import card_file
from fahndung.testing import cases as examples

HERE = pathlib.Path(__file__).parent / "pictures"
GROUND = "#8a8f98"
CARDS = ("wanted-man", "tram-witness", "missing-girl", "found-things", "witness-call")
"""Cases whose cards are shown: with and without social networks and the press in the order."""
QUIET = ("gpu", "quic", "background-networking", "component-update", "sync")
CHROMIUM = [
    "chromium",
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--hide-scrollbars",
    *(f"--disable-{part}" for part in QUIET),
]


def main() -> None:
    """Builds every example, draws the contact sheet, and photographs one page."""
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        releases = _releases(folder)
        sheets = [_poster(release, folder / f"{name}.png", 60) for name, release in releases.items()]
        _contact_sheet([Image.open(path) for path in sheets], HERE / "posters.png", columns=4)
        _cards([releases[name] for name in CARDS], HERE / "cards.png")
        shutil.copy(_poster(releases["missing-girl"], folder / "poster.png", 75), HERE / "poster.png")
        _page(releases["tram-robbery"], folder / "site", HERE / "page.png")


def _releases(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    home = create_home(folder / "home", rehearsal=True, now=SUBMITTED, by="pictures")
    config = home.path / "fahndung.toml"
    text = config.read_text("utf-8").replace("http://127.0.0.1:8477/", "https://fahndung.polizei.example/")
    config.write_text(text.replace("face_cards = false", "face_cards = true"), "utf-8")
    found = {}
    with Ledger.open(home.ledger_address, home_id=home.identity, rehearsed=True) as ledger:
        key = folder / "k.key"
        name, role = PEOPLE["k.muster"]
        add_person(
            ledger,
            person_id="k.muster",
            name=name,
            roles=frozenset({role}),
            path=key,
            passphrase=None,
            by="pictures",
            countersign=lambda: b"",
            now=SUBMITTED,
        )
        for case in examples.write(folder / "cases"):
            submitted = submitting.submit(case, home, ledger, person="k.muster", key=load_key(key), now=SUBMITTED)
            assert submitted.case is not None
            appeal = submitted.case.appeal.id
            built = building.build(home, ledger, appeal_id=appeal, now=PUBLISHED, by="k.muster")
            found[case.name] = home.release_folder(built.release.digest)
    kept = folder / "releases"
    shutil.copytree(home.path / "releases", kept)
    return {name: kept / path.name for name, path in found.items()}


def _poster(release: pathlib.Path, png: pathlib.Path, dpi: int = 45) -> pathlib.Path:
    pdf = release / "posters" / "a4.de.pdf"
    command = ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", os.fspath(pdf), os.fspath(png.with_suffix(""))]
    subprocess.run(command, check=True)
    return png


def _contact_sheet(pages: list[Image.Image], target: pathlib.Path, *, columns: int) -> None:
    """Pictures in rows, each row as high as its highest; few colours, for a page that is read on a screen."""
    gap = 14
    rows = [pages[at : at + columns] for at in range(0, len(pages), columns)]
    width = max(sum(page.width + gap for page in row) for row in rows) + gap
    canvas = Image.new("RGB", (width, sum(max(page.height for page in row) + gap for row in rows) + gap), GROUND)
    top = gap
    for row in rows:
        left = gap
        for page in row:
            canvas.paste(page, (left, top))
            left += page.width + gap
        top += max(page.height for page in row) + gap
    canvas.quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)


def _cards(releases: list[pathlib.Path], target: pathlib.Path) -> None:
    """A row for each release: neutral cards on the left, those with a picture on the right, where it has them."""
    made = []
    for release in releases:
        for picture in (False, True):
            for shape in Shape:
                path = release / card_file(shape, picture=picture)
                width, height = (side * 3 // 10 for side in SIZES[shape])
                if path.exists():
                    made.append(Image.open(path).resize((width, height), Image.Resampling.LANCZOS))
                else:
                    made.append(Image.new("RGB", (width, 1), GROUND))
    _contact_sheet(made, target, columns=2 * len(Shape))


def _page(release: pathlib.Path, site: pathlib.Path, target: pathlib.Path) -> None:
    slug = json.loads((release / "manifest.json").read_bytes())["slug"]
    (site / "fahndung" / slug).mkdir(parents=True)
    shutil.copy(release / "website" / "page.html", site / "fahndung" / slug / "index.html")
    shutil.copytree(release / "website" / "images", site / "bilder" / slug)
    profile = site / "profile"
    address = (site / "fahndung" / slug / "index.html").as_uri()
    options = [f"--user-data-dir={profile}", f"--screenshot={target}", "--window-size=900,1500"]
    subprocess.run([*CHROMIUM, *options, address], check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
