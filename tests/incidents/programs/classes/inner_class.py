# SPDX-License-Identifier: MIT
"""A cache is an attribute of a class inside a class: 2,200 Rates in Shop.Prices.known. Held by that dict."""
# leaks: 2,200 of Rate
# leaks: /\bShop\b.*\bPrices\b.*\bknown\b/
# why Rate: /\bShop\b.*\bPrices\b.*\bknown\b/
class Rate:
    def __init__(self, day):
        self.day = day
        self.rates = {"currency %d" % i: day * i / 7 for i in range(12)}

class Shop:
    class Prices:
        known = {}

        @classmethod
        def of(cls, day):
            if day not in cls.known:
                cls.known[day] = Rate(day)
            return cls.known[day]

for day in range(2200):
    Shop.Prices.of(day)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
