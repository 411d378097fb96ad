"""One chat: what is known of it, its events, and what can be changed."""

from __future__ import annotations

from ._records import EventFlag
from ._streams import chain_batches, to_microseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import Any, Literal

    from . import _kato
    from ._export import LossFunction, ProgressFunction
    from ._kato import Cancel, Event
    from ._store import Store
    from ._streams import Target

_TREE = 1
_REVISIONS = 2


class Chat:
    """A conversation in a store. Made by ``Store.chat``, ``Store.chats`` and ``Store.create_chat``.

    Its members are what was known when it was read; they are read again after a change made through
    this object, and with ``refresh()`` after any other. Two Chat objects are equal when their ids are.
    """

    __slots__ = ("_row", "_stale", "store", "__weakref__")

    def __init__(self, store: Store, row: _kato.ChatRow) -> None:
        #: The store it lies in.
        self.store = store
        self._row = row
        self._stale = False

    def _known(self) -> _kato.ChatRow:
        if self._stale:
            self.refresh()
        return self._row

    @property
    def id(self) -> str:
        """str: the id, 36 characters."""
        return self._row.id

    @property
    def title(self) -> str:
        """str: the user's title, else the provider's, else ""."""
        return self._known().title

    @property
    def provider(self) -> str:
        """str: the format it was imported from, "kato" for one made here."""
        return self._known().provider

    @property
    def provider_id(self) -> str | None:
        """str | None: the provider's own id."""
        return self._known().provider_id

    @property
    def project(self) -> str | None:
        """str | None: a directory or any name."""
        return self._known().project

    @property
    def model(self) -> str | None:
        """str | None: the model of the latest answer."""
        return self._known().model

    @property
    def parent(self) -> str | None:
        """str | None: id of the chat that started this one (a sub-agent's)."""
        return self._known().parent

    @property
    def parent_event(self) -> str | None:
        """str | None: id of the event in that chat."""
        return self._known().parent_event

    @property
    def head(self) -> str | None:
        """str | None: id of the event whose path is shown by default; None for an empty chat."""
        return self._known().head

    @property
    def created(self) -> datetime | None:
        """datetime | None: when it began, in UTC."""
        return self._known().created

    @property
    def updated(self) -> datetime | None:
        """datetime | None: when it last changed, in UTC."""
        return self._known().updated

    @property
    def event_count(self) -> int:
        """int: number of events, all branches."""
        return self._known().event_count

    @property
    def tags(self) -> tuple[str, ...]:
        """tuple[str, ...]: the tags, sorted."""
        return self._known().tags

    @property
    def deleted(self) -> bool:
        """bool: whether it was deleted when it was read."""
        return self._known().deleted

    def refresh(self) -> Chat:
        """Read the chat again and give it back. Errors: NotFound when it is gone."""
        self._row = self.store._native.chat(self._row.id)
        self._stale = False
        return self

    def events(self, tree: bool = False, revisions: bool = False) -> Iterator[Event]:
        """Walk over the events: the head's path, or with ``tree`` every branch, in pre-order.

        ``revisions`` also gives revisions that are not shown, each after the one that is; it implies
        ``tree``. The iterator may outlive the chat and the store. Errors: NotFound.
        """
        flags = (_TREE if tree or revisions else 0) | (_REVISIONS if revisions else 0)
        return chain_batches(self.store._native.events(self._row.id, flags).fetch)

    def append(
        self,
        role: Literal["user", "assistant", "system", "tool"] | str,
        text: str | bytes = "",
        *,
        kind: str | None = None,
        model: str | None = None,
        name: str | None = None,
        call_id: str | None = None,
        data: object = None,
        parent: Event | str | None = None,
        time: datetime | None = None,
        outcome: bool | None = None,
        flags: EventFlag | None = None,
    ) -> Event:
        """Append an event and give it back; it is durable then.

        ``kind``: by default the role's message. ``name`` and ``call_id``: a tool's name, and what
        pairs its call with the result. ``data``: a dict for JSON, a tool's input or structured output.
        ``parent``: an event or its id, by default the chat's head. ``time``: aware, by default now.
        ``outcome``: whether a tool succeeded. ``flags``: HIDDEN or INJECTED. ``text`` as bytes is
        taken as ``Event.text_raw`` gives it.

        Errors: NotFound (chat or parent), Invalid, TypeError (data is not for JSON).
        """
        fields: dict[str, Any] = {"role": role, "text": text}
        if kind is not None:
            fields["kind"] = kind
        if model is not None:
            fields["model"] = model
        if name is not None:
            fields["name"] = name
        if call_id is not None:
            fields["call_id"] = call_id
        if data is not None:
            import json

            fields["data"] = json.dumps(data, ensure_ascii=True, allow_nan=False)
        if parent is not None:
            fields["parent"] = parent if isinstance(parent, str) else parent.id
        if time is not None:
            # 0 is the C API's "now"; one microsecond is the lesser error.
            fields["time_us"] = to_microseconds(time) or 1
        if outcome is not None:
            fields["outcome"] = 2 if outcome else 1
        if flags is not None:
            fields["flags"] = flags.value
        event = self.store._native.append(self._row.id, fields)
        self._stale = True
        return event

    def rename(self, title: str) -> None:
        """Give it a title of your own, which later imports keep; "" returns to the provider's.

        Errors: NotFound, Invalid.
        """
        self.store._native.rename(self._row.id, title)
        self._stale = True

    def tag(self, *tags: str) -> None:
        """Add tags; one that is there already is no error.

        Errors: Invalid for a tag that is empty, longer than 200 bytes or holds white space.
        """
        self._stale = True
        for tag in tags:
            self.store._native.tag(self._row.id, tag, False)

    def untag(self, *tags: str) -> None:
        """Remove tags; one that is not there is no error. Errors: Invalid."""
        self._stale = True
        for tag in tags:
            self.store._native.tag(self._row.id, tag, True)

    def set_head(self, event: Event | str | None) -> None:
        """Show the path that ends at the event by default; None returns to the newest.

        Errors: NotFound.
        """
        reference = "" if event is None else event if isinstance(event, str) else event.id
        self.store._native.set_head(self._row.id, reference)
        self._stale = True

    def delete(self, purge: bool = False) -> None:
        """Hide the chat; importing its source again does not bring it back, ``restore()`` does.

        With ``purge`` its texts, attachments and retained bytes are removed for good. Errors: NotFound.
        """
        self._known()
        self.store._native.remove(self._row.id, purge)

    def restore(self) -> None:
        """Bring the chat back that was deleted but not purged. Errors: NotFound."""
        self.store._native.restore(self._row.id)
        self._stale = True

    def export(
        self,
        *,
        format: str = "kato",
        to: Target | None = None,
        blobs: bool = True,
        head_path: bool = False,
        hidden: bool = False,
        thinking: bool = True,
        tools: bool = True,
        kinds: Iterable[str] | None = None,
        on_loss: LossFunction | None = None,
        progress: ProgressFunction | None = None,
        cancel: Cancel | None = None,
    ) -> str | bytes | None:
        """Write this chat; everything as with ``Store.export``."""
        return self.store.export(
            [self],
            format=format,
            to=to,
            blobs=blobs,
            head_path=head_path,
            hidden=hidden,
            thinking=thinking,
            tools=tools,
            kinds=kinds,
            on_loss=on_loss,
            progress=progress,
            cancel=cancel,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Chat):
            return NotImplemented
        return other._row.id == self._row.id

    def __hash__(self) -> int:
        return hash(self._row.id)

    def __repr__(self) -> str:
        return f"<kato.Chat {self._row.id} {self._row.title!r}>"
