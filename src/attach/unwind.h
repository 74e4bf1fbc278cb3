/* SPDX-License-Identifier: MIT */
/* The frames of a thread that stands still, by the DWARF call frame information in the target's memory (.eh_frame_hdr
 * and .eh_frame). Nothing is guessed: where the tables say nothing, or nonsense, unwinding ends as unknown. */
#ifndef DRYAD_ATTACH_UNWIND_H
#define DRYAD_ATTACH_UNWIND_H

#include "attach/elf_objects.h"
#include "attach/registers.h"

enum {
  DRYAD_FRAMES_MAX = 512,          /* frames that are kept */
  DRYAD_FRAMES_VISITED_MAX = 65536 /* Python before 3.11 has three or more C frames for each of its own */
};

typedef enum dryad_unwind_end {
  DRYAD_UNWIND_BASE,    /* the outermost frame was reached: _start, or where a thread begins */
  DRYAD_UNWIND_NO_TEXT, /* code that belongs to no object, as that of a JIT compiler */
  DRYAD_UNWIND_NO_FDE,  /* an object says nothing about the code */
  DRYAD_UNWIND_DAMAGED, /* tables, or a stack, that cannot be read or make no sense */
  DRYAD_UNWIND_DEEP,    /* more frames than are looked at */
  DRYAD_UNWIND_LEFT     /* the visitor has seen enough */
} dryad_unwind_end;

typedef struct dryad_frame {
  uint64_t pc;    /* in frame 0 the next instruction; in others the return address, but for interrupted ones */
  uint64_t sp;    /* stack pointer at pc */
  bool is_exact;  /* pc is the next instruction and no return address: frame 0, and what a signal interrupted */
  bool is_signal; /* the frame that the kernel made for a signal handler */
} dryad_frame;

/* Called with every frame, the innermost first, at most DRYAD_FRAMES_VISITED_MAX; false: enough. */
typedef bool dryad_frame_visit(void *context, const dryad_frame *frame);

/* Takes 128 KiB of its own stack, and reads some hundred bytes for a frame, less where frames are alike. */
dryad_unwind_end dryad_unwind_each(dryad_target_memory *memory, const dryad_elf_objects *objects,
                                   const dryad_registers *registers, dryad_frame_visit *visit, void *context);

typedef struct dryad_stack {
  dryad_frame frames[DRYAD_FRAMES_MAX]; /* innermost first */
  unsigned count;                       /* at least 1 */
  dryad_unwind_end end;                 /* DRYAD_UNWIND_DEEP: there are more */
} dryad_stack;

void dryad_unwind(dryad_stack *stack, dryad_target_memory *memory, const dryad_elf_objects *objects,
                  const dryad_registers *registers);

/* Ends a sentence that begins with "its stack ": "has code of no library on it". */
const char *dryad_unwind_text(dryad_unwind_end end);

#endif
