"""What can go wrong, as a tree; every message says what happened, where, and what to do.

    ZhituError                     exit 1
    ├── InputError                 exit 1   a file that cannot be read at all
    │   ├── FileMissing                     no such path
    │   ├── NotAReport                      no PDF, or a kind of file zhitu does not read
    │   ├── Encrypted                       needs a password
    │   └── Damaged                         truncated, empty, broken
    ├── NameUnknown                exit 1   a name nobody has, or that several share (candidates listed)
    ├── StoreError                 exit 1   the graph's server cannot be started or reached
    ├── PartlyRead                 exit 3   some pages or some reports could not be read
    └── Refused                    exit 4   a write where only reading is allowed, a deadline, no permission

Exit codes are those of the command's contract; 2 (usage) is click's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class ZhituError(Exception):
    """Base of every error a user may see.

    ``what`` happened and the ``remedy`` are one line each; ``str(error)`` joins them.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}; {self.remedy}" if self.remedy else self.what


class InputError(ZhituError):
    """A file that cannot be read at all; the message begins with its name."""

    def __init__(self, path: Path | str, what: str, remedy: str) -> None:
        super().__init__(f"{path}: {what}", remedy)
        self.path = Path(path)

    def __reduce__(self) -> tuple[type[InputError], tuple[Path, str, str]]:
        """Errors travel from worker processes; rebuild from the constructor's own arguments."""
        return type(self), (self.path, self.what.removeprefix(f"{self.path}: "), self.remedy)


class FileMissing(InputError):
    """No such path."""


class NotAReport(InputError):
    """Not a PDF, or a kind of file zhitu does not read."""


class Encrypted(InputError):
    """Needs a password to open."""


class Damaged(InputError):
    """Truncated, empty or broken beyond reading."""


class NameUnknown(ZhituError):
    """A name nobody in the graph has, or that several share; candidates stand in the message."""


class StoreError(ZhituError):
    """The graph's server cannot be started or reached."""


class PartlyRead(ZhituError):
    """Some pages, or some of several reports, could not be read; the rest was."""

    exit_code = 3


class Refused(ZhituError):
    """A write where only reading is allowed, a deadline that passed, a permission that is missing."""

    exit_code = 4
