/* SPDX-License-Identifier: MIT */
/* Loading, the implementation of dryad.h: finds the reader for a dump and lets it make the heap. */
#include "base/assert.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/sized_struct.h"
#include "base/spill.h"
#include "base/trace.h"
#include "formats/archive.h"
#include "formats/readers.h"

static dryad_status begin(dryad_reading *r, const char *path, const dryad_load_options *options, dryad_error *error)
{
  *r = (dryad_reading){.path = path};
  dryad_status status = dryad_sized_struct_copy(&r->options, sizeof r->options, options, "dryad_load_options", error);
  const int python = r->options.python;
  if (!r->options.max_text) r->options.max_text = DRYAD_MAX_TEXT;
  if (!status && r->options.max_text < DRYAD_LEAST_MAX_TEXT)
    return dryad_fail(error, DRYAD_ARGUMENT, "max_text must be at least %d bytes, not %zu", DRYAD_LEAST_MAX_TEXT,
                      r->options.max_text);
  if (!status && python != 0 && python != 2 && python != 3)
    return dryad_fail(error, DRYAD_ARGUMENT, "dryad_load_options: python must be 2 or 3, or 0 to detect it, not %d",
                      python);
  return status;
}

/* Chooses the heap's allocator. *spill is NULL, or must be released when loading is over. */
static dryad_status choose_allocator(dryad_reading *r, const dryad_allocator **spill, dryad_error *error)
{
  *spill = NULL;
  r->allocator = r->options.allocator ? r->options.allocator : &dryad_default_allocator;
  if (!r->options.spill) return DRYAD_OK;
  dryad_status status = dryad_spill_new(spill, r->options.spill, DRYAD_SPILL_SIZE, r->allocator, error);
  r->allocator = *spill;
  DRYAD_TRACE_DECISION("spill", {"folder", .text = r->options.spill}, {"blocks from", .number = DRYAD_SPILL_SIZE});
  return status;
}

static dryad_status read_stream(dryad_heap **out, dryad_reading *r, const char **reader, dryad_error *error)
{
  unsigned char head[DRYAD_STREAM_HEAD];
  size_t length;
  dryad_status status = dryad_stream_peek(r->stream, head, &length, error);
  if (status) return status;
  const char *archive = dryad_archive_kind(head, length), *compression = dryad_stream_compression(r->stream);
  if (archive)
    return dryad_fail(error, DRYAD_FORMAT, "%s: %s%s%s%s: unpack it first", r->path, archive,
                      *compression ? " (in " : "", compression, *compression ? ")" : "");
  r->head = head;
  r->head_length = length;
  const dryad_reader *found = dryad_reader_of_content(head, length);
  *reader = found->name;
  return found->read(out, r, error);
}

/* `opened` is the status of opening the stream, which is NULL on failure. */
static dryad_status finish(dryad_heap **out, dryad_reading *r, const dryad_allocator *spill, dryad_status opened,
                           dryad_error *error)
{
  const char *reader = "none";
  dryad_trace_stage stage = dryad_trace_begin("load");
  dryad_status status = opened ? opened : read_stream(out, r, &reader, error);
  DRYAD_TRACE_END(stage, {"path", .text = r->path}, {"reader", .text = reader}, {"status", .number = status});
  dryad_stream_close(r->stream);
  dryad_spill_explain(spill, status, error);
  dryad_spill_release(spill);
  return status;
}

dryad_status dryad_heap_load(dryad_heap **out, const char *path, const dryad_load_options *options, dryad_error *error)
{
  DRYAD_ASSERT(out && path);
  const dryad_reader *reader = dryad_reader_of_path(path);
  dryad_reading r;
  const dryad_allocator *spill;
  *out = NULL;
  dryad_status status = begin(&r, path, options, error);
  if (status) return status;
  if (reader) return reader->read(out, &r, error);
  status = choose_allocator(&r, &spill, error);
  if (status) return status;
  if (r.options.name) r.path = r.options.name;
  status = dryad_stream_open(&r.stream, path, &r.options.progress, r.allocator, error);
  return finish(out, &r, spill, status, error);
}

dryad_status dryad_heap_load_source(dryad_heap **out, dryad_source source, const char *name,
                                    const dryad_load_options *options, dryad_error *error)
{
  DRYAD_ASSERT(out && source.read && name);
  dryad_reading r;
  const dryad_allocator *spill;
  *out = NULL;
  dryad_status status = begin(&r, name, options, error);
  if (!status) status = choose_allocator(&r, &spill, error);
  if (status) return status;
  status = dryad_stream_open_source(&r.stream, source, name, r.allocator, error);
  return finish(out, &r, spill, status, error);
}
