/* SPDX-License-Identifier: MIT */
#include "sql/valid_text.h"

#include "base/valid_utf8.h"

static void valid_text(sqlite3_context *context, int argc, sqlite3_value **values)
{
  (void)argc;
  dryad_text text = {0};
  if (sqlite3_value_type(values[0]) == SQLITE_TEXT) {
    text.data = (const char *)sqlite3_value_text(values[0]);
    text.length = (size_t)sqlite3_value_bytes(values[0]);
  }
  dryad_text_encoding encoding = text.data ? dryad_encoding_of(text) : DRYAD_ASCII;
  dryad_buffer buffer = {0};
  uint64_t escapes = 0;
  if (encoding != DRYAD_ASCII && !dryad_put_valid_utf8(&buffer, text, encoding, &escapes))
    sqlite3_result_error_nomem(context);
  else if (escapes == 0)
    sqlite3_result_value(context, values[0]);
  else
    sqlite3_result_text64(context, buffer.data, buffer.length, SQLITE_TRANSIENT, SQLITE_UTF8);
  dryad_buffer_deinit(&buffer);
}

int dryad_valid_text_register(sqlite3 *handle)
{
  return sqlite3_create_function_v2(handle, "valid_utf8", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                    NULL, valid_text, NULL, NULL, NULL);
}
