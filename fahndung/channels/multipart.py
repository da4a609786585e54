"""A form with one file as a body of HTTP (RFC 7578). Pure: the same form is the same bytes."""

import hashlib
from collections.abc import Mapping


def form(
    fields: Mapping[str, str], *, field: str, filename: str, media_type: str, data: bytes
) -> tuple[dict[str, str], bytes]:
    """The header and the body of a form of texts and one file.

    The boundary is a hash of the file, so that it can stand nowhere in it but by design.

    Args:
        field: the name of the file's field. filename: what the platform is told that the file is called.
    """
    boundary = f"fahndung-{hashlib.sha256(data).hexdigest()}"
    parts = [_part(boundary, f'name="{name}"', text.encode()) for name, text in fields.items()]
    named = f'name="{field}"; filename="{filename}"\r\nContent-Type: {media_type}'
    parts.append(_part(boundary, named, data))
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}, body


def _part(boundary: str, named: str, data: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {named}\r\n\r\n".encode() + data + b"\r\n"
