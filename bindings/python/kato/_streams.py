"""Where exports go to, where streams come from, and times."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from typing import Any, BinaryIO, TextIO, Union

    PathLike = Union[str, bytes, os.PathLike[str], os.PathLike[bytes]]
    ByteSource = Union[BinaryIO, Iterable[bytes], bytes, bytearray, memoryview]
    Target = Union[PathLike, BinaryIO, TextIO]


def to_microseconds(time: datetime) -> int:
    """Microseconds since 1970-01-01T00:00:00Z; Invalid for a datetime without a time zone."""
    from datetime import datetime, timedelta, timezone

    if time.tzinfo is None:
        from ._errors import Invalid

        raise Invalid("a time needs a time zone, for example datetime.timezone.utc", -4, "KATO_E_INVALID")
    return (time - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)


def from_microseconds(time_us: int) -> datetime:
    """The reverse."""
    from datetime import datetime, timedelta, timezone

    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=time_us)


def reader(source: ByteSource) -> Callable[[int], bytes]:
    """A function that gives the source's bytes, as many at a time as it likes, then b""."""
    read = getattr(source, "read1", None) or getattr(source, "read", None)
    if read is not None:
        function: Callable[[int], bytes] = read
        return function
    if isinstance(source, str):
        raise TypeError("the stream must give bytes, not str; import_path() takes a path")
    if isinstance(source, (bytes, bytearray, memoryview)):
        source = (bytes(source),)
    chunks = iter(source)

    def next_chunk(_size: int) -> bytes:
        for chunk in chunks:
            if not isinstance(chunk, (bytes, bytearray, memoryview)):
                raise TypeError(f"the stream must give bytes, not {type(chunk).__name__}")
            if len(chunk):
                return bytes(chunk)
        return b""

    return next_chunk


class _TextWriter:
    """Passes UTF-8 on to a text file; a character may be cut between two writes."""

    def __init__(self, file: TextIO) -> None:
        import codecs

        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def write(self, data: bytes) -> None:
        self._file.write(self._decoder.decode(data))

    def close(self) -> None:
        self._decoder.decode(b"", True)


def _write_all(write: Callable[[bytes], int | None], data: bytes) -> None:
    written = write(data)
    while written is not None and written < len(data):  # raw files may take less
        data = data[written:]
        written = write(data)


def _is_text(file: Any) -> bool:
    return hasattr(file, "encoding") or hasattr(file, "getvalue") and isinstance(file.getvalue(), str)


class _File:
    """A file at a path that appears whole or not at all, readable by its owner only."""

    def __init__(self, path: PathLike) -> None:
        self._path = os.path.realpath(os.fsencode(path))
        self._part = b""
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC
        if os.path.exists(self._path) and not os.path.isfile(self._path):
            self._fd = os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)  # a device, a FIFO
        else:
            self._part = self._path + b"." + os.urandom(6).hex().encode() + b".part"
            self._fd = os.open(self._part, flags | os.O_EXCL, 0o600)

    def write(self, data: bytes) -> None:
        _write_all(lambda part: os.write(self._fd, part), data)

    def finish(self) -> None:
        os.close(self._fd)
        if self._part:
            os.replace(self._part, self._path)

    def abandon(self) -> None:
        os.close(self._fd)
        if self._part:
            os.unlink(self._part)


class FolderWriter:
    """Files in a folder, each whole or not at all, readable by their owner only, never through a link."""

    def __init__(self, folder: PathLike, overwrite: bool) -> None:
        path = os.fsencode(folder)
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            pass
        self._path = path
        self._folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._overwrite = overwrite
        self._name = ""
        self._part = ""
        self._fd = -1
        self._paths: list[str] = []

    def __enter__(self) -> FolderWriter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        if self._part:
            os.unlink(self._part, dir_fd=self._folder)
        os.close(self._folder)

    def _path_of(self, name: str) -> str:
        return os.path.join(os.fsdecode(self._path), name)

    def check(self, name: str, _chat: str | None) -> bool:
        """Refuses a name that is taken; wants no bytes."""
        if not self._overwrite:
            try:
                os.stat(name, dir_fd=self._folder, follow_symlinks=False)
            except FileNotFoundError:
                return False
            raise FileExistsError(17, "File exists", self._path_of(name))
        return False

    def begin(self, name: str, _chat: str | None) -> bool:
        """Ends the file before and begins this one."""
        self.finish()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        part = f".kato-{os.urandom(6).hex()}.part"
        self._fd = os.open(part, flags, 0o600, dir_fd=self._folder)
        self._part, self._name = part, name
        return True

    def write(self, data: bytes) -> None:
        _write_all(lambda part: os.write(self._fd, part), data)

    def finish(self) -> list[str]:
        """Ends the last file; the paths of all."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)
            if self._overwrite:
                os.replace(self._part, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            else:  # a link is exclusive
                os.link(self._part, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
                os.unlink(self._part, dir_fd=self._folder)
            self._part = ""
            self._paths.append(self._path_of(self._name))
        return self._paths


def deliver(
    target: Target | None, text: bool, produce: Callable[[Any], tuple[bytes | None, bool]]
) -> tuple[bytes | None, bool]:
    """Runs ``produce(write)`` so that its output goes to the target; None keeps it in memory."""
    if target is None:
        return produce(None)
    if isinstance(target, (str, bytes, os.PathLike)):
        file = _File(target)
        try:
            result = produce(file.write)
        except BaseException:
            file.abandon()
            raise
        file.finish()
        return result
    if _is_text(target):
        if not text:
            raise TypeError("this output is bytes: open the file in binary mode")
        writer = _TextWriter(target)  # type: ignore[arg-type]
        result = produce(writer.write)
        writer.close()
        return result
    write: Callable[[bytes], int | None] = target.write  # type: ignore[assignment]
    return produce(lambda data: _write_all(write, data))


def chain_batches(fetch: Callable[[], list[Any]]) -> Iterator[Any]:
    """The rows of ``fetch()`` one by one, until it gives none."""
    from itertools import chain

    return chain.from_iterable(iter(fetch, []))
