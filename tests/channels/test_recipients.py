"""The list of recipients: read strictly, chosen by region, opt-outs win."""

import pathlib

import pytest

from fahndung.channels import recipients
from fahndung.channels.recipients import COLUMNS
from fahndung.errors import InvalidConfig
from fahndung.model.mail import Recipient

HEADER = ",".join(COLUMNS)


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "recipients.csv"


def addresses(path: pathlib.Path, text: str, *regions: str) -> list[str]:
    path.write_text(f"{HEADER}\n{text}\n", "utf-8")
    return [one.address for one in recipients.chosen(path, regions)]


def test_everybody_gets_what_has_no_region_and_who_has_none_gets_all(path: pathlib.Path) -> None:
    text = "a@a.example,A,,\nb@b.example,B,DED21 DE1,\nc@c.example,C,de3,"
    assert addresses(path, text) == ["a@a.example", "b@b.example", "c@c.example"]
    assert addresses(path, text, "DED2") == ["a@a.example", "b@b.example"]
    assert addresses(path, text, "DE3", "DE1") == ["a@a.example", "b@b.example", "c@c.example"]
    assert addresses(path, text, "DE9") == ["a@a.example"]


@pytest.mark.parametrize("flag", ["yes", "JA", "1"])
def test_who_opted_out_gets_nothing_whatever_another_line_says(path: pathlib.Path, flag: str) -> None:
    assert addresses(path, f"a@A.example,,,\na@a.example,,,{flag}\nb@b.example,,,no") == ["b@b.example"]


def test_names_and_domains_beyond_ascii_are_kept_and_encoded(path: pathlib.Path) -> None:
    path.write_bytes(f"\ufeff{HEADER},own\r\nredaktion@straße.example,„Süd“ GmbH,,,x\r\n".encode())
    assert recipients.chosen(path, ()) == (Recipient(address="redaktion@xn--strae-oqa.example", name="„Süd“ GmbH"),)


def test_each_address_stands_once(path: pathlib.Path) -> None:
    assert addresses(path, "a@a.example,A,,\na@A.EXAMPLE,B,,\n\n") == ["a@a.example"]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "empty"),
        ("address,name,region\n", 1, "columns"),
        (f"{HEADER},name\n", 1, "columns"),
        (f"{HEADER}\na@a.example,A\n", 2, "fields"),
        (f"{HEADER}\na@a.example,A,,\nb.example,B,,\n", 3, "address"),
        (f"{HEADER}\na@a,A,,\n", 2, "address"),
        (f'{HEADER}\n"a@a.example\r\nBcc: x@y.example",A,,\n', 3, "address"),
        (f"{HEADER}\na@a.example>,A,,\n", 2, "address"),
        (f"{HEADER}\n{'a' * 65}@a.example,A,,\n", 2, "address"),
        (f"{HEADER}\na..b@a.example,A,,\n", 2, "address"),
        (f"{HEADER}\na@{'b' * 64}.example,A,,\n", 2, "address"),
        (f'{HEADER}\na@a.example,"A\nBcc: x@y.example",,\n', 3, "name"),
        (f"{HEADER}\na@a.example,A\u202eB,,\n", 2, "name"),
        (f"{HEADER}\na@a.example,{'A' * 101},,\n", 2, "name"),
        (f"{HEADER}\na@a.example,A,Sachsen!,\n", 2, "region"),
        (f"{HEADER}\na@a.example,A,,vielleicht\n", 2, "opted_out"),
        (f'{HEADER}\na@a.example,"A"B,,\n', 2, "no CSV"),
        ("x" * (recipients.LARGEST + 1), 1, "longer"),
    ],
)
def test_one_wrong_line_stops_the_list_and_is_named_without_what_it_says(
    path: pathlib.Path, text: str, line: int, why: str
) -> None:
    path.write_bytes(text.encode())
    with pytest.raises(InvalidConfig, match=rf"line {line}: .*{why}") as caught:
        recipients.chosen(path, ())
    assert "a@a.example" not in repr(caught.value.message)
    assert "Bcc" not in repr(caught.value.message)


def test_what_is_no_utf8_is_told_with_its_line(path: pathlib.Path) -> None:
    path.write_bytes(f"{HEADER}\na@a.example,A,,\n".encode() + "b@b.example,Süd,,\n".encode("latin-1"))
    with pytest.raises(InvalidConfig, match="line 3: it is not UTF-8"):
        recipients.chosen(path, ())


def test_a_missing_list_is_told(path: pathlib.Path) -> None:
    with pytest.raises(InvalidConfig, match="cannot be read"):
        recipients.chosen(path, ())
