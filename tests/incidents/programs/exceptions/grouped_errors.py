# SPDX-License-Identifier: MIT
"""Each import collects the errors of its rows in an ExceptionGroup that a report keeps: 40 groups of 20 BadRow, whose
tracebacks keep the rows. Held by the list REPORT.groups."""
# python: 3.11
# leaks: 800 of BadRow|Row or 40 of ExceptionGroup
# leaks: way __main__.REPORT.groups
# leaks: /(?i)traceback|frame|__traceback__/
# why Row: way __main__.REPORT.groups
# why Row: /\bcheck\b/
# why Row: /(?i)exceptions|ExceptionGroup/
class BadRow(Exception):
    pass

class Row:
    def __init__(self, table, number):
        self.values = ["value %d of %d in %d" % (i, number, table) for i in range(30)]

class Report:
    def __init__(self):
        self.groups = []

    def check(self, table, number):
        row = Row(table, number)
        raise BadRow("%d values" % len(row.values))

    def load(self, table):
        errors = []
        for number in range(20):
            try:
                self.check(table, number)
            except BadRow as error:
                errors.append(error)
        try:
            raise ExceptionGroup("table %d" % table, errors)
        except ExceptionGroup as group:
            self.groups.append(group)

REPORT = Report()
for table in range(40):
    REPORT.load(table)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
