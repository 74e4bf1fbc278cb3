/* SPDX-License-Identifier: MIT */
/* Opening a database of whoever: it is refused with a sentence, or a workspace that can be asked. See database.lua.
 *
 * The input is a file of SQLite; or, after an S, statements that make one. */
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lua_target.h"

enum { STEPS = 1000, CALLS_MAX = 20 };

static int count_call(void *context)
{
  unsigned *calls = context;
  return ++*calls > CALLS_MAX;
}

static void make_database(const char *path, const uint8_t *data, size_t size)
{
  sqlite3 *database;
  unsigned calls = 0;
  char *statements = malloc(size + 1);
  CHECK(statements);
  if (size) memcpy(statements, data, size);
  statements[size] = '\0';
  CHECK(sqlite3_open(path, &database) == SQLITE_OK);
  sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 1 << 20);
  sqlite3_progress_handler(database, STEPS, count_call, &calls);
  sqlite3_exec(database, "pragma synchronous = off; pragma page_size = 512", NULL, NULL, NULL);
  sqlite3_exec(database, statements, NULL, NULL, NULL);
  sqlite3_close(database);
  free(statements);
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  CHECK(file >= 0 && write(file, data, size) == (ssize_t)size);
  close(file);
}

/* A path in a folder of this process, where nothing is left of the input before. */
static const char *fresh_path(void)
{
  static char folder[] = "/dev/shm/dryad-fuzz-XXXXXX", path[sizeof folder + 16];
  static const char *const endings[] = {"", "-journal", "-wal", "-shm", ".bak"};
  if (!path[0]) CHECK(mkdtemp(folder));
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    snprintf(path, sizeof path, "%s/x.db%s", folder, endings[i]);
    unlink(path);
  }
  snprintf(path, sizeof path, "%s/x.db", folder);
  return path;
}

static void remove_files(void)
{
  char folder[64];
  snprintf(folder, sizeof folder, "%s", fresh_path());
  *strrchr(folder, '/') = '\0';
  rmdir(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static lua_State *L;
  const char *path = fresh_path();
  if (!L) {
    L = lua_target_new("database.lua");
    CHECK(!atexit(remove_files));
  }
  if (size && data[0] == 'S')
    make_database(path, data + 1, size - 1);
  else
    write_file(path, data, size);
  lua_target_run(L, (const uint8_t *)path, strlen(path));
  return 0;
}
