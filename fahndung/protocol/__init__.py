"""The deletion protocol of a case, for data protection officer and prosecutor: gathered, as a table, as a document."""

from fahndung.protocol.document import as_pdf
from fahndung.protocol.gathering import Protocol, of
from fahndung.protocol.table import as_csv

__all__ = ["Protocol", "as_csv", "as_pdf", "of"]
