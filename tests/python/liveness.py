# SPDX-License-Identifier: MIT
"""Which objects of a dump are alive, by the rule for dumps that say what the interpreter holds: an independent one."""

import collections


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
