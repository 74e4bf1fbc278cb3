# SPDX-License-Identifier: MIT
"""Dumps of Python processes, for dryad to read: see dryad.scanner."""


def __getattr__(name):
    if name == "__version__":
        from dryad import scanner

        return scanner.__version__
    raise AttributeError("module 'dryad' has no attribute %r" % name)
