"""The parts of a form as a simulated platform gets it (RFC 7578). Knows no platform."""

import email
import email.policy


def parts(body: bytes, kind: str) -> dict[str, bytes]:
    """Name to content of each part; ``kind``: the header ``Content-Type``. Of what is no form: nothing."""
    message = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=email.policy.HTTP)
    found = {}
    for part in message.iter_parts():
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            found[str(part.get_param("name", header="Content-Disposition"))] = data
    return found
