# SPDX-License-Identifier: MIT
"""An IntFlag makes and remembers a member for each combination of bits that it was called with: 4,000 of Access.
Held by the class attribute Access._value2member_map_."""
# leaks: 3,9\d\d|4,0\d\d|4,1\d\d of Access
# leaks: /\bAccess\b.*_value2member_map_/
# why Access: /_value2member_map_/
import enum

class Access(enum.IntFlag):
    READ = 1
    WRITE = 2
    LIST = 4
    SHARE = 8

def check(number):
    return bool(Access(number * 16 + 5) & Access.READ)

for number in range(4000):
    check(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
