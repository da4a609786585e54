"""Acts that count: key files, signed statements (DSSE with Ed25519), and the four-eyes rule over them.

Knows no ledger and reads no clock: who holds which key is handed in, and so is the instant.
"""

from fahndung.approval.dsse import LARGEST_ENVELOPE, seal, unseal
from fahndung.approval.envelopes import PAYLOAD_TYPE, SCHEMA, Act, Statement, open_envelope, sign
from fahndung.approval.keys import (
    LARGEST_KEY_FILE,
    generate,
    key_id,
    load_key,
    load_public,
    public_bytes,
    save_key,
    save_public,
)
from fahndung.approval.quorum import CLOCK_TOLERANCE, Standing, four_eyes, valid_approvals

__all__ = [
    "CLOCK_TOLERANCE",
    "LARGEST_ENVELOPE",
    "LARGEST_KEY_FILE",
    "PAYLOAD_TYPE",
    "SCHEMA",
    "Act",
    "Standing",
    "Statement",
    "four_eyes",
    "generate",
    "key_id",
    "load_key",
    "load_public",
    "open_envelope",
    "public_bytes",
    "save_key",
    "save_public",
    "seal",
    "sign",
    "unseal",
    "valid_approvals",
]
