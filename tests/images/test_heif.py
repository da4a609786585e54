"""AVIF and HEIC: the boxes around the picture, and the extra that decodes HEIC."""

import importlib.metadata
import resource
import struct
import subprocess
import sys
from collections.abc import Callable

import pytest
from PIL import Image

from fahndung.errors import UnsafeImage
from fahndung.images import child, cleaning, heif, intake, isobmff, probing
from fahndung.images.child import Answer
from fahndung.images.limits import Limits
from fahndung.release import manifest

from . import originals
from .originals import heic, saved, scene
from .test_intake import has_corners, picture, turned


def box(kind: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, *bodies: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, bytes([version]) + flags.to_bytes(3, "big"), *bodies)


def entry(number: int, kind: bytes, *, hidden: bool = False, wide: bool = False) -> bytes:
    body = struct.pack(">IH4sx" if wide else ">HH4sx", number, 0, kind)
    return full(b"infe", body, version=3 if wide else 2, flags=int(hidden))


def container(
    *entries: bytes,
    primary: int = 1,
    references: bytes = b"",
    properties: tuple[bytes, ...] = (full(b"ispe", struct.pack(">II", 40, 30)),),
    associations: dict[int, tuple[int, ...]] | None = None,
    brand: bytes = b"heic",
    wide: bool = False,
) -> bytes:
    """A file of boxes without any coded picture; ``wide`` writes item numbers of 32 and indices of 16 bits."""
    table = b""
    for number, indices in (associations or {1: (1,)}).items():
        table += struct.pack(">IB" if wide else ">HB", number, len(indices))
        table += b"".join(struct.pack(">H" if wide else ">B", index) for index in indices)
    count = len(associations or {1: (1,)})
    return box(b"ftyp", brand + b"\0\0\0\0mif1") + full(
        b"meta",
        full(b"pitm", struct.pack(">I" if wide else ">H", primary), version=int(wide)),
        full(b"iinf", struct.pack(">I" if wide else ">H", len(entries)), *entries, version=int(wide)),
        full(b"iref", references, version=int(wide)),
        box(
            b"iprp",
            box(b"ipco", *properties),
            full(b"ipma", struct.pack(">I", count), table, version=int(wide), flags=int(wide)),
        ),
    )


def reference(kind: bytes, source: int, *targets: int, wide: bool = False) -> bytes:
    code = "I" if wide else "H"
    return box(kind, struct.pack(f">{code}H{len(targets)}{code}", source, len(targets), *targets))


def read(data: bytes, frame: int | None = None) -> isobmff.Container:
    return isobmff.read(data, lambda: None, frame)


@pytest.mark.parametrize("wide", [False, True])
def test_tiles_thumbnails_auxiliary_and_hidden_pictures_are_no_frames(*, wide: bool) -> None:
    kinds = (b"grid", b"hvc1", b"hvc1", b"hvc1", b"hvc1", b"hvc1", b"Exif", b"hvc1")
    data = container(
        *(entry(number, kind, hidden=number == 6, wide=wide) for number, kind in enumerate(kinds, 1)),
        references=reference(b"dimg", 1, 2, 3, wide=wide)
        + reference(b"thmb", 4, 1, wide=wide)
        + reference(b"auxl", 5, 1, wide=wide)
        + reference(b"cdsc", 7, 1, wide=wide),
        properties=(full(b"ispe", struct.pack(">II", 40, 30)), full(b"ispe", struct.pack(">II", 8, 9))),
        associations={1: (1,), 2: (2,), 8: (2,)},
        wide=wide,
    )
    found = read(data)
    assert (found.format, found.frames, found.width, found.height) == ("HEIF", 2, 40, 30)
    assert (read(data, 2).width, read(data, 2).height) == (8, 9)
    assert read(data, 5).width == 40


def test_a_hdr_picture_derived_from_base_and_gain_map_is_one_picture() -> None:
    data = container(
        entry(1, b"hvc1"),
        entry(2, b"hvc1"),
        entry(3, b"tmap"),
        references=reference(b"auxl", 2, 1) + reference(b"dimg", 3, 1, 2),
    )
    assert read(data).frames == 1


