"""The poster as bytes: complete, the same every time, and nothing in it but what is seen."""

import dataclasses
import getpass
import io
import pathlib
import re
import socket
import subprocess
import sys
from xml.etree import ElementTree

import pypdf
import pytest
from pypdf.generic import StreamObject

from fahndung import posters
from fahndung.errors import NotPublishable, UnsafeImage, UsageError
from fahndung.model.ids import ImageId
from fahndung.model.sheet import Sheet
from fahndung.posters import Layout, Photo, poster, reading, sheetpdf
from tests.posters import build
from tests.posters.test_xmp import NAMES

ONE = [build.portrait("foto-1", 600, 800)]


def reader(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def test_the_same_input_gives_the_same_bytes_twice() -> None:
    first = poster(build.sheet(), ONE)
    sheetpdf._planned.cache_clear()
    assert poster(build.sheet(), ONE) == first


def test_a_sheet_is_planned_once_for_photos_of_the_same_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[tuple[object, tuple[Photo, ...]]] = []
    plan = sheetpdf.plan

    def noted(sheet: Sheet, photos: tuple[Photo, ...], *, paper: str, strips: bool) -> Layout:
        plans.append((sheet, photos))
        return plan(sheet, photos, paper=paper, strips=strips)

    monkeypatch.setattr(sheetpdf, "plan", noted)
    sheetpdf._planned.cache_clear()
    small, alike, other = (build.plain("foto-1", *size) for size in ((600, 800), (600, 800), (900, 800)))
    sheet = build.sheet()
    alike = alike._replace(jpeg=build.thing("foto-1", 600, 800).jpeg)
    assert sheetpdf.drawn(sheet, [alike]).layout is sheetpdf.drawn(sheet, [small]).layout
    assert sheetpdf.drawn(sheet, [alike]).photos[ImageId("foto-1")] == alike
    assert len(plans) == 1
    sheetpdf.drawn(sheet, [other])
    sheetpdf.drawn(sheet, [small], strips=True)
    sheetpdf.drawn(dataclasses.replace(sheet, band="Gesucht"), [small])
    assert len(plans) == 4
    assert not any(photo.jpeg for _, photos in plans for photo in photos)  # no picture is remembered


def test_a_warning_names_the_field_of_its_own_sheet() -> None:
    """Of two sheets that differ in nothing else, as of two records with the same picture in another place."""
    (picture,) = build.sheet(pictures=(build.picture("foto-1"),)).pictures
    told = []
    for field in ("images/0", "images/3"):
        sheet = build.sheet(pictures=(dataclasses.replace(picture, field=field),))
        warnings = sheetpdf.drawn(sheet, [build.plain("foto-1", 300, 400)]).warnings
        told.append({warning.field for warning in warnings} - {"images"})
    assert told == [{"images/0"}, {"images/3"}]


@pytest.mark.peers
def test_the_same_input_gives_the_same_bytes_in_another_process_whatever_its_machine_says(
    tmp_path: pathlib.Path,
) -> None:
    code = (
        "import pathlib\nfrom fahndung.posters import poster\nfrom tests.posters import build\n"
        "build.poster(build.suspect(0), [])\n"
        "data = poster(build.convict(), [build.portrait(f'foto-{i}', 600, 800) for i in (1, 2)], strips=True)\n"
        "pathlib.Path('other.pdf').write_bytes(data)"
    )
    settings = "useA85 = 1\npdfMultiLine = 1\nwrapA85 = 1\ninvariant = 0\npageCompression = 0\nallowTTFSubsetting = 0\n"
    (tmp_path / ".reportlab_settings").write_text(settings)
    environment = {
        "PYTHONPATH": str(pathlib.Path(__file__).parents[2]),
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "TZ": "Asia/Tokyo",
        "USER": "k.muster",
        "HOSTNAME": "pc-0815",
        "PYTHONHASHSEED": "7",
        "LANG": "C",
        "SOURCE_DATE_EPOCH": "1700000000",
        "RL_documentLang": "fr-FR",
        "RL_ttfAsciiReadable": "0",
    }
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=tmp_path)
    here = poster(build.convict(), [build.portrait(f"foto-{i}", 600, 800) for i in (1, 2)], strips=True)
    assert (tmp_path / "other.pdf").read_bytes() == here


def uncompressed(data: bytes) -> bytes:
    """The file and what stands in its streams, but for the pixels."""
    document = reader(data)
    objects = (document.get_object(number) for number in range(1, int(document.trailer["/Size"])))
    streams = (found for found in objects if isinstance(found, StreamObject) and found.get("/Subtype") != "/Image")
    return data + b"".join(found.get_data() for found in streams)


def test_the_document_tells_title_authority_and_language_and_no_more() -> None:
    document = reader(poster(build.sheet(), ONE))
    about = {key: str(value) for key, value in (document.metadata or {}).items()}
    assert about == {
        "/Title": build.sheet().headline,
        "/Author": "Polizeidirektion Musterstadt",
        "/Subject": "Vermisst",
        "/Creator": "fahndung",
        "/Producer": "fahndung",
        "/CreationDate": "D:20000101000000Z",
        "/ModDate": "D:20000101000000Z",
        "/Trapped": "/False",
        "/Keywords": "",
    }
    assert document.trailer["/Root"]["/Lang"] == "de-DE"
    assert "/Names" not in document.trailer["/Root"]
    assert "/OpenAction" not in document.trailer["/Root"]


