/* SPDX-License-Identifier: MIT */
#include "attach/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

enum { LARGEST = 16 * 1024 * 1024 };

static dryad_status read_all(dryad_image *image, int file)
{
  while (image->place < image->size) {
    ssize_t got = read(file, image->bytes + image->place, image->size - image->place);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return DRYAD_IO;
    image->place += (size_t)got;
  }
  return DRYAD_OK;
}

/* The order must be there exactly once and have this version's size. */
static bool find_order(dryad_image *image)
{
  dryad_attach_order order;
  const unsigned char *found = memmem(image->bytes, image->size, DRYAD_ATTACH_MAGIC, sizeof order.magic);
  if (!found) return false;
  image->place = (size_t)(found - image->bytes);
  if (image->size - image->place < sizeof order) return false;
  order = dryad_image_order(image);
  size_t behind = image->place + 1;
  return order.size == sizeof order && order.dump == -1 &&
         !memmem(image->bytes + behind, image->size - behind, DRYAD_ATTACH_MAGIC, sizeof order.magic);
}

dryad_status dryad_image_read(dryad_image *image, const char *path, dryad_error *error)
{
  struct stat info;
  *image = (dryad_image){0};
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || fstat(file, &info) != 0) {
    dryad_status status = dryad_fail(error, DRYAD_IO, "%s: cannot be read: %m", path);
    if (file >= 0) close(file);
    return status;
  }
  bool sized = S_ISREG(info.st_mode) && info.st_size > 0 && info.st_size <= LARGEST;
  image->bytes = sized ? malloc((size_t)info.st_size) : NULL;
  image->size = image->bytes ? (size_t)info.st_size : 0;
  dryad_status status = image->bytes ? read_all(image, file) : DRYAD_FORMAT;
  close(file);
  if (status == DRYAD_OK && find_order(image)) return DRYAD_OK;
  dryad_image_deinit(image);
  return dryad_fail(error, DRYAD_FORMAT, "%s: is not the library that this version of dryad loads into processes",
                    path);
}

void dryad_image_deinit(dryad_image *image)
{
  free(image->bytes);
  *image = (dryad_image){0};
}

dryad_attach_order dryad_image_order(const dryad_image *image)
{
  dryad_attach_order order;
  memcpy(&order, image->bytes + image->place, sizeof order);
  return order;
}

void dryad_image_set_order(dryad_image *image, const dryad_attach_order *order)
{
  memcpy(image->bytes + image->place, order, sizeof *order);
}
