# SPDX-License-Identifier: MIT
"""Healthy: a program of 40 dataclasses, 20 enums and 20 named tuples, each defined once, with a few instances."""
# leaks: nothing
import collections
import dataclasses
import enum
import typing

def field_names(number):
    return ["field_%d" % i for i in range(4 + number % 5)]

RECORDS = [dataclasses.make_dataclass("Record%d" % number, [(name, typing.Optional[int], None) for name in field_names(number)])
           for number in range(40)]
STATES = [enum.Enum("State%d" % number, field_names(number)) for number in range(20)]
ROWS = [collections.namedtuple("Row%d" % number, field_names(number)) for number in range(20)]

@dataclasses.dataclass
class Station:
    name: str
    platforms: int = 2

class Colour(enum.Enum):
    RED = 1
    GREEN = 2

STATIONS = [Station("station %d" % number) for number in range(50)]
print(STATIONS[3], Colour.RED, RECORDS[1](), STATES[2](1), ROWS[0](1, 2, 3, 4))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
