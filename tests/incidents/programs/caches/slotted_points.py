# SPDX-License-Identifier: MIT
"""Points with __slots__, in a list a track: 60 tracks of 400, 24,000 Points. Held by the dict TRACKS.by_name."""
# leaks: 24,000 of Point or 60 of Tracks?|lists?
# leaks: /\bPoint\b/
# leaks: way __main__.TRACKS.by_name
# why Point: way __main__.TRACKS.by_name
class Point:
    __slots__ = "latitude", "longitude", "height"

    def __init__(self, latitude, longitude, height):
        self.latitude, self.longitude, self.height = latitude, longitude, height

class Tracks:
    def __init__(self):
        self.by_name = {}

    def record(self, name, number):
        self.by_name.setdefault(name, []).append(Point(number / 7, number / 9, number % 90))

TRACKS = Tracks()
for number in range(24000):
    TRACKS.record("track %d" % (number % 60), number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
