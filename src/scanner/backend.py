# SPDX-License-Identifier: MIT
"""Builds the distribution dryad-heap, which has the package dryad with dryad.scanner: pip install ./src/scanner

It needs a C compiler, zlib, zstd and Python's own headers; neither setuptools nor wheel, which a Python need not have.
"""

import base64
import configparser
import hashlib
import io
import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile

NAME = "dryad_heap"
HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.dirname(HERE)  # of all of Dryad, or of a source distribution
PACKAGE = os.path.join(HERE, "dryad")


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def read_recipe(section, key):
    """The values of a key of build.ini, those of `both` first."""
    recipe = configparser.ConfigParser(interpolation=None)
    recipe.read_string(read(HERE, "build.ini").decode())
    return [value for part in ("both", section) for value in recipe.get(part, key, fallback="").split()]


def require_sources():
    if not os.path.exists(os.path.join(SOURCES, "dryad.h")):
        raise SystemExit("dryad-heap is built from Dryad's source tree or from a source distribution, not from a copy of "
                         "src/scanner alone: pip install DRYAD/src/scanner (pip before 21.3 makes such a copy)")


def version():
    require_sources()
    return re.search(rb'#define DRYAD_VERSION "([0-9.]+)"', read(SOURCES, "dryad.h")).group(1).decode()


def licence():
    """The licence lies beside the sources in a source distribution, else above them."""
    folder = SOURCES if os.path.exists(os.path.join(SOURCES, "LICENSE")) else os.path.dirname(SOURCES)
    return read(folder, "LICENSE")


def tag():
    interpreter = "cp%d%d" % sys.version_info[:2]
    abi = interpreter + getattr(sys, "abiflags", "")
    return "%s-%s-%s" % (interpreter, abi, sysconfig.get_platform().replace("-", "_").replace(".", "_"))


def compile_extension(path):
    require_sources()
    include = sysconfig.get_paths()["include"]
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    sources = [os.path.join(SOURCES, name) for name in read_recipe("extension", "sources")]
    options = read_recipe("wheel", "options") + ["-I" + include, "-I" + os.path.join(include, "internal")]
    options += shlex.split(os.environ.get("CFLAGS", ""))
    libraries = ["-l" + name for name in read_recipe("extension", "libraries")]
    subprocess.check_call(compiler + options + sources + ["-o", path] + libraries)


def metadata():
    head = ("Metadata-Version: 2.1\nName: dryad-heap\nVersion: %s\nSummary: Writes heap dumps of Python processes for Dryad\n"
            "License: MIT\nRequires-Python: >=3.8\nClassifier: License :: OSI Approved :: MIT License\n"
            "Classifier: Operating System :: POSIX :: Linux\nClassifier: Programming Language :: Python :: Implementation :: "
            "CPython\nClassifier: Typing :: Typed\nDescription-Content-Type: text/markdown\n\n" % version())
    return head.encode() + read(HERE, "README.md")


# ---- wheels


def write_metadata(info):
    """The files of the folder of metadata, but for RECORD."""
    wheel = "Wheel-Version: 1.0\nGenerator: dryad\nRoot-Is-Purelib: false\nTag: %s\n" % tag()
    return {info + "/METADATA": metadata(), info + "/WHEEL": wheel.encode(), info + "/LICENSE": licence()}


def record_line(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return "%s,sha256=%s,%d\n" % (name, digest, len(content))


def build_extension():
    with tempfile.TemporaryDirectory() as folder:
        compile_extension(os.path.join(folder, "scanner"))
        return read(folder, "scanner")


# ---- source distributions


def with_headers(names):
    """C files, and all headers of Dryad that they include; paths are relative to SOURCES."""
    pending, found = list(names), set()
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        included = re.findall(r'^#include "(.+)"', read(SOURCES, name).decode(), re.MULTILINE)
        beside = [os.path.normpath(os.path.join(os.path.dirname(name), header)) for header in included]
        pending.extend(header for header in beside if os.path.exists(os.path.join(SOURCES, header)))
    return found


def source_files():
    """The files of a source distribution: by name, their contents."""
    own = ["scanner/" + name for name in ("README.md", "backend.py", "build.ini")]
    own += ["scanner/dryad/" + name for name in os.listdir(PACKAGE) if os.path.isfile(os.path.join(PACKAGE, name))]
    names = with_headers(read_recipe("extension", "sources")) | set(own)
    files = {name: read(SOURCES, name) for name in names}
    project = read(HERE if os.path.exists(os.path.join(HERE, "pyproject.toml")) else SOURCES, "pyproject.toml")
    files["pyproject.toml"] = project.replace(b'backend-path = ["."]', b'backend-path = ["scanner"]')
    files["LICENSE"] = licence()
    files["PKG-INFO"] = metadata()
    return files


# ---- called by pip and build (PEP 517)


def get_requires_for_build_wheel(config_settings=None):
    return []


def get_requires_for_build_sdist(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info = "%s-%s.dist-info" % (NAME, version())
    contents = {"dryad/" + name: read(PACKAGE, name) for name in sorted(os.listdir(PACKAGE))
                if os.path.isfile(os.path.join(PACKAGE, name))}
    contents["dryad/scanner" + sysconfig.get_config_var("EXT_SUFFIX")] = build_extension()
    contents.update(write_metadata(info))
    record = info + "/RECORD"
    lines = [record_line(name, content) for name, content in contents.items()] + [record + ",,\n"]
    contents[record] = "".join(lines).encode()
    wheel = "%s-%s-%s.whl" % (NAME, version(), tag())
    with zipfile.ZipFile(os.path.join(wheel_directory, wheel), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return wheel


def build_sdist(sdist_directory, config_settings=None):
    base = "%s-%s" % (NAME, version())
    with tarfile.open(os.path.join(sdist_directory, base + ".tar.gz"), "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, content in sorted(source_files().items()):
            member = tarfile.TarInfo(base + "/" + name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return base + ".tar.gz"
