/* SPDX-License-Identifier: MIT */
/* Names and values as JSON: ASCII, with an escape for everything else, lone surrogates too. */
#ifndef DRYAD_SCANNER_TEXT_H
#define DRYAD_SCANNER_TEXT_H

#include "objects.h"
#include "privacy.h"
#include "sink.h"

/* The most bytes that dryad_text_quote writes for a C string of that length. */
size_t dryad_text_bound(size_t length);

/* Writes a UTF-8 C string at `end` as a JSON string; returns its end. */
char *dryad_text_quote(char *end, const char *text);

/* Writes a JSON string: of a str, and of a UTF-8 C string (other bytes become lone surrogates). `null` for an object
 * without readable characters. */
void dryad_text_put_string(dryad_sink *sink, PyObject *text);
void dryad_text_put_c_string(dryad_sink *sink, const char *text);

/* The same for a C string that is as private as the value of a str: whole whatever its length, hashed, or empty. */
void dryad_text_put_private(dryad_sink *sink, const dryad_privacy *privacy, const char *text);

/* Writes `, "NAME": VALUE`, or nothing if there is no value. */
void dryad_text_put_name(dryad_sink *sink, const char *name, PyObject *text);
void dryad_text_put_qualified(dryad_sink *sink, const char *name, PyObject *module,
                              PyObject *text); /* joined by a dot */
void dryad_text_put_c_name(dryad_sink *sink, const char *name, const char *text);
void dryad_text_put_str(dryad_sink *sink, const dryad_privacy *privacy, PyObject *text);
void dryad_text_put_bytes(dryad_sink *sink, const dryad_privacy *privacy, PyObject *bytes);
void dryad_text_put_int(dryad_sink *sink, const dryad_privacy *privacy, PyObject *integer);
void dryad_text_put_bool(dryad_sink *sink, const dryad_privacy *privacy, bool value);
void dryad_text_put_float(dryad_sink *sink, const dryad_privacy *privacy, double value);

#endif
