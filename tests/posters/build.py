"""Sample sheets and drawn placeholder photos. Every person, number and place is invented.

``python -m tests.posters.build FOLDER`` writes the samples as PDF.
"""

import io
import pathlib
import random
import sys
from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFilter

from fahndung.model.appeal import Category
from fahndung.model.ids import ImageId
from fahndung.model.sheet import Fact, FactGroup, Picture, Sheet
from fahndung.posters import Photo, poster
from fahndung.texts.words import load

PHONE = "040 66969-123"


def jpeg(image: Image.Image, quality: int = 88) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def portrait(photo_id: str, width: int = 1200, height: int = 1600, seed: int = 1) -> Photo:
    """A drawn head and shoulders, filling the frame so that any cut would show."""
    dice = random.Random(seed)
    wall = dice.choice([(176, 196, 206), (206, 198, 180), (188, 200, 180), (200, 186, 190)])
    skin = dice.choice([(226, 186, 158), (196, 150, 118), (236, 202, 178), (158, 112, 84)])
    hair = dice.choice([(62, 44, 32), (148, 112, 62), (30, 28, 30), (120, 70, 40)])
    coat = dice.choice([(60, 84, 130), (126, 40, 48), (54, 92, 74), (70, 70, 78)])
    image = Image.new("RGB", (width, height), wall)
    draw = ImageDraw.Draw(image)
    for y in range(height):
        shade = int(26 * y / height)
        draw.line([(0, y), (width, y)], fill=tuple(max(c - shade, 0) for c in wall))
    side = min(width, height * 0.8)
    cx, top = width / 2, height * 0.06
    head_w, head_h = side * 0.44, min(height * 0.52, side * 0.62)
    shoulders = top + head_h * 1.02
    draw.rounded_rectangle(
        [cx - side * 0.44, shoulders, cx + side * 0.44, height * 1.3], radius=int(side * 0.2), fill=coat
    )
    draw.rectangle([cx - side * 0.09, top + head_h * 0.8, cx + side * 0.09, shoulders + side * 0.05], fill=skin)
    draw.ellipse([cx - head_w * 0.56, top - side * 0.02, cx + head_w * 0.56, top + head_h * 0.9], fill=hair)
    draw.ellipse([cx - head_w / 2, top + head_h * 0.07, cx + head_w / 2, top + head_h], fill=skin)
    draw.pieslice([cx - head_w * 0.53, top, cx + head_w * 0.53, top + head_h * 0.66], 185, 355, fill=hair)
    for sign in (-1, 1):
        ex, ey, r = cx + sign * head_w * 0.2, top + head_h * 0.48, head_w * 0.055
        draw.ellipse([ex - r * 1.7, ey - r, ex + r * 1.7, ey + r], fill=(250, 250, 250))
        draw.ellipse([ex - r * 0.9, ey - r * 0.9, ex + r * 0.9, ey + r * 0.9], fill=(40, 50, 60))
    dark = tuple(int(c * 0.78) for c in skin)
    draw.line([(cx, top + head_h * 0.5), (cx - head_w * 0.05, top + head_h * 0.66)], fill=dark, width=int(side / 90))
    draw.arc(
        [cx - head_w * 0.16, top + head_h * 0.66, cx + head_w * 0.16, top + head_h * 0.84],
        25,
        155,
        fill=(150, 70, 70),
        width=int(side / 70) + 1,
    )
    return Photo(
        id=ImageId(photo_id), jpeg=jpeg(image.filter(ImageFilter.GaussianBlur(1.2))), width=width, height=height
    )


def thing(photo_id: str, width: int = 1200, height: int = 900, seed: int = 1) -> Photo:
    """A drawn piece of jewellery on a cloth."""
    dice = random.Random(seed)
    image = Image.new("RGB", (width, height), dice.choice([(52, 58, 66), (226, 222, 214), (98, 84, 70)]))
    draw = ImageDraw.Draw(image)
    gold = dice.choice([(212, 174, 84), (196, 200, 206), (184, 120, 78)])
    cx, cy, r = width / 2, height / 2, min(width, height) * 0.34
    draw.ellipse([cx - r, cy - r, cx + r, cy + r], outline=gold, width=max(int(r / 6), 2))
    gem = dice.choice([(170, 30, 50), (40, 80, 160), (40, 120, 80)])
    draw.regular_polygon((cx, cy - r, r * 0.36), 6, fill=gem)
    return Photo(id=ImageId(photo_id), jpeg=jpeg(image), width=width, height=height)


