# SPDX-License-Identifier: MIT
"""Healthy: numpy is imported, and a small array was made."""
# needs: numpy
# leaks: nothing
import numpy

matrix = numpy.eye(20)
print(numpy.linalg.det(matrix), matrix.mean())

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
