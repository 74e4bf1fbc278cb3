# SPDX-License-Identifier: MIT
"""Connections to small databases in memory are opened for each request with their cursors, and kept: 150 and 3,000.
Held by the list ARCHIVE.databases; most of their memory is SQLite's own, outside of the heap."""
# leaks: 3,000 of sqlite3\.Cursor|Cursors? or 150 of Database|sqlite3\.Connection|Connections?
# leaks: way __main__.ARCHIVE.databases
# why sqlite3.Cursor: way __main__.ARCHIVE.databases
# why sqlite3.Cursor: /\.cursors\b/
import sqlite3

class Database:
    def __init__(self, number):
        self.connection = sqlite3.connect(":memory:", check_same_thread=False)
        self.connection.execute("create table reading (sensor integer, value real)")
        self.cursors = []
        for i in range(20):
            self.cursors.append(self.connection.execute("select value from reading where sensor = %d" % i))

class Archive:
    def __init__(self):
        self.databases = []

    def request(self, number):
        self.databases.append(Database(number))

ARCHIVE = Archive()
for number in range(150):
    ARCHIVE.request(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
