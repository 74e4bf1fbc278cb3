# SPDX-License-Identifier: MIT
"""Exceptions are kept for a report; their tracebacks keep the frames, and these the Invoice each was reading.
300 of BadInvoice, held by the list IMPORTER.failed."""
# leaks: 300 of BadInvoice|Invoice
# leaks: way __main__.IMPORTER.failed
# leaks: /(?i)traceback|frame|__traceback__/
# why Invoice: way __main__.IMPORTER.failed
# why Invoice: /(?i)traceback|frame|__traceback__/
# why Invoice: /\b(run|parse)\b/
class BadInvoice(Exception):
    pass

class Invoice:
    def __init__(self, number):
        self.number = number
        self.lines = ["%d;article %d;%d" % (number, i, i * 3) for i in range(200)]

class Importer:
    def __init__(self):
        self.failed = []

    def parse(self, invoice):
        total = sum(len(line) for line in invoice.lines)
        if total:
            raise BadInvoice("invoice %d: total %d" % (invoice.number, total))

    def run(self, number):
        invoice = Invoice(number)
        try:
            self.parse(invoice)
        except BadInvoice as error:
            self.failed.append(error)

IMPORTER = Importer()
for number in range(300):
    IMPORTER.run(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
