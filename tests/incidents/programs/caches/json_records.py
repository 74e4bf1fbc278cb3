# SPDX-License-Identifier: MIT
"""JSON documents are parsed one by one and kept: 3,000 dicts, whose values are mostly copies of equal strings
(country, currency, status). Held by the list FEED.records."""
# leaks: 3,000 of dicts?
# leaks: way __main__.FEED.records
# leaks: /(?i)duplicat|\bequal\b|identical|copies|same (text|value|string|content)|distinct/
import json

class Feed:
    def __init__(self):
        self.records = []

    def receive(self, line):
        self.records.append(json.loads(line))

FEED = Feed()
LINE = ('{"id": %d, "delivery_country": "United Provinces of the North", "billing_currency": "northern crown",'
        ' "processing_status": "waiting for confirmation", "warehouse": "warehouse at the old harbour",'
        ' "carrier": "post by horse and cart"}')
for number in range(3000):
    FEED.receive(LINE % number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