def plain(photo_id: str, width: int, height: int) -> Photo:
    """One grey with a border: only its size matters."""
    image = Image.new("RGB", (width, height), (150, 160, 170))
    ImageDraw.Draw(image).rectangle([0, 0, width - 1, height - 1], outline=(30, 40, 50))
    return Photo(id=ImageId(photo_id), jpeg=jpeg(image), width=width, height=height)


def facts(*rows: tuple[str, str]) -> tuple[Fact, ...]:
    return tuple(Fact(label=label, value=value) for label, value in rows)


def group(title: str, *rows: tuple[str, str], field: str = "persons/0") -> FactGroup:
    return FactGroup(title=title, facts=facts(*rows), field=field)


def picture(photo_id: str, caption: str | None = None, marker: str | None = None) -> Picture:
    return Picture(id=ImageId(photo_id), alt=f"Bild {photo_id}", caption=caption, marker=marker, shows_person=True)


def sheet(**changes: object) -> Sheet:
    """A missing person; ``changes`` replace fields."""
    fields: dict[str, object] = {
        "lang": "de",
        "fixed": load(str(changes.get("lang", "de"))).texts("poster"),
        "category": Category.MISSING_CHILD,
        "band": "Vermisst",
        "headline": "13-jährige Mia aus Musterstadt vermisst – Öffentlichkeitsfahndung",
        "marker": None,
        "innocence": None,
        "summary": "Mia verließ am Freitagnachmittag die Schule in der Lindenstraße und kam nicht zu Hause an. "
        "Es ist nicht auszuschließen, dass sie sich in einer hilflosen Lage befindet.",
        "paragraphs": ("Die Polizei hat das Umfeld der Schule abgesucht.",),
        "whereabouts": facts(
            ("Zuletzt gesehen", "Freitag, 20. November 2026, gegen 15:30 Uhr"),
            ("Ort", "Omnibusbahnhof Musterstadt, Bussteig 4"),
        ),
        "groups": (
            group(
                "Beschreibung",
                ("Alter", "13 Jahre"),
                ("Größe", "etwa 1,58 m"),
                ("Statur", "schlank"),
                ("Haare", "schulterlang, dunkelblond"),
                ("Bekleidung", "hellblaue Steppjacke, schwarze Jeans, weiße Turnschuhe"),
                ("Dabei", "grauer Rucksack mit Reflexstreifen"),
            ),
        ),
        "questions": ("Wer hat Mia seit Freitagnachmittag gesehen?",),
        "office": "Polizeirevier Musterstadt-Mitte",
        "phone": PHONE,
        "email": "hinweise@polizei-musterstadt.example",
        "tip_url": "https://polizei-musterstadt.example/hinweis",
        "hours": "rund um die Uhr",
        "contact_sentence": "Hinweise nimmt das Polizeirevier Musterstadt-Mitte unter Telefon 040 66969-123 "
        "oder jede andere Polizeidienststelle entgegen.",
        "tip_sentence": "Bitte geben Sie Hinweise nur der Polizei, nicht in Kommentaren oder sozialen Netzwerken.",
        "order_sentence": None,
        "media_notice": "Die Veröffentlichung ist bis auf Widerruf gestattet.",
        "warning": None,
        "reward": (),
        "authority": "Polizeidirektion Musterstadt",
        "reference": "512/26/174411",
        "stand": "Stand: 21.11.2026, 08:00 Uhr",
        "valid_until": "gültig bis 21.12.2026",
        "imprint": (
            "Herausgeber: Polizeidirektion Musterstadt, Musterplatz 1, 01234 Musterstadt",
            "Druck: Hausdruckerei der Polizeidirektion Musterstadt, ebenda",
        ),
        "page_url": "https://polizei-musterstadt.example/f/m7k4",
        "pictures": (picture("foto-1", "Mia im Sommer 2026"),),
    }
    return Sheet(**{**fields, **changes})  # type: ignore[arg-type]


