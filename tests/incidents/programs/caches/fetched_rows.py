# SPDX-License-Identifier: MIT
"""Reports keep the rows they were made of: 6,000 sqlite3.Rows of three columns. Held by the list REPORTS.rows.
Before 3.10 a Row does not tell the collector what it holds."""
# python: 3.10
# leaks: 6,000 of sqlite3\.Row|Rows?
# leaks: way __main__.REPORTS.rows
# why sqlite3.Row: way __main__.REPORTS.rows
import sqlite3

class Reports:
    def __init__(self):
        self.rows = []
        self.connection = sqlite3.connect(":memory:")
        self.connection.row_factory = sqlite3.Row

    def make(self, number):
        query = "with recursive n(i) as (select 0 union all select i + 1 from n where i < 99) " \
            "select i, 'customer ' || i || ' of report ' || ? as name, i * 1.5 as amount from n"
        self.rows.extend(self.connection.execute(query, [number]))

REPORTS = Reports()
for number in range(60):
    REPORTS.make(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
