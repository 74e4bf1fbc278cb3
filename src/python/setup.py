"""Builds dryad.scanner: pip install --no-build-isolation ./src/python"""

import glob
import os
import re
import sysconfig

from setuptools import Extension, setup

here = os.path.dirname(os.path.abspath(__file__))
os.chdir(here)
include = sysconfig.get_paths()["include"]


def version():
    """That of Dryad, where its public header is at hand."""
    try:
        with open(os.path.join("..", "dryad.h")) as header:
            return re.search(r'#define DRYAD_VERSION "([0-9.]+)"', header.read()).group(1)
    except OSError:
        return "0"


setup(
    name="dryad-scanner",
    version=version(),
    description="Writes heap dumps of Python processes for Dryad",
    python_requires=">=3.8",
    packages=["dryad"],
    ext_modules=[
        Extension(
            "dryad.scanner",
            sources=sorted(set(glob.glob("*.c")) - {"attach.c"}),
            depends=sorted(glob.glob("*.h")),
            include_dirs=[os.path.join(include, "internal")],
            define_macros=[("_GNU_SOURCE", "1")],
            extra_compile_args=["-std=c11", "-fvisibility=hidden"],
            libraries=["z", "zstd"],
        )
    ],
)