def pictures(count: int, caption: str | None = None) -> tuple[Picture, ...]:
    return tuple(picture(f"foto-{i + 1}", caption) for i in range(count))


def suspect(count: int, **changes: object) -> Sheet:
    fields: dict[str, object] = {
        "category": Category.UNKNOWN_SUSPECT,
        "band": "Fahndung",
        "headline": "Raub in der Straßenbahnlinie 9 – Öffentlichkeitsfahndung nach unbekanntem Tatverdächtigen",
        "innocence": "Gegen die abgebildete Person besteht ein Tatverdacht. Bis zu einer rechtskräftigen Verurteilung "
        "gilt die Unschuldsvermutung.",
        "summary": "Ein Unbekannter steht im Verdacht, einem 72-Jährigen in der Straßenbahn die Geldbörse entrissen "
        "und ihn dabei verletzt zu haben. Eine Videokamera zeichnete ihn auf.",
        "whereabouts": facts(
            ("Tatzeit", "Sonntag, 1. November 2026, 22:10 bis 22:20 Uhr"),
            ("Tatort", "Straßenbahnlinie 9, Haltestelle Musterplatz"),
        ),
        "groups": (
            group(
                "Beschreibung",
                ("Alter", "20 bis 25 Jahre (dem Anschein nach)"),
                ("Größe", "etwa 175 bis 180 cm (geschätzt)"),
                ("Statur", "schlank"),
                ("Haare", "kurz, dunkelblond"),
                ("Bekleidung", "schwarze Jacke mit weißem Streifen, graue Jogginghose"),
                ("Merkmale", "Tätowierung am linken Handrücken"),
                ("Sprache", "sächsischer Dialekt"),
            ),
        ),
        "questions": ("Wer kennt den abgebildeten Mann?",),
        "order_sentence": "Die Veröffentlichung hat das Amtsgericht Musterstadt auf Antrag der Staatsanwaltschaft "
        "Musterstadt angeordnet.",
        "pictures": pictures(count, "Standbild der Überwachungskamera"),
    }
    return sheet(**{**fields, **changes})


def witness() -> Sheet:
    marker = "Zeuge – nicht Beschuldigter"
    return suspect(
        1,
        category=Category.WITNESS,
        band="Zeuge gesucht",
        marker=marker,
        innocence=None,
        headline="Polizei sucht wichtigen Zeugen nach Unfall am Bahnhof",
        summary="Der abgebildete Mann stand zur Unfallzeit an der Haltestelle und könnte den Hergang beobachtet haben. "
        "Er wird gebeten, sich selbst zu melden.",
        questions=("Wer kennt diesen Mann oder weiß, wo er sich aufhält?", "Wer war noch an der Haltestelle?"),
        pictures=(picture("foto-1", "Aufnahme der Haltestellenkamera", marker),),
    )


