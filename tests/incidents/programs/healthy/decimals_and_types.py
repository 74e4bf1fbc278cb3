# SPDX-License-Identifier: MIT
"""Healthy: a library of types and decimals that was used a little: generics, protocols, hints, contexts."""
# leaks: nothing
import decimal
import fractions
import statistics
import typing

Key, Value = typing.TypeVar("Key"), typing.TypeVar("Value")

class Store(typing.Generic[Key, Value]):
    def __init__(self) -> None:
        self.entries: typing.Dict[Key, Value] = {}

    def put(self, key: Key, value: Value) -> "Store[Key, Value]":
        self.entries[key] = value
        return self

class Rate(typing.NamedTuple):
    name: str
    value: decimal.Decimal

def best(rates: typing.Sequence[Rate], least: typing.Optional[decimal.Decimal] = None) -> Rate:
    return max(rates, key=lambda rate: rate.value)

rates = [Rate("rate %d" % number, decimal.Decimal(number) / 7) for number in range(60)]
store = Store[str, Rate]().put("best", best(rates))
print(typing.get_type_hints(best), fractions.Fraction(3, 7), statistics.mean(range(10)))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
