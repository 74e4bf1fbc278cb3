/* SPDX-License-Identifier: MIT */
#include <zstd.h>
#include <zstd_errors.h>

#include "base/memory.h"
#include "io/codec.h"

typedef struct coder {
  dryad_codec codec;
  const dryad_allocator *allocator;
  bool between; /* decoding: before the first frame or after one */
  bool any;     /* a whole frame was decoded */
  ZSTD_DCtx *decompress;
  ZSTD_CCtx *compress;
} coder;

static void free_coder(dryad_codec *codec)
{
  coder *c = (coder *)codec;
  ZSTD_freeDCtx(c->decompress);
  ZSTD_freeCCtx(c->compress);
  dryad_free(c->allocator, c, 1, sizeof *c);
}

static coder *coder_new(const dryad_allocator *allocator)
{
  coder *c = dryad_calloc(allocator, 1, sizeof *c);
  if (!c) return NULL;
  c->codec.free = free_coder;
  c->allocator = allocator;
  c->between = true;
  return c;
}

static const char *decode_problem(const coder *c, size_t result)
{
  switch (ZSTD_getErrorCode(result)) {
  case ZSTD_error_checksum_wrong: return "zstd: checksum mismatch";
  case ZSTD_error_memory_allocation: return "zstd: out of memory";
  case ZSTD_error_dictionary_wrong: return "zstd: needs a dictionary";
  default: return c->between && c->any ? "zstd stream is followed by something else" : "zstd stream is corrupt";
  }
}

static bool decode(dryad_codec *codec, dryad_codec_input *input, dryad_codec_output *output, const char **problem)
{
  coder *c = (coder *)codec;
  while (output->left) {
    if (c->between && !input->left) return input->last;
    ZSTD_inBuffer in = {input->next, input->left, 0};
    ZSTD_outBuffer out = {output->next, output->left, 0};
    size_t result = ZSTD_decompressStream(c->decompress, &out, &in);
    input->next += in.pos;
    input->left -= in.pos;
    output->next += out.pos;
    output->left -= out.pos;
    if (ZSTD_isError(result)) {
      *problem = decode_problem(c, result);
      return true;
    }
    c->between = result == 0;
    c->any |= c->between;
    if (!in.pos && !out.pos) {
      if (input->last) *problem = "zstd stream ends too early";
      return input->last;
    }
  }
  return false;
}

dryad_codec *dryad_zstd_decoder_new(const dryad_allocator *allocator)
{
  coder *c = coder_new(allocator);
  if (!c) return NULL;
  c->codec.step = decode;
  c->decompress = ZSTD_createDCtx();
  /* Accepts the output of `zstd --long=31` too; its window takes memory only as far as it is used. */
  if (c->decompress &&
      !ZSTD_isError(ZSTD_DCtx_setParameter(c->decompress, ZSTD_d_windowLogMax, sizeof(void *) == 8 ? 31 : 30)))
    return &c->codec;
  free_coder(&c->codec);
  return NULL;
}

static bool encode(dryad_codec *codec, dryad_codec_input *input, dryad_codec_output *output, const char **problem)
{
  coder *c = (coder *)codec;
  ZSTD_inBuffer in = {input->next, input->left, 0};
  ZSTD_outBuffer out = {output->next, output->left, 0};
  size_t result = ZSTD_compressStream2(c->compress, &out, &in, input->last ? ZSTD_e_end : ZSTD_e_continue);
  input->next += in.pos;
  input->left -= in.pos;
  output->next += out.pos;
  output->left -= out.pos;
  if (!ZSTD_isError(result)) return input->last && result == 0;
  *problem = "zstd cannot compress this";
  return true;
}

dryad_codec *dryad_zstd_encoder_new(const dryad_allocator *allocator)
{
  coder *c = coder_new(allocator);
  if (!c) return NULL;
  c->codec.step = encode;
  c->compress = ZSTD_createCCtx();
  if (c->compress && !ZSTD_isError(ZSTD_CCtx_setParameter(c->compress, ZSTD_c_checksumFlag, 1))) return &c->codec;
  free_coder(&c->codec);
  return NULL;
}
