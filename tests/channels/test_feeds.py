import datetime as dt
import json
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from fahndung.channels import feeds
from fahndung.channels.entry import Entry, Tombstone

BASE = "https://fahndung.polizei.example/"
ATOM = "{http://www.w3.org/2005/Atom}"
AT = "{http://purl.org/atompub/tombstones/1.0}"


def entry(number: int, day: int, *, indexed: bool = False, **values: str) -> Entry:
    slug = f"{number:016d}"
    texts = {"title": f"Titel {number}", "summary": "Kurz", "category": "witness"} | values
    return Entry(
        slug=slug,
        marker=slug,
        files={f"fahndung/{slug}/index.html": "0"},
        item=f"<li>{slug}</li>\n",
        id=f"tag:polizei.example,2026:{slug}",
        url=f"{BASE}fahndung/{slug}/",
        updated=dt.datetime(2026, 11, day, 15, tzinfo=dt.UTC),
        expires=None,
        indexed=indexed,
        **texts,
    )


ENDED = Tombstone(
    slug="x" * 16,
    id="tag:polizei.example,2026:x",
    url=f"{BASE}fahndung/{'x' * 16}/",
    title="Fahndung beendet",
    summary="Diese Fahndung ist beendet.",
    alert=f"polizei.example,{'x' * 16}-1,2026-11-21T15:00:00-00:00",
    at=dt.datetime(2026, 11, 30, tzinfo=dt.UTC),
)


def test_the_start_page_lists_newest_first_and_keeps_the_frame() -> None:
    page = feeds.start_page("<ul>\n<!-- entries -->\n</ul>\n", [entry(1, 1), entry(2, 3), entry(3, 3)])
    assert page == b"<ul>\n<li>0000000000000002</li>\n<li>0000000000000003</li>\n<li>0000000000000001</li>\n</ul>\n"


def test_an_item_that_holds_the_mark_is_not_expanded() -> None:
    import dataclasses

    odd = dataclasses.replace(entry(1, 1), item="<li><!-- entries --></li>")
    assert feeds.start_page("<ul><!-- entries --></ul>", [odd, entry(2, 2)]).count(b"<!-- entries -->") == 1


def test_the_atom_feed_is_complete_and_tells_ends() -> None:
    root = ET.fromstring(
        feeds.atom(BASE, "PD Musterstadt", "Fahndungen & mehr", [entry(1, 1, title="A & <B>")], [ENDED])
    )
    assert root.findtext(f"{ATOM}id") == f"{BASE}feed.atom"
    assert root.findtext(f"{ATOM}updated") == "2026-11-30T00:00:00Z"
    assert root.findtext(f"{ATOM}title") == "Fahndungen & mehr"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "PD Musterstadt"
    one = root.find(f"{ATOM}entry")
    assert one is not None
    assert one.findtext(f"{ATOM}title") == "A & <B>"
    assert one.findtext(f"{ATOM}summary") == "Kurz"
    assert {child.tag for child in one} == {f"{ATOM}{name}" for name in ("id", "title", "updated", "link", "summary")}
    deleted = root.find(f"{AT}deleted-entry")
    assert deleted is not None
    assert deleted.attrib == {"ref": ENDED.id, "when": "2026-11-30T00:00:00Z"}


def test_the_json_feed_has_the_same_entries_and_ends() -> None:
    feed = json.loads(feeds.json_feed(BASE, "PD Musterstadt", "Fahndungen & mehr", [entry(1, 1)], [ENDED]))
    assert feed["title"] == "Fahndungen & mehr"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"] == [feeds.json_item(entry(1, 1))]
    assert feed["_fahndung"]["withdrawn"] == [{"id": ENDED.id, "url": ENDED.url, "at": "2026-11-30T00:00:00Z"}]


def test_the_feeds_are_called_what_the_start_page_calls_itself() -> None:
    assert feeds.title("<head><TITLE\n>\n Suche &amp;\nFahndung </title><title>b</title>") == "Suche & Fahndung"
    assert feeds.title("<p>Fahndungen</p>") == ""


def test_a_title_in_a_remark_or_a_drawing_is_none_of_the_page() -> None:
    remarks = "<!-- <title>alt</title> --><svg><title>Wappen</title></svg>"
    assert feeds.title(f"{remarks}<title>Neu</title>") == "Neu"
    assert feeds.title(remarks) == ""


def test_an_empty_feed_is_valid_and_reads_no_clock() -> None:
    assert ET.fromstring(feeds.atom(BASE, "PD", "Titel", [], [])).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
    assert json.loads(feeds.json_feed(BASE, "PD", "Titel", [], []))["items"] == []


def test_the_order_of_the_files_changes_no_byte() -> None:
    entries = [entry(number, 1 + number % 3) for number in range(6)]
    backwards = entries[::-1]
    assert feeds.atom(BASE, "PD", "Titel", entries, [ENDED]) == feeds.atom(BASE, "PD", "Titel", backwards, [ENDED])
    assert feeds.json_feed(BASE, "PD", "Titel", entries, []) == feeds.json_feed(BASE, "PD", "Titel", backwards, [])


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]), min_size=1))
def test_any_title_stays_a_title(title: str) -> None:
    root = ET.fromstring(feeds.atom(BASE, "PD", "Titel", [entry(1, 1, title=title)], []))
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == title
    assert len(root.findall(f"{ATOM}entry")) == 1
