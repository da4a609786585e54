"""Our own reading of PFIF 1.4 as a strict reader: names, order and formats of a person's fields, and placeholders.

There is no schema to hold a file against: the RELAX NG of the specification is not at hand. Names and order come from
google/personfinder ``app/pfif.py``, formats and what is asked of a placeholder from samking/pfif-tools
``pfif_validator.py``, both read 2026-11-27; the example of Person Finder (``pfif-1.4-example.xml``) checks the names.
"""

import re
import xml.etree.ElementTree as ET

NAMESPACE = "http://zesty.ca/pfif/1.4"
TAG = f"{{{NAMESPACE}}}"
_INSTANT, _TEXT, _URL = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", r"\S(.|\n)*\S", r"https?://[^\s/]+/\S*"
_LABEL = r"[a-zA-Z]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
FIELDS = {
    "person_record_id": rf"({_LABEL}\.)*{_LABEL}/\S+",
    "entry_date": _INSTANT,
    "expiry_date": _INSTANT,
    "author_name": _TEXT,
    "author_email": r"\S+@\S+",
    "author_phone": r"([-.+() ]*\d[-.+() ]*)+([#x]\d+)?",
    "source_name": _TEXT,
    "source_date": _INSTANT,
    "source_url": _URL,
    "full_name": _TEXT,
    "given_name": _TEXT,
    "family_name": _TEXT,
    "alternate_names": _TEXT,
    "description": _TEXT,
    "sex": "female|male|other",
    "date_of_birth": r"\d{4}(-\d\d(-\d\d)?)?",
    "age": r"\d+(-\d+)?",
    "home_street": _TEXT,
    "home_neighborhood": _TEXT,
    "home_city": _TEXT,
    "home_state": r"[A-Z0-9]{1,3}",
    "home_postal_code": _TEXT,
    "home_country": r"[A-Z]{2}",
    "photo_url": _URL,
    "profile_urls": _TEXT,
}
"""A person's fields in their order, each with the form of its whole value."""
MANDATORY = {"person_record_id", "source_date", "full_name"}
KEPT = {"person_record_id", "source_date", "entry_date", "expiry_date"}
"""All that a placeholder has."""


def read(data: bytes | str) -> dict[str, str]:
    """The fields of the one person of a file.

    Raises:
        AssertionError: the file is not one person's record or placeholder as PFIF 1.4 has them.
    """
    root = ET.fromstring(data)
    assert root.tag == f"{TAG}pfif"
    (person,) = root
    assert person.tag == f"{TAG}person"
    names = [field.tag.removeprefix(TAG) for field in person]
    assert names == [name for name in FIELDS if name in names], "unknown, doubled or out of order"
    told = {name: field.text or "" for name, field in zip(names, person, strict=True)}
    for name, value in told.items():
        assert re.fullmatch(FIELDS[name], value), (name, value)
    if "full_name" not in told:
        assert told.keys() == KEPT
        assert told["source_date"] == told["entry_date"], "both tell when the placeholder was made"
        assert told["expiry_date"] <= told["source_date"], "it has expired"
    assert told.keys() >= MANDATORY or told.keys() == KEPT
    return told
