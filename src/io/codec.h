/* SPDX-License-Identifier: MIT */
/* Compressing and decompressing byte by byte or block by block, whatever the format. */
#ifndef DRYAD_IO_CODEC_H
#define DRYAD_IO_CODEC_H

#include "dryad.h"

/* Bytes to be taken: `left` of them at `next`. With `last` no more will follow. */
typedef struct dryad_codec_input {
  const unsigned char *next;
  size_t left;
  bool last;
} dryad_codec_input;

/* Room to be filled: `left` bytes at `next`. */
typedef struct dryad_codec_output {
  unsigned char *next;
  size_t left;
} dryad_codec_output;

/* A decoder or an encoder. A step takes of the input and fills the output until one of them is used up,
   or until it is done (true): everything is written, or no more can be made of the input, which
   *problem explains (a static string; it stays NULL at a proper end). */
typedef struct dryad_codec {
  bool (*step)(struct dryad_codec *codec, dryad_codec_input *input, dryad_codec_output *output, const char **problem);
  void (*free)(struct dryad_codec *codec);
} dryad_codec;

/* NULL: no memory. Decoders take several members or frames in a row as one stream. */
dryad_codec *dryad_gzip_decoder_new(const dryad_allocator *allocator);
dryad_codec *dryad_gzip_encoder_new(const dryad_allocator *allocator);
dryad_codec *dryad_zstd_decoder_new(const dryad_allocator *allocator);
dryad_codec *dryad_zstd_encoder_new(const dryad_allocator *allocator);

#endif
