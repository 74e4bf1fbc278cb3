# SPDX-License-Identifier: MIT
"""Small dumps for the tests of the browser, as files that go with them."""

import contextlib
import json
import os
import tempfile


@contextlib.contextmanager
def dump(records, name="made.dump"):
    """A file with these records, which goes at the end."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            for record in records:
                file.write(json.dumps(record) + "\n")
        yield path


def record(address, kind, size=64, refs=(), **more):
    return {"address": address, "type": kind, "size": size, "refs": list(refs), **more}


def module(refs, address=1, name="__main__"):
    """The dict of a module and the module, as a root."""
    return [record(address, "module", 96, [address + 1], name=name), record(address + 1, "dict", 240, refs)]
