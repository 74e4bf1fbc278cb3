# SPDX-License-Identifier: MIT
"""A pattern is compiled for each user's filter and kept, though users leave: 700 Patterns. Held by FILTERS.compiled."""
# leaks: 700 of Patterns?
# leaks: way __main__.FILTERS.compiled
# why re.Pattern: way __main__.FILTERS.compiled
import re

class Filters:
    def __init__(self):
        self.compiled = {}

    def of(self, user):
        if user not in self.compiled:
            words = "|".join("%s-word%d" % (user, i) for i in range(40))
            self.compiled[user] = re.compile(r"\b(?:%s)\b|[a-%s]+" % (words, chr(100 + len(user) % 20)))
        return self.compiled[user]

FILTERS = Filters()
for number in range(700):
    FILTERS.of("user%d" % number).search("a text")

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
