"""What a process that reads foreign files is kept from: the network, writing, many open files."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from extractor.reading.guard import read_guarded
from extractor.reading.worker import Limits

posix = pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's part is Linux'")


def told(reader: str, path: Path = Path("报告.pdf"), password: str = "", limits: Limits | None = None) -> str:
    document = read_guarded(path, password, limits, reader=f"tests.extractor.reading.hostile:{reader}")
    return document.passages[0].text


def alone(code: str) -> dict[str, object]:
    """What ``code`` leaves in ``told``, run in a process of its own."""
    code = f"import json\ntold = {{}}\n{code}\nprint(json.dumps(told))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    found: dict[str, object] = json.loads(out)
    return found


def test_a_reader_of_files_reaches_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        answer = told("connecting", password=f"127.0.0.1:{trap.getsockname()[1]}")
        with pytest.raises(TimeoutError):
            trap.accept()
    assert "成功" not in answer


@linux
def test_nor_does_its_c_code() -> None:
    done = alone("from extractor.reading.confine import deny_network\ntold['kernel'] = deny_network()")
    if not done["kernel"]:
        pytest.skip("this kernel offers no seccomp filter")
    assert told("connecting_in_c") == "Permission denied。"


@linux
def test_a_reader_of_files_writes_removes_and_makes_none(tmp_path: Path) -> None:
    done = alone("from extractor.reading.confine import deny_writing\ntold['kernel'] = deny_writing()")
    if not done["kernel"]:
        pytest.skip("this kernel offers no Landlock")
    path = tmp_path / "there.pdf"
    path.write_text("as it was")
    assert told("writing", path) == "成功。"
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("there.pdf", "as it was")]


@posix
def test_a_reader_of_files_has_few_of_them_open() -> None:
    assert told("opening") == "Too many open files。"
    few = alone(
        "import os\nfrom extractor.reading.confine import limit_files\nlimit_files(20)\nheld = []\n"
        "try:\n    held += [os.open('/', 0) for _ in range(50)]\n"
        "except OSError as error:\n    told['error'] = error.strerror"
    )
    assert few == {"error": "Too many open files"}


def test_the_hook_alone_refuses_names_calls_and_listening_but_not_local_sockets() -> None:
    """As where the kernel offers nothing."""
    done = alone(
        "import socket\nfrom extractor.reading import confine\n"
        "confine._deny_sockets = lambda: False\ntold['kernel'] = confine.deny_network()\n"
        "confine.deny_network()  # a second time is no harm\n"
        "def attempt(name, deed):\n"
        "    try:\n        deed()\n        told[name] = 'done'\n"
        "    except OSError as error:\n        told[name] = type(error).__name__\n"
        "attempt('name', lambda: socket.getaddrinfo('localhost', 80))\n"
        "attempt('call', lambda: socket.create_connection(('127.0.0.1', 9)))\n"
        "attempt('listen', lambda: socket.socket().bind(('127.0.0.1', 0)))\n"
        "attempt('send', lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9)))\n"
        "pair = socket.socketpair()\nattempt('local', lambda: pair[0].send(b'x'))\n"
        "attempt('handed', lambda: socket.send_fds(pair[0], [b'x'], [0]))\n"
    )
    refused = dict.fromkeys(("name", "call", "listen", "send"), "PermissionError")
    assert done == {"kernel": False, **refused, "local": "done", "handed": "done"}
