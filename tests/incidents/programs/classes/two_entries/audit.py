# SPDX-License-Identifier: MIT
"""The last hundred steps."""

import collections

class Entry:
    def __init__(self, text):
        self.text = text

LOG = collections.deque(maxlen=100)

def record(text):
    LOG.append(Entry(text))
