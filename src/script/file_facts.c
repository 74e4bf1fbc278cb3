#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "script/script.h"

enum { END = 64 * 1024 }; /* bytes of each end that are hashed */

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

/* Of both ends, which may overlap. */
static bool hash_ends(int file, off_t size, uint64_t *hash)
{
  unsigned char ends[2 * END];
  ssize_t first = read_at(file, ends, END, 0);
  if (first < 0) return false;
  ssize_t last = read_at(file, ends + first, END, size > END ? size - END : 0);
  if (last < 0) return false;
  *hash = XXH3_64bits(ends, (size_t)(first + last));
  return true;
}

static bool read_facts(const char *path, struct stat *facts, uint64_t *hash)
{
  int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe without a writer must not stop us */
  if (file < 0) return false;
  bool good = fstat(file, facts) == 0 && (!S_ISREG(facts->st_mode) || hash_ends(file, facts->st_size, hash));
  int problem = errno;
  close(file);
  errno = problem;
  return good;
}

/* core.file_facts(path): {path = absolute, size = bytes, mtime = seconds, hash = of both ends as text}; without size,
   mtime and hash for what is no file of its own, such as a pipe; or nil and why not. */
static int file_facts(lua_State *L)
{
  const char *path = luaL_checkstring(L, 1);
  char absolute[PATH_MAX], digits[17];
  struct stat facts;
  uint64_t hash = 0;
  if (!realpath(path, absolute) || !read_facts(path, &facts, &hash)) {
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, strerror(errno));
    return 2;
  }
  lua_createtable(L, 0, 4);
  lua_pushstring(L, absolute);
  lua_setfield(L, -2, "path");
  if (!S_ISREG(facts.st_mode)) return 1;
  dryad_lua_set_integer(L, "size", (uint64_t)facts.st_size);
  lua_pushinteger(L, (lua_Integer)facts.st_mtime);
  lua_setfield(L, -2, "mtime");
  snprintf(digits, sizeof digits, "%016" PRIx64, hash);
  lua_pushstring(L, digits);
  lua_setfield(L, -2, "hash");
  return 1;
}

void dryad_lua_open_file_facts(lua_State *L)
{
  lua_pushcfunction(L, file_facts);
  lua_setfield(L, -2, "file_facts");
}
