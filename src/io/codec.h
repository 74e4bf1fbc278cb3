/* SPDX-License-Identifier: MIT */
/* Compressing and decompressing byte by byte or block by block, whatever the format. */
#ifndef DRYAD_IO_CODEC_H
#define DRYAD_IO_CODEC_H

#include "dryad.h"

/* Input: `left` bytes at `next`. With `last`, no more will follow. */
typedef struct dryad_codec_input {
  const unsigned char *next;
  size_t left;
  bool last;
} dryad_codec_input;

/* Output: room for `left` bytes at `next`. */
typedef struct dryad_codec_output {
  unsigned char *next;
  size_t left;
} dryad_codec_output;

/* A decoder or an encoder. A step consumes input and fills output until one of them is used up, or until it is done
   (true): all output is written, or the rest of the input cannot be decoded, which *problem explains (a static string;
   it stays NULL at a proper end). */
typedef struct dryad_codec {
  bool (*step)(struct dryad_codec *codec, dryad_codec_input *input, dryad_codec_output *output, const char **problem);
  void (*free)(struct dryad_codec *codec);
} dryad_codec;

/* NULL: no memory. Decoders treat several members or frames in a row as one stream. */
dryad_codec *dryad_gzip_decoder_new(const dryad_allocator *allocator);
dryad_codec *dryad_gzip_encoder_new(const dryad_allocator *allocator);
dryad_codec *dryad_zstd_decoder_new(const dryad_allocator *allocator);
dryad_codec *dryad_zstd_encoder_new(const dryad_allocator *allocator);

#endif
