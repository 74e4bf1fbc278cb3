# SPDX-License-Identifier: MIT
"""Metrics by host, by name, by minute: a defaultdict of dicts of lists, and hosts that are long gone stay: 250 hosts with
12 metrics of 60 floats each. Held by the defaultdict METRICS.hosts."""
# leaks: 250 of dicts?|hosts?|entries or 3,000 of lists? or 180,000 of floats?
# leaks: way __main__.METRICS.hosts
# why list: /__main__\.METRICS\.hosts\b/
import collections

class Metrics:
    def __init__(self):
        self.hosts = collections.defaultdict(dict)

    def add(self, host, name, value):
        self.hosts[host].setdefault(name, []).append(value)

METRICS = Metrics()
NAMES = ["metric %d" % i for i in range(12)]

def report(host):
    for name in NAMES:
        for minute in range(60):
            METRICS.add(host, name, minute / 7 + len(host))

for number in range(250):
    report("host-%d.internal" % number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
