"""The open workspace: everything that is asked of it."""

from __future__ import annotations

import os

from ._agents import AgentMethods
from ._chat import Chat
from ._errors import PartialWarning
from ._kato import Cancel, Event
from ._kato import Store as NativeStore
from ._records import (
    Hit,
    Hits,
    ImportReport,
    Source,
    VerifyReport,
    make_source,
    parse_json,
    split_snippet,
)
from ._streams import chain_batches, deliver, reader, to_microseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from types import TracebackType
    from typing import Any, Literal, Union, overload

    from . import _kato
    from ._streams import ByteSource, PathLike, Target

    #: Called with bytes done, bytes in all (None if not known) and what it is busy with.
    ProgressFunction = Callable[[int, Union[int, None], str], object]
    #: Called with each row of an import's report as it is made.
    RowFunction = Callable[[dict[str, Any]], object]
    ChatReference = Union[Chat, str]
else:

    def overload(function):  # typing costs more to import than all of this package
        return function


_DELETED = 1
_BY_CREATED = 2
_NO_BLOBS = 1
_HEAD_PATH = 2
_HIDDEN = 4


def _reference(chat: ChatReference) -> str:
    return chat.id if isinstance(chat, Chat) else chat


def _references(chats: Iterable[ChatReference] | ChatReference | None) -> list[str] | None:
    if chats is None:
        return None
    if isinstance(chats, (Chat, str)):
        return [_reference(chats)]
    return [_reference(chat) for chat in chats]


def _warn_partial() -> None:
    import warnings

    warnings.warn("ranges of the source were purged: they read as zero bytes", PartialWarning, 4)


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


