# SPDX-License-Identifier: MIT
"""Orders with their lines are booked and never archived: 1,500 dataclass instances and 6,000 OrderLines.
Held by the dict LEDGER.orders."""
# leaks: 1,500 of Order
# leaks: way __main__.LEDGER.orders
# why OrderLine: way __main__.LEDGER.orders
# why OrderLine: /\.lines\b/
import dataclasses
import typing

@dataclasses.dataclass
class OrderLine:
    article: str
    quantity: int
    price: float

@dataclasses.dataclass
class Order:
    number: int
    customer: str
    lines: typing.List[OrderLine] = dataclasses.field(default_factory=list)

@dataclasses.dataclass
class Ledger:
    orders: typing.Dict[int, Order] = dataclasses.field(default_factory=dict)

    def book(self, number):
        order = self.orders[number] = Order(number, "customer %d" % (number % 90))
        for i in range(4):
            order.lines.append(OrderLine("article %d" % (number + i), i + 1, number / 3 + i))

LEDGER = Ledger()
for number in range(1500):
    LEDGER.book(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
