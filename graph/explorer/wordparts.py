"""What python-docx has no calls for: footnotes, and a chart that Word draws itself, without a font of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_EMU = 360_000  # of a centimetre
_RULES = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)


class Footnotes:
    """The footnotes of a document: call :meth:`cite` where one belongs, :meth:`finish` once at the end."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._texts: list[str] = []
        self._first: dict[str, int] = {}

    def cite(self, paragraph: Paragraph, text: str, same: str = "") -> None:
        """A new footnote's mark at the paragraph's end; ``same``: what one says that was said by note {number}."""
        from docx.oxml.parser import parse_xml

        first = self._first.setdefault(text, len(self._texts) + 1)
        self._texts.append(same.format(number=first) if same and first <= len(self._texts) else text)
        run = (
            f'<w:r xmlns:w="{_W}"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            f'<w:footnoteReference w:id="{len(self._texts)}"/></w:r>'
        )
        paragraph._p.append(parse_xml(run))

    def finish(self) -> None:
        """Put the part with all footnotes into the document's package."""
        if not self._texts:
            return
        notes = "".join(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
            f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/>'
            f'</w:r><w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:t xml:space="preserve"> {escape(legal(text))}</w:t></w:r>'
            "</w:p></w:footnote>"
            for number, text in enumerate(self._texts, 1)
        )
        body = f'{_HEAD}<w:footnotes xmlns:w="{_W}">{_RULES}{notes}</w:footnotes>'
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        _part(self._document, "/word/footnotes.xml", kind, body, f"{_R}/footnotes")


def head_row(row: Any) -> None:
    """Shade a table's first row and repeat it on every page."""
    from docx.oxml.parser import parse_xml

    row._tr.get_or_add_trPr().append(parse_xml(f'<w:tblHeader xmlns:w="{_W}"/>'))
    for cell in row.cells:
        cell._tc.get_or_add_tcPr().append(
            parse_xml(f'<w:shd xmlns:w="{_W}" w:val="clear" w:color="auto" w:fill="DDE7F0"/>')
        )


def whole(row: Any) -> None:
    """Keep a row on one page."""
    from docx.oxml.parser import parse_xml

    row._tr.get_or_add_trPr().append(parse_xml(f'<w:cantSplit xmlns:w="{_W}"/>'))


def page_footer(document: Document, tongue: str) -> None:
    """Page numbers at the foot, which Word counts."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.parser import parse_xml

    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = ("第 ", " 页 / 共 ", " 页") if tongue == "zh" else ("", " / ", "")
    paragraph.add_run(before)
    for field, text in (("PAGE", between), ("NUMPAGES", after)):
        simple = f'<w:fldSimple xmlns:w="{_W}" w:instr="{field}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        paragraph._p.append(parse_xml(simple))
        paragraph.add_run(text)


def add_chart(
    document: Document, title: str, points: Sequence[tuple[str, float | None]], *, lines: bool = False, number: int = 1
) -> None:
    """A chart in a paragraph of its own: ranked bars, or a line over years where a missing value is a gap."""
    from docx.oxml.parser import parse_xml

    kind = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
    relation = _part(document, f"/word/charts/chart{number}.xml", kind, _chart(title, points, lines), f"{_R}/chart")
    height = 6.5 if lines else 1.6 + 0.62 * len(points)
    drawing = (
        f'<w:r xmlns:w="{_W}"><w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{15 * _EMU}" cy="{int(height * _EMU)}"/><wp:docPr id="{100 + number}" name="{number}" '
        f'descr="{escape(legal(title), {chr(34): "&quot;"})}"/><wp:cNvGraphicFramePr/><a:graphic xmlns:a="{_A}">'
        f'<a:graphicData uri="{_C}"><c:chart xmlns:c="{_C}" xmlns:r="{_R}" r:id="{relation}"/></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )
    document.add_paragraph()._p.append(parse_xml(drawing))


def legal(text: str) -> str:
    """A text without the control characters that XML forbids."""
    return "".join(c for c in text if c in "\t\n" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF))


def _part(document: Document, name: str, kind: str, body: str, relation: str) -> str:
    """Put a part into the package; the id by which the document speaks of it."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    made: Any = Part(PackURI(name), kind, body.encode("utf-8"), document.part.package)
    return str(document.part.relate_to(made, relation))


def _chart(title: str, points: Sequence[tuple[str, float | None]], lines: bool) -> str:
    count = f'<c:ptCount val="{len(points)}"/>'
    names = "".join(f'<c:pt idx="{i}"><c:v>{escape(legal(name))}</c:v></c:pt>' for i, (name, _) in enumerate(points))
    values = "".join(
        f'<c:pt idx="{i}"><c:v>{value:g}</c:v></c:pt>' for i, (_, value) in enumerate(points) if value is not None
    )
    labels = (
        '<c:dLbls><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )
    head = f'<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:v>{escape(legal(title))}</c:v></c:tx>'
    data = (
        f"{labels}<c:cat><c:strLit>{count}{names}</c:strLit></c:cat>"
        f"<c:val><c:numLit><c:formatCode>#,##0.##</c:formatCode>{count}{values}</c:numLit></c:val>"
    )
    axes = '<c:axId val="1"/><c:axId val="2"/>'
    if lines:
        marker = '<c:marker><c:symbol val="circle"/></c:marker>'
        plot = (
            f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{head}{marker}{data}<c:smooth val="0"/>'
            f'</c:ser><c:marker val="1"/>{axes}</c:lineChart>'
        )
    else:
        plot = (
            f'<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>{head}'
            f'<c:invertIfNegative val="0"/>{data}</c:ser><c:gapWidth val="40"/>{axes}</c:barChart>'
        )
    order, at, other = ("minMax", "b", "l") if lines else ("maxMin", "l", "t")
    return (
        f'{_HEAD}<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:chart><c:title><c:tx><c:rich><a:bodyPr/>'
        f'<a:p><a:pPr><a:defRPr sz="1100" b="0"/></a:pPr><a:r><a:rPr sz="1100" b="0"/><a:t>{escape(legal(title))}</a:t>'
        '</a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/>'
        f'<c:plotArea><c:layout/>{plot}<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{order}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{at}"/><c:crossAx val="2"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{other}"/><c:crossAx val="1"/></c:valAx></c:plotArea><c:plotVisOnly val="1"/>'
        '<c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>'
    )
