/* SPDX-License-Identifier: MIT */
/* Lets SQLite write a database into a file that is already open and may have no name yet (scanner/shared/output.h).
   Everything else is left to SQLite's own VFS. */
#ifndef DRYAD_SQL_FILE_VFS_H
#define DRYAD_SQL_FILE_VFS_H

#include <stdbool.h>

#define DRYAD_FILE_VFS_PATH 32 /* bytes of a path */

/* The name of the VFS, registered, for sqlite3_open_v2. Databases attached to such a connection use it too. NULL: out
   of memory. */
const char *dryad_file_vfs(void);

/* The path by which connections of that VFS open a descriptor, which the caller keeps and has opened for reading and
   writing. A journal can only be kept in memory (pragma journal_mode): discard a file that was not completed. Nobody
   else may use the file. */
void dryad_file_vfs_path(char path[DRYAD_FILE_VFS_PATH], int file);
bool dryad_file_vfs_is_path(const char *path);

#endif
