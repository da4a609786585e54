"""What cameras write beside a picture, byte for byte as their standards say: further pictures (MPO) and C2PA.

Sources: CIPA DC-007 (Multi-Picture Format); C2PA Technical Specification 2.1, "Embedding manifests"; ISO 19566-5
(JUMBF) and its annex D (APP11); read 2026-11-27. Signature and hashes of the manifest are no real ones.
"""

import struct
from collections.abc import Sequence

from .originals import SECRETS, box, exif, jpeg, noise, preview_file, segment, with_segments

PRIMARY, LARGE_PREVIEW, STEREO = 0x20030000, 0x00010002, 0x00020002
"""Kinds of pictures in an MPO: the one that is shown, a preview in Full HD, one eye of two."""

_SEGMENT_MOST = 65_000
_STORE, _MANIFEST, _ASSERTIONS, _CLAIM, _SIGNATURE, _CBOR, _JSON = (
    b"c2pa", b"c2ma", b"c2as", b"c2cl", b"c2cs", b"cbor", b"json",
)  # fmt: skip
_EMBEDDED = bytes.fromhex("40cb0c32bb8a489da70b2ad6f47f4369")
_IN_BMFF = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")


def mpo(kinds: Sequence[int], *pictures: bytes) -> bytes:
    """JPEG files as one MPO: the index of all in the first, each in a row behind it, its own part in every other.

    Args:
        kinds: of each picture, the first included.
    """
    whole = len(with_segments(pictures[0], _index([(kind, 0, 0) for kind in kinds])))
    others = [with_segments(data, _own(number)) for number, data in enumerate(pictures[1:], 2)]
    sizes = [whole, *map(len, others)]
    base = pictures[0][4:6]  # the index stands behind JFIF; its offsets count from its own header
    header = 4 + int.from_bytes(base, "big") + 8
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    entries = [
        (kind, size, start - header if start else 0) for kind, size, start in zip(kinds, sizes, starts, strict=True)
    ]
    return with_segments(pictures[0], _index(entries)) + b"".join(others)


def _index(entries: Sequence[tuple[int, int, int]]) -> bytes:
    listed = b"".join(struct.pack(">IIIHH", *entry, 0, 0) for entry in entries)
    fields = [(0xB000, 7, 4, b"0100"), (0xB001, 4, 1, struct.pack(">I", len(entries)))]
    at = 8 + 2 + 3 * 12 + 4
    fields.append((0xB002, 7, len(listed), struct.pack(">I", at)))
    return _mpf(fields, listed)


def _own(number: int) -> bytes:
    """What a picture of an MPO says of itself: its number, and that the first eye is the base."""
    return _mpf([(0xB000, 7, 4, b"0100"), (0xB101, 4, 1, struct.pack(">I", number)),
                 (0xB204, 4, 1, struct.pack(">I", 1))])  # fmt: skip


def _mpf(fields: Sequence[tuple[int, int, int, bytes]], behind: bytes = b"") -> bytes:
    body = b"".join(struct.pack(">HHI", tag, kind, count) + value for tag, kind, count, value in fields)
    return segment(0xE2, b"MPF\0MM\0\x2a" + struct.pack(">IH", 8, len(fields)) + body + bytes(4) + behind)


def phone(picture: bytes) -> bytes:
    """A phone's or camera's picture with a large preview behind it that has its own EXIF and thumbnail."""
    preview = jpeg(noise(640, 480).convert("RGB"), exif=exif(thumbnail=preview_file()))
    return mpo([PRIMARY, LARGE_PREVIEW], picture, preview)


def stereo(picture: bytes) -> bytes:
    """A 3D camera's two eyes and a preview."""
    right, small = (jpeg(noise(side, side, seed).convert("RGB"), exif=exif()) for side, seed in ((240, 3), (128, 5)))
    return mpo([STEREO | 0x20000000, STEREO, LARGE_PREVIEW], picture, right, small)


