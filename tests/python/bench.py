# SPDX-License-Identifier: MIT
"""The speed of dryad.scanner: objects a second for two million objects, and the pause of a fork.

usage: PYTHONPATH=build/python python3 tests/python/bench.py [OBJECTS]
"""

import os
import sys
import tempfile
import time

from dryad import scanner


class Node:
    def __init__(self, number, following):
        self.number = number
        self.name = "node %d" % number
        self.following = following
        self.tags = [number]


def make(objects):
    """About as many objects: instances, attribute values, strings, ints and lists."""
    nodes, node = [], None
    for number in range(1000, 1000 + objects // 4):
        node = Node(number, node)
        nodes.append(node)
    return nodes


def peak_memory():
    with open("/proc/self/status") as status:
        return {line.split(":")[0]: line.split()[1] for line in status if line.startswith("Vm")}


def timed(label, path, **options):
    before = time.perf_counter()
    count = scanner.dump_all_objects(path, overwrite=True, **options)
    seconds = time.perf_counter() - before
    print("%-28s %8.3f s" % (label, seconds), end="")
    if options.get("wait", True):
        size = os.path.getsize(path)
        print("  %9d objects  %5.2f million a second  %7.1f MiB" % (count, count / seconds / 1e6, size / 2**20), end="")
    print()
    return seconds, count


def main():
    kept = make(int(sys.argv[1]) if len(sys.argv) > 1 else 2000000)
    print("Python %s, %d nodes, resident %s kB" % (sys.version.split()[0], len(kept), peak_memory()["VmRSS"]))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "heap.dump")
        with open("/proc/self/clear_refs", "w") as clear:
            clear.write("5")
        before = int(peak_memory()["VmHWM"])
        scan, _ = timed("plain", path)
        print("%-28s %8d kB" % ("memory for it", int(peak_memory()["VmHWM"]) - before))
        timed("no values", path, values="none")
        timed("hashed values", path, values="hash")
        timed("gzip", path + ".gz")
        timed("zstd", path + ".zst")
        timed("fork", path, fork=True)
        pauses = []
        for _ in range(3):
            pause, pid = timed("fork, the parent's pause", path, fork=True, wait=False)
            pauses.append(pause)
            while os.path.exists("/proc/%d" % pid):
                time.sleep(0.01)
        print("%-28s %8.1f %% of the scan" % ("the pause is", 100 * min(pauses) / scan))


main()
