"""The judge's process: waits for files, forks a limited child for each, ends with the web process that started it.

The file's bytes are read by the child alone. The address of a file is a socket handed over by `config.files.judging`.
"""

import gc
import json
import os
import resource
import signal
import socket
import struct
import sys
import warnings
from contextlib import suppress
from pathlib import Path

from config.files.judge import limits, papers, pictures
from config.files.judge.verdict import Unfit, Verdict


def main(line: socket.socket) -> None:
    signal.signal(
        signal.SIGCHLD, signal.SIG_IGN
    )  # the socket's end tells of a child's death, nobody waits for it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the web process, which closes our line
    pictures.load_decoders()
    gc.freeze()
    while True:
        _, handles, _, _ = socket.recv_fds(line, 1, 1)
        if not handles:
            return
        if os.fork() == 0:
            line.close()
            judge_one(socket.socket(fileno=handles[0]))
        os.close(handles[0])


def judge_one(asker: socket.socket) -> None:
    """Read one file, answer, end this process. Never returns."""
    warnings.simplefilter("error")
    # What Pillow says about odd EXIF, malformed MPO indexes and animations speaks of good phone photographs.
    warnings.filterwarnings("ignore", module=r"PIL\.(TiffImagePlugin|JpegImagePlugin|PngImagePlugin)$")
    with suppress(BrokenPipeError, ConnectionResetError):
        length, max_pixels = struct.unpack("!QQ", read(asker, 16))
        limit_this_process(memory=limits.MEMORY_BYTES + limits.MEMORY_BYTES_PER_PIXEL * max_pixels)
        answer(asker, verdict_on(read(asker, length), max_pixels=max_pixels))
    os._exit(0)


def verdict_on(content: bytes, *, max_pixels: int) -> Verdict:
    """The verdict on a file, whatever it is."""
    room = papers if papers.looks_like_pdf(content) else pictures
    try:
        return room.judge(content, max_pixels=max_pixels)
    except Unfit as unfit:
        return Verdict(refused=unfit.code, facts=unfit.facts)
    except Exception as error:  # noqa: BLE001 - whatever a decoder raises over a file, the file is what is wrong
        return Verdict(refused="damaged", facts={"cause": f"{type(error).__name__}: {error}"[:200]})


def limit_this_process(*, memory: int) -> None:
    """From here on: no file is written, memory, CPU and time are bounded, a crash leaves no core with people's papers."""
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + memory,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_SECONDS,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    # The alarm's default is to end the process, inside a decoder as well.
    signal.setitimer(signal.ITIMER_REAL, limits.WALL_SECONDS)


def answer(asker: socket.socket, verdict: Verdict) -> None:
    drawn = [verdict.view, verdict.thumbnail]
    header = {**verdict.facts, "drawn": [len(picture) for picture in drawn]}
    if verdict.refused:
        header["refused"] = verdict.refused
    text = json.dumps(header).encode()
    asker.sendall(struct.pack("!Q", len(text)) + text)
    for picture in drawn:
        asker.sendall(picture)


def read(asker: socket.socket, count: int) -> bytes:
    content = bytearray(count)
    space = memoryview(content)
    while space:
        received = asker.recv_into(space)
        if not received:
            raise ConnectionResetError
        space = space[received:]
    return bytes(content)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
