# SPDX-License-Identifier: MIT
"""The required contents of a dump of a running program, by an independent walk."""

import collections
import datetime
import gc
import io
import queue
import sys
import threading
import types

# Where sys.getsizeof is wrong; kinds.py has the truth.
MISJUDGED = (type, collections.deque, io.BytesIO, io.StringIO, queue.SimpleQueue, type(threading.Lock()),
             type(threading.RLock()), datetime.datetime, datetime.time)
VALUES = 32 + 31 * 8  # the most bytes for attributes that are not in a dict


def size_bounds(thing):
    """The least and the most bytes that a dump should count for an object, from sys.getsizeof."""
    size = sys.getsizeof(thing)
    made_in_python = type(type(thing).__dict__.get("__module__")) is str and type(thing).__flags__ & 1 << 9
    if isinstance(thing, MISJUDGED) or (made_in_python and (type(thing).__itemsize__ > 0 or isinstance(thing, str))):
        return 0, 2**63
    if isinstance(thing, (types.FrameType, types.CodeType)) and sys.version_info < (3, 11):
        return size, 2**63  # frames lack a local, and code grows when it runs often
    if isinstance(thing, dict) and len(thing) <= 30 and all(isinstance(key, str) for key in thing):
        return size - VALUES, size + VALUES  # may be the dict of an instance
    if sys.version_info >= (3, 11) and type(thing).__dictoffset__ != 0:
        return size, size + VALUES
    if isinstance(thing, list) and getattr(sys, "_is_gil_enabled", None) and not sys._is_gil_enabled():
        return size, size + 8
    return size, size


def missing_from(records, address, referents):
    """The referents that the record of an object lacks. Values that an instance shares with its dict (3.13) are there."""
    record = records[address]
    missing = set(referents) - set(record["refs"])
    if missing and record["refs"]:
        first, last = records[record["refs"][0]], records[record["refs"][-1]]
        if first["type"] == "dict" and last.get("name") == record["type"]:
            missing -= set(first["refs"])
    return missing


def live_heap(roots):
    """An independent walk: every object that gc.get_referents reaches, with the addresses of its referents.

    What the walk itself makes is none of the program's: its own structures are not followed.
    """
    edges, own = {}, set()
    pending = list(roots)
    own.update(map(id, (edges, own, pending, roots)))
    while pending:
        thing = pending.pop()
        if id(thing) in edges or id(thing) in own:
            continue
        referents = gc.get_referents(thing)
        entry = (thing, [id(referent) for referent in referents])
        edges[id(thing)] = entry
        own.update(map(id, (referents, entry, entry[1])))
        pending.extend(referents)
    return edges
