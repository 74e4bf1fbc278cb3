# SPDX-License-Identifier: MIT
"""Healthy: a program that imports a great part of the standard library and does nothing with it."""
# leaks: nothing
import importlib

NAMES = """argparse ast asyncio base64 bisect calendar cmd code codecs collections configparser contextlib copy csv ctypes
dataclasses datetime decimal difflib dis doctest email.message enum fractions ftplib functools gettext glob gzip hashlib
heapq html.parser http.client http.server imaplib inspect io ipaddress json logging.handlers mailbox mimetypes
multiprocessing numbers optparse pathlib pdb pickle pickletools plistlib poplib pprint profile pydoc queue random re
sched secrets selectors shelve shlex shutil smtplib socketserver sqlite3 ssl statistics string subprocess tarfile
tempfile textwrap threading timeit token tokenize trace tracemalloc typing unittest.mock urllib.request uuid
venv wave weakref webbrowser wsgiref.simple_server xml.dom.minidom xml.etree.ElementTree xmlrpc.client zipfile""".split()

loaded = 0
for name in NAMES:
    importlib.import_module(name)
    loaded += 1
print(loaded)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
