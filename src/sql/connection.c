/* SPDX-License-Identifier: MIT */
#include "sql/connection.h"

#include <string.h>

#include "base/error.h"
#include "sql/limits.h"

/* ---- heaps -------------------------------------------------------------------------------------- */

dryad_slot *dryad_database_slots(const dryad_database *database) { return database->slots.data; }

dryad_slot *dryad_database_slot(const dryad_database *database, const char *suffix)
{
  dryad_slot *slots = dryad_database_slots(database);
  for (uint32_t i = 0; i < database->slot_count; i++)
    if (strcmp(slots[i].suffix, suffix) == 0) return &slots[i];
  return NULL;
}

dryad_heap_source *dryad_database_source(const dryad_database *database, const char *base_name, const char *table)
{
  size_t length = strlen(base_name);
  if (sqlite3_strnicmp(table, base_name, (int)length) != 0) return NULL;
  const dryad_slot *slot = dryad_database_slot(database, table + length);
  return slot ? slot->source : NULL;
}

/* ---- failing ------------------------------------------------------------------------------------ */

static dryad_status status_of(int code)
{
  switch (code & 0xff) {
  case SQLITE_OK: return DRYAD_OK;
  case SQLITE_NOMEM: return DRYAD_NO_MEMORY;
  case SQLITE_INTERRUPT: return DRYAD_CANCELLED;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB: return DRYAD_FORMAT;
  case SQLITE_TOOBIG: return DRYAD_LIMIT;
  case SQLITE_PERM:
  case SQLITE_BUSY:
  case SQLITE_READONLY:
  case SQLITE_IOERR:
  case SQLITE_FULL:
  case SQLITE_CANTOPEN:
  case SQLITE_PROTOCOL: return DRYAD_IO;
  default: return DRYAD_ARGUMENT;
  }
}

dryad_status dryad_database_failed(dryad_database *database, int code, dryad_error *error)
{
  dryad_status status = status_of(code);
  if (database->work.status) {
    if (error) *error = database->work.error;
    return database->work.status;
  }
  if (*database->refusal) return dryad_fail(error, DRYAD_ARGUMENT, "%s", database->refusal);
  if (status == DRYAD_NO_MEMORY) return dryad_fail_memory(error);
  if (status == DRYAD_CANCELLED) return dryad_fail_cancelled(error);
  if (code == SQLITE_TOOBIG)
    return dryad_fail(error, status, "a text, a blob or the statement is larger than %d MiB, the limit of SQL here",
                      DRYAD_SQL_LONGEST_MIB);
  const char *message = sqlite3_errmsg(database->handle);
  if (strcmp(message, "integer overflow") == 0) message = "integer overflow: use total() for sums beyond 2^63 - 1";
  if ((code & 0xff) == SQLITE_BUSY) message = "another program is writing to it; try again when it is done";
  if ((status == DRYAD_IO || status == DRYAD_FORMAT) && database->path)
    return dryad_fail(error, status, "%s: %s", database->path, message);
  return dryad_fail(error, status, "%s", message);
}
