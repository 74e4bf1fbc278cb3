# SPDX-License-Identifier: MIT
"""Healthy: an application on SQLite that has read some rows and kept none but a small table of settings."""
# leaks: nothing
import sqlite3

connection = sqlite3.connect(":memory:")
connection.execute("create table setting (name text primary key, value text)")
connection.executemany("insert into setting values (?, ?)", [("name %d" % i, "value %d" % i) for i in range(200)])
SETTINGS = dict(connection.execute("select name, value from setting"))

def total(count):
    return sum(len(name) for number in range(count) for name, in connection.execute("select name from setting"))

print(total(50), len(SETTINGS))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
