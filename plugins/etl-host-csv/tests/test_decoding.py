from __future__ import annotations

import re
from collections.abc import Callable
from encodings.aliases import aliases
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_host import InputError
from etl_host_csv import CSVBatchProcessor, stream
from etl_host_csv.decoding import Undecodable, decoded

MakeSource = Callable[..., CSVBatchProcessor]
MakeFile = Callable[..., Path]
TEXT = "id,näme\n1,日本語\r\n2,ÿþ\n"


@pytest.mark.parametrize("block", [1, 2, 3, 5, 1000])
@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "UTF8"),
        ("utf-8-sig", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-8-sig", "latin-1"),
        ("utf-8", "utf-8-sig"),
        ("utf-16", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-8"),
        ("utf-32-be", "utf-32-be"),
        ("gb18030", "gb18030"),
        ("utf-7", "utf-7"),
    ],
)
def test_texts_are_decoded_as_said_unless_a_byte_order_mark_says_otherwise(
    source: MakeSource, stops: MakeFile, stored: str, said: str, block: int
) -> None:
    with mock.patch.object(stream, "BLOCK", block):
        [batch] = source(stops(TEXT.encode(stored)), encoding=said).get_batch(10)
    assert list(batch.chunk) == [{"id": "1", "näme": "日本語"}, {"id": "2", "näme": "ÿþ"}]
    assert list(batch.origins or ()) == [2, 3]


@pytest.mark.parametrize(
    ("stored", "said"), [("iso-2022-jp", "iso-2022-jp"), ("shift-jis", "shift-jis"), ("cp932", "cp932")]
)
def test_encodings_with_a_state_survive_the_end_of_a_block(
    source: MakeSource, stops: MakeFile, stored: str, said: str
) -> None:
    for block in range(1, 30):
        with mock.patch.object(stream, "BLOCK", block):
            [batch] = source(stops("id,name\n1,日本語\n2,東京\n".encode(stored)), encoding=said).get_batch(10)
        assert [row["name"] for row in batch.chunk] == ["日本語", "東京"]


NO_TEXT = {"base64", "bz2", "hex", "quopri", "rot_13", "uu", "zlib", "idna", "punycode", "undefined"}
CODECS = sorted({*aliases.values()} - {f"{name}_codec" for name in NO_TEXT} - NO_TEXT - {"mbcs", "oem"})


@pytest.mark.parametrize("encoding", CODECS)
def test_every_text_encoding_of_python_will_do(source: MakeSource, stops: MakeFile, encoding: str) -> None:
    content = "id,name\n1,a\n2,b\n".encode(encoding)
    for block in (3, 1000):
        with mock.patch.object(stream, "BLOCK", block):
            [batch] = source(stops(content), encoding=encoding).get_batch(10)
        assert list(batch.chunk) == [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]


def _error(source: CSVBatchProcessor) -> InputError:
    with pytest.raises(InputError) as raised:
        list(source.get_batch(10))
    return raised.value


def test_a_wrong_byte_is_named_with_file_line_and_offset(source: MakeSource, stops: MakeFile) -> None:
    file = stops("id,name\n1,a\n2,Caf\xe9\n".encode("latin-1"))
    error = _error(source(file))
    assert str(error) == f"{file}:3: byte 0xE9 (at offset 17) is not utf-8"
    assert "perhaps encoding: cp1252, which decodes it" in str(error.remedy)
    [batch] = source(file, encoding="cp1252").get_batch(10)
    assert batch.chunk[1] == {"id": "2", "name": "Café"}


@pytest.mark.parametrize(
    ("content", "encoding", "line", "offset"),
    [
        (b"\xff\n", "utf-8", 1, 0),
        (b"id\n1\n\xff", "utf-8", 3, 5),
        (b"id\r1\r\xff", "utf-8", 3, 5),
        (b"\xef\xbb\xbfid\n1\xff\n", "utf-8", 2, 7),
        (b"id\n\xe2\x82", "utf-8", 2, 3),
        (b"id\n\xe2\x82\n", "utf-8", 2, 3),
        ("id\n".encode("utf-16-le") + b"\x00\xdc\n\x00", "utf-16-le", 2, 6),
        ("id\n1".encode("utf-16-le") + b"\n", "utf-16-le", 2, 8),
        (b'id\n"a\nb\n\x81"\n', "cp1252", 4, 8),
        (b"id\n\x81\xff\n", "shift-jis", 2, 3),
        (b"caf\xc3\xa9\n\x80\n", "ascii", 1, 3),
    ],
)
def test_the_line_and_offset_are_right_wherever_blocks_end(
    source: MakeSource, stops: MakeFile, content: bytes, encoding: str, line: int, offset: int
) -> None:
    for block in (3, 4, 5, 6, 7, 8, 9, 1000):
        with mock.patch.object(stream, "BLOCK", block):
            error = _error(source(stops(content), encoding=encoding))
        assert re.search(
            rf"csv:{line}: bytes? 0x{content[offset]:02X}( 0x..)* \(at offset {offset}\) (is|are) not", str(error)
        )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_byte_order_mark_that_has_to_be_there_and_is_not_is_an_error(
    source: MakeSource, stops: MakeFile, encoding: str
) -> None:
    error = _error(source(stops(TEXT.encode(f"{encoding}-be")), encoding=encoding))
    assert re.search(f"stops[.]csv:1: .* (is|are) not {encoding}", str(error))


@pytest.mark.parametrize(
    ("content", "said", "likely"),
    [
        ("id\nÿé\n".encode("latin-1"), "utf-8", "cp1252"),
        (b"id\n\x81\n", "utf-8", "latin-1"),
        ("id\né\n".encode(), "ascii", "utf-8"),
        ("id\n1\n".encode("utf-16-be"), "utf-16", "utf-16-be"),
        ("id\n1\n".encode("utf-16-le"), "utf-16", "utf-16-le"),
    ],
)
def test_the_remedy_names_an_encoding_that_decodes_it(
    source: MakeSource, stops: MakeFile, content: bytes, said: str, likely: str
) -> None:
    file = stops(content)
    assert f"encoding: {likely}," in str(_error(source(file, encoding=said)).remedy)
    [batch] = source(file, encoding=likely).get_batch(10)
    assert len(batch.chunk) == 1


def test_rows_before_a_wrong_byte_are_right_in_encodings_with_a_state(source: MakeSource, stops: MakeFile) -> None:
    content = "id,name\n1,東京\n".encode("iso-2022-jp") + "2,日本".encode("iso-2022-jp")[:-3] + b"\xff\n"
    batches = source(stops(content), encoding="iso-2022-jp").get_batch(10)
    assert list(next(batches).chunk) == [{"id": "1", "name": "東京"}]
    with pytest.raises(InputError, match=r"csv:3: byte 0xFF"):
        next(batches)


@given(before=st.text(max_size=20), block=st.integers(4, 9))
def test_all_text_before_a_wrong_byte_is_decoded(before: str, block: int) -> None:
    content = before.encode() + b"\xff" + b"more"
    blocks = iter([content[at : at + block] for at in range(0, len(content), block)])
    fake = mock.Mock(spec=stream.ByteStream, read=lambda: next(blocks, b""))
    texts = []
    with pytest.raises(Undecodable, match=f"offset {len(before.encode()):,}"):  # noqa: PT012
        for text in decoded(fake, "utf-8"):
            texts.append(text)
    assert "".join(texts) == before.removeprefix("\ufeff")
