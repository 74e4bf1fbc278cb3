# SPDX-License-Identifier: MIT
"""Generators that were read only once are suspended, with a page of rows as a local: 400 of fetch_pages().
Held by the list OPEN_CURSORS."""
# leaks: 400 of generators?|fetch_pages
# leaks: way __main__.OPEN_CURSORS
# why Row: way __main__.OPEN_CURSORS
# why Row: /\bfetch_pages\b/
class Row:
    def __init__(self, page, number):
        self.page = page
        self.text = "row %d of page %d" % (number, page)

OPEN_CURSORS = []

def fetch_pages(query):
    page = 0
    while True:
        rows = [Row(page, query * 1000 + i) for i in range(40)]
        for row in rows:
            yield row
        page += 1

def first_row(query):
    cursor = fetch_pages(query)
    OPEN_CURSORS.append(cursor)
    return next(cursor).text

for query in range(400):
    first_row(query)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
