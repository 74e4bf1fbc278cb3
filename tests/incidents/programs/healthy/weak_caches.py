# SPDX-License-Identifier: MIT
"""Healthy: caches with weak references that forget what nobody uses: 30 of 4,000 images are alive."""
# leaks: nothing
import collections
import weakref

class Image:
    def __init__(self, name):
        self.name, self.pixels = name, bytes(500)

IMAGES = weakref.WeakValueDictionary()
SIZES = weakref.WeakKeyDictionary()
shown = collections.deque(maxlen=30)

def load(name):
    image = IMAGES.get(name) or Image(name)
    IMAGES[name] = image
    SIZES[image] = len(image.pixels)
    return image

for number in range(4000):
    shown.append(load("image-%d.png" % number))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
