# SPDX-License-Identifier: MIT
"""Greenlets hold their frames, and these what their variables hold."""

import importlib.util
import subprocess
import sys
import unittest

from dryad import scanner
from support import Case

try:
    import greenlets
except ImportError:
    greenlets = None


class GreenletsTest(Case):
    def frames(self, records, record):
        """The frames of a greenlet, innermost first."""
        frames, name = [], "gr_frame"
        while name in record.get("names", []):
            record = records[record["refs"][record["names"].index(name)]]
            frames.append(record)
            name = "f_back"
        return frames

    def local(self, frame, name):
        return frame["refs"][frame["names"].index(name)]

    def check(self, options):
        found, without, other = greenlets.build()
        self.addCleanup(other.stop.set)
        records = self.dump(**options)
        for made, session in found:
            frames = self.frames(records, records[id(made)])
            names = [frame["value"] for frame in frames]
            expected = [["wait", "handle"], ["wait", "generate", "<lambda>"]]
            self.assertIn(names, expected)
            self.assertEqual([id(session)] * 2, [self.local(frame, "session") for frame in frames[:2]])
            self.assertEqual({greenlets.__file__}, {frame["file"] for frame in frames})
        for made in without:
            self.assertEqual([], self.frames(records, records[id(made)]))

    def test_a_suspended_greenlet_holds_its_frames(self):
        self.check({})

    def test_a_suspended_greenlet_holds_its_frames_in_a_copy(self):
        self.check({"fork": True})

    def test_dryad_finds_the_path_to_a_local(self):
        found = [greenlets.suspended(number) for number in range(3)]
        scanner.dump_all_objects(self.path())
        made, session = found[1]
        code = "p = heap:path(heap[%d], heap[%d]) for i = 1, #p - 1 do print(p:label(i)) end" % (id(made), id(session))
        self.assertEqual([".gr_frame", ".session"], self.dryad(self.path(), code).split())


def program_with(library):
    """A service whose handlers are greenlets of gevent or eventlet, each with a session of its own."""
    return """
import sys, %(library)s
class Session:
    def __init__(self, number): self.text = "session %%d" %% number
def handle(number):
    session = Session(number)
    %(library)s.sleep(1000)
kept = [%(library)s.spawn(handle, number) for number in range(100)]
%(library)s.sleep(0)
%(library)s.sleep(0)
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
""" % {"library": library}


class LibrariesTest(Case):
    def check(self, library):
        subprocess.run([sys.executable, "-c", program_with(library), self.path()], check=True)
        code = """
local sessions, named = heap:get_all "Session", 0
for i = 1, 5 do
  local path = heap:path("type like '%reenlet' or type like '%GreenThread'", sessions[i])
  named = named + (path:label(#path - 1) == ".session" and path:label(1) == ".gr_frame" and 1 or 0)
end
print(#sessions, named)"""
        self.assertEqual(["100", "5"], self.dryad(self.path(), code).split())

    @unittest.skipIf(importlib.util.find_spec("gevent") is None, "gevent is not installed")
    def test_gevent(self):
        self.check("gevent")

    @unittest.skipIf(importlib.util.find_spec("eventlet") is None, "eventlet is not installed")
    def test_eventlet(self):
        self.check("eventlet")


if __name__ == "__main__":
    if greenlets is None:
        sys.exit(77)  # skipped
    unittest.main()
