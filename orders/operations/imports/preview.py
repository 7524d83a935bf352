"""Read the beginning of a file with a profile and say what each line becomes; nothing is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from tempfile import NamedTemporaryFile
from typing import Any

from core.errors import BadValue
from orders.models import ImportProfile
from orders.operations.imports.opening import BLOCK, MOST_BYTES
from orders.operations.imports.profile import Profile
from orders.operations.imports.reading import Line, read_lines

LINES = 20
BECOMES = {"goods": "Sold line", "charge": "Charge", "return": "Credit", "aside": "Set aside"}


@dataclass(frozen=True)
class Shown:
    """One line of the file and what it becomes."""

    line: Line
    becomes: str


def preview_file(file: Any, *, code: str, name: str, columns: Any, rules: Any) -> list[Shown]:
    """The first lines of an uploaded file as an import with this profile would read them.

    Raises BadValue for a profile or a file that will not do. The rules need not be saved.
    """
    profile = Profile.of(ImportProfile(code=code, name=name, columns=columns, rules=rules))
    if file.size > MOST_BYTES:
        raise BadValue(field="file", fix=f"The file is larger than {MOST_BYTES >> 20} MB.")
    with _on_disk(file) as path:
        lines = list(islice(read_lines(path, profile), LINES))
    if not lines:
        raise BadValue(field="file", fix="The file has a header but no rows.")
    return [Shown(line, _becomes(line)) for line in lines]


def _becomes(line: Line) -> str:
    word = BECOMES[line.verdict]
    return f"{word}: {line.charge}" if line.charge and line.verdict == "charge" else word


@contextmanager
def _on_disk(file: Any) -> Iterator[str]:
    """The reader looks at a file twice, so it wants one with a name."""
    with NamedTemporaryFile(prefix="preview-") as kept:
        for block in file.chunks(BLOCK):
            kept.write(block)
        kept.flush()
        yield kept.name