@pytest.mark.parametrize(
    ("colours", "foreign"),
    [
        ([b"nclx\0\1\0\x0d\0\6\x80"], False),
        ([b"nclx\0\x0c\0\x0d\0\6\x80"], True),
        ([b"nclx\0\1\0\x10\0\6\x80"], True),
        ([b"nclx\0\x0c\0\x0d\0\6\x80", b"prof" + b"x" * 20], False),
    ],
    ids=["sRGB", "Display P3", "PQ", "P3 with a profile"],
)
def test_colours_told_by_numbers_are_noticed(colours: list[bytes], *, foreign: bool) -> None:
    data = container(
        entry(1, b"hvc1"),
        properties=(full(b"ispe", struct.pack(">II", 40, 30)), *(box(b"colr", body) for body in colours)),
        associations={1: tuple(range(1, 2 + len(colours)))},
    )
    assert read(data).foreign_colours is foreign


def test_wide_colours_are_told_as_a_warning() -> None:
    data = saved(scene(), "PNG")
    assert intake.decode(data, longest=None).warnings == ()
    for numbers, warned in ((b"\1\x0d\0\1", False), (b"\x09\x10\0\1", True)):
        marked = data[:33] + originals.png_chunk(b"cICP", numbers) + data[33:]
        assert ["CICP" in said.en for said in intake.decode(marked, longest=None).warnings] == [True] * warned


@pytest.mark.parametrize(
    ("numbers", "size"), [((39, 1, 59, 2), (39, 30)), ((77, 2, 29, 1), (39, 29)), ((79, 2, 30, 1), (40, 30))]
)
def test_a_clean_aperture_counts_rounded_to_pixels(numbers: tuple[int, ...], size: tuple[int, int]) -> None:
    data = container(
        entry(1, b"hvc1"),
        properties=(
            full(b"ispe", struct.pack(">II", 40, 30)),
            box(b"clap", struct.pack(">IIII", *numbers), b"\0" * 16),
        ),
        associations={1: (1, 2)},
    )
    assert (read(data).width, read(data).height, read(data).clipped) == (*size, True)


def test_an_avif_file_that_hides_a_part_of_its_picture_is_refused() -> None:
    data = saved(scene(40, 30), "AVIF")
    assert intake.sniff(data).width == 40
    at = data.index(b"pixi") - 4
    (length,) = struct.unpack_from(">I", data, at)
    assert length == 16
    clap = data[: at + 4] + b"clap" + data[at + 8 :]  # the property before it keeps its place and number
    with pytest.raises(UnsafeImage):
        intake.sniff(clap)
    parsed = container(
        entry(1, b"av01"),
        brand=b"avif",
        properties=(
            full(b"ispe", struct.pack(">II", 40, 30)),
            box(b"clap", struct.pack(">IIII", 9, 1, 9, 1), b"\0" * 16),
        ),
        associations={1: (1, 2)},
    )
    with pytest.raises(UnsafeImage, match="shows only a part"):
        intake.sniff(parsed)


@pytest.mark.parametrize("kind", [b"jpeg", b"avc1", b"unci", b"j2k1", b"Exif"])
def test_other_codings_inside_heif_are_refused_by_name(kind: bytes) -> None:
    with pytest.raises(UnsafeImage, match="HEIF file of a kind that is not accepted"):
        intake.sniff(container(entry(1, kind)))


def test_a_film_in_a_heif_file_is_refused() -> None:
    track = box(b"tkhd", b"\0" * 76, struct.pack(">II", 64 << 16, 48 << 16))
    table = full(b"stsd", struct.pack(">I", 1), box(b"hvc1", b"\0" * 70)) + full(b"stsz", struct.pack(">II", 0, 9))
    movie = box(b"moov", box(b"trak", track, box(b"mdia", box(b"minf", box(b"stbl", table)))))
    with pytest.raises(UnsafeImage, match="film"):
        intake.sniff(box(b"ftyp", b"msf1\0\0\0\0") + movie)


def test_a_file_cut_off_inside_its_boxes_is_refused() -> None:
    for data in (heic(scene(40, 30)), saved(scene(40, 30), "AVIF", save_all=True, append_images=[scene(40, 30)])):
        for length in range(0, data.rindex(b"ispe"), 3):
            with pytest.raises(UnsafeImage):
                intake.sniff(data[:length])


def test_boxes_without_end_are_refused_at_once() -> None:
    with pytest.raises(UnsafeImage, match="chopped"):
        probing.probe(box(b"ftyp", b"heic\0\0\0\0") + box(b"free") * 2000, Limits(steps=1000))


