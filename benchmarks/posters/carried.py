"""What the photo in a poster's PDF is: its px, its resolution on paper, and what it carries besides."""

import pathlib
import shutil
import subprocess
from typing import Any

import pypdf

from fahndung.errors import UnsafeImage
from fahndung.images import walker


def told(file: pathlib.Path) -> str:
    """``1057 x 1409 px at 225 dpi, the picture alone`` (the resolution needs ``pdfimages``)."""
    resources: Any = pypdf.PdfReader(file).pages[0]["/Resources"]
    (photo,) = _photos(resources)
    dpi = f" at {_dpi(file)} dpi" if shutil.which("pdfimages") else ""
    return f"{photo['/Width']} x {photo['/Height']} px{dpi}, {_besides(photo)}"


def _photos(resources: Any) -> list[Any]:
    """The JPEG pictures, those within forms as well."""
    found = []
    for named in resources.get("/XObject", {}).values():
        one = named.get_object()
        if one["/Subtype"] == "/Form":
            found += _photos(one.get("/Resources", {}))
        elif one.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
            found.append(one)
    return found


def _besides(photo: Any) -> str:
    try:
        walker.check_jpeg(photo._data)
    except UnsafeImage:
        return "with EXIF: camera, owner, place" if b"Exif\0" in photo._data else "with more than the picture"
    return "the picture alone"


def _dpi(file: pathlib.Path) -> str:
    listed = subprocess.run(["pdfimages", "-list", str(file)], capture_output=True, text=True, check=True).stdout
    return next(row.split()[12] for row in listed.splitlines()[2:] if "jpeg" in row)
