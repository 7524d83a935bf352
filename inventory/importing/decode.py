"""From bytes to rows of text: which encoding, which separator, and how long a line may be."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from core.errors import Refused

MOST_BYTES = 50_000_000
MOST_LINE = 100_000  # characters of one row; a longer one is no stock list
MOST_ROWS = 200_000
SEPARATORS = ",;\t|"


class FileUnreadable(Refused):
    """The file as a whole is no list of stock."""

    code = "file_unreadable"
    status = 422
    sentence = "The file cannot be read: {fix}"


def unreadable(fix: str) -> FileUnreadable:
    """The refusal, pointing at the file."""
    return FileUnreadable(field="file", fix=fix)


def rows_of(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number from 1, cells); blank rows are left out.

    UTF-8 and UTF-16 are told by their marks, UTF-8 by being valid, else it is Windows-1252, as
    spreadsheets write it. The separator is the one that the first line has most of.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise unreadable(f"send at most {MOST_BYTES // 1_000_000} MB; split it.")
    text = _decoded(content)
    head = text[:MOST_LINE].partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    lines = csv.reader(_short_lines(text), delimiter=separator, strict=True)
    return _numbered(lines)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif content.startswith(b"PK\x03\x04"):
        raise unreadable("it is a spreadsheet or an archive; save it as CSV.")
    else:
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _short_lines(text: str) -> Iterator[str]:
    source = io.StringIO(text, newline="")
    while line := source.readline(MOST_LINE + 1):
        if len(line) > MOST_LINE:
            raise unreadable(f"a line has more than {MOST_LINE} characters; check the line ends.")
        yield line


def _numbered(lines: "csv.Reader") -> Iterator[tuple[int, list[str]]]:  # type: ignore[name-defined]
    number = 0
    try:
        for cells in lines:
            number += 1
            if number > MOST_ROWS + 1:
                raise unreadable(f"send at most {MOST_ROWS} rows; split it.")
            if any(cell.strip() for cell in cells):
                yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise unreadable(f"row {number + 1}: {error}.") from error
