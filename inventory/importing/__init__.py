"""Reading files of stock: what is in each cell, and what is wrong with it, by row and column."""

from inventory.importing.cells import CellProblem, StockRow, read_rows
from inventory.importing.decode import FileUnreadable

__all__ = ["CellProblem", "FileUnreadable", "StockRow", "read_rows"]