def arabic(**changes: object) -> Sheet:
    """The missing person in Arabic, with what must not turn round in it."""
    fields: dict[str, object] = {
        "lang": "ar",
        "band": "مفقودة",
        "headline": "ميا، 13 عامًا، من Musterstadt مفقودة – بحث علني",
        "summary": "غادرت ميا مدرستها في شارع Lindenstraße بعد ظهر يوم الجمعة ولم تصل إلى البيت. لا يُستبعد "
        "أن تكون في حالة عجز. كانت في سيارة تحمل اللوحة L-AB 1234 (زرقاء).",
        "whereabouts": facts(
            ("آخر مشاهدة", "الجمعة، 20 نوفمبر 2026، نحو الساعة 15:30"),
            ("المكان", "محطة الحافلات Musterstadt، الرصيف 4"),
        ),
        "groups": (
            group(
                "الأوصاف",
                ("العمر", "13 عامًا"),
                ("الطول", "نحو 1,58 م"),
                ("الشعر", "أشقر داكن، يصل إلى الكتفين"),
                ("الملابس", "سترة مبطنة زرقاء فاتحة وبنطال جينز أسود وحذاء رياضي أبيض"),
            ),
        ),
        "questions": ("من رأى ميا منذ بعد ظهر يوم الجمعة؟", "من يعرف مكانها؟"),
        "hours": "على مدار الساعة",
        "contact_sentence": "تُقدَّم المعلومات إلى Polizeirevier Musterstadt-Mitte على الرقم 040 66969-123 أو إلى أي "
        "مركز شرطة آخر.",
        "tip_sentence": "يرجى تقديم المعلومات إلى الشرطة فقط، لا في التعليقات ولا في وسائل التواصل الاجتماعي.",
        "warning": "تحذير: لا تقتربوا من الشخص، اتصلوا بالطوارئ 110.",
        "reward": ("مكافأة قدرها 5.000 €", "للمعلومات التي تؤدي إلى العثور عليها."),
        "stand": "الحالة: 21.11.2026، 08:00",
        "valid_until": "صالح حتى 21.12.2026",
        "pictures": (picture("foto-1", "ميا في صيف 2026"),),
    }
    return sheet(**{**fields, **changes})


def persian(**changes: object) -> Sheet:
    """The missing person in Persian."""
    fields: dict[str, object] = {
        "lang": "fa",
        "band": "گمشده",
        "headline": "میا، ۱۳ ساله، از Musterstadt گم شده است",
        "summary": "میا بعدازظهر جمعه مدرسه را ترک کرد و به خانه نرسید. نمی‌توان منتفی دانست که در وضعیت درماندگی باشد.",
        "whereabouts": facts(("آخرین بار", "جمعه، ۲۰ نوامبر ۲۰۲۶، حدود ساعت 15:30"), ("محل", "ایستگاه اتوبوس")),
        "groups": (
            group("مشخصات", ("سن", "۱۳ سال"), ("قد", "حدود ۱٫۵۸ متر"), ("لباس", "کاپشن آبی‌روشن، شلوار جین مشکی")),
        ),
        "questions": ("چه کسی میا را از بعدازظهر جمعه دیده است؟",),
        "hours": "شبانه‌روزی",
        "contact_sentence": "اطلاعات خود را به شماره 040 66969-123 یا به هر ادارهٔ پلیس دیگر بدهید.",
        "tip_sentence": "لطفاً اطلاعات را فقط به پلیس بدهید، نه در شبکه‌های اجتماعی.",
        "stand": "وضعیت: 21.11.2026، 08:00",
        "valid_until": "معتبر تا 21.12.2026",
        "pictures": (picture("foto-1", "میا در تابستان ۲۰۲۶"),),
    }
    return sheet(**{**fields, **changes})


def objects() -> Sheet:
    kinds = ("Goldring mit rotem Stein", "Herrenring", "Siegelring, graviert", "Damenring", "Ehering", "Trachtenring")
    return sheet(
        category=Category.OBJECT,
        band="Eigentümer gesucht",
        headline="Schmuck aus mehreren Wohnungseinbrüchen sichergestellt",
        summary="Bei einer Durchsuchung stellten Beamte Schmuckstücke sicher, deren Herkunft ungeklärt ist. "
        "Wer sein Eigentum erkennt, wird um einen Nachweis gebeten, etwa ein Foto oder eine Rechnung.",
        questions=("Wem gehören diese Schmuckstücke?",),
        whereabouts=facts(("Sichergestellt", "12. Oktober 2026, Musterstadt")),
        groups=(
            group("Besonderheiten", ("Nr. 3", "Gravur „In Liebe 1974“"), ("Nr. 5", "Größe 62"), field="objects/0"),
        ),
        pictures=tuple(picture(f"foto-{i + 1}", f"Nr. {i + 1}: {kind}") for i, kind in enumerate(kinds)),
    )


