"""Whether a page's own text can be trusted, or the page must be read from its picture."""

from __future__ import annotations

from dataclasses import replace

from extractor.reading.page import Glyph, Page

EMPTY = "nothing stands on it"
SCANNED = "a picture without text"
RUBBISH = "its fonts do not say which characters they draw"
INSTALL = "install OCR (pip install 'zhitu[ocr]')"

# A page's share of characters that no report prints before its text is taken for rubbish, and how few characters may
# stand on a page that is one picture (a stamped page number on a scan).
MAX_RUBBISH = 0.12
FEW_GLYPHS = 30
WHOLE_PAGE = 0.75
# A drawing smaller than this share of the page is an ornament.
ORNAMENT = 0.04
# So many drawings without one glyph are text turned into outlines.
OUTLINES = 60
# Of Chinese prose the characters below make a third or more; a map that is wrong makes them rare.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
    "相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展"
    "五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战"
    "先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白"
    "教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且"
    "究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值"
    "号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严职校师培训"
    "企课竞赛奖获优秀项目融案创服贡献质量"
)
_MIN_HANZI, _MIN_COMMON = 80, 0.12


def why_illegible(page: Page) -> str | None:
    """Why the page cannot be read from its own text (EMPTY, SCANNED, RUBBISH), None if it can."""
    glyphs = [glyph for glyph in page.glyphs if glyph.text.strip()]
    covered = _covered(page)
    if not glyphs:
        drawn = covered > ORNAMENT or len(page.pictures) >= OUTLINES
        return SCANNED if drawn else EMPTY
    if rubbish_share(glyphs) > MAX_RUBBISH:
        return RUBBISH
    hanzi = [glyph.text for glyph in glyphs if "\u4e00" <= glyph.text[0] <= "\u9fff"]
    if len(hanzi) >= _MIN_HANZI and sum(text in _COMMON for text in hanzi) < _MIN_COMMON * len(hanzi):
        return RUBBISH
    return SCANNED if len(glyphs) < FEW_GLYPHS and covered > WHOLE_PAGE else None


def without_ocr(page: Page, why: str) -> Page:
    """What such a page comes to where OCR is not installed: unread, with the remedy.

    A cover, one picture with a few characters on it, keeps those: they are all that is printed as text.
    """
    if why == SCANNED and any(glyph.text.strip() for glyph in page.glyphs):
        return page
    return replace(page, glyphs=(), rules=(), fills=(), pictures=(), status="unread", why=f"{why}; {INSTALL}")


def rubbish_share(glyphs: list[Glyph]) -> float:
    """The share of glyphs that have no Unicode map or are characters no report prints."""
    if not glyphs:
        return 0.0
    return sum(not glyph.mapped or not _printed(glyph.text) for glyph in glyphs) / len(glyphs)


def _printed(text: str) -> bool:
    code = ord(text[0])
    if code < 0x20 or code == 0xFFFD or 0x7F <= code < 0xA1 or 0xF000 <= code < 0xF020:
        return False
    # Latin letters with accents stand in names now and then; where they abound, the share says so.
    return not (0xC0 <= code < 0x250 and code not in (0xD7, 0xF7))


def _covered(page: Page) -> float:
    """The share of the page under its largest picture."""
    area = page.width * page.height
    if not area:
        return 0.0
    sizes = (
        (min(p.x1, page.width) - max(p.x0, 0.0)) * (min(p.bottom, page.height) - max(p.top, 0.0))
        for p in page.pictures
        if p.x1 > 0 and p.bottom > 0 and p.x0 < page.width and p.top < page.height
    )
    return max(sizes, default=0.0) / area
