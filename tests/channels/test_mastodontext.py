import pytest

from fahndung.channels import mastodontext

from .linkposts import PAGE


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("Gro\u0308ße", 5),
        ("👩\u200d🚒🇩🇪", 2),
        ("https://a.example/", 23),
        (f"{PAGE}#{'a' * 26}", 23),
        ("siehe https://a.example/b, dann HTTP://c.example!", 6 + 23 + 7 + 23 + 1),
        ("polizei.example", 15),
        ("https://", 8),
        ("Fragen an @presse@social.polizei.example.", len("Fragen an @presse.")),
        ("an @presse", 10),
        ("hinweise@polizei.example", 24),
        ("https://social.example/@presse@polizei.example", 23),
    ],
)
def test_a_text_counts_as_mastodons_validator_counts_it(text: str, counted: int) -> None:
    assert mastodontext.length(text, url_characters=23) == counted
