# SPDX-License-Identifier: MIT
"""Healthy: a service with its logging configured, a logger for each of 30 modules, and 1,000 records that were logged."""
# leaks: nothing
import logging
import logging.config
import os

logging.config.dictConfig({
    "version": 1,
    "formatters": {"plain": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
    "handlers": {"null": {"class": "logging.FileHandler", "filename": os.devnull, "formatter": "plain"}},
    "root": {"level": "INFO", "handlers": ["null"]},
})
loggers = [logging.getLogger("service.part%d" % number) for number in range(30)]
for number in range(1000):
    loggers[number % 30].info("request %d", number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
