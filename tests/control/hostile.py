# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
"""Daemons whose every word is hostile, and whether imp repeats it safely.

hostile.py SEED ROUNDS
"""
import json
import os
import pty
import random
import re
import signal
import socket
import subprocess
import sys

IMP = os.environ["IMP"]
PIECES = [b"\x1b[31m", b"\x1b]0;title\x07", b"\x9b31m", b"\xc2\x9b31m", b"\n",
          b"\r", b"\t", b"\x7f", b"\x08", b'"', b"\\", b"'", b"\\u0000", b"\\n",
          b"{", b"}", b"]", b"%s", b"$(x)", b" ", b"=", b"\xff", b"\xc0\x80",
          b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\xc3\xa9",
          b"\xe2\x80\xa8", b"\xf0\x9f\x98\x80", b"\x01", b"\x1f", b"plain"]


def words(rng, but=b""):
    """Some of these pieces and any other bytes, without those in but."""
    parts = [rng.choice(PIECES) if rng.randrange(4) else
             bytes([rng.randrange(256)]) for _ in range(rng.randrange(1, 25))]
    return b"".join(parts).translate(None, b"\0" + but) or b"x"


def vocabulary(seed):
    rng = random.Random(seed)
    return {
        "argument": words(rng),
        "status": words(rng, b"\n" + bytes(range(128, 256))
                        if rng.randrange(2) else b"\n"),
        "title": words(rng),
        "name": words(rng, b"\n")[:15],
        "pidfile": words(rng, b"/%")[:60] + b".pid",
        "log": words(rng) + b"\0" + words(rng) + b"\n" + words(rng),
    }


def start(seed, said):
    here = os.getcwdb() + b"/"
    subprocess.run(
        [IMP, "-n", "web", "-s", "--ready", "notify", "-l", here + b"log",
         "-p", here + said["pidfile"], "--", sys.executable, "-S",
         os.path.abspath(__file__), "daemon", str(seed), said["argument"]],
        check=True)


def daemon(said):
    with open("/proc/self/comm", "wb") as file:
        file.write(said["name"])
    os.write(1, said["log"])
    if os.fork() == 0:
        os.execv(os.environ["PROBE"], [said["title"], "--no-report", "--wait"])
    address = os.environ["NOTIFY_SOCKET"]
    if address[0] == "@":
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.sendto(b"READY=1\nSTATUS=" + said["status"], address)
    while True:
        signal.pause()


def shown(*args):
    """What a terminal gets."""
    master, slave = pty.openpty()
    with subprocess.Popen([IMP, *args], stdin=slave, stdout=slave,
                          stderr=slave,
                          env={**os.environ, "NO_COLOR": "1"}):
        os.close(slave)
        got = b""
        try:
            while data := os.read(master, 65536):
                got += data
        except OSError:  # EIO: it has been closed by all others
            pass
    os.close(master)
    return got.replace(b"\r\n", b"\n")


def written(*args):
    return subprocess.run([IMP, *args], capture_output=True).stdout


def is_for_people(text):
    return text and not re.search(
        "[\0-\x08\x0b-\x1f\x7f-\x9f\udc80-\udc9f]", text)


def check_text(*args):
    """A log may be in Latin 1, of which 0xa0 and up are harmless."""
    got = shown(*args)
    assert is_for_people(got.decode("utf-8", "surrogateescape")), (args, got)


def is_utf8(said):
    try:
        said.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


def same(got, said):
    """What is no UTF-8 may be replaced piece by piece or as a whole."""
    want = said.decode("utf-8", "replace")
    return re.sub("\ufffd+", "\ufffd", got) == re.sub("\ufffd+", "\ufffd",
                                                      want)


def read_json(*args):
    got = written("--json", *args)
    assert is_for_people(got.decode("utf-8")), (args, got)
    with open("json", "ab") as file:  # for jq
        file.write(got)
    return json.loads(got)


def check_daemon(data, said):
    assert len(data) == 1 and data[0]["name"] == "web"
    assert same(data[0]["command"][-1], said["argument"]), data[0]["command"]
    assert same(data[0]["pidfile"].rpartition("/")[2], said["pidfile"])


def check_status(data, said):
    check_daemon(data, said)
    # As with systemd, a STATUS that is no UTF-8 is none.
    assert bool(data[0]["status_text"]) == is_utf8(said["status"])
    assert len(data[0]["processes"]) >= 3 and data[0]["last_lines"]


def check_metrics(*args):
    label = r'"(?:[^"\\\n]|\\[\\"n])*"'
    line = re.compile(r"# (HELP|TYPE) [a-z_]+ [^\n]+|[a-z_]+"
                      r"\{name=%s,user=%s\} [0-9.]+" % (label, label))
    got = written("--format=prometheus", *args).decode("utf-8")
    assert is_for_people(got), (args, got)
    for each in got.splitlines():
        assert line.fullmatch(each), each


def look(said):
    data = read_json("--status", "web")
    check_status(data, said)
    check_daemon(read_json("--list"), said)
    for process in data[0]["processes"]:
        pid = str(process["pid"])
        read_json("--inspect", pid)
        check_text("--inspect", pid)
    check_text("--status", "web")
    check_text("--list")
    check_text("--logs=50", "web")
    check_metrics("--list")
    check_metrics("--status", "web")


def main(seed, rounds):
    for seed in range(seed, seed + rounds):
        print("SEED=%d" % seed)
        said = vocabulary(seed)
        start(seed, said)
        look(said)
        subprocess.run([IMP, "--stop", "web"], check=True)
        os.unlink("log")


if sys.argv[1] == "daemon":
    daemon(vocabulary(int(sys.argv[2])))
else:
    main(int(sys.argv[1]), int(sys.argv[2]))
