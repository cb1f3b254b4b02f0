"""What the system refuses (no space, no right to write, …) → the project's errors, with what to do."""

from __future__ import annotations

import errno
import sqlite3

from extractor.errors import ZhituError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_FREE = "free some space; what was read is kept, and the same command goes on from there"
_ELSEWHERE = "change its permissions, or choose another folder with --workspace"


class StorageError(ZhituError):
    """A disk or folder that takes nothing more."""


def trouble(error: BaseException) -> ZhituError | None:
    """The project's error for what the system refused; None for what is no such refusal."""
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(str(error))
    if not isinstance(error, OSError):
        return None
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in _FULL:
        return StorageError(f"{where}there is no space left on the disk", _FREE)
    if error.errno in _FORBIDDEN:
        return StorageError(f"{where}cannot be written or read ({error.strerror})", _ELSEWHERE)
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        return StorageError(f"{where}too many files are open", "raise the limit (ulimit -n), or use fewer --workers")
    if error.errno == errno.EIO:
        return StorageError(f"{where}the disk reports an error", "check the disk")
    return None


def _of_sqlite(message: str) -> ZhituError | None:
    if "disk is full" in message:
        return StorageError("state.sqlite: there is no space left on the disk", _FREE)
    if "readonly" in message or "unable to open" in message:
        return StorageError(f"state.sqlite: cannot be written ({message})", _ELSEWHERE)
    if "disk I/O error" in message:
        return StorageError("state.sqlite: the disk is full or reports an error", _FREE)
    if "malformed" in message or "not a database" in message:
        return StorageError(
            "state.sqlite: is damaged", "move it away and give zhitu ingest the files again, or restore a backup"
        )
    return None
