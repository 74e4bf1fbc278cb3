/* SPDX-License-Identifier: MIT */
#include "compressor.h"

#ifdef DRYAD_SINK_UNCOMPRESSED

bool dryad_compressor_init(dryad_sink *sink)
{
  (void)sink;
  return false;
}

void dryad_compressor_flush(dryad_sink *sink, bool last)
{
  (void)sink;
  (void)last;
}

#else

#include <errno.h>
#include <zlib.h>
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

/* Fast compression: the program is paused in the meantime. */
enum { COMPRESSED_SIZE = 256 * 1024, GZIP_LEVEL = 1, ZSTD_LEVEL = 1, GZIP_WINDOW = 15 + 16 };

/* ---- setting up: all memory comes from the sink's pool */

static void *allocate(void *pool, unsigned count, unsigned size)
{
  return dryad_pool_alloc(pool, (size_t)count * size);
}

static void *allocate_size(void *pool, size_t size) { return dryad_pool_alloc(pool, size); }

static void release(void *pool, void *piece)
{
  (void)pool;
  (void)piece;
}

static bool init_gzip(dryad_sink *sink)
{
  z_stream *stream = dryad_pool_alloc(&sink->pool, sizeof *stream);
  if (stream == NULL) return false;
  stream->zalloc = allocate;
  stream->zfree = release;
  stream->opaque = &sink->pool;
  sink->compressor = stream;
  return deflateInit2(stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) == Z_OK;
}

static bool init_zstd(dryad_sink *sink)
{
  ZSTD_customMem memory = {allocate_size, release, &sink->pool};
  sink->compressor = ZSTD_createCCtx_advanced(memory);
  return sink->compressor != NULL &&
         !ZSTD_isError(ZSTD_CCtx_setParameter(sink->compressor, ZSTD_c_compressionLevel, ZSTD_LEVEL)) &&
         !ZSTD_isError(ZSTD_CCtx_setParameter(sink->compressor, ZSTD_c_checksumFlag, 1));
}

bool dryad_compressor_init(dryad_sink *sink)
{
  sink->compressed = dryad_pool_alloc(&sink->pool, COMPRESSED_SIZE);
  if (sink->compressed == NULL) return false;
  return sink->compression == DRYAD_COMPRESSION_GZIP ? init_gzip(sink) : init_zstd(sink);
}

/* ---- compression */

static void compress_gzip(dryad_sink *sink, bool last)
{
  z_stream *stream = sink->compressor;
  stream->next_in = (Bytef *)sink->buffer;
  stream->avail_in = (uInt)sink->used;
  do {
    stream->next_out = (Bytef *)sink->compressed;
    stream->avail_out = COMPRESSED_SIZE;
    deflate(stream, last ? Z_FINISH : Z_NO_FLUSH);
    dryad_sink_write(sink, sink->compressed, COMPRESSED_SIZE - stream->avail_out);
  } while (stream->avail_out == 0 && sink->error == 0);
}

static void compress_zstd(dryad_sink *sink, bool last)
{
  ZSTD_inBuffer in = {sink->buffer, sink->used, 0};
  size_t left;
  do {
    ZSTD_outBuffer out = {sink->compressed, COMPRESSED_SIZE, 0};
    left = ZSTD_compressStream2(sink->compressor, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left)) sink->error = ENOMEM;
    dryad_sink_write(sink, sink->compressed, out.pos);
  } while (sink->error == 0 && (last ? left > 0 : in.pos < in.size));
}

void dryad_compressor_flush(dryad_sink *sink, bool last)
{
  if (sink->compression == DRYAD_COMPRESSION_GZIP)
    compress_gzip(sink, last);
  else
    compress_zstd(sink, last);
}

#endif
