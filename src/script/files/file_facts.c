/* SPDX-License-Identifier: MIT */
#include "script/files/file_facts.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <lauxlib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "script/base/table.h"

enum { END = 64 * 1024 }; /* bytes hashed at each end */

/* Bytes read at `offset`, fewer where the file ends; -1: it cannot be read. */
static ssize_t read_at(int file, unsigned char *buffer, size_t count, off_t offset)
{
  size_t done = 0;
  while (done < count) {
    ssize_t got = pread(file, buffer + done, count - done, offset + (off_t)done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += (size_t)got;
  }
  return (ssize_t)done;
}

typedef struct file_facts {
  struct stat status;
  uint64_t hash;    /* of a regular file */
  bool is_database; /* a SQLite database */
} file_facts;

/* Hashes both ends, which may overlap. */
static bool read_ends(int file, file_facts *facts)
{
  static const char database[16] = "SQLite format 3"; /* with its NUL */
  unsigned char ends[2 * END];
  off_t size = facts->status.st_size;
  ssize_t first = read_at(file, ends, END, 0);
  if (first < 0) return false;
  ssize_t last = read_at(file, ends + first, END, size > END ? size - END : 0);
  if (last < 0) return false;
  facts->hash = XXH3_64bits(ends, (size_t)(first + last));
  facts->is_database = first >= (ssize_t)sizeof database && memcmp(ends, database, sizeof database) == 0;
  return true;
}

/* Opens only regular files: opening and closing a pipe would lose its writer. All facts are those of the opened file,
   whatever the path leads to by then. */
static bool read_facts(const char *path, file_facts *facts)
{
  if (stat(path, &facts->status) != 0) return false;
  if (!S_ISREG(facts->status.st_mode)) return true;
  int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return false;
  bool good = fstat(file, &facts->status) == 0 && (!S_ISREG(facts->status.st_mode) || read_ends(file, facts));
  int problem = errno;
  close(file);
  errno = problem;
  return good;
}

static const char *kind_of(mode_t mode)
{
  if (S_ISREG(mode)) return "file";
  if (S_ISFIFO(mode)) return "pipe";
  return S_ISDIR(mode) ? "directory" : "other";
}

/* Nanoseconds since 1970, modulo 2^64: times are compared for equality only. */
static lua_Integer nanoseconds(struct timespec time)
{
  return (lua_Integer)((uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec);
}

/* core.file_facts(path): {path = absolute, kind = "file", size = bytes, mtime = in nanoseconds, owner = a user id, hash
   = of both ends as text, is_database = whether it is a SQLite database}; only the path and the kind ("pipe",
   "directory" or "other") if it is not a regular file, which is not opened; or nil and the reason. */
static int push_facts(lua_State *L)
{
  const char *path = luaL_checkstring(L, 1);
  char absolute[PATH_MAX], digits[17];
  file_facts facts = {0};
  if (!realpath(path, absolute) || !read_facts(path, &facts)) {
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, strerror(errno));
    return 2;
  }
  lua_createtable(L, 0, 7);
  lua_pushstring(L, absolute);
  lua_setfield(L, -2, "path");
  lua_pushstring(L, kind_of(facts.status.st_mode));
  lua_setfield(L, -2, "kind");
  if (!S_ISREG(facts.status.st_mode)) return 1;
  dryad_lua_set_integer(L, "size", (uint64_t)facts.status.st_size);
  lua_pushinteger(L, nanoseconds(facts.status.st_mtim));
  lua_setfield(L, -2, "mtime");
  lua_pushinteger(L, (lua_Integer)facts.status.st_uid);
  lua_setfield(L, -2, "owner");
  snprintf(digits, sizeof digits, "%016" PRIx64, facts.hash);
  lua_pushstring(L, digits);
  lua_setfield(L, -2, "hash");
  lua_pushboolean(L, facts.is_database);
  lua_setfield(L, -2, "is_database");
  return 1;
}

void dryad_lua_open_file_facts(lua_State *L)
{
  lua_pushcfunction(L, push_facts);
  lua_setfield(L, -2, "file_facts");
}
