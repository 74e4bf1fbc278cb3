# SPDX-License-Identifier: MIT
"""Profiles by session in a WeakKeyDictionary refer to the session they belong to, so that no key ever dies: 1,200
Sessions with their Profiles. Held by the dict PROFILES.data."""
# leaks: 1,200 of Session|Profile
# leaks: way __main__.PROFILES.data
# why Session: way __main__.PROFILES.data
# why Session: /\.session\b|\bProfile\b/
import weakref

PROFILES = weakref.WeakKeyDictionary()

class Profile:
    def __init__(self, session):
        self.session = session
        self.choices = {"choice %d" % i: "%d of %d" % (i, session.number) for i in range(15)}

class Session:
    def __init__(self, number):
        self.number = number
        PROFILES[self] = Profile(self)

def login(number):
    return len(PROFILES[Session(number)].choices)

for number in range(1200):
    login(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
