/* SPDX-License-Identifier: MIT */
#include "layout.h"

#if !defined(__x86_64__) && !defined(__aarch64__)
#error "the layouts are for x86-64 and aarch64"
#endif

/* Layouts of the same version are adjacent; _Py_DebugOffsets decides between them (layout_detect.h). A debug build has
 * its own table if it differs. tests/python/layout.c checks everything here against Python's headers. */
static const dryad_layout layouts[] = {
    {
        .version = 0x308,
#include "layouts/3.8.h"
    },
    {
        .version = 0x308,
        .debug = true,
#include "layouts/3.8.h"
    },
    {
        .version = 0x309,
#include "layouts/3.9.h"
    },
    {
        .version = 0x309,
        .debug = true,
#include "layouts/3.9.h"
    },
    {
        .version = 0x30A,
#include "layouts/3.10.h"
    },
    {
        .version = 0x30A,
        .debug = true,
#include "layouts/3.10.h"
    },
    {
        .version = 0x30B,
#include "layouts/3.11.h"
    },
    {
        .version = 0x30B,
        .debug = true,
#include "layouts/3.11.h"
    },
    {
        .version = 0x30C,
#include "layouts/3.12.h"
    },
    {
        .version = 0x30C,
        .debug = true,
#include "layouts/3.12.h"
    },
    {
        .version = 0x30D,
#include "layouts/3.13.h"
    },
    {
        .version = 0x30D,
        .debug = true,
#include "layouts/3.13.h"
    },
    {
        .version = 0x30D,
        .free_threaded = true,
#include "layouts/3.13t.h"
    },
    {
        .version = 0x30D,
        .free_threaded = true,
        .debug = true,
#include "layouts/3.13td.h"
    },
    /* Up to 3.14.4, with the collector that 3.14.5 reverted. */
    {
        .version = 0x30E,
#include "layouts/3.14.0.h"
    },
    {
        .version = 0x30E,
        .debug = true,
#include "layouts/3.14.0.h"
    },
    {
        .version = 0x30E,
#include "layouts/3.14.h"
    },
    {
        .version = 0x30E,
        .debug = true,
#include "layouts/3.14.h"
    },
    {
        .version = 0x30E,
        .free_threaded = true,
#include "layouts/3.14t.h"
    },
    {
        .version = 0x30E,
        .free_threaded = true,
        .debug = true,
#include "layouts/3.14td.h"
    },
    {
        .version = 0x30F,
#include "layouts/3.15.h"
    },
    {
        .version = 0x30F,
        .debug = true,
#include "layouts/3.15.h"
    },
    {
        .version = 0x30F,
        .free_threaded = true,
#include "layouts/3.15t.h"
    },
    {
        .version = 0x30F,
        .free_threaded = true,
        .debug = true,
#include "layouts/3.15td.h"
    },
};

const dryad_layout *dryad_layouts_get(size_t index)
{
  return index < sizeof layouts / sizeof *layouts ? &layouts[index] : NULL;
}
