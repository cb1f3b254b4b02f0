"""HTML and Word files → Document; hostile ones → one clear error."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import Damaged, Encrypted, InputError, NotAReport
from extractor.reading import read_document
from extractor.reading.web import read_html

HTML = """<!DOCTYPE html><html><head><title>x</title><script>var a = "没有这句";</script></head><body>
<h1>学生发展</h1><h2>规模</h2>
<p>全市共有学校十二所。<sup>1</sup>其中<b>五所</b>为公办学校。</p><img src="http://example.invalid/a.png"><p>学生在实训</p>
<p>表 1 获奖名单</p>
<table><tr><th colspan="2">学校名称</th><th>奖项</th></tr>
<tr><td>1</td><td>甲校</td><td rowspan="2">一等奖</td></tr><tr><td>2</td><td>乙校</td></tr></table>
<p>案例 1 匠心育人</p><p>甲校与乙公司共建车间。</p></body></html>"""

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BODY = f"""<?xml version="1.0"?><w:document {NAMESPACE}><w:body>
<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>学生发展</w:t></w:r></w:p>
<w:p><w:r><w:t>全市共有学校十二所。</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>
<w:p><w:r><w:t>表 1 获奖名单</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>学校名称</w:t></w:r></w:p></w:tc>
<w:tc><w:p><w:r><w:t>奖项</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>甲校</w:t></w:r></w:p></w:tc>
<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>一等奖</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>乙校</w:t></w:r></w:p></w:tc>
<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>
<w:p><w:r><w:t>后来又有三所学校获奖。</w:t></w:r></w:p></w:body></w:document>"""
STYLES = f'<w:styles {NAMESPACE}><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>'
NOTE = '<w:footnote w:id="2"><w:p><w:r><w:t>来自年报。</w:t></w:r></w:p></w:footnote>'
NOTES = f"<w:footnotes {NAMESPACE}>{NOTE}</w:footnotes>"


def docx(path: Path, body: str | bytes = BODY) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", body)
        package.writestr("word/styles.xml", STYLES)
        package.writestr("word/footnotes.xml", NOTES)
    return path


def check_table(document: object) -> None:
    table = document.tables[0]  # type: ignore[attr-defined]
    assert (table.number, table.header) == (1, ("学校名称", "学校名称", "奖项"))
    assert [row.texts for row in table.rows] == [("1", "甲校", "一等奖"), ("2", "乙校", "一等奖")]


def test_html(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"  # told by content, not by name
    path.write_text(HTML, encoding="utf-8")
    document = read_document(path)
    check_table(document)
    texts = {(p.kind, p.text) for p in document.passages}
    assert ("paragraph", "全市共有学校十二所。¹其中五所为公办学校。") in texts
    assert ("caption", "学生在实训") in texts
    assert ("case", "甲校与乙公司共建车间。") in texts
    assert not any("没有这句" in text for _, text in texts)
    assert document.tables[0].section == ("学生发展", "规模")


def test_docx(tmp_path: Path) -> None:
    document = read_document(docx(tmp_path / "report.docx"))
    check_table(document)
    assert [(p.kind, p.text) for p in document.passages] == [
        ("heading", "学生发展"),
        ("paragraph", "全市共有学校十二所。¹"),
        ("footnote", "¹ 来自年报。"),
        ("paragraph", "后来又有三所学校获奖。"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_docx_with_entities_is_refused(tmp_path: Path, encoding: str) -> None:
    body = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]>' + BODY.removeprefix('<?xml version="1.0"?>')
    with pytest.raises(Damaged, match="entities"):
        read_document(docx(tmp_path / "a.docx", body.encode(encoding)))


def test_docx_that_explodes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="unpacks"):
        read_document(docx(tmp_path / "a.docx", " " * 30_000_000))


def test_another_zip_and_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.txt", "x")
    with pytest.raises(NotAReport, match="no Word document"):
        read_document(path)
    path.write_bytes(docx(tmp_path / "b.docx").read_bytes()[:300])
    with pytest.raises(Damaged):
        read_document(path)


def test_an_encrypted_package(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("EncryptedPackage", "x")
    with pytest.raises(Encrypted):
        read_document(path)


@given(st.text(alphabet="<>/=\"'& \n\t一1tabletrdhspuimg!-[]", max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_markup_gives_a_document_or_an_input_error(text: str) -> None:
    try:
        document = read_html(Path("a.html"), ("<html>" + text).encode())
    except InputError:
        return
    assert all(len(row.cells) == len(table.header) for table in document.tables for row in table.rows)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_as_html(data: bytes) -> None:
    try:
        document = read_html(Path("a.html"), data)
    except InputError:
        return
    assert document.sha256 == hashlib.sha256(data).hexdigest()


def test_an_old_word_file_without_libreoffice_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    path = tmp_path / "a.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(NotAReport, match="LibreOffice"):
        read_document(path)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_rtf_file_through_libreoffice(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(
        rb"{\rtf1\ansi\uc0 \u23398 \u26657 \u29616 \u26377 \u23398 \u29983 \u19977 \u21315 \u20154 \u12290 \par}"
    )
    assert "学校现有学生三千人。" in [passage.text for passage in read_document(path).passages]
