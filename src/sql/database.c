/* SPDX-License-Identifier: MIT */
#include "sql/database.h"
#include "sql/attribute.h"

#include <errno.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "scanner/shared/output.h"
#include "sql/connection.h"
#include "sql/file_owner.h"
#include "sql/file_vfs.h"
#include "sql/limits.h"
#include "sql/list_table.h"
#include "sql/object_table.h"
#include "sql/reference_table.h"
#include "sql/unreferenced_table.h"
#include "sql/valid_text.h"

enum { BUSY_MILLISECONDS = 5000 };

/* The tables of a heap. */
static const dryad_heap_module *const heap_modules[] = {&dryad_object_module, &dryad_reference_module,
                                                        &dryad_unreferenced_module};
enum { HEAP_MODULES = sizeof heap_modules / sizeof *heap_modules };

/* Runs one of Dryad's own statements. */
static dryad_status execute(dryad_database *database, const char *sql, dryad_error *error)
{
  database->work.status = DRYAD_OK;
  *database->refusal = '\0';
  database->is_own = true;
  int code = sqlite3_exec(database->handle, sql, NULL, NULL, NULL);
  database->is_own = false;
  return code ? dryad_database_failed(database, code, error) : DRYAD_OK;
}

/* ---- opening ------------------------------------------------------------------------------------ */

/* Makes SQLite treat the path as a path, whatever it looks like. */
static char *plain_path(const char *path)
{
  bool is_special = *path == ':' || strncmp(path, "file:", 5) == 0;
  return sqlite3_mprintf("%s%s", is_special ? "./" : "", path);
}

/* SQLite treats an empty file as an empty database. */
static dryad_status create_file(const char *path, dryad_error *error)
{
  static const dryad_output_options none;
  dryad_output output;
  dryad_safe_path_error problem;
  if (!dryad_output_open(&output, path, &none, &problem)) {
    if (problem.code == EEXIST)
      return dryad_fail(error, DRYAD_IO, "%s: exists already (open it, or choose another name)", path);
    return dryad_fail(error, DRYAD_IO, "%s: %s", path, problem.text ? problem.text : strerror(problem.code));
  }
  bool is_good = !dryad_output_is_direct(&output) && dryad_output_commit(&output, &problem);
  dryad_output_abandon(&output);
  return is_good ? DRYAD_OK : dryad_fail(error, DRYAD_IO, "%s: cannot be turned into a database", path);
}

static dryad_status open_file(dryad_database *database, const char *path, dryad_error *error)
{
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  char *name = path ? plain_path(path) : sqlite3_mprintf(":memory:");
  if (!name) return dryad_fail_memory(error);
  if (!path) flags |= SQLITE_OPEN_CREATE;
  const char *vfs = dryad_file_vfs();
  int code = vfs ? sqlite3_open_v2(name, &database->handle, flags, vfs) : SQLITE_NOMEM;
  sqlite3_free(name);
  if (!database->handle) return dryad_fail_memory(error);
  return code ? dryad_database_failed(database, code, error) : DRYAD_OK;
}

static dryad_status configure(dryad_database *database, dryad_error *error)
{
  sqlite3 *handle = database->handle;
  int is_guarded = !database->is_unguarded;
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, BUSY_MILLISECONDS);
  dryad_sql_set_limits(handle);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, is_guarded, NULL);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
  sqlite3_enable_load_extension(handle, !is_guarded);
  int code = sqlite3_set_authorizer(handle, dryad_guard, database);
  for (int i = 0; i < HEAP_MODULES && !code; i++) code = dryad_heap_module_register(database, heap_modules[i]);
  if (!code) code = dryad_list_table_register(handle, database->allocator);
  if (!code) code = dryad_attribute_register(database);
  if (!code) code = dryad_valid_text_register(database->handle);
  return code ? dryad_database_failed(database, code, error) : DRYAD_OK;
}

static dryad_status read_encoding(dryad_database *database, dryad_error *error)
{
  sqlite3_stmt *statement = NULL;
  const char *encoding = NULL;
  database->is_own = true;
  int code = sqlite3_prepare_v2(database->handle, "pragma encoding", -1, &statement, NULL);
  if (!code && sqlite3_step(statement) == SQLITE_ROW) encoding = (const char *)sqlite3_column_text(statement, 0);
  sqlite3_snprintf(sizeof database->encoding, database->encoding, "%s", encoding ? encoding : "");
  database->is_utf8 = strcmp(database->encoding, "UTF-8") == 0;
  database->is_own = false;
  int finalized = sqlite3_finalize(statement);
  if (!code) code = finalized;
  return code ? dryad_database_failed(database, code, error) : DRYAD_OK;
}

