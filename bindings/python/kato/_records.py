"""Plain values that calls give back, and how they are read from the C API's JSON."""

from __future__ import annotations

import enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from . import _kato


def parse_json(text: str) -> Any:
    """The value of a JSON text."""
    import json  # on first use: it costs half the time of `import kato`

    return json.loads(text)


class EventFlag(enum.Flag):
    """What is special about an event."""

    HIDDEN = 1  #: the provider did not show it
    SIDECHAIN = 2  #: work of a sub-agent inside this chat
    SUPERSEDED = 4  #: replaced by a later event
    INJECTED = 8  #: put into a user's turn by the program, not by the user
    VANISHED = 16  #: missing from a newer version of its source
    LOSSY = 32  #: its source had bytes that are not text; see the original
    NOT_SHOWN = 64  #: a revision that another one outranks


_KNOWN_FLAGS = 127


class _Flags(dict[int, EventFlag]):
    def __missing__(self, value: int) -> EventFlag:
        flags = EventFlag(value & _KNOWN_FLAGS)  # a newer library may have more
        self[value] = flags
        return flags


flags_by_value = _Flags()


class _Record:
    """Compares and prints by its members."""

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.__slots__))

    def __repr__(self) -> str:
        members = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"kato.{type(self).__name__}({members})"


class Attachment(_Record):
    """A file or picture that belongs to an event.

    ``media_type``, ``name`` and ``uri`` are str or None; ``size`` is in bytes, None if not known;
    ``sha256`` is what ``Store.read_blob`` takes, None when the store does not have the bytes.
    """

    __slots__ = ("media_type", "name", "uri", "size", "sha256")

    def __init__(
        self,
        media_type: str | None,
        name: str | None,
        uri: str | None,
        size: int | None,
        sha256: str | None,
    ) -> None:
        self.media_type = media_type
        self.name = name
        self.uri = uri
        self.size = size
        self.sha256 = sha256


def make_attachment(text: str) -> Attachment:
    """An attachment from its JSON object."""
    row = parse_json(text)
    return Attachment(*(row.get(name) for name in Attachment.__slots__))


class Source(_Record):
    """A file or stream that was imported.

    ``id``, ``name`` and ``sha256`` are str, ``format`` is None when nothing recognised it, ``size``
    is in bytes, ``retained`` says whether the store has its bytes for ``Store.read_source``.
    """

    __slots__ = ("id", "name", "format", "size", "sha256", "retained")

    def __init__(
        self, id: str, name: str, format: str | None, size: int, sha256: str, retained: bool
    ) -> None:
        self.id = id
        self.name = name
        self.format = format
        self.size = size
        self.sha256 = sha256
        self.retained = retained


def make_source(text: str) -> Source:
    """A source from its JSON object."""
    row = parse_json(text)
    return Source(
        row["id"],
        row.get("name") or "",
        row.get("format"),
        row.get("size") or 0,
        row.get("sha256") or "",
        bool(row.get("retained")),
    )


class Hit(_Record):
    """An event that a search found.

    ``snippet`` is plain text around the best match, ``highlights`` are the matches in it as (start,
    end) positions. ``score``: higher is better, comparable within one query only. ``time_us`` is in
    microseconds since 1970-01-01T00:00:00Z, None if not known.
    """

    __slots__ = ("chat_id", "title", "event_id", "kind", "snippet", "highlights", "score", "time_us")

    def __init__(
        self,
        chat_id: str,
        title: str,
        event_id: str,
        kind: str,
        snippet: str,
        highlights: tuple[tuple[int, int], ...],
        score: float,
        time_us: int | None,
    ) -> None:
        self.chat_id = chat_id
        self.title = title
        self.event_id = event_id
        self.kind = kind
        self.snippet = snippet
        self.highlights = highlights
        self.score = score
        self.time_us = time_us

    @property
    def time(self) -> datetime | None:
        """datetime | None: when the event happened, in UTC."""
        from ._streams import from_microseconds

        return None if self.time_us is None else from_microseconds(self.time_us)