def manifest_store(*, thumbnail: bytes) -> bytes:
    """A C2PA manifest store: one manifest with a thumbnail, an action, an author, a claim and a signature."""
    actions = _map(
        actions=[_map(action="c2pa.created", when="2026-11-01T22:14:00Z", softwareAgent=SECRETS["software"])]
    )
    author = ('{"@type":"CreativeWork","author":[{"@type":"Person","name":"' + SECRETS["owner"] + '"}]}').encode()
    claim = _map(claim_generator=SECRETS["c2pa"], instanceID="xmp:iid:4711-0815", **{"dc:title": "IMG_4711.jpg"})
    file = _described(_EMBEDDED, "c2pa.thumbnail.claim.jpeg", box(b"bfdb", b"\0image/jpeg\0") + box(b"bidb", thumbnail))
    assertions = _described(
        _uuid(_ASSERTIONS), "c2pa.assertions",
        file + _described(_uuid(_CBOR), "c2pa.actions", box(_CBOR, actions))
        + _described(_uuid(_JSON), "stds.schema-org.CreativeWork", box(_JSON, author)),
    )  # fmt: skip
    parts = assertions + _described(_uuid(_CLAIM), "c2pa.claim", box(_CBOR, claim))
    parts += _described(
        _uuid(_SIGNATURE), "c2pa.signature", box(_CBOR, b"\xd2\x84\x43\xa1\x01\x26\xa0\xf6\x58\x40" + b"S" * 64)
    )
    name = "urn:uuid:4711a000-0000-4000-8000-00000000beef"
    return _described(_uuid(_STORE), "c2pa", _described(_uuid(_MANIFEST), name, parts))


def _uuid(kind: bytes) -> bytes:
    return kind + bytes.fromhex("00110010800000aa00389b71")


def _described(uuid: bytes, label: str, content: bytes) -> bytes:
    return box(b"jumb", box(b"jumd", uuid + b"\3" + label.encode() + b"\0") + content)


def _map(**values: object) -> bytes:
    """CBOR of a map of texts; a list is one of ready-made items."""
    return bytes([0xA0 + len(values)]) + b"".join(_text(key) + _value(value) for key, value in values.items())


def _value(value: object) -> bytes:
    if isinstance(value, list):
        return bytes([0x80 + len(value)]) + b"".join(value)
    return _text(str(value))


def _text(text: str) -> bytes:
    data = text.encode()
    return (bytes([0x60 + len(data)]) if len(data) < 24 else bytes([0x78, len(data)])) + data


def app11(store: bytes, most: int = _SEGMENT_MOST) -> list[bytes]:
    """The store as segments of a JPEG: each with box instance, number, and the head of the box again."""
    head, rest = store[:8], store[8:]
    return [
        segment(0xEB, b"JP" + struct.pack(">HI", 1, number) + head + rest[at : at + most])
        for number, at in enumerate(range(0, len(rest), most), 1)
    ]


def with_uuid_box(data: bytes, store: bytes) -> bytes:
    """A HEIC or AVIF file with the store right behind ``ftyp``, where C2PA wants it, the pictures moved along."""
    head = int.from_bytes(data[:4], "big")
    inserted = box(b"uuid", _IN_BMFF + bytes(4) + b"manifest\0" + bytes(8) + store)
    return data[:head] + inserted + _moved(data[head:], len(inserted))


def _moved(data: bytes, by: int) -> bytes:
    """Every place that ``iloc`` names, so many bytes further on. Of files by our encoders: version 0 or 1, 32 bits."""
    moved, at = bytearray(data), data.index(b"iloc") + 4
    version, sizes, base = data[at], data[at + 4], data[at + 5] >> 4
    assert version < 2
    assert sizes == 0x44
    (count,) = struct.unpack_from(">H", data, at + 6)
    at += 8
    for _ in range(count):
        method = data[at + 3] & 15 if version else 0
        at += 2 + (2 if version else 0) + 2 + base
        (extents,) = struct.unpack_from(">H", data, at)
        at += 2
        for _ in range(extents):
            if method == 0:
                struct.pack_into(">I", moved, at, struct.unpack_from(">I", data, at)[0] + by)
            at += 8
    return bytes(moved)
