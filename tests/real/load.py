# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
"""Clients that ask a server without end, and come back when it does.

load.py http|redis PORT: until SIGTERM; then says how often it was answered,
and how often it had to connect anew.
"""
import signal
import socket
import sys
import threading
import time

ASK = {"http": b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
       "redis": b"INCR answers\r\n"}
CLIENTS = 3

over = threading.Event()
totals = [0, 0]
lock = threading.Lock()


def answers(connection, kind):
    """Whether it is answered; an answer here is never torn in two."""
    connection.sendall(ASK[kind])
    got = connection.recv(4096)
    if not got or got.startswith(b"-LOADING"):
        raise ConnectionError
    assert got.startswith(b"HTTP/1.1 200" if kind == "http" else b":"), got


def ask_for_ever(kind, port):
    while not over.is_set():
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as c:
                with lock:
                    totals[1] += 1
                while not over.is_set():
                    answers(c, kind)
                    with lock:
                        totals[0] += 1
                    time.sleep(0.001)
        except OSError:
            time.sleep(0.01)


def main(kind, port):
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    threads = [threading.Thread(target=ask_for_ever, args=(kind, port))
               for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    over.wait()
    for thread in threads:
        thread.join()
    print(*totals)


main(sys.argv[1], int(sys.argv[2]))
