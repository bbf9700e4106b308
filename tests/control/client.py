# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
"""A client of the control socket that does what no client should; or, in the
place of the supervisor, one whose answers this imp does not understand.

client.py SOCKET garbage|hung|crowd|stranger|fuzz|older|odd
"""
import os
import random
import socket
import struct
import sys

STATUS, STOP, SIGNAL, ROTATE, LOGS = 0, 1, 4, 5, 6
CONT = 18
HEAD = 24


def connect(path):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    fd = os.open(os.path.dirname(path), os.O_PATH)
    s.connect("/proc/self/fd/%d/%s" % (fd, os.path.basename(path)))
    os.close(fd)
    s.settimeout(60)
    return s


def request(verb):
    head = struct.pack("=IIIiIIII", 0x2E706D69, 1, verb, 0, 0, 0, 0, 0)
    return head + bytes(256)


def answer(s):
    """The text of all replies, and the final status; None: hung up."""
    text = b""
    while True:
        try:
            reply = s.recv(65536)
        except ConnectionResetError:
            return text, None
        if not reply:
            return text, None
        _, kind, status = struct.unpack("=IIi", reply[:12])
        text += reply[HEAD:]
        if kind == 2:
            return text, status


def ask(path, verb, s=None):
    """An answer to come; who is hung up on before that asks again."""
    while True:
        s = s or connect(path)
        try:
            s.send(request(verb))
            return s
        except (BrokenPipeError, ConnectionResetError):
            s.close()
            s = None


def ask_status(path):
    text, status = answer(ask(path, STATUS))
    assert status == 0 and text.startswith(b"imp-status="), (text, status)


def garbage(path):
    good = request(STATUS)
    for data in (b"x", b"", good[:-1], good + b"x", bytes(288),
                 b"\xff" * 288, b"y" * 100000,
                 good[:4] + b"\2" + good[5:], good[:8] + b"\xff" + good[9:],
                 good[:12] + b"\xff\xff\xff\x7f" + good[16:],
                 request(STOP)[:16] + b"\xff\xff\xff\xff" + good[20:]):
        s = connect(path)
        s.send(data)
        text, status = answer(s)
        assert status in (None, 1, 2), (data[:32], status)
        # So that a later imp knows that it is not understood.
        assert status == 2 or len(data) == 0 or data[:4] == good[:4] and \
            data[16:20] != bytes(4), (data[:32], text, status)
    # Two at once, a descriptor that comes along, and an early end.
    s = connect(path)
    s.send(good)
    try:
        s.send(good)
    except BrokenPipeError:
        pass  # It has been answered, and hung up on, already.
    socket.send_fds(connect(path), [good], [0, 1, 2])
    connect(path).close()


def hung(path):
    clients = [connect(path) for _ in range(200)]
    ask_status(path)
    return clients


def crowd(path):
    clients = [connect(path) for _ in range(1000)]
    clients = [ask(path, STATUS, s) for s in clients]
    for s in clients:
        text, status = answer(s)
        if status is None and not text:
            s.close()
            text, status = answer(ask(path, STATUS))
        assert status == 0, (text, status)
        s.close()


def stranger(path):
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    ask_status(path)
    for verb in range(1, 7):
        text, status = answer(ask(path, verb))
        assert (text, status) == (b"not permitted", 1), (verb, text, status)


def frame(rng):
    """Almost a request; one that is right asks for nothing that ends it."""
    data = bytearray(request(rng.choice((STATUS, SIGNAL, ROTATE, LOGS))))
    data[12] = CONT
    kind = rng.randrange(5)
    if kind == 0:
        data[8] = rng.randrange(7, 256)
    elif kind == 1:
        data[rng.randrange(8)] ^= rng.randrange(1, 256)
    elif kind == 2:
        return bytes(data[:rng.randrange(len(data))])
    elif kind == 3:
        return rng.randbytes(rng.randrange(1, 2000))
    return bytes(data)


def fuzz(path):
    seed = int(os.environ.get("SEED", "20261129"))
    print("SEED=%d" % seed)
    rng = random.Random(seed)
    clients = []
    for i in range(3000):
        if len(clients) < 100 and rng.randrange(4) == 0:
            clients.append(connect(path))
            clients[-1].setblocking(False)
        if not clients:
            continue
        s = rng.choice(clients)
        try:
            if rng.randrange(6) == 0:
                socket.send_fds(s, [frame(rng)], [0, 1, 2])
            elif rng.randrange(6) == 0:
                s.shutdown(rng.choice((socket.SHUT_RD, socket.SHUT_WR)))
            else:
                s.send(frame(rng))
            if rng.randrange(3) == 0:
                s.recv(65536)
        except OSError:
            pass
        if rng.randrange(6) == 0:
            clients.remove(s)
            s.close()
        if i % 300 == 0:
            ask_status(path)
    ask_status(path)


def stand_in(path, reply):
    """Answer everyone with this."""
    os.unlink(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    fd = os.open(os.path.dirname(path), os.O_PATH)
    listening.bind("/proc/self/fd/%d/%s" % (fd, os.path.basename(path)))
    listening.listen()
    print("listening", flush=True)
    while True:
        client, _ = listening.accept()
        client.recv(65536)
        client.send(reply)
        client.close()


def older(path):
    stand_in(path, struct.pack("=IIiiQ", 0x2E706D69, 2, 2, 0, 0) + b"what?")


def odd(path):
    stand_in(path, b"220 hello\r\n")


globals()[sys.argv[2]](sys.argv[1])
