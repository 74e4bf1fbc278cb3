# SPDX-License-Identifier: MIT
"""Documents stay in an index, and the words of each, which are computed once, stay in the document: 400 Documents.
Held by the dict INDEX.documents; most of it is by the cached property .words."""
# leaks: 400 of Document
# leaks: way __main__.INDEX.documents
# why Document: way __main__.INDEX.documents
import functools

class Document:
    def __init__(self, number):
        self.text = " ".join("word%d-%d" % (number, i) for i in range(80))

    @functools.cached_property
    def words(self):
        return self.text.split()

class Index:
    def __init__(self):
        self.documents = {}

    def count(self, number):
        document = self.documents[number] = Document(number)
        return len(document.words)

INDEX = Index()
for number in range(400):
    INDEX.count(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
