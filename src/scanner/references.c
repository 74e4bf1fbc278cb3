/* SPDX-License-Identifier: MIT */
#include "references.h"

#include "text.h"

static void separate(dryad_sink *sink, size_t before)
{
  if (before > 0) DRYAD_SINK_PUT(sink, ", ");
}

static void put_reference_name(dryad_reference_writer *writer)
{
  const dryad_reference_name *name = &writer->visitor.name;
  if (name->text == NULL && name->object == NULL) return;
  for (; writer->named < writer->count; writer->named++) {
    separate(writer->names, writer->named);
    DRYAD_SINK_PUT(writer->names, "null");
  }
  separate(writer->names, writer->named++);
  if (name->text != NULL)
    dryad_text_put_c_string(writer->names, name->text);
  else
    dryad_text_put_string(writer->names, name->object);
}

static void put_reference(dryad_reference_writer *writer, uintptr_t address)
{
  put_reference_name(writer);
  char *end = dryad_sink_room(writer->sink, 24);
  if (end == NULL) return;
  if (writer->count++ > 0) {
    *end++ = ',';
    *end++ = ' ';
  }
  dryad_sink_advance(writer->sink, dryad_number_write(end, address));
}

static int write_reference(PyObject *object, void *context)
{
  dryad_reference_writer *writer = context;
  put_reference(writer, (uintptr_t)object);
  if (writer->walk != NULL) dryad_walk_mark(object, writer->walk);
  return writer->sink->error;
}

static int write_frame_reference(const dryad_frame *frame, void *context)
{
  dryad_reference_writer *writer = context;
  put_reference(writer, (uintptr_t)frame);
  dryad_seen_add(writer->frames, (uintptr_t)frame);
  return writer->sink->error;
}

void dryad_references_begin(dryad_reference_writer *writer)
{
  writer->visitor = (dryad_visitor){.visit = write_reference, .frame = write_frame_reference, .context = writer};
  DRYAD_SINK_PUT(writer->sink, ", \"refs\": [");
}

void dryad_references_end(dryad_reference_writer *writer)
{
  DRYAD_SINK_PUT(writer->sink, "]");
  if (writer->named == 0) return;
  for (; writer->named < writer->count; writer->named++) DRYAD_SINK_PUT(writer->names, ", null");
  DRYAD_SINK_PUT(writer->sink, ", \"names\": [");
  dryad_sink_put(writer->sink, writer->names->buffer, writer->names->used);
  DRYAD_SINK_PUT(writer->sink, "]");
  writer->names->used = 0;
}
