# SPDX-License-Identifier: MIT
"""Builds the distribution dryad-heap, which has the package dryad with dryad.scanner: pip install ./src/scanner

It needs this folder or a copy of it, a C compiler, zlib, zstd and Python's own headers; neither setuptools nor wheel, which
a Python need not have.
"""

import ast
import base64
import configparser
import hashlib
import io
import os
import shlex
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.join(HERE, "dryad")
LEFT_BY_BUILDS = (".pyc", ".whl", ".tar.gz")


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def parse(name):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(read(HERE, name).decode())
    return parser


def read_recipe(section, key):
    """The values of a key of build.ini, those of `both` first."""
    recipe = parse("build.ini")
    return [value for part in ("both", section) for value in recipe.get(part, key, fallback="").split()]


# tomllib came with Python 3.11.
PROJECT = {key: ast.literal_eval(value) for key, value in parse("pyproject.toml")["project"].items()}
BASE = "%s-%s" % (PROJECT["name"].replace("-", "_"), PROJECT["version"])
INFO = BASE + ".dist-info"


def tag():
    interpreter = "cp%d%d" % sys.version_info[:2]
    abi = interpreter + getattr(sys, "abiflags", "")
    return "%s-%s-%s" % (interpreter, abi, sysconfig.get_platform().replace("-", "_").replace(".", "_"))


def compile_extension(path):
    include = sysconfig.get_paths()["include"]
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    sources = [os.path.join(HERE, name) for name in read_recipe("extension", "sources")]
    options = read_recipe("wheel", "options") + ['-DDRYAD_RELEASE="%s"' % PROJECT["version"]]
    options += ["-I" + include, "-I" + os.path.join(include, "internal")] + shlex.split(os.environ.get("CFLAGS", ""))
    libraries = ["-l" + name for name in read_recipe("extension", "libraries")]
    subprocess.check_call(compiler + options + sources + ["-o", path] + libraries)


def build_extension():
    with tempfile.TemporaryDirectory() as folder:
        compile_extension(os.path.join(folder, "scanner"))
        return read(folder, "scanner")


# ---- metadata


def metadata():
    lines = ["Metadata-Version: 2.4", "Name: " + PROJECT["name"], "Version: " + PROJECT["version"],
             "Summary: " + PROJECT["description"], "Keywords: " + ",".join(PROJECT["keywords"]),
             "License-Expression: " + PROJECT["license"], "Requires-Python: " + PROJECT["requires-python"],
             "Description-Content-Type: text/markdown"]
    lines += ["License-File: " + name for name in PROJECT["license-files"]]
    lines += ["Classifier: " + name for name in PROJECT["classifiers"]]
    return "\n".join(lines).encode() + b"\n\n" + read(HERE, PROJECT["readme"])


# ---- the files of distributions: by name, their contents


def package_files():
    names = [name for name in sorted(os.listdir(PACKAGE)) if os.path.isfile(os.path.join(PACKAGE, name))]
    return {"dryad/" + name: read(PACKAGE, name) for name in names}


def source_files():
    """Those of a source distribution: all of this folder that is not hidden or left by a build."""
    files = {}
    for folder, folders, names in os.walk(HERE):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and not name.endswith(LEFT_BY_BUILDS):
                files[os.path.relpath(os.path.join(folder, name), HERE)] = read(folder, name)
    return files


def metadata_files():
    """Those in a wheel's folder of metadata, except for RECORD."""
    wheel = "Wheel-Version: 1.0\nGenerator: dryad\nRoot-Is-Purelib: false\nTag: %s\n" % tag()
    files = {INFO + "/licenses/" + name: read(HERE, name) for name in PROJECT["license-files"]}
    files.update({INFO + "/METADATA": metadata(), INFO + "/WHEEL": wheel.encode()})
    return files


# ---- called by pip and build (PEP 517)


def get_requires_for_build_wheel(config_settings=None):
    return []


def get_requires_for_build_sdist(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    for name, content in metadata_files().items():
        path = os.path.join(metadata_directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    return INFO


def record_line(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return "%s,sha256=%s,%d\n" % (name, digest, len(content))


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    contents = package_files()
    contents["dryad/scanner" + sysconfig.get_config_var("EXT_SUFFIX")] = build_extension()
    contents.update(metadata_files())
    record = INFO + "/RECORD"
    lines = [record_line(name, content) for name, content in contents.items()] + [record + ",,\n"]
    contents[record] = "".join(lines).encode()
    wheel = "%s-%s.whl" % (BASE, tag())
    with zipfile.ZipFile(os.path.join(wheel_directory, wheel), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return wheel


def build_sdist(sdist_directory, config_settings=None):
    contents = source_files()
    contents["PKG-INFO"] = metadata()
    sdist = BASE + ".tar.gz"
    with tarfile.open(os.path.join(sdist_directory, sdist), "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, content in sorted(contents.items()):
            member = tarfile.TarInfo(BASE + "/" + name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return sdist
