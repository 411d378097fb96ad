"""What an agent may do: rules, what a manifest asks for, and what they come to."""

from __future__ import annotations

import os

from ._errors import Error, Invalid
from ._kato import Policy as NativePolicy
from ._records import parse_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from ._agents import AgentMethods
    from ._streams import PathLike

_CAPABILITIES = {"read": 0, "write": 1, "net": 2, "env": 3, "run": 4, "sys": 5, "ffi": 6}


def invalid(message: str) -> Error:
    return Invalid(message, -4, "KATO_E_INVALID")


def choice(name: str, value: str, choices: dict[str, int]) -> int:
    try:
        return choices[value]
    except KeyError:
        raise invalid(f"{name} must be one of {', '.join(choices)}, not {value!r}") from None


def command_words(command: Sequence[PathLike] | None) -> list[bytes] | None:
    if command is None:
        return None
    if isinstance(command, (str, bytes, os.PathLike)):
        raise TypeError("a command is a list: the program, then its arguments")
    words = [os.fsencode(word) for word in command]
    if not words:
        raise invalid("the command is empty")
    return words


class Policy:
    """What an agent may do beyond reading its chat and writing its output: nothing, until it is allowed.

    Rules are by kind: "read" and "write" (paths), "env" (names of variables), "run" (programs);
    "net", "sys" and "ffi" are refused. A deny beats every allow, and privileged places are never
    given; docs/permissions.md has the details. One policy may serve many runs, one at a time.
    """

    __slots__ = ("_native", "__weakref__")

    def __init__(
        self,
        *,
        allow: Mapping[str, Iterable[PathLike]] | None = None,
        deny: Mapping[str, Iterable[PathLike]] | None = None,
        manifest: PathLike | None = None,
        manifest_text: str | None = None,
        folder: PathLike | None = None,
        on_grant: Callable[[dict[str, Any]], object] | None = None,
    ) -> None:
        """Make a policy of rules, each a dict of lists by kind, and what an agent asks for.

        ``manifest``: its file, or the folder with its kato-agent.toml; or ``manifest_text``, TOML or JSON, whose
        paths go from ``folder``, by default the current one. A manifest only asks: allow what is
        acceptable. Its mode, and limits lower than the run's, hold.

        ``on_grant`` is asked about each rule that would be granted, at every run and every
        ``describe()``: a dict as in its "granted". What it gives for false takes the rule back, which ends a
        run before it begins, as does an exception. It cannot grant more.

        Errors: Invalid, with the line of the manifest that is wrong; NotFound.
        """
        self._native = NativePolicy()
        for deny_it, rules in ((False, allow), (True, deny)):
            for capability, values in (rules or {}).items():
                if isinstance(values, (str, bytes, os.PathLike)):
                    raise TypeError(f"{capability} takes a list of values")
                self._add(deny_it, capability, values)
        if manifest is not None:
            self._native.request(os.fsencode(manifest))
        if manifest_text is not None:
            where = None if folder is None else os.fsencode(folder)
            self._native.request_text(manifest_text, where)
        if on_grant is not None:
            ask = on_grant  # for mypy: it is not None in there either
            self._native.on_grant(lambda grant: ask(parse_json(grant)))

    def _add(self, deny: bool, capability: str, values: Iterable[PathLike]) -> None:
        number = choice("a capability", capability, _CAPABILITIES)
        for value in values:
            self._native.add(deny, number, os.fsencode(value))

    def allow(self, capability: str, *values: PathLike) -> None:
        """Allow what the values name. Errors: Invalid, LimitError."""
        self._add(False, capability, values)

    def deny(self, capability: str, *values: PathLike) -> None:
        """Deny it, whatever is allowed, now or later. Errors: Invalid, LimitError."""
        self._add(True, capability, values)

    def describe(self) -> dict[str, Any]:
        """What it comes to now, on this machine.

        "manifest", "rules", "requests" ("met", "unmet"), "granted", "refused", "grants",
        "environment", "programs"; docs/permissions.md describes them.
        """
        description: dict[str, Any] = parse_json(self._native.describe().decode())
        return description

    def recall(self, store: AgentMethods, command: Sequence[PathLike] | None = None) -> int:
        """Allow what the manifest asks for and what was granted for all runs of ``command``; say how much.

        ``command`` is as in ``Store.run_agent``; the policy is then for runs of that program only, and as
        long as it stays the same. Errors: NotFound, Denied.
        """
        return self._native.recall(store._native, command_words(command))

    def remember(
        self,
        store: AgentMethods,
        capability: str,
        value: PathLike,
        command: Sequence[PathLike] | None = None,
    ) -> None:
        """Grant a request for all runs of ``command``, because somebody was asked and said so.

        ``value`` is one of ``describe()["requests"]["unmet"]`` with the refusal "not_granted". ``Store.grants``
        lists such answers. Errors: Invalid (nothing asks for it), NotFound, Denied, LimitError.
        """
        number = choice("a capability", capability, _CAPABILITIES)
        self._native.remember(
            store._native, command_words(command), number, os.fsencode(value)
        )
