/* SPDX-License-Identifier: MIT */
/* What statements may not do. SQLite calls the authorizer while it prepares a statement, and again when it prepares
   internal ones while that runs. */
#include <stdarg.h>

#include "sql/connection.h"

static int refuse(dryad_database *database, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int refuse(dryad_database *database, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  sqlite3_vsnprintf((int)sizeof database->refusal, database->refusal, format, arguments);
  va_end(arguments);
  return SQLITE_DENY;
}

static bool is_one_of(const char *name, const char *const *names)
{
  for (; *names; names++)
    if (sqlite3_stricmp(name, *names) == 0) return true;
  return false;
}

static int check_pragma(dryad_database *database, const char *name, const char *value)
{
  /* These only read. */
  static const char *const reading[] = {"table_info",       "table_xinfo",       "table_list",     "index_info",
                                        "index_xinfo",      "index_list",        "database_list",  "function_list",
                                        "module_list",      "pragma_list",       "collation_list", "compile_options",
                                        "foreign_key_list", "foreign_key_check", "data_version",   "integrity_check",
                                        "quick_check",      "freelist_count",    "page_count",     NULL};
  /* These read without a value, and write with one. */
  static const char *const settings[] = {"user_version",
                                         "schema_version",
                                         "application_id",
                                         "page_size",
                                         "encoding",
                                         "journal_mode",
                                         "synchronous",
                                         "auto_vacuum",
                                         "cache_size",
                                         "busy_timeout",
                                         "foreign_keys",
                                         "max_page_count",
                                         NULL};
  if (is_one_of(name, reading) || (!value && is_one_of(name, settings))) return SQLITE_OK;
  if (is_one_of(name, settings))
    return refuse(database, "pragma %.40s cannot be set here; leave out the value to show it", name);
  return refuse(database, "pragma %.40s is not allowed here: only pragmas that show something are, such as table_info",
                name);
}

static int check_function(dryad_database *database, const char *name)
{
  static const char *const refused[] = {"load_extension", "fts3_tokenizer", NULL};
  if (!is_one_of(name, refused)) return SQLITE_OK;
  return refuse(database, "%s() is not allowed here: it would run code from outside", name);
}

static int check_outside(dryad_database *database, int action, const char *first, const char *second)
{
  switch (action) {
  case SQLITE_ATTACH:
    /* VACUUM attaches a nameless file of its own. */
    if (database->is_running && first && !*first) return SQLITE_OK;
    if (database->is_running) return refuse(database, "vacuum into is not allowed here: it writes to another file");
    return refuse(database, "attach is not allowed here: it would reach other files than this database");
  case SQLITE_DETACH: return refuse(database, "detach is not allowed here: nothing is attached");
  case SQLITE_TRANSACTION:
  case SQLITE_SAVEPOINT:
    if (database->is_running) return SQLITE_OK; /* VACUUM begins and commits */
    return refuse(database, "transactions are not allowed here: every statement is one; undo takes changes back");
  case SQLITE_PRAGMA: return check_pragma(database, first, second);
  case SQLITE_FUNCTION: return check_function(database, second);
  case SQLITE_CREATE_VTABLE: return refuse(database, "create virtual table is not allowed here: use a plain table");
  default: return SQLITE_OK;
  }
}

/* Protects the tables of heaps, even from unguarded statements. */
static int check_tables(dryad_database *database, int action, const char *first, const char *second)
{
  const char *table = action == SQLITE_DROP_VTABLE ? first : second;
  bool is_temporary = action == SQLITE_DROP_VTABLE || (first && sqlite3_stricmp(first, "temp") == 0);
  if (!is_temporary || !dryad_database_has_table(database, table)) return SQLITE_OK;
  return refuse(database, "%.40s is a table of a heap: it cannot be dropped or altered", table);
}

/* A workspace needs these tables: see lua/dryad/workspace/store.lua. */
static int check_workspace(dryad_database *database, int action, const char *first, const char *second,
                           const char *schema)
{
  static const char *const kept[] = {"gen", "env", "edit", NULL};
  const char *table = action == SQLITE_DROP_TABLE ? first : second;
  if (action == SQLITE_ALTER_TABLE) schema = first;
  if (!table || !schema || sqlite3_stricmp(schema, "main") != 0 || !is_one_of(table, kept)) return SQLITE_OK;
  if (action == SQLITE_CREATE_INDEX || action == SQLITE_CREATE_TRIGGER)
    return refuse(database, "%.40s is a table of the workspace: it takes no index or trigger", table);
  return refuse(database, "%.40s is a table of the workspace: it cannot be dropped or altered", table);
}

static bool changes_table(int action)
{
  return action == SQLITE_DROP_TABLE || action == SQLITE_ALTER_TABLE || action == SQLITE_CREATE_INDEX ||
         action == SQLITE_CREATE_TRIGGER;
}

int dryad_guard(void *auxiliary, int action, const char *first, const char *second, const char *schema,
                const char *trigger)
{
  dryad_database *database = auxiliary;
  (void)trigger;
  if (database->is_own) return SQLITE_OK;
  if (action == SQLITE_DROP_VTABLE || action == SQLITE_ALTER_TABLE) {
    int verdict = check_tables(database, action, first, second);
    if (verdict != SQLITE_OK) return verdict;
  }
  if (database->is_guarded && changes_table(action)) {
    int verdict = check_workspace(database, action, first, second, schema);
    if (verdict != SQLITE_OK) return verdict;
  }
  return database->is_guarded ? check_outside(database, action, first, second) : SQLITE_OK;
}
