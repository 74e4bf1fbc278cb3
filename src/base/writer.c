/* SPDX-License-Identifier: MIT */
#include "base/writer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"

void dryad_put(dryad_writer *w, const void *bytes, size_t length)
{
  DRYAD_ASSERT(bytes || length == 0);
  w->needed += length;
  if (w->is_full || w->needed >= w->capacity) {
    w->is_full = true;
    return;
  }
  memcpy(w->buffer + w->written, bytes, length);
  w->written += length;
}

void dryad_put_ascii_bytes(dryad_writer *w, const char *text, size_t length)
{
  if (w->is_full || length < w->capacity - w->written) {
    dryad_put(w, text, length);
    return;
  }
  for (size_t i = 0; i < length; i++) dryad_put(w, text + i, 1);
}

void dryad_put_ascii(dryad_writer *w, const char *text) { dryad_put_ascii_bytes(w, text, strlen(text)); }

void dryad_put_format(dryad_writer *w, const char *format, ...)
{
  char text[40];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  dryad_put_ascii(w, text);
}
