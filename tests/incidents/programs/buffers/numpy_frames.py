# SPDX-License-Identifier: MIT
"""Frames of a film are numpy arrays of 48 KB, and all are kept: 80 of ndarray. Held by the list FILM.frames."""
# needs: numpy
# leaks: 80 of ndarrays?
# leaks: way __main__.FILM.frames
# why numpy.ndarray: way __main__.FILM.frames
import numpy

class Film:
    def __init__(self):
        self.frames = []

    def add(self, number):
        self.frames.append(numpy.full((160, 100, 3), number % 256, dtype=numpy.uint8))

FILM = Film()
for number in range(80):
    FILM.add(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
