"""Keeps, searches and exports your conversations with AI assistants.

    import kato, pathlib

    with kato.open() as store:
        store.import_path(pathlib.Path.home() / ".claude")
        for hit in store.search("sqlite locking"):
            print(hit.title, hit.snippet)

``kato.open`` gives a ``Store``; docs/python.md is the tutorial and reference.
"""

from __future__ import annotations

import os

from . import _kato
from ._errors import (
    Ambiguous,
    Busy,
    Cancelled,
    Corrupt,
    Denied,
    Error,
    Exists,
    Invalid,
    IoError,
    LimitError,
    NotFound,
    PartialWarning,
    Unsupported,
    VersionError,
    make_error,
)
from ._kato import Cancel, Event
from ._records import (
    Attachment,
    AuditReport,
    EventFlag,
    Hit,
    Hits,
    ImportReport,
    Source,
    VerifyReport,
    flags_by_value,
    make_attachment,
    parse_json,
)

_kato._setup(make_error, flags_by_value, parse_json, make_attachment)

from ._agents import AgentRun  # noqa: E402
from ._chat import Chat  # noqa: E402
from ._policy import Policy  # noqa: E402
from ._store import Store  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._streams import PathLike

__all__ = [
    "AgentRun",
    "Ambiguous",
    "Attachment",
    "AuditReport",
    "Busy",
    "Cancel",
    "Cancelled",
    "Chat",
    "Corrupt",
    "Denied",
    "Error",
    "Event",
    "EventFlag",
    "Exists",
    "Hit",
    "Hits",
    "ImportReport",
    "Invalid",
    "IoError",
    "LimitError",
    "NotFound",
    "PartialWarning",
    "Policy",
    "Source",
    "Store",
    "Unsupported",
    "VerifyReport",
    "VersionError",
    "agent_host",
    "build_info",
    "formats",
    "open",
    "version",
]

#: The library's version, for example "0.1.0".
version: str = _kato.version()
__version__ = version


def open(
    path: PathLike | None = None,
    *,
    create: bool = True,
    read_only: bool = False,
    busy_timeout: float = 5.0,
) -> Store:
    """Open a workspace directory; by default ``$KATO_HOME``, else ``~/.kato``.

    ``create``: make it if it is not there (not with ``read_only``). ``busy_timeout``: how many
    seconds to wait for another process that holds the store.

    Errors: NotFound, Denied (a symbolic link, another owner, or writable by group or others), Busy,
    Corrupt, VersionError, IoError.
    """
    if path is None:
        path = os.environ.get("KATO_HOME") or os.path.expanduser("~/.kato")
    if busy_timeout < 0:
        raise Invalid("busy_timeout must not be negative", -4, "KATO_E_INVALID")
    # 0 would be the default: 1 ms is as good as not at all.
    timeout_ms = min(max(round(busy_timeout * 1000), 1), 2**32 - 1)
    return Store(_kato.Store.open(os.fsencode(path), create, read_only, timeout_ms))


def formats() -> list[dict[str, Any]]:
    """The formats of this build: dicts with "id", "title", "read", "write" and "detects"."""
    listed: list[dict[str, Any]] = parse_json(_kato.formats())["formats"]
    return listed


def build_info() -> dict[str, Any]:
    """The version, compiler, versions of the libraries in use, and features."""
    info: dict[str, Any] = parse_json(_kato.build_info())
    return info


def agent_host() -> dict[str, Any]:
    """What this machine can enforce when an agent runs.

    "supported", "best" (the level, None when there is none), "landlock_abi", "seccomp", "notify",
    "userns", "cgroup", and "missing": dicts with "layer", "reason" and "fix". The first call of a
    process tries it out, which takes some milliseconds.
    """
    host: dict[str, Any] = parse_json(_kato.agent_host())
    return host
