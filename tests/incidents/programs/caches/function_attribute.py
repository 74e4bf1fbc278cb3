# SPDX-License-Identifier: MIT
"""A function remembers its calls in an attribute of itself: 4,000 Calls, held by convert.calls."""
# leaks: 4,000 of Call
# leaks: /__main__\.convert\.(__dict__\W+)?calls\b/
# why Call: /__main__\.convert\.(__dict__\W+)?calls\b/
class Call:
    def __init__(self, amount, currency):
        self.amount = amount
        self.currency = currency
        self.text = "%s of %r" % (currency, amount)

def convert(amount, currency):
    convert.calls.append(Call(amount, currency))
    return amount * 7 / 4

convert.calls = []
for number in range(4000):
    convert(number / 3, "crown %d" % (number % 90))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
