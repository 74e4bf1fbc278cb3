# SPDX-License-Identifier: MIT
"""Healthy: XML, HTML, mail, JSON and source code were parsed, and the results were dropped."""
# leaks: nothing
import ast
import email
import html.parser
import json
import xml.dom.minidom
import xml.etree.ElementTree

def parse(number):
    xml.etree.ElementTree.fromstring("<a>%s</a>" % "".join("<b n='%d'>text</b>" % i for i in range(50)))
    xml.dom.minidom.parseString("<a><b>%d</b></a>" % number).unlink()
    html.parser.HTMLParser().feed("<p class='x'>text %d<br>" % number)
    email.message_from_string("Subject: mail %d\nTo: a@b\n\ntext" % number).get_payload()
    json.loads(json.dumps({"number": number, "items": list(range(50))}))
    ast.parse("def f(x):\n    return x + %d\n" % number)

for number in range(100):
    parse(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
