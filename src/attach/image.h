/* SPDX-License-Identifier: MIT */
/* The bytes of the library to load into a process, and the order in them (src/scanner/attach.h). */
#ifndef DRYAD_ATTACH_IMAGE_H
#define DRYAD_ATTACH_IMAGE_H

#include "dryad.h"
#include "scanner/attach.h"

typedef struct dryad_image {
  unsigned char *bytes;
  size_t size, place; /* of the whole, and the offset of the order */
} dryad_image;

/* DRYAD_IO or DRYAD_FORMAT, with the path: the file cannot be read or is not that library. */
dryad_status dryad_image_read(dryad_image *image, const char *path, dryad_error *error);
void dryad_image_deinit(dryad_image *image);

dryad_attach_order dryad_image_order(const dryad_image *image);
void dryad_image_set_order(dryad_image *image, const dryad_attach_order *order);

#endif
