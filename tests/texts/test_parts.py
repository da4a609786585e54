"""A part is the whole with something left out: no new word, no new address, no other order."""

import pytest

from fahndung.texts import parts


@pytest.mark.parametrize(
    ("part", "whole", "answer"),
    [
        ("", "a\nb\n", True),
        ("a\nb\n", "a\nb\n", True),
        ("b\n", "a\nb\nc\n", True),
        ("a\n\nc\n", "a\nb\nc\n", True),
        ("b\na\n", "a\nb\n", False),
        ("a\na\n", "a\nb\n", False),
        ("a!\n", "a\nb\n", False),
    ],
)
def test_lines_may_only_be_left_out(part: str, whole: str, answer: bool) -> None:
    assert parts.is_part_of_text(part, whole) is answer


WHOLE = '<style>p {}</style><p>Eins</p><img src="a.jpg" alt="Mann"><a href="b.jpg"><img src="c.jpg" alt="Frau"></a>'


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        (WHOLE, True),
        ('<p>Eins</p><img src="b.jpg" alt="Frau">', True),
        ("<style>q {}</style><p>\n  Eins </p>", True),
        ("<p>Zwei</p>", False),
        ('<img src="a.jpg" alt="Anders">', False),
        ('<img src="d.jpg" alt="Frau">', False),
        ('<img src="c.jpg" alt="Frau"><p>Eins</p>', False),
        ("<p>Eins<script>Zwei</script></p>", False),
        ('<p>Eins</p><img src="a.jpg" srcset="d.jpg 2x" alt="Mann">', False),
        ('<p>Eins</p><form action="/anders"></form>', False),
        ("</style><p>Zwei</p>", False),
        ('<p>Eins</p><a href="d.jpg"></a>', False),
        ('<p style="background: url(d.jpg)">Eins</p>', False),
        ('<meta property="og:image" content="d.jpg"><p>Eins</p>', False),
        ("<p hidden>Zwei</p><p>Eins</p>", False),
        ('<meta name="description" content="Zwei"><p>Eins</p>', False),
        ("<title>Zwei</title><p>Eins</p>", False),
        ("<p>Eins</p><p onclick='x()'></p>", False),
    ],
)
def test_a_page_may_only_leave_out_texts_pictures_and_addresses(part: str, answer: bool) -> None:
    assert parts.is_part_of_page(part, WHOLE) is answer
