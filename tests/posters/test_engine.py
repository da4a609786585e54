"""What is quicker than the PDF engine's own functions says the same."""

from reportlab.lib import rl_accel
from reportlab.pdfbase import pdfdoc

from fahndung.posters import engine


def test_every_byte_is_escaped_as_the_engine_does() -> None:
    data = bytes(range(256))
    assert engine.escaped(data) == rl_accel.escapePDF(data)


def test_every_character_that_can_be_printed_is_encoded_as_the_engine_does() -> None:
    engine.settle()
    assert pdfdoc.pdfdocEnc is engine.encoded
    for char in "\n" + "".join(char for char in map(chr, range(256)) if char.isprintable()):
        assert engine.encoded(char) == char.encode("extpdfdoc")
    assert engine.encoded(b"\xff\x00") == b"\xff\x00"
