/* SPDX-License-Identifier: MIT */
/* What a dumped process, and the helper that it may have taken over, report to `dryad dump`: any bytes. The first byte
 * says whether they are a message of the helper, the text of the library, or the mappings of the process. */
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attach/library_status.h"
#include "attach/mappings.h"
#include "attach/message.h"
#include "target.h"

static void receive(const uint8_t *data, size_t size)
{
  int ends[2], pipes[DRYAD_MESSAGE_PIPES_SENT];
  dryad_message message;
  CHECK(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
  CHECK(size == 0 || send(ends[0], data, size, MSG_NOSIGNAL) == (ssize_t)size);
  dryad_received received = dryad_message_receive(ends[1], &message, pipes);
  CHECK(size ? received == DRYAD_RECEIVED || received == DRYAD_RECEIVED_NONSENSE : received == DRYAD_RECEIVED_NOTHING);
  if (received == DRYAD_RECEIVED) {
    CHECK(size == sizeof message && !memcmp(data, &message, size));
    CHECK(message.kind != DRYAD_MESSAGE_PIPES && memchr(message.text, 0, sizeof message.text)); /* no files were sent */
  }
  close(ends[0]);
  close(ends[1]);
}

/* At once, and byte by byte. */
static void take(const uint8_t *data, size_t size)
{
  dryad_library_status whole = {0}, split = {0};
  dryad_error error = {0}, split_error = {0};
  dryad_status status = dryad_library_status_take(&whole, 7, (const char *)data, size, &error), split_status = DRYAD_OK;
  for (size_t i = 0; i < size && !split_status; i++)
    split_status = dryad_library_status_take(&split, 7, (const char *)data + i, 1, &split_error);
  CHECK(status == split_status && whole.stage == split.stage && whole.objects == split.objects);
  CHECK(status == DRYAD_OK || status == DRYAD_IO || status == DRYAD_FORMAT);
  if (status) CHECK(!strcmp(error.text, split_error.text) && error.text[0]);
  CHECK(whole.stage <= DRYAD_LIBRARY_DONE && whole.used <= DRYAD_ATTACH_LINE);
}

static void read_mappings(const uint8_t *data, size_t size)
{
  dryad_mappings mappings = {0};
  dryad_error error = {0};
  static int file = -1;
  if (file < 0) file = memfd_create("maps", MFD_CLOEXEC);
  CHECK(!ftruncate(file, 0) && pwrite(file, data, size, 0) == (ssize_t)size);
  if (dryad_mappings_read(&mappings, file, &error)) CHECK(error.text[0] && mappings.count == 0);
  for (uint32_t i = 0; i < mappings.count; i++) {
    const dryad_mapping *mapping = &mappings.items[i];
    CHECK(mapping->from < mapping->to && (i == 0 || mappings.items[i - 1].to <= mapping->from));
    CHECK(strlen(mapping->path) < DRYAD_MAPPING_PATH);
    CHECK(dryad_mappings_find(&mappings, mapping->from) == mapping);
    CHECK(dryad_mappings_find(&mappings, mapping->to - 1) == mapping);
  }
  dryad_mappings_deinit(&mappings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (size == 0) return 0;
  if (data[0] % 3 == 0) receive(data + 1, size - 1);
  if (data[0] % 3 == 1) take(data + 1, size - 1);
  if (data[0] % 3 == 2) read_mappings(data + 1, size - 1);
  return 0;
}
