"""What can go wrong: one exception class for each decision a caller may take."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._records import ImportReport


class Error(Exception):
    """A call failed. Base class of all errors of kato but MemoryError.

    Raised itself for what has no class of its own: wrong use (``KATO_E_MISUSE``, for example a
    closed store), ``KATO_E_FAILED``.
    """

    #: The C API's status, negative.
    status: int
    #: The status's name, for example ``"KATO_E_BUSY"``.
    name: str
    #: What went wrong, in one line.
    message: str
    #: ``path``, ``line``, ``offset``, ``errno``, ``sqlite``, ``hint``, ...; None where not known.
    detail: dict[str, Any]
    #: What an import did before it failed; None for other calls.
    report: ImportReport | None

    def __init__(
        self,
        message: str = "",
        status: int = -1,
        name: str = "KATO_E_FAILED",
        detail: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.name = name
        self.detail = {} if detail is None else detail
        self.report = None

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.message, self.status, self.name, self.detail))


class NotFound(Error, LookupError):
    """There is no such chat, event, source, file or store."""


class Exists(Error):
    """It is there already: choose another name."""


class Ambiguous(Error, LookupError):
    """The reference fits several chats or events: give more of the id."""


class Invalid(Error, ValueError):
    """An argument's value is not acceptable; for a query, ``detail["offset"]`` is the place."""


class Denied(Error):
    """Unsafe or missing permissions; ``detail["hint"]`` says what to change."""


class Busy(Error):
    """Another process holds the store: try again."""


class Corrupt(Error):
    """The store is damaged: run ``Store.verify()``."""


class VersionError(Error):
    """The store was written by a newer version; nothing was changed."""


class Cancelled(Error):
    """The call's ``Cancel`` token asked for it."""


class LimitError(Error):
    """Something is beyond a documented limit."""


class Unsupported(Error):
    """This build or this platform cannot do it."""


class IoError(Error, OSError):
    """The operating system refused, or the disk is full; ``errno`` says which."""

    def __init__(
        self,
        message: str = "",
        status: int = -9,
        name: str = "KATO_E_IO",
        detail: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message, status, name, detail)
        number = self.detail.get("errno")
        if number is not None:
            self.errno = number
        self.strerror = message


class PartialWarning(UserWarning):
    """The call did its work, but parts were missing: ranges of a source that were purged."""


_CLASSES: dict[int, type[Error]] = {
    -4: Invalid,
    -5: NotFound,
    -6: Exists,
    -7: Ambiguous,
    -8: Busy,
    -9: IoError,
    -10: Denied,
    -11: Corrupt,
    -12: VersionError,
    -13: LimitError,
    -14: Cancelled,
    -15: Unsupported,
}


def make_error(status: int, name: str, message: str, detail: str) -> Error:
    """The exception for a failed call of the C API; ``detail`` is JSON or empty."""
    from ._records import parse_json

    parsed = parse_json(detail) if detail else {}
    return _CLASSES.get(status, Error)(message, status, name, parsed)