@pytest.mark.parametrize("attribute", ["headline", "authority", "band"])
def test_soft_hyphens_stay_out_of_what_the_document_tells_of_itself(attribute: str) -> None:
    sheet = build.sheet(**{attribute: "Fahndung\u00ads\u00adblatt"})
    made = poster(sheet, ONE)
    document = reader(made)
    told = document.metadata
    assert told is not None
    assert "Fahndungsblatt" in (told.title, told.author, told.subject)
    stream = document.trailer["/Root"]["/Metadata"]
    assert isinstance(stream, StreamObject)
    about = ElementTree.fromstring(stream.get_data())
    places = ("dc:title", "dc:creator", "dc:description")
    assert [about.findtext(f".//{place}//rdf:li", namespaces=NAMES) for place in places] == [
        told.title,
        told.author,
        told.subject,
    ]
    assert reading.read("posters/a4.de.pdf", made, authority=sheet.authority)[1].hidden == ()


def test_another_language_is_declared() -> None:
    assert reader(poster(build.sheet(lang="en"), ONE)).trailer["/Root"]["/Lang"] == "en"


def test_photos_are_embedded_byte_for_byte_and_whole() -> None:
    (image,) = reader(poster(build.sheet(), ONE)).pages[0].images
    assert ONE[0].jpeg in poster(build.sheet(), ONE)
    assert image.data[:2] == b"\xff\xd8"
    assert image.image is not None
    assert image.image.size == (600, 800)


def test_no_date_path_or_user_is_in_the_bytes() -> None:
    data = uncompressed(poster(build.sheet(), ONE))
    here = {str(pathlib.Path.cwd()), str(pathlib.Path.home()), getpass.getuser(), socket.gethostname()}
    told = [name for name in here if len(name) > 3 and name.encode() in data]
    assert told == []
    assert not re.search(rb"/home/|/tmp/|/root/|/usr/|\.py|anonymous|unspecified", data, re.I)
    assert set(re.findall(rb"D:(\d{8})", data)) == {b"20000101"}
    assert set(re.findall(rb"(?:19|20)\d\d-\d\d-\d\dT[0-9:]+", data)) == {b"2000-01-01T00:00:00"}


def test_every_font_is_embedded() -> None:
    fonts = reader(poster(build.sheet(), ONE)).pages[0]["/Resources"]["/Font"]
    assert fonts
    for font in fonts.values():
        descriptor = font.get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor
        assert "FiraGO" in descriptor["/FontName"]


@pytest.mark.parametrize(("paper", "size"), [("a4", (595.28, 841.89)), ("a3", (841.86, 1190.61))])
def test_the_page_has_the_size_of_the_paper(paper: str, size: tuple[float, float]) -> None:
    document = reader(poster(build.sheet(), ONE, paper=paper))
    box = document.pages[0].mediabox
    assert len(document.pages) == 1
    assert (float(box.width), float(box.height)) == pytest.approx(size, abs=0.1)


def test_the_draft_mark_is_there_only_when_asked_for() -> None:
    drafted = reader(poster(build.sheet(), ONE, draft=True)).pages[0].extract_text()
    assert "ENTWURF" in drafted
    assert "nicht freigegeben" in drafted
    assert "ENTWURF" not in reader(poster(build.sheet(), ONE)).pages[0].extract_text()


def test_the_draft_mark_is_drawn_last_over_everything() -> None:
    content = reader(poster(build.sheet(), ONE, draft=True)).pages[0].get_contents()
    assert content is not None
    data = content.get_data()
    assert data.rindex(b" Do") < data.rindex(b"/Artifact BMC")
    assert data.rindex(b"MCID") < data.rindex(b"/Artifact BMC")


def test_an_unclean_photo_is_refused_before_anything_is_drawn() -> None:
    dirty = ONE[0]._replace(jpeg=ONE[0].jpeg + b"x")
    with pytest.raises(UnsafeImage):
        poster(build.sheet(), [dirty])


def test_a_photo_given_twice_is_refused() -> None:
    with pytest.raises(UsageError):
        poster(build.sheet(), [*ONE, *ONE])


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(NotPublishable, match="texts/summary"):
        poster(build.sheet(summary="Wort " * 3000), ONE)


def test_markup_is_printed_as_it_is_written() -> None:
    sheet = build.sheet(summary='<b>x</b> <img src="file:///etc/hostname"> & &amp;')
    text = reader(poster(sheet, ONE)).pages[0].extract_text()
    assert "<b>x</b>" in text
    assert "&amp;" in text
    assert len(reader(poster(sheet, ONE)).pages[0].images) == 1


def test_two_photos_with_the_same_pixels_both_stand_there() -> None:
    twins = [Photo(id=p.id, jpeg=ONE[0].jpeg, width=600, height=800) for p in build.pictures(2)]
    content = reader(poster(build.suspect(2), twins)).pages[0].get_contents()
    assert content is not None
    assert content.get_data().count(b" Do") == 2


def test_the_package_gives_its_names_lazily() -> None:
    assert posters.plan is not None
    assert posters.Layout is not None
    with pytest.raises(AttributeError, match="no attribute 'flyer'"):
        _ = posters.flyer  # type: ignore[attr-defined]
    code = "import sys, fahndung.posters; assert 'reportlab' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