@pytest.mark.parametrize(
    "make",
    [
        lambda: heic(scene(), quality=95),
        lambda: heic(scene(), quality=95, chroma=444),
        lambda: heic(scene(321, 241), quality=95),
        lambda: heic(scene(1600, 1200), quality=90, grid_tile_size=512),
        lambda: heic(scene().convert("L"), quality=95),
    ],
    ids=["plain", "4:4:4", "odd sizes", "tiles", "grey"],
)
def test_heic_pictures_come_out_in_their_size(make: Callable[[], bytes]) -> None:
    data = make()
    decoded = intake.decode(data, longest=None)
    assert probing.probe(data).frames == 1
    assert picture(decoded).size == (probing.probe(data).width, probing.probe(data).height)
    assert decoded.warnings == ()


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("format", ["AVIF", pytest.param("HEIF", marks=pytest.mark.peers)])
def test_the_turn_of_the_file_itself_counts_and_is_applied_once(format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = turned(orientation) if 1 <= orientation <= 8 else scene()
    xmp = f'<x:xmpmeta><rdf:Description tiff:Orientation="{orientation}"/></x:xmpmeta>'.encode()
    options = {"exif": exif.tobytes(), "quality": 95, "xmp": xmp}
    data = heic(stored, **options) if format == "HEIF" else saved(stored, "AVIF", **options)
    decoded = intake.decode(data, longest=None)
    assert (decoded.upright_width, decoded.upright_height) == (320, 240)
    assert has_corners(picture(decoded), levels=14)


def test_an_orientation_that_only_the_xmp_data_of_an_avif_file_name_does_not_count() -> None:
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    assert has_corners(picture(intake.decode(saved(scene(), "AVIF", xmp=xmp, quality=95), longest=None)), levels=14)


def test_colours_below_transparency_do_not_come_out_of_avif_and_heic() -> None:
    veiled = Image.new("RGBA", (80, 40), (10, 20, 30, 255))
    veiled.paste((255, 0, 0, 0), (40, 0, 80, 40))
    for data in (saved(veiled, "AVIF", quality=100), heic(veiled, quality=-1)):
        assert picture(intake.decode(data, longest=None)).getpixel((70, 20)) == (255, 255, 255)


def test_without_the_extra_the_refusal_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> str:
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "version", missing)
    for call in (intake.sniff, cleaning.clean):
        with pytest.raises(UnsafeImage, match=r"needs the extra fahndung\[heic\]") as caught:
            call(heic(scene(40, 30)))
        assert "fahndung[heic]" in caught.value.message.de
    assert intake.sniff(saved(scene(40, 30), "AVIF")).format == "AVIF"


@pytest.mark.parametrize(("version", "safe"), [("1.8.0", False), ("0.22", False), ("1.8.1", True), ("1.10.0", True)])
def test_a_decoder_with_known_holes_is_not_used(version: str, monkeypatch: pytest.MonkeyPatch, *, safe: bool) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: version)
    if safe:
        heif.check_extra()
    else:
        with pytest.raises(UnsafeImage, match=f"pillow-heif {version}: it has known holes"):
            heif.check_extra()


@pytest.mark.peers
def test_only_the_child_imports_the_decoder() -> None:
    code = (
        "import sys; from fahndung.images import cleaning; data = sys.stdin.buffer.read();"
        "assert cleaning.clean(data).data[:2] == b'\\xff\\xd8';"
        "assert not [name for name in sys.modules if 'pillow_heif' in name]"
    )
    subprocess.run([sys.executable, "-c", code], input=heic(scene(40, 30)), check=True)


def test_only_for_heic_the_child_may_start_a_thread() -> None:
    def allowed() -> Answer:
        return Answer({"soft": resource.getrlimit(resource.RLIMIT_NPROC)[0]})

    here = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    assert child.run(allowed).header == {"soft": 0}
    assert child.run(allowed, Limits(processes=None)).header == {"soft": here}


def test_a_release_names_the_decoder_only_where_a_picture_needed_it() -> None:
    used = manifest._decoders
    assert used({"a": heic(scene(40, 30)), "b": b""}) == {"pillow-heif": importlib.metadata.version("pillow-heif")}
    assert used({"a": originals.jpeg(), "b": b"\0\0\0\x18ftypheic", "c": saved(scene(40, 30), "AVIF")}) == {}
