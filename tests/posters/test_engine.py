"""What is quicker than the PDF engine's own functions says the same."""

import io

from reportlab import rl_config
from reportlab.lib import rl_accel
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from fahndung.posters import engine, poster
from tests.posters import build


def test_every_byte_is_escaped_as_the_engine_does() -> None:
    data = bytes(range(256))
    assert engine.escaped(data) == rl_accel.escapePDF(data)


def test_every_character_that_can_be_printed_is_encoded_as_the_engine_does() -> None:
    with engine.settled():
        assert pdfdoc.pdfdocEnc is engine.encoded
    for char in "\n" + "".join(char for char in map(chr, range(256)) if char.isprintable()):
        assert engine.encoded(char) == char.encode("extpdfdoc")
    assert engine.encoded(b"\xff\x00") == b"\xff\x00"


def drawn_by_others() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 72, "Brief der Pressestelle")
    canvas.save()
    return out.getvalue()


def test_whoever_draws_with_the_same_engine_keeps_own_settings_and_own_bytes() -> None:
    before = {name: value for name, value in vars(rl_config).items() if not name.startswith("_")}
    own = drawn_by_others()
    rl_config.useA85 = 1
    try:
        poster(build.suspect(0), [])
        assert rl_config.useA85 == 1
    finally:
        rl_config.useA85 = before["useA85"]
    assert {name: getattr(rl_config, name) for name in before} == before
    assert drawn_by_others() == own
    assert b"\nendstream" not in own
    with engine.settled(), engine.settled():
        pass
    assert drawn_by_others() == own
