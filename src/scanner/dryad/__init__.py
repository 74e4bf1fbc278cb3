# SPDX-License-Identifier: MIT
"""Dumps of Python processes, for dryad to read: see dryad.scanner."""
