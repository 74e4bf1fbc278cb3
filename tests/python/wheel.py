# SPDX-License-Identifier: MIT
"""The wheel that pip makes has a scanner that works: wheel.py, run by the Python to build for"""

import os
import subprocess
import sys
import tempfile
import zipfile

sys.dont_write_bytecode = True
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "scanner")
sys.path.insert(0, SOURCES)

import backend  # noqa: E402

CODE = "import sys; from dryad import scanner; print(scanner.dump_all_referenced(sys.argv[1], ['text']), scanner.__file__)"

os.environ["CFLAGS"] = "-O0"
with tempfile.TemporaryDirectory() as folder:
    name = backend.build_wheel(folder)
    with zipfile.ZipFile(os.path.join(folder, name)) as wheel:
        wheel.extractall(os.path.join(folder, "unpacked"))
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment["PYTHONPATH"] = os.path.join(folder, "unpacked")
    told = subprocess.check_output([sys.executable, "-B", "-c", CODE, os.path.join(folder, "a.dump")], env=environment,
                                   universal_newlines=True).split()
    with open(os.path.join(folder, "a.dump")) as dump:
        assert int(told[0]) == len(dump.readlines()) > 1, told
    assert told[1].startswith(folder), told
print(name)