/* Reads the file's head, so that one in another format is reported at once. */
static dryad_status look_inside(dryad_database *database, dryad_error *error)
{
  const char *head =
      dryad_file_vfs_is_path(database->path)
          ? "pragma cell_size_check = on; select count(*) from sqlite_schema; pragma journal_mode = memory"
          : "pragma cell_size_check = on; select count(*) from sqlite_schema; "
            "pragma journal_mode = delete; pragma synchronous = full";
  dryad_status status = execute(database, head, error);
  if (status == DRYAD_FORMAT && database->path)
    return dryad_fail(error, DRYAD_FORMAT, "%s: not an SQLite database, or a damaged one", database->path);
  return status ? status : read_encoding(database, error);
}

static dryad_status open_all(dryad_database *database, const char *path, dryad_database_options options,
                             dryad_error *error)
{
  if (path && !*path) return dryad_fail(error, DRYAD_ARGUMENT, "a database needs a name");
  dryad_status status = path && options.create ? create_file(path, error) : DRYAD_OK;
  if (status) return status;
  if (path) {
    database->path = dryad_alloc(database->allocator, strlen(path) + 1, 1);
    if (!database->path) return dryad_fail_memory(error);
    strcpy(database->path, path);
  }
  if (path && !dryad_file_vfs_is_path(path)) status = dryad_file_owner_check(path, error);
  if (!status) status = open_file(database, path, error);
  if (!status) status = configure(database, error);
  if (!status && options.memory_only) status = execute(database, "pragma temp_store = memory", error);
  return status ? status : look_inside(database, error);
}

dryad_status dryad_database_open(dryad_database **out, const char *path, dryad_database_options options,
                                 const dryad_allocator *allocator, dryad_error *error)
{
  DRYAD_ASSERT(out);
  *out = NULL;
  if (!allocator) allocator = &dryad_default_allocator;
  dryad_database *database = dryad_calloc(allocator, 1, sizeof *database);
  if (!database) return dryad_fail_memory(error);
  database->allocator = allocator;
  database->is_unguarded = options.unguarded;
  database->memory_root = "";
  dryad_status status = open_all(database, path, options, error);
  if (status)
    dryad_database_close(database);
  else
    *out = database;
  return status;
}

/* ---- heaps' tables ------------------------------------------------------------------------------ */

bool dryad_database_has_table(const dryad_database *database, const char *table)
{
  for (int i = 0; i < HEAP_MODULES; i++)
    if (dryad_database_source(database, heap_modules[i]->base_name, table)) return true;
  return false;
}

/* Resets unfinished statements, which would keep the tables that they read from being dropped. */
static void stop_statements(dryad_database *database)
{
  for (dryad_statement *s = database->statements; s; s = s->next) sqlite3_reset(s->handle);
  database->tables_version++;
}

static dryad_status for_each_table(dryad_database *database, const char *format, const char *suffix, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (int i = 0; i < HEAP_MODULES && !status; i++) {
    char *sql = sqlite3_mprintf(format, heap_modules[i]->base_name, suffix, heap_modules[i]->base_name);
    status = sql ? execute(database, sql, error) : dryad_fail_memory(error);
    sqlite3_free(sql);
  }
  return status;
}

static void remove_slot(dryad_database *database, dryad_slot *slot)
{
  stop_statements(database);
  for_each_table(database, "drop table if exists temp.\"%w%w\"", slot->suffix, NULL);
  dryad_heap_source_release(slot->source);
  *slot = dryad_database_slots(database)[--database->slot_count];
}

static bool is_suffix(const char *suffix)
{
  return strspn(suffix, "0123456789") == strlen(suffix) && strlen(suffix) < sizeof((dryad_slot *)0)->suffix;
}

/* The source of a heap that has tables already, or a new one; retained. */
static dryad_heap_source *source_of(dryad_database *database, dryad_heap *heap)
{
  for (uint32_t i = 0; i < database->slot_count; i++)
    if (dryad_database_slots(database)[i].source->heap == heap)
      return dryad_heap_source_retain(dryad_database_slots(database)[i].source);
  return dryad_heap_source_new(database->allocator, heap, &database->work);
}