class Store(AgentMethods):
    """An open workspace. Made by ``kato.open``; a context manager that closes it.

    Every method may be called from any thread; calls that write wait for each other. Long calls let
    other threads run, stop on Ctrl-C, on their ``cancel`` token, and when ``progress`` or another
    function of the caller raises: that exception is raised unchanged. Such a function must not use
    the same store. After ``close()`` every method raises ``kato.Error`` (``KATO_E_MISUSE``), but
    iterators and objects that were made before stay usable.

    Wherever a chat is asked for, give a Chat, a full id, an unambiguous prefix of one (four
    characters or more), or a piece of a title that only one chat has; NotFound or Ambiguous is
    raised when that fails.
    """

    __slots__ = ("_native", "__weakref__")

    def __init__(self, native: NativeStore) -> None:
        self._native = native

    @property
    def path(self) -> str:
        """str: the workspace's directory."""
        return os.fsdecode(self._native.path)

    @property
    def closed(self) -> bool:
        """bool: whether close() was called."""
        return self._native.closed

    def close(self) -> None:
        """End the use of the store; again is no error. Calls under way in other threads finish."""
        self._native.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<kato.Store {self.path!r}{' closed' if self.closed else ''}>"

    # Chats and events

    def chats(
        self,
        *,
        provider: str | None = None,
        project: str | None = None,
        tag: str | None = None,
        title: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        limit: int | None = None,
        offset: int = 0,
        deleted: bool = False,
        by_created: bool = False,
    ) -> Iterator[Chat]:
        """The chats, last change first, or with ``by_created`` last created first.

        ``provider`` and ``tag`` must be equal, ``project`` and ``title`` be contained (a title
        whatever the case). ``after``: changed then or later; ``before``: created before; both aware.
        ``deleted``: also those that were deleted. Errors: Invalid.
        """
        texts = {"provider": provider, "project": project, "tag": tag, "title": title}
        wanted: dict[str, Any] = {name: text for name, text in texts.items() if text is not None}
        if after is not None:  # 0 would be no bound
            wanted["after_us"] = to_microseconds(after) or -1
        if before is not None:
            wanted["before_us"] = to_microseconds(before) or -1
        if limit is not None:
            if limit == 0:
                return iter(())
            wanted["limit"] = limit
        wanted["offset"] = offset
        wanted["flags"] = (_DELETED if deleted else 0) | (_BY_CREATED if by_created else 0)
        rows: Iterator[_kato.ChatRow] = chain_batches(self._native.chats(wanted).fetch)
        return (Chat(self, row) for row in rows)

    def chat(self, reference: str) -> Chat:
        """One chat. Errors: NotFound, Ambiguous."""
        return Chat(self, self._native.chat(reference))

    def create_chat(self, title: str = "", project: str | None = None) -> Chat:
        """Make an empty chat. ``project``: a directory or any name. Errors: Invalid."""
        return Chat(self, self._native.create_chat(title, project))

    def event(self, reference: str) -> Event:
        """One event, by its id or an unambiguous prefix. Errors: NotFound, Ambiguous."""
        return self._native.event(reference)

    # Import

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

    # Export

    @overload
    def export(
        self,
        chats: Iterable[ChatReference] | ChatReference | None = None,
        *,
        format: Literal["kato", "markdown"] = "kato",
        to: None = None,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> str: ...

    @overload
    def export(
        self,
        chats: Iterable[ChatReference] | ChatReference | None = None,
        *,
        format: Literal["original"],
        to: None = None,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> bytes: ...

    @overload
    def export(
        self,
        chats: Iterable[ChatReference] | ChatReference | None = None,
        *,
        format: str = "kato",
        to: Target,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> None: ...

    @overload
    def export(
        self,
        chats: Iterable[ChatReference] | ChatReference | None = None,
        *,
        format: str = "kato",
        to: Target | None = None,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> str | bytes | None: ...

    def export(
        self,
        chats: Iterable[ChatReference] | ChatReference | None = None,
        *,
        format: str = "kato",
        to: Target | None = None,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> str | bytes | None:
        """Write chats, by default all, as "kato" (JSONL), "markdown" or "original" (the source).

        ``to``: a path (the file appears whole or not at all, readable by its owner only), a binary
        or a text file object; by default the output is given back, as str or, for "original", bytes.
        ``blobs=False`` writes attachments' hashes only. For markdown, ``head_path`` leaves out other
        branches and ``hidden`` adds what the provider did not show.

        Warns with PartialWarning when ranges of an original were purged. Errors: NotFound,
        Ambiguous, Invalid (unknown format; "original" of several sources: see ``read_source``),
        Cancelled, OSError of the target.
        """
        text = format != "original"
        flags = (
            (0 if blobs else _NO_BLOBS)
            | (_HEAD_PATH if head_path else 0)
            | (_HIDDEN if hidden else 0)
        )
        references = _references(chats)
        data, complete = deliver(
            to,
            text,
            lambda write: self._native.export_chats(
                references, format, flags, write, cancel, progress
            ),
        )
        if not complete:
            _warn_partial()
        return data.decode() if text and data is not None else data

    # Sources and blobs

    def sources(self, chats: Iterable[ChatReference] | ChatReference | None = None) -> list[Source]:
        """The newest version of each source that the chats came from, by default of all."""
        references = _references(chats)
        if references is not None and not references:
            return []
        return [make_source(row) for row in self._native.sources(references)]

    def read_source(self, source: Source | str) -> bytes:
        """A source's bytes, exactly as they were imported; give a Source or its full id.

        Warns with PartialWarning when ranges were purged: they read as zero bytes. Errors: NotFound,
        also when the store knows the source but does not have its bytes.
        """
        reference = source.id if isinstance(source, Source) else source
        data, complete = self._native.read_source(reference, None)
        if not complete:
            _warn_partial()
        return data or b""

    def read_blob(self, sha256: str) -> bytes:
        """An attachment's bytes, by their SHA-256 (64 hexadecimal digits). Errors: NotFound."""
        return self._native.read_blob(sha256, None)[0] or b""

    # Search, figures, checking

    def search(
        self, query: str, limit: int = 20, offset: int = 0, *, cancel: Cancel | None = None
    ) -> Hits:
        """Find events: a list of at most ``limit`` (up to 10000) hits, best first.

        The query: words (all must occur), "phrases", prefix*, -not, OR between alternatives, and the
        filters ``provider: kind: project: tag: model: after: before:``.

        Errors: Invalid for a malformed query; ``detail["offset"]`` is the place, in bytes.
        """
        if limit <= 0:
            return Hits()
        rows, matches, ranked = self._native.search(query, limit, offset, cancel)
        hits = Hits()
        hits.matches, hits.ranked = matches, ranked
        for chat, title, event, kind, marked, score, time_us in rows:
            snippet, spans = split_snippet(marked)
            hits.append(Hit(chat, title, event, kind, snippet, spans, score, time_us))
        return hits

    def stats(
        self, content_hash: bool = False, *, cancel: Cancel | None = None
    ) -> dict[str, Any]:
        """Figures of the store: "chats", "events", "events_by_kind", "sources", "blobs", "usage",
        sizes in bytes ("source_bytes", "stored_bytes", "database_bytes", "index_bytes"), ...

        With ``content_hash`` also "content_hash", equal for equal stores; that reads all of it.
        """
        figures: dict[str, Any] = parse_json(self._native.stats(content_hash, cancel))
        return figures

    def verify(
        self, *, progress: ProgressFunction | None = None, cancel: Cancel | None = None
    ) -> VerifyReport:
        """Check the database, every reference, every stored hash and the search index.

        What is wrong stands in the report; an exception means that it could not be checked.
        """
        return VerifyReport(self._native.verify(cancel, progress))

    def reindex(
        self, *, progress: ProgressFunction | None = None, cancel: Cancel | None = None
    ) -> None:
        """Build the search index anew; it holds nothing that is not in the store."""
        self._native.reindex(cancel, progress)
