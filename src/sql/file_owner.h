/* SPDX-License-Identifier: MIT */
/* Who may have made the files of a database: SQLite writes to it, and repairs it from a journal beside it. */
#ifndef DRYAD_SQL_FILE_OWNER_H
#define DRYAD_SQL_FILE_OWNER_H

#include "dryad.h"

/* DRYAD_IO for a database that another user made in a folder that others can write, one behind a link that is not to be
   trusted (scanner/shared/safe_path.h), and one with a journal that neither its owner, the caller nor root made.
   DRYAD_OK if there is no such file. */
dryad_status dryad_file_owner_check(const char *path, dryad_error *error);

#endif
