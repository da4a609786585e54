"""A page read as a visitor, a browser and a network read it."""

import pytest

from fahndung.texts import pages


def text(source: str) -> str:
    return pages.read(source).text


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("<p>eins</p><p>zwei</p>", "eins zwei"),
        ("Tä<b>ter</b>in <span>Tat</span><wbr>verdächtig", "Täterin Tatverdächtig"),
        ("Herausgeber<br>Druck<br/>Ende", "Herausgeber Druck Ende"),
        ("<h1>a&nbsp;b &amp; c</h1>", "a b & c"),
        ("<title>x</title><style>p{}</style><script>y()</script><template>z</template>seen", "seen"),
        ("<noscript>x</noscript><p>seen", "seen"),
        ("<p hidden>x</p><p>seen</p>", "seen"),
        ("<p hidden>x<p>seen", "seen"),
        ("<div hidden><p>x</p></div>seen", "seen"),
        ("<div style='DISPLAY : none'>x</div>seen", "seen"),
        ("<div style='visibility:hidden'><b>x</b></div><i style='opacity:0'>x</i>seen", "seen"),
        ("<div style='opacity:0.5'>seen</div>", "seen"),
        ("<details><summary>Bild anzeigen</summary>auf Klick</details>", "Bild anzeigen auf Klick"),
        ("<input hidden>seen<img hidden alt=x>", "seen"),
        ("<!-- Name -->seen", "seen"),
        ("</div></p>seen", "seen"),
    ],
)
def test_what_a_visitor_sees_is_read_and_nothing_else(source: str, seen: str) -> None:
    assert text(source) == seen


@pytest.mark.parametrize(
    "source",
    [
        '<meta property="og:image" content="x.jpg">',
        '<meta property="OG:IMAGE:secure_url" content="x.jpg">',
        '<meta name="twitter:image" content="x.jpg">',
        '<meta name="twitter:image:src" content="x.jpg">',
        '<meta name="thumbnail" content="x.jpg">',
        '<link rel="image_src" href="x.jpg">',
        '<link rel="apple-touch-icon" href="x.jpg">',
        '<link rel="alternate" type="application/json+oembed" href="x.jpg">',
        '<meta itemprop="image" content="x.jpg">',
        '<img itemprop="name image" src="x.jpg">',
        '<script type="application/ld+json">{"@type": "Person", "image": "x.jpg"}</script>',
        '<script type="application/LD+JSON">[{"a": {"image": {"url": "x.jpg"}}}]</script>',
        '<script type="application/ld+json">{"primaryImageOfPage": {"contentUrl": "x.jpg"}}</script>',
        '<script type="application/ld+json">x.jpg</script>',
    ],
)
def test_every_way_to_offer_a_preview_is_found(source: str) -> None:
    assert pages.read(source).page.previews == ("x.jpg",)


def test_what_offers_no_picture_is_no_preview() -> None:
    source = (
        '<meta property="og:title" content="x"><meta name="description" content="image"><link rel="icon" href="i.png">'
        '<meta property="og:image"><script type="application/ld+json">{"url": "x", "name": "image"}</script>'
        "<script type='application/ld+json'> </script><script>image</script>"
    )
    assert pages.read(source).page.previews == ()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<img src='x'>", True),
        ("<IMG SRC='x'/>", True),
        ("<img srcset='x 2x'>", True),
        ("<picture><source srcset='x'></picture>", True),
        ("<input type=image src='x'>", True),
        ("<video poster='x'></video>", True),
        ("<svg><image href='x'/></svg>", True),
        ("<svg><image xlink:href='x'/></svg>", True),
        ("<object data='x'></object>", True),
        ("<embed src='x'>", True),
        ("<body background='x'>", True),
        ("<p style='background: url(x)'>", True),
        ('<style>p { background: url( "x" ) }</style>', True),
        ("<style>@import 'x';</style>", False),
        ("<script src='x'></script>", False),
        ("<link rel='preload stylesheet' href='x'>", False),
        ("<link rel='preload' imagesrcset='x 1x'>", False),
        ("<link rel='icon' href='x'>", False),
        ("<iframe src='x'></iframe>", False),
        ("<audio><source src='x'></audio>", False),
        ("<base href='x'>", False),
    ],
)
def test_everything_that_is_loaded_is_found_and_pictures_are_told_apart(source: str, shown: bool) -> None:
    page = pages.read(source).page
    assert page.loads == ("x",)
    assert page.open_pictures == (("x",) if shown else ())