dryad_status dryad_database_put_heap(dryad_database *database, const char *suffix, dryad_heap *heap, dryad_error *error)
{
  if (!is_suffix(suffix)) return dryad_fail(error, DRYAD_ARGUMENT, "the suffix of tables must be a number or empty");
  dryad_slot *old = dryad_database_slot(database, suffix);
  if (old && old->source->heap == heap) return DRYAD_OK;
  if (old) remove_slot(database, old);
  if (!heap) return DRYAD_OK;
  if (!dryad_column_reserve(&database->slots, database->allocator, (uint64_t)database->slot_count + 1,
                            sizeof(dryad_slot)))
    return dryad_fail_memory(error);
  dryad_heap_source *source = source_of(database, heap);
  if (!source) return dryad_fail_memory(error);
  dryad_slot *slot = &dryad_database_slots(database)[database->slot_count++];
  slot->source = source;
  strcpy(slot->suffix, suffix);
  stop_statements(database);
  dryad_status status = for_each_table(database, "create virtual table temp.\"%w%w\" using dryad_%s", suffix, error);
  if (status) remove_slot(database, slot);
  return status;
}

void dryad_database_drop_heap(dryad_database *database, const dryad_heap *heap)
{
  dryad_heap_source *source = NULL;
  for (uint32_t i = database->slot_count; i-- > 0;) {
    dryad_slot *slot = &dryad_database_slots(database)[i];
    if (slot->source->heap != heap) continue;
    if (!source) source = dryad_heap_source_retain(slot->source);
    remove_slot(database, slot);
  }
  if (!source) return;
  dryad_heap_source_forget(source);
  dryad_heap_source_release(source);
}

dryad_change *dryad_database_take_change(dryad_database *database, dryad_heap **heap)
{
  DRYAD_ASSERT(heap);
  for (int kind = 0; kind < DRYAD_COLLECTED_KINDS; kind++) {
    for (uint32_t i = 0; i < database->slot_count; i++) {
      dryad_heap_source *source = dryad_database_slots(database)[i].source;
      dryad_change *change = source->collected[kind];
      if (!change) continue;
      source->collected[kind] = NULL;
      *heap = source->heap;
      return change;
    }
  }
  *heap = NULL;
  return NULL;
}

/* ---- the file ----------------------------------------------------------------------------------- */

dryad_status dryad_database_copy(dryad_database *to, dryad_database *from, dryad_error *error)
{
  to->work.status = DRYAD_OK;
  *to->refusal = '\0';
  if (to == from) return DRYAD_OK;
  if (to->slot_count && strcmp(to->encoding, from->encoding) != 0)
    return dryad_fail(error, DRYAD_ARGUMENT, "its text encoding is %s, that of this database %s: open it by itself",
                      from->encoding, to->encoding);
  stop_statements(to);
  sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
  if (!backup) return dryad_database_failed(to, sqlite3_errcode(to->handle), error);
  int code = sqlite3_backup_step(backup, -1);
  int finished = sqlite3_backup_finish(backup);
  if (code == SQLITE_DONE) return read_encoding(to, error);
  /* sqlite3_backup_finish does not report why the first step failed. */
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return dryad_fail(error, DRYAD_IO, "%s: is in use; try again later", to->path ? to->path : "the database");
  return dryad_database_failed(to, finished ? finished : code, error);
}

void dryad_database_close(dryad_database *database)
{
  if (!database) return;
  const dryad_allocator *allocator = database->allocator;
  for (dryad_statement *s = database->statements; s; s = s->next) {
    sqlite3_finalize(s->handle);
    s->handle = NULL;
    s->database = NULL;
  }
  sqlite3_close(database->handle);
  for (uint32_t i = 0; i < database->slot_count; i++) {
    dryad_heap_source_forget(dryad_database_slots(database)[i].source);
    dryad_heap_source_release(dryad_database_slots(database)[i].source);
  }
  dryad_column_free(&database->slots, allocator, sizeof(dryad_slot));
  if (database->path) dryad_free(allocator, database->path, strlen(database->path) + 1, 1);
  dryad_free(allocator, database, 1, sizeof *database);
}
