"""What the public pages say, from pages that are written as readers of t.me describe them."""

import datetime as dt

import pytest

from fahndung.channels.telegrampages import Page, Post, parse

from . import linkposts

MARKER = linkposts.marker("one")
LINK = f"{linkposts.PAGE}#{MARKER}"
HEADER = '<div class="tgme_channel_info_header_username"><a href="https://t.me/presse">@presse</a></div>'


def message(inner: str, *, id: int = 7, classes: str = "tgme_widget_message js-widget_message", more: str = "") -> str:
    text = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{inner}</div>'
    return f'<div class="{classes}" data-post="presse/{id}"><div class="bubble">{more}{text}</div></div>'


def one(html: str) -> Post:
    (found,) = parse(html).posts
    return found


def test_a_listing_says_whose_it_is_what_there_is_and_where_older_ones_are() -> None:
    link = f'<a href="{LINK}" target="_blank">{LINK}</a>'
    more = '<a href="/s/presse?before=7" class="tme_messages_more js-messages_more" data-before="7"></a>'
    page = parse(f"<html><head></head><body>{HEADER}<section>{more}{message(f'Gesucht<br/>{link}')}</section>")
    expected = Post(account="presse", id=7, text=f"Gesucht\n{LINK}", markers=(MARKER,), attached=False)
    assert page == Page(account="presse", posts=(expected,), before=7, error=None)


def test_the_head_may_say_where_older_ones_are_and_newer_ones_do_not_matter() -> None:
    assert parse('<link rel="prev" href="/s/presse?before=21">').before == 21
    assert parse('<link rel="next" href="/s/presse?after=21">').before is None
    assert parse('<link rel="prev" href="/s/presse">').before is None
    assert parse('<a class="tme_messages_more" href="/s/presse?after=9"></a>').before is None


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("a &amp; b &lt;c&gt; &quot;d&quot;", 'a & b <c> "d"'),
        ("<b>fett</b> <i>schräg</i>", "fett schräg"),
        ("""<i class="emoji" style="background-image:url('//x')"><b>🚲</b></i> da""", "🚲 da"),
        ('Ruf <a href="tel:+4940">040 66969 123</a>', "Ruf 040 66969 123"),
        ("erste<br>zweite<br/>dritte", "erste\nzweite\ndritte"),
        ("<br/>danach", "\ndanach"),
        ('<div class="tgme_widget_message_text js-message_text">doppelt</div>', "doppelt"),
        ("<p>nicht geschlossen", "nicht geschlossen"),
        ("a&nbsp;b", "a\xa0b"),
    ],
)
def test_the_text_is_read_as_it_was_written(inner: str, text: str) -> None:
    assert one(message(inner)).text == text


def test_the_text_of_another_message_that_it_answers_is_not_its_own() -> None:
    reply = '<a><div class="tgme_widget_message_text js-message_reply_text">fremd</div></a>'
    assert one(message("eigen", more=reply)).text == "eigen"
    after = message("eigen") + '<div class="footer">nicht mehr der Text</div>'
    assert one(after).text == "eigen"


def test_a_message_without_text_or_about_the_channel_is_one_all_the_same() -> None:
    service = message("Channel created", classes="tgme_widget_message service_message js-widget_message", id=1)
    assert one(service).id == 1
    assert one('<div class="tgme_widget_message" data-post="presse/3"></div>').text is None
    assert parse('<div class="tgme_widget_message" data-post="presse"></div>').posts == ()


@pytest.mark.parametrize(
    "hanging",
    [
        '<a class="tgme_widget_message_photo_wrap" style="x"></a>',
        '<a class="tgme_widget_message_link_preview" href="x"></a>',
        '<div class="tgme_widget_message_document_wrap"></div>',
        '<a class="tgme_widget_message_video_player"></a>',
        '<div class="tgme_widget_message_poll"></div>',
    ],
)
def test_whatever_hangs_on_it_is_seen(hanging: str) -> None:
    assert one(message("Text", more=hanging)).attached
    assert not one(message("Text", more='<div class="tgme_widget_message_author"></div>')).attached


@pytest.mark.parametrize("kind", ["tgme_widget_message_grouped_wrap js-message_grouped_wrap", "grouped_media_wrap"])
def test_an_album_is_several_messages_that_are_shown_as_one(kind: str) -> None:
    album = one(message("Text", more=f'<div class="{kind}"><a href="https://t.me/presse/8?single"></a></div>'))
    assert album.album
    assert album.attached
    single = one(message("Text", more='<a class="tgme_widget_message_photo_wrap" style="x"></a>'))
    assert not single.album


@pytest.mark.parametrize(("said", "hour"), [("2026-11-26T12:00:00+01:00", 11), ("2026-11-26", None), ("gestern", None)])
def test_a_message_says_when_it_was_posted(said: str, hour: int | None) -> None:
    film = '<time class="message_video_duration js-message_video_duration">0:07</time>'
    dated = f'{film}<a class="tgme_widget_message_date"><time datetime="{said}" class="time">12:00</time></a>'
    made_at = one(message("Text", more=dated)).made_at
    assert made_at == (hour and dt.datetime(2026, 11, 26, hour, tzinfo=dt.UTC))


def test_links_count_only_in_the_text() -> None:
    outside = f'<a class="tgme_widget_message_date" href="{LINK}">12:00</a>'
    assert one(message("Text", more=outside)).markers == ()
    assert one(message(LINK)).markers == (), "what is no link for the reader leads nowhere"


def test_a_page_that_says_that_there_is_no_such_post() -> None:
    page = parse('<body class="x"><div class="tgme_widget_message_error"> Post not found </div></body>')
    assert (page.error, page.posts) == ("Post not found", ())
    assert (
        parse('<div class="tgme_widget_message_error">Channel <b>x</b> not found</div>').error == "Channel x not found"
    )


@pytest.mark.parametrize(
    "html", ["", "one moment, please", "</div></p>", "<br>", "<div class='js-message_text'>x</div>", "<"]
)
def test_anything_else_says_nothing(html: str) -> None:
    assert parse(html) == Page(account=None, posts=(), before=None, error=None)
