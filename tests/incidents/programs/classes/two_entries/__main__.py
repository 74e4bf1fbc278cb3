# SPDX-License-Identifier: MIT
"""Two modules have a class Entry; those of billing leak, 1,500 of them. Held by the list billing.LEDGER.entries."""
# leaks: 1,500 of billing\.Entry
# leaks: way billing.LEDGER.entries
# leaks: not /audit/
# why billing.Entry: way billing.LEDGER.entries
import audit
import billing

for number in range(1500):
    audit.record("bill %d was made" % number)
    billing.LEDGER.add(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
