# SPDX-License-Identifier: MIT
"""A shop in modules."""
