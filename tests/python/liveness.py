# SPDX-License-Identifier: MIT
"""Which objects of a dump are alive, by the rule for dumps that say what the interpreter holds: an independent one."""

import collections

import program

# A free-threaded Python does not count functions, classes and code in themselves.
UNCOUNTED_WHERE_FREE_THREADED = ("dead_classes", "dead_caches", "dead_frames", "dead_coroutines")


def settle(records):
    """The roots with their reasons, and the addresses that they do not reach; of all records but those of facts."""
    records = {address: record for address, record in records.items() if record["type"] not in ("<process>", "<end>")}
    references = collections.Counter(ref for record in records.values() for ref in record["refs"])
    roots = {}
    for address, record in records.items():
        if "root" in record:
            roots[address] = record["root"]
        elif record.get("refcount", 0) > references[address]:
            roots[address] = "native"
    reached = set()

    def reach(front):
        front = list(front)
        while front:
            address = front.pop()
            if address not in reached and address in records:
                reached.add(address)
                front.extend(records[address]["refs"])

    reach(roots)
    for address, record in records.items():
        if address not in reached and "refcount" not in record:
            roots[address] = "uncounted"
            reach([address])
    return roots, set(records) - reached


class Liveness:
    """The settled records of a dump, and what they say wrongly of known objects (garbage.py): lists of type, value and the
    reason to be a root."""

    def __init__(self, records):
        self.records = records
        self.roots, self.garbage = settle(records)

    def described(self, addresses):
        return [(self.records[address]["type"], self.records[address].get("value"), self.roots.get(address))
                for address in addresses]

    def wrongly_alive(self, dead, free_threaded):
        """By function. Of what nobody holds."""
        return {name: self.described(address for address in addresses if address not in self.garbage)
                for name, addresses in dead.items()
                if not (free_threaded and name in UNCOUNTED_WHERE_FREE_THREADED) and not self.garbage.issuperset(addresses)}

    def wrongly_dead(self, held):
        """By function. Of what C code holds."""
        return {name: self.described(self.garbage.intersection(addresses)) for name, addresses in held.items()
                if not self.garbage.isdisjoint(addresses)}

    def wrong_of_program(self, kept):
        """Of what a program holds: it is no garbage, and C code does not hold the program's containers, text and instances."""
        return self.described(address for address in kept if address in self.records and (
            address in self.garbage or (self.roots.get(address) == "native" and is_of_program(self.records[address]))))


def is_of_program(record):
    """Whether an object is of a kind that C code of the interpreter does not hold on its own."""
    return record["type"] in ("list", "dict", "set", "tuple", "str") or hasattr(program, record["type"])
