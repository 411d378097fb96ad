"""Import: what a store's methods have in common with an explanation, which needs no store."""

from __future__ import annotations

import os

from . import _kato
from ._records import ImportReport, parse_json
from ._streams import reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._export import ProgressFunction
    from ._kato import Cancel
    from ._kato import Store as NativeStore
    from ._streams import ByteSource, PathLike

    #: Called with each row of an import's report as it is made.
    RowFunction = Callable[[dict[str, Any]], object]


def _told(row: _kato.Report, report: ImportReport) -> ImportReport:
    if row.failure is None:
        return report
    row.failure.report = report
    raise row.failure


def _row_function(on_row: RowFunction | None) -> Callable[[str], object] | None:
    if on_row is None:
        return None
    function = on_row
    return lambda text: function(parse_json(text))


def explain(
    path: PathLike,
    *,
    format: str | None = None,
    progress: ProgressFunction | None = None,
    on_row: RowFunction | None = None,
    cancel: Cancel | None = None,
) -> ImportReport:
    """Tell what an import of a file or directory would read, without a store.

    The report's rows are those of ``Store.import_path``, of the status "explained"; those of
    conversations also have "why" and "score" (of the detection, 1 to 100) and "kinds", how many
    events of each kind. Errors: as with ``Store.import_path``.
    """
    row = _kato.explain_path(os.fsencode(path), format, cancel, progress, _row_function(on_row))
    return _told(row, ImportReport(row))


class ImportMethods:
    """The methods of ``Store`` that import."""

    _native: NativeStore

    def import_path(
        self,
        path: PathLike,
        *,
        format: str | None = None,
        progress: ProgressFunction | None = None,
        on_row: RowFunction | None = None,
        cancel: Cancel | None = None,
    ) -> ImportReport:
        """Import a file, or a directory's files in the order of their names.

        ``format``: read it as this one of ``kato.formats()``; by default found from the content. Each
        source is stored whole or not at all. The same source again changes nothing.

        Errors: NotFound, IoError, Denied, Invalid (unknown format), LimitError, Cancelled; the
        exception's ``report`` says what was done before.
        """
        row = self._native.import_path(
            os.fsencode(path), format, cancel, progress, _row_function(on_row)
        )
        return _told(row, ImportReport(row))

    def import_stream(
        self,
        source: ByteSource,
        *,
        name: str = "-",
        format: str | None = None,
        progress: ProgressFunction | None = None,
        on_row: RowFunction | None = None,
        cancel: Cancel | None = None,
    ) -> ImportReport:
        """Import one source from a binary file object, an iterable of bytes, or bytes.

        ``name``: what the report calls it. The rest, and the errors, as with ``import_path``.
        """
        row = self._native.import_stream(
            reader(source), name, format, cancel, progress, _row_function(on_row)
        )
        return _told(row, ImportReport(row))
