/* SPDX-License-Identifier: MIT */
#include "sql/file_vfs.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char prefix[] = "/dryad-file/";

void dryad_file_vfs_path(char path[DRYAD_FILE_VFS_PATH], int file)
{
  snprintf(path, DRYAD_FILE_VFS_PATH, "%s%d", prefix, file);
}

bool dryad_file_vfs_is_path(const char *path) { return path && strncmp(path, prefix, sizeof prefix - 1) == 0; }

/* ---- the file ----------------------------------------------------------------------------------- */

typedef struct open_file {
  sqlite3_file base; /* must be first, for SQLite */
  int file;
} open_file;

static int file_of(const sqlite3_file *f) { return ((const open_file *)f)->file; }

static int do_nothing(sqlite3_file *f)
{
  (void)f;
  return SQLITE_OK;
}

static int read_file(sqlite3_file *f, void *buffer, int count, sqlite3_int64 place)
{
  char *to = buffer;
  for (int done = 0; done < count;) {
    ssize_t got = pread(file_of(f), to + done, (size_t)(count - done), place + done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SQLITE_IOERR_READ;
    if (got == 0) {
      memset(to + done, 0, (size_t)(count - done));
      return SQLITE_IOERR_SHORT_READ;
    }
    done += (int)got;
  }
  return SQLITE_OK;
}

static int write_file(sqlite3_file *f, const void *data, int count, sqlite3_int64 place)
{
  const char *from = data;
  for (int done = 0; done < count;) {
    ssize_t put = pwrite(file_of(f), from + done, (size_t)(count - done), place + done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    done += (int)put;
  }
  return SQLITE_OK;
}

static int truncate_file(sqlite3_file *f, sqlite3_int64 size)
{
  return ftruncate(file_of(f), size) == 0 ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

/* The file's owner syncs it at the end. */
static int sync_file(sqlite3_file *f, int flags)
{
  (void)f, (void)flags;
  return SQLITE_OK;
}

static int size_of(sqlite3_file *f, sqlite3_int64 *size)
{
  struct stat status;
  if (fstat(file_of(f), &status) != 0) return SQLITE_IOERR_FSTAT;
  *size = status.st_size;
  return SQLITE_OK;
}

static int lock_file(sqlite3_file *f, int level)
{
  (void)f, (void)level;
  return SQLITE_OK;
}

static int is_reserved(sqlite3_file *f, int *reserved)
{
  (void)f;
  *reserved = 0;
  return SQLITE_OK;
}

static int control(sqlite3_file *f, int operation, void *argument)
{
  (void)f, (void)operation, (void)argument;
  return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *f)
{
  (void)f;
  return 4096;
}

static const sqlite3_io_methods methods = {.iVersion = 1,
                                           .xClose = do_nothing,
                                           .xRead = read_file,
                                           .xWrite = write_file,
                                           .xTruncate = truncate_file,
                                           .xSync = sync_file,
                                           .xFileSize = size_of,
                                           .xLock = lock_file,
                                           .xUnlock = lock_file,
                                           .xCheckReservedLock = is_reserved,
                                           .xFileControl = control,
                                           .xSectorSize = sector_size,
                                           .xDeviceCharacteristics = do_nothing};

/* ---- the VFS ------------------------------------------------------------------------------------ */

static sqlite3_vfs *usual(sqlite3_vfs *vfs) { return vfs->pAppData; }

static int open_path(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *given)
{
  if (!dryad_file_vfs_is_path(path)) return usual(vfs)->xOpen(usual(vfs), path, f, flags, given);
  f->pMethods = NULL;
  if (!(flags & SQLITE_OPEN_MAIN_DB)) return SQLITE_CANTOPEN; /* such as a journal */
  ((open_file *)f)->file = atoi(path + sizeof prefix - 1);
  f->pMethods = &methods;
  if (given) *given = flags;
  return SQLITE_OK;
}

static int delete_path(sqlite3_vfs *vfs, const char *path, int sync)
{
  return dryad_file_vfs_is_path(path) ? SQLITE_OK : usual(vfs)->xDelete(usual(vfs), path, sync);
}

static int access_path(sqlite3_vfs *vfs, const char *path, int flags, int *result)
{
  if (!dryad_file_vfs_is_path(path)) return usual(vfs)->xAccess(usual(vfs), path, flags, result);
  *result = 0; /* SQLite only asks for journals */
  return SQLITE_OK;
}

static int full_path(sqlite3_vfs *vfs, const char *path, int size, char *out)
{
  if (!dryad_file_vfs_is_path(path)) return usual(vfs)->xFullPathname(usual(vfs), path, size, out);
  sqlite3_snprintf(size, out, "%s", path);
  return SQLITE_OK;
}

static void *open_library(sqlite3_vfs *vfs, const char *path) { return usual(vfs)->xDlOpen(usual(vfs), path); }

static void library_error(sqlite3_vfs *vfs, int size, char *text) { usual(vfs)->xDlError(usual(vfs), size, text); }

static void (*library_symbol(sqlite3_vfs *vfs, void *library, const char *name))(void)
{
  return usual(vfs)->xDlSym(usual(vfs), library, name);
}

static void close_library(sqlite3_vfs *vfs, void *library) { usual(vfs)->xDlClose(usual(vfs), library); }

static int random_bytes(sqlite3_vfs *vfs, int count, char *out)
{
  return usual(vfs)->xRandomness(usual(vfs), count, out);
}

static int sleep_for(sqlite3_vfs *vfs, int microseconds) { return usual(vfs)->xSleep(usual(vfs), microseconds); }

static int current_time(sqlite3_vfs *vfs, double *days) { return usual(vfs)->xCurrentTime(usual(vfs), days); }

static int last_error(sqlite3_vfs *vfs, int size, char *text)
{
  return usual(vfs)->xGetLastError(usual(vfs), size, text);
}

static char name[32]; /* unique to this copy of the code: a process may load several, and unload one */

static sqlite3_vfs own = {.iVersion = 1,
                          .zName = name,
                          .xOpen = open_path,
                          .xDelete = delete_path,
                          .xAccess = access_path,
                          .xFullPathname = full_path,
                          .xDlOpen = open_library,
                          .xDlError = library_error,
                          .xDlSym = library_symbol,
                          .xDlClose = close_library,
                          .xRandomness = random_bytes,
                          .xSleep = sleep_for,
                          .xCurrentTime = current_time,
                          .xGetLastError = last_error};
static int registered = SQLITE_ERROR;

static void register_own(void)
{
  sqlite3_vfs *default_vfs = sqlite3_vfs_find(NULL);
  if (!default_vfs) return;
  snprintf(name, sizeof name, "dryad-%p", (void *)&own);
  own.pAppData = default_vfs;
  own.mxPathname = default_vfs->mxPathname;
  own.szOsFile = default_vfs->szOsFile;
  if (own.szOsFile < (int)sizeof(open_file)) own.szOsFile = (int)sizeof(open_file);
  registered = sqlite3_vfs_register(&own, 0);
}

const char *dryad_file_vfs(void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, register_own);
  return registered == SQLITE_OK ? name : NULL;
}

/* Runs before the code is unloaded, for example when a Lua state closes. */
__attribute__((destructor)) static void forget(void)
{
  if (registered == SQLITE_OK) sqlite3_vfs_unregister(&own);
}