def split_snippet(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text of a snippet without its marks (U+0002 and U+0003), and where they were."""
    if "\x02" not in marked:
        return marked, ()
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    position = 0
    for number, part in enumerate(marked.split("\x02")):
        match, mark, rest = part.partition("\x03")
        if number and mark:
            spans.append((position, position + len(match)))
        parts += (match, rest)
        position += len(match) + len(rest)
    return "".join(parts), tuple(spans)


class Hits(list[Hit]):
    """The hits of a search, best first."""

    #: How many events match in the whole store, filters aside.
    matches: int = 0
    #: "all", or "recent" when only the newest of very many matches were ranked.
    ranked: str = "all"


class ImportReport:
    """What an import did.

    Counts of ``sources`` (``_new``, ``_updated``, ``_unchanged``, ``_failed``), ``chats``, ``events``
    (``_new``, ``_updated``, ``_vanished``) and ``issues``; sizes in bytes: ``size_bytes`` is the sum
    of ``parsed_bytes``, ``opaque_bytes`` and ``quarantined_bytes``; ``pending_bytes`` of the opaque
    ones are a last record that is not complete yet.
    """

    sources: int
    sources_new: int
    sources_updated: int
    sources_unchanged: int
    sources_failed: int
    chats: int
    events: int
    events_new: int
    events_updated: int
    events_vanished: int
    size_bytes: int
    parsed_bytes: int
    opaque_bytes: int
    quarantined_bytes: int
    pending_bytes: int
    issues: int
    #: Whether something was set aside: bytes quarantined, a file that failed or held no conversation.
    partial: bool

    # In the order of KATO_COUNT_*.
    _COUNTS = (
        "sources sources_new sources_updated sources_unchanged sources_failed chats events events_new "
        "events_updated events_vanished size_bytes parsed_bytes opaque_bytes quarantined_bytes "
        "pending_bytes issues"
    ).split()

    def __init__(self, report: _kato.Report) -> None:
        self._report = report
        self._rows: list[dict[str, Any]] | None = None
        for which, name in enumerate(self._COUNTS):
            setattr(self, name, report.count(which))
        self.partial = report.partial

    @property
    def rows(self) -> list[dict[str, Any]]:
        """list[dict]: one a source, member of a container and issue, the last one the total.

        ``row["type"]`` is "source", "member", "issue" or "total"; docs/cli.md lists the members.
        """
        if self._rows is None:
            self._rows = [parse_json(row) for row in self._report.rows()]
        return self._rows

    def __repr__(self) -> str:
        return (
            f"<kato.ImportReport {self.sources} sources, {self.events_new} new events, "
            f"{self.issues} issues>"
        )


class VerifyReport:
    """The result of ``Store.verify()``."""

    #: Whether every check passed.
    ok: bool
    #: One dict a check: "name", "ok", "checked" (how many things), "problem" (str or None).
    checks: list[dict[str, Any]]

    def __init__(self, text: str) -> None:
        row = parse_json(text)
        self.ok = bool(row["ok"])
        self.checks = row["checks"]

    def __repr__(self) -> str:
        failed = [check["name"] for check in self.checks if not check["ok"]]
        return f"<kato.VerifyReport {'ok' if self.ok else 'failed: ' + ', '.join(failed)}>"


class AuditReport:
    """The result of ``Store.verify_audit()``."""

    #: Whether every record is there, unchanged and in its place.
    ok: bool
    #: How many records there are.
    records: int
    #: The log's end, a dict with "seq" and "hash"; None when it is empty.
    last: dict[str, Any] | None
    #: The furthest end that the store has seen; None: a log that was cut off could not be told.
    known: dict[str, Any] | None
    #: What was found, one line each, at most 100.
    problems: list[str]
    #: How many problems there are.
    problem_count: int

    def __init__(self, text: str) -> None:
        row = parse_json(text)
        self.ok = bool(row["ok"])
        self.records = row["records"]
        self.last = row["last"]
        self.known = row["known"]
        self.problems = row["problems"]
        self.problem_count = row["problem_count"]

    def __repr__(self) -> str:
        state = "ok" if self.ok else f"{self.problem_count} problems"
        return f"<kato.AuditReport {self.records} records, {state}>"
