# SPDX-License-Identifier: MIT
"""The default of an argument is a list, and every call appends to it: 5,000 Items, held by the default of the function
add()."""
# leaks: 5,000 of Item
# leaks: /\badd\b.*__defaults__|__defaults__.*\badd\b/
# why Item: /\badd\b/
# why Item: /__defaults__/
class Item:
    def __init__(self, number):
        self.name = "article %d" % number
        self.tags = ["tag-%d" % number, "shop-%d" % (number % 7)]

def add(item, basket=[]):
    basket.append(item)
    return len(basket)

def order(number):
    return add(Item(number))

for number in range(5000):
    order(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
