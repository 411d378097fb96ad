"""What a store writes: exports, sources and attachments."""

from __future__ import annotations

from ._chat import Chat
from ._errors import PartialWarning
from ._records import Source, make_source, parse_json
from ._streams import FolderWriter, deliver, to_microseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from typing import Any, Literal, Union, overload

    from ._kato import Cancel
    from ._kato import Store as NativeStore
    from ._streams import PathLike, Target

    #: Called with bytes done, bytes in all (None if not known) and what it is busy with.
    ProgressFunction = Callable[[int, Union[int, None], str], object]
    #: Called once with what an export did not carry.
    LossFunction = Callable[[dict[str, Any]], object]
    ChatReference = Union[Chat, str]
    Chats = Union[Iterable[ChatReference], ChatReference, None]
else:

    def overload(function):  # typing costs more to import than all of this package
        return function


_NO_BLOBS = 1
_HEAD_PATH = 2
_HIDDEN = 4
_NO_THINKING = 8
_NO_TOOLS = 16


def _reference(chat: ChatReference) -> str:
    return chat.id if isinstance(chat, Chat) else chat


def _references(chats: Chats) -> list[str] | None:
    if chats is None:
        return None
    if isinstance(chats, (Chat, str)):
        return [_reference(chats)]
    return [_reference(chat) for chat in chats]


def _warn_partial() -> None:
    import warnings

    warnings.warn("ranges of the source were purged: they read as zero bytes", PartialWarning, 4)


def _loss_function(on_loss: LossFunction | None) -> Callable[[str], object] | None:
    if on_loss is None:
        return None
    function = on_loss
    return lambda text: function(parse_json(text))


def _options(
    format: str,
    blobs: bool,
    head_path: bool,
    hidden: bool,
    thinking: bool,
    tools: bool,
    kinds: Iterable[str] | None,
    provider: str | None,
    project: str | None,
    after: datetime | None,
    before: datetime | None,
) -> dict[str, Any]:
    flags = (
        (0 if blobs else _NO_BLOBS)
        | (_HEAD_PATH if head_path else 0)
        | (_HIDDEN if hidden else 0)
        | (0 if thinking else _NO_THINKING)
        | (0 if tools else _NO_TOOLS)
    )
    options: dict[str, Any] = {"format": format, "flags": flags}
    if kinds is not None:
        options["kinds"] = list(kinds)
    if provider is not None:
        options["provider"] = provider
    if project is not None:
        options["project"] = project
    if after is not None:  # 0 would be no bound
        options["after_us"] = to_microseconds(after) or -1
    if before is not None:
        options["before_us"] = to_microseconds(before) or -1
    return options


class ExportMethods:
    """The part of Store that writes; see there."""

    __slots__ = ()

    if TYPE_CHECKING:
        _native: NativeStore

    @overload
    def export(
        self,
        chats: Chats = None,
        *,
        format: Literal["kato", "markdown", "html", "json", "openai-messages"] = "kato",
        to: None = None,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        thinking: bool = True,
        tools: bool = True,
        kinds: Iterable[str] | None = None,
        provider: str | None = None,
        project: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        on_loss: LossFunction | None = None,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> str: ...

    @overload
    def export(
        self,
        chats: Chats = None,
        *,
        format: Literal["original"],
        to: None = None,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        thinking: bool = True,
        tools: bool = True,
        kinds: Iterable[str] | None = None,
        provider: str | None = None,
        project: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        on_loss: LossFunction | None = None,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> bytes: ...

    @overload
    def export(
        self,
        chats: Chats = None,
        *,
        format: str = "kato",
        to: Target,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        thinking: bool = True,
        tools: bool = True,
        kinds: Iterable[str] | None = None,
        provider: str | None = None,
        project: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        on_loss: LossFunction | None = None,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> None: ...

    @overload
    def export(
        self,
        chats: Chats = None,
        *,
        format: str = "kato",
        to: Target | None = None,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        thinking: bool = True,
        tools: bool = True,
        kinds: Iterable[str] | None = None,
        provider: str | None = None,
        project: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        on_loss: LossFunction | None = None,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> str | bytes | None: ...

    def export(
        self,
        chats: Chats = None,
        *,
        format: str = "kato",
        to: Target | None = None,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        thinking: bool = True,
        tools: bool = True,
        kinds: Iterable[str] | None = None,
        provider: str | None = None,
        project: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        on_loss: LossFunction | None = None,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> str | bytes | None:
        """Write chats, by default all, in a format that ``kato.formats()`` can write.

        ``to``: a path (the file appears whole or not at all, readable by its owner only), a binary
        or a text file object; by default the output is given back, as str or, for "original", bytes.

        Which chats, of those given: ``provider`` must be equal, ``project`` be contained, ``after``:
        changed then or later; ``before``: created before; both aware. What of them: ``kinds`` of
        events only, without ``thinking`` or ``tools`` (calls and results), ``blobs=False`` for
        attachments' hashes only, ``head_path`` for no other branches, ``hidden`` for what the
        provider did not show; "kato" is always complete.

        ``on_loss`` is called once with a dict: "dropped", what the format has no place for, and
        "left_out", what the options kept away, both by name with counts.

        Warns with PartialWarning when ranges of an original were purged. Errors: NotFound,
        Ambiguous, Invalid (unknown format or kind; "original" of several sources: see
        ``read_source``), Cancelled, OSError of the target.
        """
        text = format != "original"
        options = _options(
            format, blobs, head_path, hidden, thinking, tools, kinds, provider, project, after, before
        )
        references = _references(chats)
        loss = _loss_function(on_loss)
        data, complete = deliver(
            to,
            text,
            lambda write: self._native.export_chats(
                references, options, write, cancel, progress, loss
            ),
        )
        if not complete:
            _warn_partial()
        return data.decode() if text and data is not None else data

    def export_files(
        self,
        folder: PathLike,
        chats: Chats = None,
        *,
        format: str = "html",
        overwrite: bool = False,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        thinking: bool = True,
        tools: bool = True,
        kinds: Iterable[str] | None = None,
        provider: str | None = None,
        project: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        on_loss: LossFunction | None = None,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> list[str]:
        """Write each chat as a file of its own into a folder; the paths of the files.

        The folder is made when it is not there. Names are made of titles and ids, and are the same
        each time; for "html" an ``index.html`` lists the pages. Files appear whole or not at all and
        are readable by their owner only. Without ``overwrite`` nothing is written when one of the
        names is taken (FileExistsError).

        The rest, and the errors, as with ``export``; Invalid for "original", too.
        """
        options = _options(
            format, blobs, head_path, hidden, thinking, tools, kinds, provider, project, after, before
        )
        references = _references(chats)
        with FolderWriter(folder, overwrite) as files:
            # The first pass only looks at the names.
            self._native.export_files(references, options, files.check, files.write, cancel, None, None)
            self._native.export_files(
                references, options, files.begin, files.write, cancel, progress, _loss_function(on_loss)
            )
            return files.finish()

    # Sources and blobs

    def sources(self, chats: Chats = None) -> list[Source]:
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
