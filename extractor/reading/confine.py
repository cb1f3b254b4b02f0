"""What a process that reads foreign files may not do: take all memory, open many files, reach a network, write a file.

Each limit is kept by the kernel where it can be. Where it cannot (macOS, Windows, old kernels), an audit hook refuses
what Python code asks for; C code is then held by nothing. Nothing here can be taken back within the process, and what
it starts inherits the kernel's part.

Sources: Linux' ``seccomp(2)`` and ``landlock(7)``; the numbers are those of the kernel's user interface, which do not
change.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import platform
import sys

log = logging.getLogger(__name__)

# Machine → (the number the kernel has for it, its number for seccomp, for socket).
_MACHINES = {"x86_64": (0xC000003E, 317, 41), "aarch64": (0xC00000B7, 277, 198)}
_IO_URING_SETUP = 425  # could make sockets without asking for them by name
_AF_UNIX = 1
_OTHER_TABLE = 0x40000000  # from here on x86-64 counts the calls of its x32 form
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
# Landlock's rights that change something, by the version of its interface that brought them.
_WRITING = {1: 0x1FF2, 2: 0x2000, 3: 0x4000}
_NO_NEW_PRIVILEGES = 38
_NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
            "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")  # fmt: skip


def limit_memory(size: int) -> None:
    """Let this process have no more than ``size`` bytes of address space, and leave no core behind (POSIX only)."""
    try:
        import resource
    except ImportError:
        return
    _lower(resource.RLIMIT_AS, size)
    _lower(resource.RLIMIT_CORE, 0)


def limit_files(count: int) -> None:
    """Let this process have no more than ``count`` files open at a time (POSIX only)."""
    try:
        import resource
    except ImportError:
        return
    _lower(resource.RLIMIT_NOFILE, count)


def _lower(which: int, size: int) -> None:
    import resource

    _, hard = resource.getrlimit(which)
    top = size if hard == resource.RLIM_INFINITY else min(size, hard)
    try:
        resource.setrlimit(which, (top, top))
    except (ValueError, OSError):  # macOS refuses an address-space limit
        log.debug("limit %d cannot be set on this system", which)


def deny_network() -> bool:
    """Refuse this process every socket but local ones; whether the kernel does it, or only the audit hook."""
    _refuse_by_hook()
    try:
        return _deny_sockets()
    except (OSError, AttributeError) as error:
        log.debug("the network is refused to Python code only: %s", error)
        return False


def deny_writing() -> bool:
    """Refuse this process to make, change or remove any file; whether the kernel does it (else nothing does).

    Files that are already open stay open.
    """
    try:
        return _deny_writing()
    except (OSError, AttributeError) as error:
        log.debug("writing files is not refused: %s", error)
        return False


_hooked = False


def _refuse_by_hook() -> None:
    global _hooked  # noqa: PLW0603 - a hook cannot be taken back, and one is enough
    if _hooked:
        return
    _hooked = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event not in _NETWORK:
            return
        address = arguments[1] if event in _NETWORK[:4] and len(arguments) > 1 else None
        # A local socket's address is a path; a message without an address goes where the socket is connected already.
        if not isinstance(address, str | bytes) and not (event == "socket.sendmsg" and address is None):
            raise PermissionError(errno.EACCES, f"readers of reports have no network ({event})")

    sys.addaudithook(hook)


def _libc() -> ctypes.CDLL:
    if not sys.platform.startswith("linux"):
        raise OSError(errno.ENOSYS, "not Linux")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def _deny_sockets() -> bool:
    """A seccomp filter on all threads: ``socket`` gives EACCES but for AF_UNIX, and so do other calls' tables."""
    libc = _libc()
    if platform.machine() not in _MACHINES or ctypes.sizeof(ctypes.c_void_p) != 8:
        raise OSError(errno.ENOSYS, platform.machine())
    machine, seccomp, socket = _MACHINES[platform.machine()]
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    allow, deny = 0x7FFF0000, 0x00050000 | errno.EACCES
    steps = (  # code, to skip where it holds, where not, value
        (load, 0, 0, 4),  # the machine
        (equal, 0, 7, machine),
        (load, 0, 0, 0),  # the call
        (at_least, 5, 0, _OTHER_TABLE),
        (equal, 4, 0, _IO_URING_SETUP),
        (equal, 0, 2, socket),
        (load, 0, 0, 16),  # the family
        (equal, 0, 1, _AF_UNIX),
        (give, 0, 0, allow),
        (give, 0, 0, deny),
    )
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    program = _Program(len(steps), instructions)
    _checked(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    # SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC; a thread that cannot follow gives its number.
    if _checked(libc.syscall(ctypes.c_long(seccomp), 1, 1, ctypes.byref(program))):
        raise OSError(errno.EBUSY, "a thread has filters of its own")
    return True


class _Ruleset(ctypes.Structure):
    _fields_ = (("writing", ctypes.c_uint64),)


def _deny_writing() -> bool:
    """A Landlock ruleset that handles all that changes files, and allows none of it anywhere."""
    libc = _libc()
    version = _checked(libc.syscall(ctypes.c_long(_LANDLOCK_CREATE), None, ctypes.c_size_t(0), 1))
    rights = sum(bits for since, bits in _WRITING.items() if version >= since)
    ruleset = _Ruleset(rights)
    number = _checked(
        libc.syscall(ctypes.c_long(_LANDLOCK_CREATE), ctypes.byref(ruleset), ctypes.c_size_t(ctypes.sizeof(ruleset)), 0)
    )
    try:
        _checked(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _checked(libc.syscall(ctypes.c_long(_LANDLOCK_RESTRICT), number, 0))
    finally:
        os.close(number)
    return True
