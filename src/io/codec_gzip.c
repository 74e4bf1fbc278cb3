/* SPDX-License-Identifier: MIT */
#include <isa-l/igzip_lib.h>

#include "base/memory.h"
#include "io/codec.h"

static uint32_t at_most_32_bits(size_t count) { return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX; }

/* ---- decoding ---- */

enum { MAGIC = 0x1f }; /* the first byte of a member */

typedef struct decoder {
  dryad_codec codec;
  const dryad_allocator *allocator;
  bool between; /* members: before the first one or after one */
  bool any;     /* a whole member was decoded */
  struct inflate_state state;
} decoder;

static const char *inflate_problem(const decoder *d, int result)
{
  if (result == ISAL_INCORRECT_CHECKSUM) return "gzip: checksum mismatch";
  if (result == ISAL_INVALID_WRAPPER && d->any) return "gzip stream is followed by something else";
  return "gzip stream is corrupt";
}

/* Runs the library; returns whether it made any progress. */
static bool inflate(decoder *d, dryad_codec_input *input, dryad_codec_output *output, int *result)
{
  uint32_t taken = at_most_32_bits(input->left), room = at_most_32_bits(output->left);
  d->state.next_in = (uint8_t *)(uintptr_t)input->next;
  d->state.avail_in = taken;
  d->state.next_out = output->next;
  d->state.avail_out = room;
  *result = isal_inflate(&d->state);
  taken -= d->state.avail_in;
  room -= d->state.avail_out;
  input->next += taken;
  input->left -= taken;
  output->next += room;
  output->left -= room;
  return taken || room;
}

static bool decode(dryad_codec *codec, dryad_codec_input *input, dryad_codec_output *output, const char **problem)
{
  decoder *d = (decoder *)codec;
  while (output->left) {
    if (d->between) {
      /* Zero padding, as on tapes, is not an error. */
      while (d->any && input->left && !*input->next) input->next++, input->left--;
      if (!input->left) return input->last;
      if (d->any && *input->next != MAGIC) {
        *problem = "gzip stream is followed by something else";
        return true;
      }
      isal_inflate_reset(&d->state);
      d->between = false;
    }
    int result;
    bool moved = inflate(d, input, output, &result);
    if (result < 0) {
      *problem = inflate_problem(d, result);
      return true;
    }
    if (d->state.block_state == ISAL_BLOCK_FINISH) {
      d->between = d->any = true;
    } else if (!moved) {
      if (input->last) *problem = "gzip stream ends too early";
      return input->last;
    }
  }
  return false;
}

static void free_decoder(dryad_codec *codec)
{
  decoder *d = (decoder *)codec;
  dryad_free(d->allocator, d, 1, sizeof *d);
}

dryad_codec *dryad_gzip_decoder_new(const dryad_allocator *allocator)
{
  decoder *d = dryad_alloc(allocator, 1, sizeof *d);
  if (!d) return NULL;
  d->codec = (dryad_codec){decode, free_decoder};
  d->allocator = allocator;
  d->between = true;
  d->any = false;
  isal_inflate_init(&d->state);
  d->state.crc_flag = ISAL_GZIP;
  return &d->codec;
}

/* ---- encoding ---- */

typedef struct encoder {
  dryad_codec codec;
  const dryad_allocator *allocator;
  struct isal_zstream stream;
  uint8_t level[ISAL_DEF_LVL3_DEFAULT];
} encoder;

static bool encode(dryad_codec *codec, dryad_codec_input *input, dryad_codec_output *output, const char **problem)
{
  encoder *e = (encoder *)codec;
  uint32_t taken = at_most_32_bits(input->left), room = at_most_32_bits(output->left);
  e->stream.next_in = (uint8_t *)(uintptr_t)input->next;
  e->stream.avail_in = taken;
  e->stream.end_of_stream = input->last && taken == input->left;
  e->stream.next_out = output->next;
  e->stream.avail_out = room;
  if (isal_deflate(&e->stream) != COMP_OK) {
    *problem = "gzip cannot compress this";
    return true;
  }
  taken -= e->stream.avail_in;
  room -= e->stream.avail_out;
  input->next += taken;
  input->left -= taken;
  output->next += room;
  output->left -= room;
  return e->stream.internal_state.state == ZSTATE_END;
}

static void free_encoder(dryad_codec *codec)
{
  encoder *e = (encoder *)codec;
  dryad_free(e->allocator, e, 1, sizeof *e);
}

dryad_codec *dryad_gzip_encoder_new(const dryad_allocator *allocator)
{
  encoder *e = dryad_calloc(allocator, 1, sizeof *e);
  if (!e) return NULL;
  e->codec = (dryad_codec){encode, free_encoder};
  e->allocator = allocator;
  isal_deflate_init(&e->stream);
  e->stream.gzip_flag = IGZIP_GZIP;
  e->stream.level = 3;
  e->stream.level_buf = e->level;
  e->stream.level_buf_size = sizeof e->level;
  return &e->codec;
}
