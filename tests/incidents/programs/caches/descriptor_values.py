# SPDX-License-Identifier: MIT
"""A descriptor keeps the values of all instances in a dict by instance: 2,000 Orders never die.
Held by the descriptor Order.price, as keys of its dict `values`."""
# leaks: 2,000 of Order
# leaks: /\bOrder\b.*\bprice\b.*\bvalues\b/
# why Order: /\bOrder\b.*\bprice\b.*\bvalues\b/
class Positive:
    def __init__(self):
        self.values = {}

    def __get__(self, instance, owner):
        return self if instance is None else self.values[instance]

    def __set__(self, instance, value):
        if value <= 0:
            raise ValueError(value)
        self.values[instance] = value

class Order:
    price = Positive()

    def __init__(self, number):
        self.number = number
        self.lines = ["%d: article %d" % (number, i) for i in range(15)]
        self.price = number + 1

def handle(number):
    return Order(number).price

for number in range(2000):
    handle(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
