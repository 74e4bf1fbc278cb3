# SPDX-License-Identifier: MIT
"""Rules are texts that are compiled anew for every customer: 600 functions rule(), each with the globals it was
executed in. Held by the dict ENGINE.rules."""
# leaks: 600 of functions?|rule|dicts?|globals|entries
# leaks: way __main__.ENGINE.rules
# leaks: /\brule\b/
class Engine:
    def __init__(self):
        self.rules = {}

    def add(self, customer):
        names = {"limits": ["limit %d of %s" % (i, customer) for i in range(30)]}
        exec("def rule(order):\n    return order < len(limits)", names)
        self.rules[customer] = names["rule"]

    def check(self, customer, order):
        return self.rules[customer](order)

ENGINE = Engine()
for number in range(600):
    ENGINE.add("customer %d" % number)
    ENGINE.check("customer %d" % number, 7)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
