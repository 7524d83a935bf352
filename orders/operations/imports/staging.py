"""Put a file's lines into the staging table with COPY, judged row by row."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from psycopg2 import DatabaseError

from core.errors import BadValue, Refused
from core.models import Batch, BatchRow
from core.operations import lock, operation
from orders.errors import ImportDisturbed
from orders.models import ImportLine
from orders.operations.imports.profile import Profile
from orders.operations.imports.reading import MOST_VALUE, Line, read_lines

COLUMNS = (
    "batch_id", "row_number", "order_no", "channel_ref", "verdict", "reason", "charge", "code",
    "title", "units", "price", "placed_at", "customer_ref", "customer_name", "email", "line1",
    "line2", "city", "region", "postal_code", "country", "phone",
)  # fmt: skip
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


PIECE = 100_000  # rows a transaction: between two, the work tells that it lives
MOST_ROWS = 5_000_000
MOST_ORDER_UNITS = 10**9


def stage_file(
    batch_id: int,
    *,
    path: str,
    profile: Profile,
    limit: int | None = None,
    told: Callable[[], None] = lambda: None,
) -> None:
    """Replace the batch's staged lines by those of the file, piece by piece.

    Cut off in the middle, it begins anew. `limit`: only the file's first so many orders.
    Raises BadValue for an unreadable file.
    """
    empty_staging(batch_id)
    source = _CopySource(batch_id, read_lines(path, profile), limit)
    while not source.ended:
        stage_piece(batch_id, source)
        told()
    close_staging(batch_id, source)


@operation(permission="orders.import_orders")
def empty_staging(batch_id: int) -> None:
    """Forget what was staged and set aside so far, and what the report said."""
    batch = lock(Batch, batch_id)
    drop_staged(batch_id)
    BatchRow.objects.filter(batch=batch).delete()
    batch.total, batch.done, batch.failed, batch.report = 0, 0, 0, {}
    batch.options |= {"staged": False, "orders": 0, "next": 1}
    batch.save(update_fields=["total", "done", "failed", "report", "options"])


@operation(permission="orders.import_orders")
def stage_piece(batch_id: int, source: "_CopySource") -> None:
    """Copy the next rows of the file. Raises ImportDisturbed when another run stages too."""
    batch = lock(Batch, batch_id)
    if batch.total != source.rows:  # a source is read once: what is lost would stay lost
        raise ImportDisturbed
    source.begin_piece()
    with connection.cursor() as cursor:
        table = f"COPY orders_importline ({', '.join(COLUMNS)}) FROM STDIN"
        try:
            cursor.cursor.copy_expert(table, source)
        except DatabaseError as error:
            raise source.refusal or error from error
    batch.total = source.rows
    batch.save(update_fields=["total"])


@operation(permission="orders.import_orders")
def close_staging(batch_id: int, source: "_CopySource") -> None:
    """Everything is staged: hold back whole orders, list what is set aside."""
    batch = lock(Batch, batch_id)
    if not source.rows:
        raise BadValue(field="file", fix="The file has a header but no rows.")
    if batch.total != source.rows:
        raise ImportDisturbed
    with connection.cursor() as cursor:  # what the planner knows is from before the file came
        cursor.execute("ANALYZE orders_importline")
    if source.broken:
        _hold_back_whole_orders(batch_id, source.broken)
    _set_too_large_aside(batch_id)
    _list_what_is_set_aside(batch_id)
    batch.options |= {"staged": True, "orders": len(source.orders)}
    batch.save(update_fields=["options"])


class _CopySource:
    """What COPY reads: text rows, made as they are asked for, so that memory stays flat."""

    def __init__(self, batch_id: int, lines: Iterator[Line], limit: int | None) -> None:
        self.batch, self.lines, self.limit = str(batch_id), lines, limit
        self.orders: dict[str, int] = {}
        self.broken: dict[int, int] = {}  # order number -> the first row that cannot be read
        self.rows = 0
        self.rest = ""
        self.left = 0  # rows of the piece that is being copied
        self.ended = False
        self.refusal: Refused | None = None  # psycopg2 hides what `read` raises

    def begin_piece(self) -> None:
        self.left = PIECE

    def read(self, size: int) -> str:
        try:
            return self._read(size)
        except Refused as refusal:
            self.refusal = refusal
            raise

    def _read(self, size: int) -> str:
        parts, length = [self.rest], len(self.rest)
        while length < size and self.left:
            line = next(self.lines, None)
            if line is None:
                self.ended, self.left = True, 0
                break
            row = self._row(line)
            parts.append(row)
            length += len(row)
        text = "".join(parts)
        self.rest = text[size:]
        return text[:size]

    def _row(self, line: Line) -> str:
        number = self.orders.get(line.channel_ref)
        if number is None:
            if self.limit is not None and len(self.orders) >= self.limit:
                return ""
            number = self.orders[line.channel_ref] = len(self.orders) + 1
        if line.broken:
            self.broken.setdefault(number, line.row_number)
        if self.rows >= MOST_ROWS:
            raise BadValue(field="file", fix=f"It has more than {MOST_ROWS:,} rows; split it.")
        self.rows += 1
        self.left -= 1
        cells = (
            self.batch, str(line.row_number), str(number), line.channel_ref, line.verdict,
            line.reason[:200], line.charge, line.code, line.title, str(line.units),
            format(line.price, "f"), line.placed_at.isoformat() if line.placed_at else None,
            line.customer_ref, line.customer_name, line.email, line.line1, line.line2, line.city,
            line.region, line.postal_code, line.country, line.phone,
        )  # fmt: skip
        return "\t".join("\\N" if c is None else c.translate(_ESCAPED) for c in cells) + "\n"


def _hold_back_whole_orders(batch_id: int, broken: dict[int, int]) -> None:
    """An order with a row that cannot be read is not taken in by halves."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE orders_importline AS line
                  SET verdict = 'aside',
                      reason = 'row ' || bad.row || ' of this order is unreadable'
                 FROM unnest(%s::int[], %s::int[]) AS bad (order_no, row)
                WHERE line.batch_id = %s AND line.order_no = bad.order_no
                  AND line.verdict <> 'aside'""",
            [list(broken), list(broken.values()), batch_id],
        )


def _set_too_large_aside(batch_id: int) -> None:
    """An order whose rows together are more than any order can be."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE orders_importline AS line
                  SET verdict = 'aside', reason = 'the order is larger than an order can be'
                 FROM (SELECT order_no FROM orders_importline WHERE batch_id = %s
                     GROUP BY order_no
                       HAVING sum(abs(units)::bigint) > %s OR sum(abs(units * price)) > %s
                      ) AS huge
                WHERE line.batch_id = %s AND line.order_no = huge.order_no
                  AND line.verdict <> 'aside'""",
            [batch_id, MOST_ORDER_UNITS, MOST_VALUE, batch_id],
        )


def _list_what_is_set_aside(batch_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO core_batchrow (batch_id, position, key, state, data, code, message)
               SELECT batch_id, row_number, channel_ref, 'failed',
                      jsonb_build_object('sku', code, 'units', units, 'price', price::text),
                      'set_aside', reason
                 FROM orders_importline WHERE batch_id = %s AND verdict = 'aside'""",
            [batch_id],
        )


def drop_staged(batch_id: int) -> None:
    """Empty the batch's staging; called by the last step of an import."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_importline WHERE batch_id = %s", [batch_id])


def staged_is_whole(batch: Batch) -> bool:
    """Whether the staged lines are still there after a restart."""
    options: dict[str, Any] = batch.options
    if not options.get("staged"):
        return False
    return ImportLine.objects.filter(batch=batch).count() == batch.total