def test_links_forms_and_fonts_show_no_picture() -> None:
    page = pages.read("<a href='x.jpg'>x</a><link rel='canonical' href='y'><img src='' alt=''>").page
    assert (page.loads, page.open_pictures) == ((), ())
    page = pages.read("<style>@font-face { src: url(f.woff2) }</style>").page
    assert (page.loads, page.open_pictures) == (("f.woff2",), ())


def test_all_candidates_of_a_srcset_are_loaded() -> None:
    page = pages.read("<img src='a' srcset='b 1x, c,d.jpg 2x , e'>").page
    assert page.loads == ("a", "b", "c,d.jpg", "e")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<details><summary>s</summary><img src='x'></details>", ()),
        ("<details open><summary>s</summary><img src='x'></details>", ("x",)),
        ("<details><summary>s<img src='x'></summary></details>", ("x",)),
        ("<details><p><summary><img src='x'></summary></p></details>", ()),
        ("<details><details open><img src='x'></details></details>", ()),
        ("<details><details><summary><img src='x'></summary></details></details>", ()),
        ("<details></details><img src='x'>", ("x",)),
        ("<div><details></div><img src='x'>", ("x",)),
        ("<details><p style='background:url(x)'>", ()),
        ("<div hidden><img src='x'></div>", ("x",)),
    ],
)
def test_only_a_closed_details_veils_a_picture(source: str, shown: tuple[str, ...]) -> None:
    page = pages.read(source).page
    assert page.loads == ("x",)
    assert page.open_pictures == shown


def test_robots_and_alternative_texts_are_read() -> None:
    page = pages.read(
        "<meta name=Robots content='NoIndex,  noarchive,'><img src=a alt='Zwei\u00a0Frauen'><img src=b>"
    ).page
    assert page.robots == {"noindex", "noarchive"}
    assert page.alts == ("Zwei Frauen", "")


@pytest.mark.parametrize(
    ("source", "acts"),
    [
        ("<script>x()</script>", ("<script>",)),
        ("<script type=module src=/x.js></script>", ("<script>",)),
        ("<svg><script>x()</script></svg>", ("<script>",)),
        ("<p OnClick=x()>", ("onclick=…",)),
        ("<img src=x onerror=x()><img src=y onerror=y()>", ("onerror=…",)),
        ("<iframe srcdoc='<p>x'></iframe>", ("<iframe>", "srcdoc=…")),
        ("<object data=x></object><embed src=y>", ("<object>", "<embed>")),
        ("<meta http-equiv=Refresh content='0;url=https://a.example/'>", ("<meta http-equiv=refresh>",)),
        ("<form action=/x><button formaction=/y>z</button></form>", ("<form>", "formaction=…")),
        ("<a href='#' ping=/p>x</a>", ("ping=…",)),
        ("<a href=' JavaScript:x()'>x</a>", ("href=…",)),
        ("<a href='java&#10;script:x()'>x</a>", ("href=…",)),
        ("<a href=tel:110>110</a><a href='https://a.example/'>javascript: x</a>", ()),
        ("<script type='application/ld+json'>{}</script>", ()),
        ("<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">", ()),
    ],
)
def test_what_acts_by_itself_is_seen(source: str, acts: tuple[str, ...]) -> None:
    assert pages.read(source).page.acts == acts
