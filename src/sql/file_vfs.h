/* SPDX-License-Identifier: MIT */
/* Lets SQLite write a database into a file that is open, and has no name yet: what io/output.h opens. Everything else
 * is SQLite's own VFS. */
#ifndef DRYAD_SQL_FILE_VFS_H
#define DRYAD_SQL_FILE_VFS_H

#include <stdbool.h>

#define DRYAD_FILE_VFS_PATH 32 /* bytes that such a path takes */

/* The name of the VFS, registered, for sqlite3_open_v2. Databases attached to such a connection have it too. NULL: out
   of memory. */
const char *dryad_file_vfs(void);

/* The path by which connections of that VFS open a descriptor, which stays the caller's and is to be open for reading
   and writing. A journal is kept in memory at most (pragma
   journal_mode): what is not completed is to be thrown away. Nobody else may use the file. */
void dryad_file_vfs_path(char path[DRYAD_FILE_VFS_PATH], int file);
bool dryad_file_vfs_is_path(const char *path);

#endif
