# SPDX-License-Identifier: MIT
"""functools.lru_cache(maxsize=None) on a method keeps each self: 1,500 Reports.
Held by the cache of Report.total."""
# leaks: 1,500 of Report
# leaks: /Report\b.*\btotal\b/
# leaks: /lru_cache/
# why Report: /Report\b.*\btotal\b/
# why Report: /lru_cache/
import functools

class Report:
    def __init__(self, tenant):
        self.tenant = tenant
        self.rows = [(tenant, i, "row-%d-%d" % (tenant, i)) for i in range(20)]

    @functools.lru_cache(maxsize=None)
    def total(self, column):
        return sum(row[1] for row in self.rows) + column

def handle_request(tenant):
    return Report(tenant).total(1)

for tenant in range(1500):
    handle_request(tenant)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
