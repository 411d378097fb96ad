"""The open workspace: everything that is asked of it."""

from __future__ import annotations

import os

from ._agents import AgentMethods
from ._chat import Chat
from ._export import ExportMethods
from ._import import ImportMethods
from ._kato import Cancel, Event
from ._kato import Store as NativeStore
from ._records import (
    Hit,
    Hits,
    VerifyReport,
    parse_json,
    split_snippet,
)
from ._streams import chain_batches, to_microseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from types import TracebackType
    from typing import Any

    from . import _kato
    from ._export import ProgressFunction

_DELETED = 1
_BY_CREATED = 2


class Store(AgentMethods, ExportMethods, ImportMethods):
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
