# SPDX-License-Identifier: MIT
"""The required contents of a dump of a running program, by an independent walk."""

import gc


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
