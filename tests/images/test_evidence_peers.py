"""exiftool writes everything that names people, places, devices and times; our report has to know all that it reads."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from fahndung.images import evidence

from . import originals
from .originals import jpeg, saved, scene

pytestmark = pytest.mark.peers

WRITTEN = """
EXIF:Make=Musterkamera
EXIF:Model=M-4711
EXIF:Software=Musterprogramm 9
EXIF:Artist=Frieda Beispielhaft
EXIF:Copyright=Rechte bei Otto Muster
EXIF:OwnerName=Emil Eigentum
EXIF:SerialNumber=KAM-0815
EXIF:LensSerialNumber=OBJ-0816
EXIF:LensModel=Linse 35
EXIF:ImageUniqueID=0123456789abcdef0123456789abcdef
EXIF:HostComputer=PC-Wache-7
EXIF:ProcessingSoftware=Entwickler 3
EXIF:ImageDescription=Beschreibung Hinterhof
EXIF:UserComment=Anmerkung zur Zeugin
EXIF:XPAuthor=Anna Windows
EXIF:DateTimeOriginal=2026:11:01 22:14:07
EXIF:CreateDate=2026:11:01 22:14:08
EXIF:ModifyDate=2026:11:02 09:00:00
EXIF:OffsetTimeOriginal=+01:00
EXIF:SubSecTimeOriginal=123
EXIF:GPSLatitude=51.34
EXIF:GPSLatitudeRef=N
EXIF:GPSLongitude=12.37
EXIF:GPSLongitudeRef=E
EXIF:GPSAltitude=113
EXIF:GPSAltitudeRef=0
EXIF:GPSDateStamp=2026:11:01
EXIF:GPSTimeStamp=21:14:07
EXIF:GPSImgDirection=270
EXIF:GPSProcessingMethod=Netz
EXIF:GPSAreaInformation=Revier Mitte
EXIF:GPSDestLatitude=50.5
EXIF:GPSDestLatitudeRef=N
EXIF:GPSDestLongitude=11.25
EXIF:GPSDestLongitudeRef=E
XMP-dc:Creator=Xenia Beispiel
XMP-dc:Rights=Rechte bei Xaver
XMP-dc:Title=Titel der Aufnahme
XMP-dc:Subject=Stichwort Zeugin
XMP-xmp:CreatorTool=Werkzeug 12
XMP-xmp:CreateDate=2026:10:01 01:02:03+01:00
XMP-xmp:MetadataDate=2026:10:04 01:02:03+01:00
XMP-xmpMM:DocumentID=xmp.did:4711
XMP-xmpMM:HistoryWhen=2026:10:05 01:02:03+01:00
XMP-xmpMM:HistorySoftwareAgent=Verlauf 5
XMP-aux:OwnerName=Olga Aux
XMP-aux:SerialNumber=AUX-0817
XMP-exif:GPSLatitude=48.125
XMP-exif:GPSLongitude=11.5
XMP-photoshop:City=Musterstadt
XMP-photoshop:Credit=Agentur Muster
XMP-iptcCore:Location=Musterplatz 9
XMP-iptcCore:CreatorWorkEmail=x@muster.example
XMP-iptcExt:PersonInImage=Petra Person
XMP-mwg-rs:RegionName=Rudi Region
IPTC:By-line=Ingo Iptc
IPTC:City=Iptcstadt
IPTC:Sub-location=Iptcgasse 3
IPTC:Caption-Abstract=Bildtext Iptc
IPTC:Contact=040 66969-123
IPTC:DateCreated=2026:09:01
IPTC:TimeCreated=10:11:12+01:00
IPTC:OriginatingProgram=Satz 1
IPTC:Writer-Editor=Willi Writer
""".strip().splitlines()

ASKED = re.compile(
    r"GPS(?!VersionID|.*Ref$)|Owner|Artist|Creator|By-line|Author|Person|Serial|UniqueID|DocumentID|City|Location|Sub-loc"
    r"|Date|(?<!Exposure)Time(?!Zone)|When|Software|Tool|Program|Comment|Caption|Description|Title|Subject|Contact|Rights|Copyright"
    r"|Credit|Make|Model|Host|Region|Writer|Region.*Name"
)
GROUPS = re.compile(r"IFD0|IFD1|ExifIFD|GPS|XMP-.*|IPTC|PNG|JFIF|MakerNotes")


def witness(path: Path) -> dict[str, str]:
    """Group and tag to value, without what exiftool computes itself or reads from the file system."""
    command = ["exiftool", "-j", "-n", "-G1", "-a", "-u", str(path)]
    (told,) = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    return {
        name: str(value)
        for name, value in told.items()
        if GROUPS.fullmatch(name.partition(":")[0]) and ASKED.search(name.partition(":")[2])
    }


def norm(value: str) -> str:
    return re.sub(r"[^0-9a-zA-ZäöüÄÖÜß]|(?<=\d)T(?=\d)", "", value)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "HEIC"])
def test_all_that_exiftool_names_of_people_places_devices_and_times_is_told(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{format.lower()}"
    with_thumbnail = jpeg(exif=originals.exif(thumbnail=originals.preview_file()))
    plain = originals.heic(scene(), exif=originals.exif()) if format == "HEIC" else saved(scene(), format)
    path.write_bytes(with_thumbnail if format == "JPEG" else plain)
    arguments = [f"-{line}" for line in WRITTEN if format in {"JPEG", "TIFF"} or not line.startswith("IPTC:")]
    subprocess.run(["exiftool", "-q", "-m", "-overwrite_original", *arguments, str(path)], check=True, timeout=60)
    named = {name: value for name, value in witness(path).items() if "MakerNote" not in name}
    assert len(named) > 45
    report = norm(json.dumps(evidence.inspect(path.read_bytes(), name=path.name).as_json(), ensure_ascii=False))
    missing = {name: value for name, value in named.items() if norm(value) not in report}
    assert not missing, missing
    assert "unreadable" not in report
