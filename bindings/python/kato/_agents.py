"""Agents: programs that run over one chat, confined; the runs of the past, and the audit log."""

from __future__ import annotations

import os

from ._errors import Corrupt
from ._policy import Policy, choice, command_words, invalid
from ._records import AuditReport, parse_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import Any, Literal

    from ._kato import AgentRun as NativeRun
    from ._kato import Store as NativeStore
    from ._export import ChatReference
    from ._streams import PathLike

_ISOLATION = {"auto": 0, "confined": 1, "isolated": 2}
_AUDIT = {"denials": 0, "none": 1, "files": 2}
_FILTER = 1
_OUTPUT_FILE = 2
_AUDIT_REQUIRED = 4
# In the order of KATO_RUN_*.
_OUTCOMES = "ok failed signalled timeout limit denied unavailable cancelled error".split()
_FOR_EVER_MS = 2**62
_BETWEEN_MESSAGES_MS = 20


def _milliseconds(timeout: float | None) -> int:
    if timeout is None:
        return _FOR_EVER_MS
    if not timeout >= 0:
        raise invalid("a timeout must not be negative")
    if timeout >= _FOR_EVER_MS / 1000:
        return _FOR_EVER_MS
    return int(-(-timeout * 1000 // 1))  # rounded up: a short time is not none


def _set_limit(fields: dict[str, Any], name: str, value: int | None, bits: int) -> None:
    if value is None:
        return
    if not 0 < value < 2**bits:  # 0 would be the default
        raise invalid(f"{name} must be more than 0 and less than 2**{bits}")
    fields[name] = value


def _audit_record(line: bytes) -> dict[str, Any]:
    try:
        record: dict[str, Any] = parse_json(line.decode())
    except ValueError:
        hint = {"hint": "Store.verify_audit() says where"}
        raise Corrupt("the audit log is damaged", -11, "KATO_E_CORRUPT", hint) from None
    return record


class AgentRun:
    """A run that goes on, or has ended. Made by ``Store.run_agent``; any thread may use it.

    As a context manager, and when nobody refers to it any more, it cancels a run that still goes on
    and waits for its end. It may outlive the store's ``close()``. It has a ``fileno()``, so
    ``selectors`` and asyncio's ``add_reader`` can wait for the end.

    An outcome is "ok"; "failed" (by its exit code); "signalled"; "timeout"; "limit" (beyond another
    limit, ``report["limit"]``); "denied" (it could not be started as asked); "unavailable" (this
    machine lacks a layer, ``report["layer"]``); "cancelled"; "error" (the host could not keep what it
    wrote).
    """

    __slots__ = ("_native", "_folder", "_report", "__weakref__")

    def __init__(self, native: NativeRun, folder: str) -> None:
        self._native = native
        self._folder = folder
        self._report: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        """str: the run's id, 36 characters."""
        return self._native.id

    def _wait(self, timeout_ms: int) -> bool:
        try:
            return self._native.wait(timeout_ms)
        except KeyboardInterrupt:
            self._native.cancel()
            raise

    def wait(self, timeout: float | None = None) -> str | None:
        """Wait until it has ended, or for so many seconds; give the outcome, None while it goes on.

        Other threads run meanwhile. Ctrl-C cancels the run and raises KeyboardInterrupt at once.
        Errors: Invalid for a negative timeout.
        """
        return self.outcome if self._wait(_milliseconds(timeout)) else None

    def poll(self) -> str | None:
        """The outcome, None while the run goes on; does not wait."""
        return self.outcome

    def cancel(self) -> None:
        """Ask it to end: its processes are killed. One that has ended stays as it is."""
        self._native.cancel()

    def fileno(self) -> int:
        """A descriptor that is readable from the end of the run on; do not read from or close it."""
        return self._native.fileno()

    @property
    def outcome(self) -> str | None:
        """str | None: how it ended, see above; None while it goes on."""
        number = self._native.outcome
        if number < 0:
            return None
        return _OUTCOMES[number] if number < len(_OUTCOMES) else "error"

    def messages(self) -> Iterator[dict[str, Any]]:
        """Walk over what it says, as it comes, until the run ends; each message is given once.

        A message is a dict with "type" (str) and "body": a dict for a line of JSON, a str for any
        other line. At most 1000 wait for being asked for; all that were kept are in ``Store.run``.
        Ctrl-C cancels the run.
        """
        while True:
            ended = self._native.poll()  # before the messages: none comes after the end
            batch = self._native.messages()
            for text in batch:
                yield parse_json(text)
            if ended and not batch:
                return
            if not batch:
                self._wait(_BETWEEN_MESSAGES_MS)

    @property
    def report(self) -> dict[str, Any]:
        """dict: what happened; {} while the run goes on.

        "outcome", "isolation" (the level it had), "enforced" (by name), "grants", "denied" ("count",
        "calls", "first"), "output" (None, or "path" below the workspace, "bytes", "sha256", "partial"),
        "wall_us", "cpu_us", "memory_bytes" (the most that was seen; None: it was too short for that),
        "diagnostics" (the beginning of its standard error), ...
        """
        if self._report is None:
            text = self._native.report()
            if not text:
                return {}
            self._report = parse_json(text)
        return self._report

    @property
    def output_path(self) -> str | None:
        """str | None: the file with its output; None when nothing was kept, or while it goes on."""
        output = self.report.get("output")
        return os.path.join(self._folder, output["path"]) if output else None

    def __enter__(self) -> AgentRun:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if not self._native.poll():
            self._native.cancel()
            self._wait(_FOR_EVER_MS)

    def __repr__(self) -> str:
        return f"<kato.AgentRun {self.id} {self.outcome or 'running'}>"


class AgentMethods:
    """The part of ``Store`` that is about agents."""

    __slots__ = ()

    if TYPE_CHECKING:
        _native: NativeStore

        @property
        def path(self) -> str: ...

    def run_agent(
        self,
        chat: ChatReference,
        command: Sequence[PathLike] | None = None,
        *,
        policy: Policy | None = None,
        allow: Mapping[str, Iterable[PathLike]] | None = None,
        deny: Mapping[str, Iterable[PathLike]] | None = None,
        environment: Mapping[str, str] | None = None,
        instructions: str | None = None,
        params: Mapping[str, Any] | None = None,
        isolation: Literal["auto", "confined", "isolated"] = "auto",
        filter: bool = False,
        output_name: str | None = None,
        output_file: bool = False,
        timeout: float | None = None,
        memory_bytes: int | None = None,
        output_bytes: int | None = None,
        message_bytes: int | None = None,
        scratch_bytes: int | None = None,
        cpu_seconds: int | None = None,
        processes: int | None = None,
        open_files: int | None = None,
        audit: Literal["denials", "none", "files"] = "denials",
        audit_required: bool = False,
    ) -> AgentRun:
        """Start a program over one chat and give the run, which goes on by itself.

        ``command``: the program and its arguments; a name without a slash is looked up in
        /usr/local/bin, /usr/bin and /bin; without one it is what the policy's manifest names. It gets no network, no environment, no other files and no
        other programs, except what ``allow`` names: a dict of "read", "write" (paths), "env" (names)
        and "run" (programs) with a list each. ``deny``, of the same form, beats it, and privileged
        places are never given; what came of them is ``report["policy"]``. A ``policy`` says all this in place
        of the two, and can do more. Of ``environment`` it gets
        the variables that "env" allows. It reads the chat (Kato JSONL) on descriptor 3 and ``instructions`` and
        ``params`` (for a JSON object) on 0, writes its output on 4 and messages, one JSON object a
        line, on 1. With ``filter`` the chat is 0 and the output 1, for Unix filters. With
        ``output_file`` the file that KATO_OUTPUT names is the output, and 4 is closed.

        The output becomes out/<chat>/<output_name> in the workspace, by default <run>.txt, when the
        run ends well; else what came is kept as <name>.partial.

        ``isolation``: "confined" (Landlock and a filter of system calls), "isolated" (also
        namespaces with a private root), or the best that works here. ``timeout``: seconds, by default
        300. Limits, each with its default: ``memory_bytes`` of all its processes (512 MiB),
        ``output_bytes`` (64 MiB), ``message_bytes`` (16 MiB), ``scratch_bytes`` of a private /tmp,
        needs "isolated" (none), ``cpu_seconds`` of each process (120), ``processes``, threads count
        (64), ``open_files`` of each process (64). ``audit``: what is written to the log besides
        beginning and end: "denials" (every refused system call), "files" (also every act on a path),
        or "none" at all; ``audit_required`` refuses to run where refused calls cannot be seen, and behind
        a log whose end does not verify (Corrupt).

        What the program does, and what this machine lacks, is the run's outcome. Errors: NotFound
        (chat, program), Ambiguous, Exists (``output_name`` is taken), Invalid, Denied (the store is
        read only, or something allowed cannot be granted), LimitError, Unsupported (not on Linux),
        TypeError (``params`` are not for JSON).
        """
        fields: dict[str, Any] = {
            "isolation": choice("isolation", isolation, _ISOLATION),
            "audit": choice("audit", audit, _AUDIT),
            "flags": (_FILTER if filter else 0)
            | (_OUTPUT_FILE if output_file else 0)
            | (_AUDIT_REQUIRED if audit_required else 0),
        }
        if environment is not None:
            fields["environment"] = [
                os.fsencode(f"{name}={value}") for name, value in environment.items()
            ]
        if instructions is not None:
            fields["instructions"] = instructions
        if params is not None:
            import json

            fields["params"] = json.dumps(dict(params), ensure_ascii=True, allow_nan=False)
        if output_name is not None:
            if not output_name:  # "" would be the default
                raise invalid("the output's name is empty")
            fields["output_name"] = output_name
        if timeout is not None:
            _set_limit(fields, "wall_ms", _milliseconds(timeout), 64)
        _set_limit(fields, "memory_bytes", memory_bytes, 64)
        _set_limit(fields, "output_bytes", output_bytes, 64)
        _set_limit(fields, "message_bytes", message_bytes, 64)
        _set_limit(fields, "scratch_bytes", scratch_bytes, 64)
        _set_limit(fields, "cpu_seconds", cpu_seconds, 32)
        _set_limit(fields, "processes", processes, 32)
        _set_limit(fields, "open_files", open_files, 32)
        reference = chat if isinstance(chat, str) else chat.id
        if policy is None:
            policy = Policy(allow=allow, deny=deny)
        elif allow is not None or deny is not None:
            raise invalid("a policy has its own rules: allow and deny are for runs without one")
        native = self._native.run_agent(
            reference, command_words(command), policy._native, fields
        )
        return AgentRun(native, self.path)

    def grants(self) -> list[dict[str, Any]]:
        """What agents may have in all runs, because somebody answered so.

        Each is a dict: "id", "program" (its file), "program_sha256", "request_sha256", "capability",
        "value", "target" and "granted_at". ``Policy.recall`` has them count. Errors: Denied (others
        could have written them).
        """
        return [parse_json(line.decode()) for line in self._native.grants().splitlines()]

    def forget_grant(self, id: str) -> None:
        """Take one back, by its id or the beginning of it. Errors: NotFound, Ambiguous."""
        self._native.forget_grant(id)

    def runs(
        self, chat: ChatReference | None = None, *, limit: int | None = None
    ) -> list[dict[str, Any]]:
        """The runs, the newest first, of one chat or of all.

        Each is a dict: "id", "chat", "program", "outcome" (None for one that goes on, or whose host
        died), "started_at" and "ended_at" (RFC 3339, UTC). Errors: NotFound, Ambiguous.
        """
        if limit is not None and limit <= 0:
            return []
        reference = chat if chat is None or isinstance(chat, str) else chat.id
        return [parse_json(row) for row in self._native.runs(reference, limit or 0)]

    def run(self, run: str) -> dict[str, Any]:
        """A run's report, by its id or the beginning of it.

        As ``AgentRun.report``, with "said": what it said, a list of dicts with "type" and "body".
        Errors: NotFound, Ambiguous.
        """
        report: dict[str, Any] = parse_json(self._native.run(run))
        return report

    def audit(self, run: AgentRun | str | None = None) -> Iterator[dict[str, Any]]:
        """Walk over the audit log's records, as it is now; ``run`` (or its full id): only of that run.

        A record is a dict: "seq", "time", "type" ("start", "denied", "path", "limit", "end", "torn", "damaged"), "run",
        and what belongs to the type. Errors: IoError, Corrupt (a line is no record).
        """
        text = self._native.audit(run.id if isinstance(run, AgentRun) else run)
        return map(_audit_record, text.splitlines())

    def verify_audit(self) -> AuditReport:
        """Check the audit log: every record's hash, their order, and that its end is there.

        What was changed, removed or added stands in the report; an exception means that it could not
        be checked. Errors: IoError.
        """
        return AuditReport(self._native.verify_audit())
