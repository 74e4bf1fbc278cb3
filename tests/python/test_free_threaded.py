# SPDX-License-Identifier: MIT
"""A Python without a GIL is dumped at one moment, whatever its threads do."""

import sys
import sysconfig
import threading
import unittest

from dryad import scanner
from support import AT_LENGTH, Case, read

ROUNDS = 20 if AT_LENGTH else 4


class Node:
    def __init__(self, number):
        self.left = self.right = [number]


class FreeThreadedTest(Case):
    def setUp(self):
        super().setUp()
        self.done, self.shared = threading.Event(), [Node(0)]
        self.threads = [threading.Thread(target=work) for work in (self.move, self.move, self.grow)]
        for thread in self.threads:
            thread.start()
        self.addCleanup(self.stop)

    def stop(self):
        self.done.set()
        for thread in self.threads:
            thread.join()

    def move(self):
        while not self.done.is_set():
            node = Node(len(self.shared))
            self.shared[0] = node
            node.__dict__["more"] = {str(node): [1]}

    def grow(self):
        while not self.done.is_set():
            self.shared.append([Node(1), {2: 3}])
            if len(self.shared) > 1000:
                del self.shared[1:]

    def dump_often(self, function, *arguments):
        """The files of some dumps, half of them made in a copy of the process; then the threads end."""
        files = []
        for number in range(ROUNDS):
            for fork in (False, True):
                files.append(self.path("%d-%s" % (number, fork)))
                function(files[-1], *arguments, fork=fork)
        self.stop()
        return files

    def check_whole(self, file):
        records = read(file)
        dangling = [(record["type"], ref) for record in records.values() for ref in record["refs"] if ref not in records]
        self.assertEqual([], dangling[:5])
        self.assertTrue(any(record["type"] == "Node" for record in records.values()))

    def test_importing_the_scanner_leaves_the_gil_off(self):
        self.assertFalse(sys._is_gil_enabled())

    def test_dumps_of_a_process_with_busy_threads_are_whole(self):
        for file in self.dump_often(scanner.dump_all_objects):
            self.check_whole(file)

    def test_dumps_of_what_busy_threads_change_are_whole(self):
        for file in self.dump_often(scanner.dump_all_referenced, self.shared, True):
            self.check_whole(file)

    def test_two_threads_dump_at_once(self):
        counts = []

        def dump(name):
            for _ in range(ROUNDS):
                counts.append(scanner.dump_all_objects(self.path(name), overwrite=True))

        dumpers = [threading.Thread(target=dump, args=(name,)) for name in "ab"]
        for dumper in dumpers:
            dumper.start()
        for dumper in dumpers:
            dumper.join()
        self.assertEqual(2 * ROUNDS, len(counts))

    def test_queries_about_what_busy_threads_change(self):
        for _ in range(5 * ROUNDS):
            self.assertIsInstance(scanner.get_referents(self.shared)[0], Node)
            self.assertGreater(scanner.size_of(self.shared), 0)
            self.assertGreater(scanner.get_recursive_size(self.shared)[0], 1)


if __name__ == "__main__":
    if not sysconfig.get_config_var("Py_GIL_DISABLED"):
        sys.exit(77)  # skipped
    unittest.main()