def dead() -> Sheet:
    return sheet(
        category=Category.UNKNOWN_DEAD,
        band="Unbekannter Toter",
        headline="Wer kann Hinweise zur Identität eines unbekannten Mannes geben?",
        questions=("Wer kennt den Mann auf der Zeichnung?",),
        summary="Ein Spaziergänger fand am Elbufer einen Toten, dessen Identität bislang nicht geklärt werden konnte. "
        "Hinweise auf ein Fremdverschulden liegen nicht vor.",
        whereabouts=facts(("Fundzeit", "3. September 2026, gegen 07:15 Uhr"), ("Fundort", "Elbufer bei Musterstadt")),
        groups=(
            group(
                "Beschreibung",
                ("Alter", "60 bis 70 Jahre (dem Anschein nach)"),
                ("Größe", "172 cm (gemessen)"),
                ("Haare", "grau, schütter"),
                ("Merkmale", "Operationsnarbe am rechten Knie, Zahnprothese im Oberkiefer"),
                ("Bekleidung", "dunkelgrüne Wachsjacke, braune Cordhose, Größe 52"),
                ("Schmuck", "silberner Ring ohne Gravur"),
            ),
        ),
        pictures=(picture("foto-1", "Zeichnung, kein Lichtbild"),),
    )


def convict() -> Sheet:
    return suspect(
        2,
        category=Category.CONVICT,
        band="Fahndung",
        headline="Verurteilter kehrte von einem Ausgang nicht zurück",
        questions=("Wo hält sich dieser Mann auf?",),
        innocence=None,
        summary="Der 38-Jährige verbüßt eine Freiheitsstrafe wegen schwerer räuberischer Erpressung. Im "
        "Verkehrsordnungswidrigkeitenverfahren und nach dem Bundesausbildungsförderungsgesetz ist nichts bekannt.",
        warning="Vorsicht: Der Mann ist möglicherweise bewaffnet. Sprechen Sie ihn nicht an, wählen Sie den "
        "Notruf 110.",
        reward=(
            "5.000 € Belohnung",
            "Für Hinweise, die zur Festnahme führen. Die Belohnung ist nur für Privatpersonen bestimmt und nicht für "
            "Personen, zu deren Berufspflichten die Verfolgung strafbarer Handlungen gehört. Der Rechtsweg ist "
            "ausgeschlossen. Hinweise nimmt jede Polizeidienststelle entgegen.",
        ),
        pictures=pictures(2, "Aufnahme aus dem Jahr 2025"),
    )


def samples() -> Iterator[tuple[str, bytes]]:
    one = [portrait("foto-1", seed=3)]
    stills = [
        portrait(f"foto-{i}", w, h, seed=i)
        for i, (w, h) in enumerate([(900, 1200), (1280, 960), (800, 1000), (1400, 900)], start=1)
    ]
    yield "1-missing-child", poster(sheet(), one)
    yield "2-suspect-0", poster(suspect(0), [])
    yield "3-suspect-1", poster(suspect(1), [portrait("foto-1", 900, 1200, seed=5)])
    yield "4-suspect-2", poster(suspect(2), stills[:2])
    yield "5-suspect-4", poster(suspect(4), stills)
    yield "6-witness", poster(witness(), [portrait("foto-1", 1280, 960, seed=7)])
    yield "7-objects", poster(objects(), [thing(f"foto-{i}", seed=i) for i in range(1, 7)])
    yield "8-unknown-dead", poster(dead(), [portrait("foto-1", 1000, 1250, seed=9)])
    yield "9-convict-warning-reward", poster(convict(), [portrait(f"foto-{i}", seed=11) for i in (1, 2)])
    yield "10-missing-strips-draft", poster(sheet(), one, strips=True, draft=True)
    yield "11-missing-a3", poster(sheet(), one, paper="a3")
    yield "13-arabic", poster(arabic(), one)
    yield "14-persian", poster(persian(), one, strips=True, draft=True)
    yield "12-eight", poster(suspect(8), [portrait(f"foto-{i}", 600, 800, seed=i) for i in range(1, 9)])


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for name, data in samples():
        (target / f"{name}.pdf").write_bytes(data)
