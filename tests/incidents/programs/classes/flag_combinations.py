# SPDX-License-Identifier: MIT
"""An IntFlag makes and remembers a member for each combination of bits that it was called with: 4,000 of Access.
Held by the class attribute Access._value2member_map_."""
# leaks: 3,9\d\d|4,0\d\d|4,1\d\d of Access
# leaks: /\bAccess\b.*_value2member_map_/
# why Access: /_value2member_map_/
import enum

class Access(enum.IntFlag):
    READ, WRITE, LIST, SHARE, GRANT, AUDIT = 1, 2, 4, 8, 16, 32
    PRINT, EXPORT, DELETE, RESTORE, ARCHIVE, SIGN = 64, 128, 256, 512, 1024, 2048

def check(number):
    return bool(Access(number) & Access.READ)

for number in range(4000):
    check(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
