# SPDX-License-Identifier: MIT
"""Frames of a camera are ctypes buffers of 64 KiB, and 600 are kept: 37.5 MiB that malloc gave, which no size in the heap
has. Held by the list CAMERA.frames."""
# leaks: /(?i)resident.*malloc|malloc.*in use|outside|\bnative\b/
# why c_char_Array_65536: way __main__.CAMERA.frames
import ctypes

class Camera:
    def __init__(self):
        self.frames = []

    def capture(self, number):
        frame = ctypes.create_string_buffer(65536)
        ctypes.memset(frame, number % 256, 65536)
        self.frames.append(frame)

CAMERA = Camera()
for number in range(600):
    CAMERA.capture(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
