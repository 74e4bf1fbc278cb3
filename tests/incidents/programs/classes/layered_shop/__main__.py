# SPDX-License-Identifier: MIT
"""A cache is keyed by the product and the session, and so never hits: 1,800 Products, each in a dict of an entry.
Held by the dict shop.cache.PRODUCTS.entries, whatever modules have imported it."""
# leaks: 1,800 of shop\.models\.Product
# leaks: /\bshop\.(cache|views)\.PRODUCTS\.entries\b/
# why shop.models.Product: /\bshop\.(cache|views)\.PRODUCTS\.entries\b/
# why shop.models.Product: /\bvalue\b/
from shop import views

for number in range(1800):
    views.show(number % 60, "session-%d" % number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
