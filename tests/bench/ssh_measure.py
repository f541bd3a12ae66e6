"""Runs the dashboard through ssh on a pseudo-terminal of 120 by 36, and measures what it sends.

    ssh_measure.py TREE COMMAND...
"""

import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time

REST = 10.0
KEYS = 60


def main():
    tree, command = sys.argv[1], sys.argv[2:]
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    began = time.monotonic()
    child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    screen = Screen(master)

    first = screen.read_until(b"larder", 30)
    print(f"first bytes of the dashboard after {first - began:.2f} s")
    # The first frames draw every cell: what comes after them is what warming costs.
    screen.read_for(0.5)
    print(f"the first half second: {screen.total} bytes")
    start, before = time.monotonic(), screen.total
    done = screen.read_until(b"all counted", 600)
    seconds, sent = done - start, screen.total - before
    print(f"warming: {sent} bytes in {seconds:.1f} s, {sent / max(seconds, 0.001):.0f} bytes/s")

    screen.read_for_quiet(3.0)
    pid = process(tree)
    before, ticks = screen.total, cpu(pid)
    screen.read_for(REST)
    used = (cpu(pid) - ticks) / os.sysconf("SC_CLK_TCK")
    print(f"at rest: {screen.total - before} bytes in {REST:.0f} s, {100 * used / REST:.2f} % of a processor")

    sizes = []
    for key in (b"j" * (KEYS // 2), b"k" * (KEYS // 2)):
        for one in key:
            before = screen.total
            os.write(master, bytes([one]))
            screen.read_for(0.12)
            sizes.append(screen.total - before)
    print(f"a key: median {statistics.median(sizes):.0f} bytes, most {max(sizes)} bytes")
    os.write(master, b"q")
    child.wait(timeout=20)


class Screen:
    def __init__(self, master):
        self.master, self.total, self.seen = master, 0, b""

    def read(self, wait):
        ready, _, _ = select.select([self.master], [], [], wait)
        if not ready:
            return False
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            sys.exit("the connection ended")
        self.total += len(data)
        self.seen = (self.seen + data)[-4096:]
        return True

    def read_until(self, words, patience):
        end = time.monotonic() + patience
        while words not in self.seen:
            if time.monotonic() > end:
                sys.exit(f"no {words!r} after {patience} s")
            self.read(0.5)
        return time.monotonic()

    def read_for(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def read_for_quiet(self, seconds):
        while self.read(seconds):
            pass


def process(tree):
    """Returns the dashboard: the youngest process that was started with the tree as its argument."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"larder") and tree.encode() in words:
            found.append(int(name))
    if not found:
        sys.exit("the dashboard is not among the processes")
    return max(found)


def cpu(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    main()
