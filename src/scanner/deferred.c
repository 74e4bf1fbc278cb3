/* SPDX-License-Identifier: MIT */
#include "deferred.h"

#include "sizes.h"

#include <errno.h>
#include <unistd.h>

size_t dryad_deferred_size(const dryad_state *state, const dryad_type_info *info, PyObject *object)
{
  PyObject *result = info->size_function != NULL ? PyObject_CallFunctionObjArgs(info->size_function, object, NULL)
                                                 : PyObject_CallMethodObjArgs(object, state->sizeof_name, NULL);
  Py_ssize_t size = result != NULL ? PyNumber_AsSsize_t(result, PyExc_OverflowError) : -1;
  Py_XDECREF(result);
  if (size >= 0) return (size_t)size + dryad_object_header_size(object);
  PyErr_Clear();
  return dryad_size_of(info, object);
}

/* Copies a part of the spool. 0 or an errno. */
static int copy_deferred(dryad_dump *dump, uint64_t start, uint64_t end)
{
  char part[4096];
  while (start < end) {
    size_t wanted = end - start < sizeof part ? (size_t)(end - start) : sizeof part;
    ssize_t got = pread(dump->deferred.fd, part, wanted, (off_t)start);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 ? errno : EIO;
    dryad_sink_put(dump->sink, part, (size_t)got);
    start += (uint64_t)got;
  }
  return 0;
}

int dryad_deferred_finish(dryad_dump *dump)
{
  size_t count;
  uint64_t start = 0;
  const dryad_deferred_line *lines = dryad_dump_deferred_lines(dump, &count);
  int error = count > 0 ? dryad_sink_finish(&dump->deferred) : 0;
  for (size_t i = 0; i < count && error == 0; i++) {
    const dryad_type_info *info = dryad_type_cache_get(&dump->walk.types, lines[i].object, NULL);
    error = info != NULL ? copy_deferred(dump, start, lines[i].end) : ENOMEM;
    if (error != 0) break;
    start = lines[i].end;
    DRYAD_SINK_PUT(dump->sink, ", \"size\": ");
    dryad_sink_put_number(dump->sink, dryad_deferred_size(dump->walk.state, info, lines[i].object));
    DRYAD_SINK_PUT(dump->sink, "}\n");
    dump->count++;
    error = dump->sink->error;
  }
  return error != 0 ? error : dryad_dump_error(dump);
}
