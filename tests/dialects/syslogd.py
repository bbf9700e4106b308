#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# syslogd.py TAG COUNT COMMAND...: in a mount namespace with a /dev of its own,
# be the one who reads /dev/log, and run the command.  The first COUNT records
# with TAG go to the file "heard", a line each.

import ctypes
import os
import re
import socket
import subprocess
import sys

CLONE_NEWNS = 0x20000
MS_REC, MS_PRIVATE, MS_BIND = 0x4000, 0x40000, 0x1000

libc = ctypes.CDLL(None, use_errno=True)


def check(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), "mount")


check(libc.unshare(CLONE_NEWNS))
check(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
os.mkdir("dev")
for name in "null", "zero", "tty", "ptmx", "random", "urandom":
    if os.path.exists("/dev/" + name):
        subprocess.run(["cp", "-a", "/dev/" + name, "dev/"], check=True)
check(libc.mount(b"dev", b"/dev", None, MS_BIND, None))
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/dev/log")
log.settimeout(60)
tag, count = sys.argv[1].encode(), int(sys.argv[2])
subprocess.run(sys.argv[3:], check=True, stdin=subprocess.DEVNULL)
records = []
while len(records) < count:
    record = log.recv(65536)
    # The number is not known yet for what is said at once, nor is the time.
    found = re.search(rb"<\d+>(.{15} )?" + tag + rb"(\[\d+\])?: .*", record)
    if found:
        records.append(found.group() + b"\n")
with open("heard", "wb") as heard:
    heard.writelines(records)
