"""exiftool as a witness that is not ours: what a folder of published pictures carries beyond what every JPEG has."""

import json
import pathlib
import subprocess

ALLOWED = {
    *("File:FileType", "File:FileTypeExtension", "File:MIMEType", "File:ImageWidth", "File:ImageHeight"),
    *("File:EncodingProcess", "File:BitsPerSample", "File:ColorComponents", "File:YCbCrSubSampling"),
    *("JFIF:JFIFVersion", "JFIF:ResolutionUnit", "JFIF:XResolution", "JFIF:YResolution"),
    *("Composite:ImageSize", "Composite:Megapixels", "ExifTool:ExifToolVersion"),
}
"""Tags by name, for the group ``File`` also holds comments. What ``System`` tells is of the disk, not of the file."""


def witnessed(folder: pathlib.Path) -> dict[str, set[str]]:
    """File name to the tags beyond ``ALLOWED``; one process for the whole folder, files without any are left out."""
    if not any(folder.iterdir()):
        return {}
    told = subprocess.run(["exiftool", "-j", "-G1", "-a", "-u", "-ee", folder], capture_output=True, check=False)
    return {
        pathlib.Path(entry["SourceFile"]).name: tags
        for entry in json.loads(told.stdout)
        if (tags := {tag for tag in entry if not tag.startswith(("SourceFile", "System:"))} - ALLOWED)
    }
