# SPDX-License-Identifier: MIT
"""Builds dryad.scanner as a wheel, for pip: pip install --no-build-isolation ./src/scanner

Needs a C compiler, zlib, zstd and Python's own headers; neither setuptools nor wheel, which a Python need not have.
"""

import base64
import configparser
import hashlib
import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import zipfile

NAME = "dryad_scanner"
HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.dirname(HERE)  # of all of Dryad


def version():
    """Dryad's version, if its public header is available."""
    try:
        with open(os.path.join(SOURCES, "dryad.h")) as header:
            return re.search(r'#define DRYAD_VERSION "([0-9.]+)"', header.read()).group(1)
    except OSError:
        return "0"


def tag():
    interpreter = "cp%d%d" % sys.version_info[:2]
    abi = interpreter + getattr(sys, "abiflags", "")
    return "%s-%s-%s" % (interpreter, abi, sysconfig.get_platform().replace("-", "_").replace(".", "_"))


def read_recipe(section, key):
    """The values of a key of build.ini, those of `both` first."""
    recipe = configparser.ConfigParser(interpolation=None)
    with open(os.path.join(HERE, "build.ini")) as file:
        recipe.read_file(file)
    return [value for part in ("both", section) for value in recipe.get(part, key, fallback="").split()]


def compile_extension(path):
    include = sysconfig.get_paths()["include"]
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    sources = [os.path.join(SOURCES, name) for name in read_recipe("extension", "sources")]
    if not all(map(os.path.exists, sources)):
        raise SystemExit("dryad-scanner is built from within Dryad's source tree, not from a copy of src/scanner alone: "
                         "pip install --no-build-isolation DRYAD/src/scanner (and pip 21.3 or newer, which copies nothing)")
    options = ["-O2", "-DNDEBUG", "-shared", *read_recipe("extension", "options"),
               "-I" + include, "-I" + os.path.join(include, "internal")]
    options += shlex.split(os.environ.get("CFLAGS", ""))
    subprocess.check_call(compiler + options + sources + ["-o", path, "-lz", "-lzstd", "-lpthread"])


def metadata():
    return {
        "METADATA": "Metadata-Version: 2.1\nName: dryad-scanner\nVersion: %s\n"
                    "Summary: Writes heap dumps of Python processes for Dryad\nRequires-Python: >=3.8\n" % version(),
        "WHEEL": "Wheel-Version: 1.0\nGenerator: dryad\nRoot-Is-Purelib: false\nTag: %s\n" % tag(),
    }


def record_line(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return "%s,sha256=%s,%d\n" % (name, digest, len(content))


# ---- called by pip (PEP 517)


def get_requires_for_build_wheel(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info = "%s-%s.dist-info" % (NAME, version())
    with tempfile.TemporaryDirectory() as folder:
        built = os.path.join(folder, "scanner")
        compile_extension(built)
        with open(built, "rb") as extension, open(os.path.join(HERE, "dryad", "__init__.py"), "rb") as package:
            contents = {"dryad/scanner" + sysconfig.get_config_var("EXT_SUFFIX"): extension.read(),
                        "dryad/__init__.py": package.read()}
    contents.update(("%s/%s" % (info, name), text.encode()) for name, text in metadata().items())
    record = info + "/RECORD"
    lines = [record_line(name, content) for name, content in contents.items()] + [record + ",,\n"]
    contents[record] = "".join(lines).encode()
    wheel = "%s-%s-%s.whl" % (NAME, version(), tag())
    with zipfile.ZipFile(os.path.join(wheel_directory, wheel), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return wheel
