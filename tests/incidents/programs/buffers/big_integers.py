# SPDX-License-Identifier: MIT
"""Keys are made and kept as integers of 8 KB: 300 of int. Held by the list VAULT.keys."""
# leaks: 300 of ints?|integers?
# leaks: way __main__.VAULT.keys
class Vault:
    def __init__(self):
        self.keys = []

    def make(self, number):
        self.keys.append((3 << 60000) + (number << 5000) + 1)

VAULT = Vault()
for number in range(300):
    VAULT.make(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
