/* SPDX-License-Identifier: MIT */
/* The frames of a stopped thread, by the DWARF call frame information in the target's memory (.eh_frame_hdr and
 * .eh_frame). Nothing is guessed: where the tables are missing or make no sense, unwinding ends as unknown. */
#ifndef DRYAD_ATTACH_UNWIND_H
#define DRYAD_ATTACH_UNWIND_H

#include "attach/elf_objects.h"
#include "attach/registers.h"

enum {
  DRYAD_FRAMES_MAX = 512,          /* the most frames that are kept */
  DRYAD_FRAMES_VISITED_MAX = 65536 /* Python before 3.11 has three or more C frames for each of its own */
};

typedef enum dryad_unwind_end {
  DRYAD_UNWIND_BASE,    /* the outermost frame: _start, or the start of a thread */
  DRYAD_UNWIND_NO_TEXT, /* code that belongs to no object, such as a JIT compiler's */
  DRYAD_UNWIND_NO_FDE,  /* the object has no tables for the code */
  DRYAD_UNWIND_DAMAGED, /* the tables or the stack cannot be read or make no sense */
  DRYAD_UNWIND_DEEP,    /* too many frames */
  DRYAD_UNWIND_LEFT     /* the visitor has seen enough */
} dryad_unwind_end;

typedef struct dryad_frame {
  uint64_t pc;    /* the next instruction in frame 0 and interrupted frames; in others the return address */
  uint64_t sp;    /* stack pointer at pc */
  bool is_exact;  /* pc is the next instruction, not a return address: frame 0, and interrupted frames */
  bool is_signal; /* the kernel's frame for a signal handler */
} dryad_frame;

/* Called with every frame, innermost first, at most DRYAD_FRAMES_VISITED_MAX; returns false to stop. */
typedef bool dryad_frame_visit(void *context, const dryad_frame *frame);

/* Uses 128 KiB of its own stack, and reads some hundred bytes a frame, fewer if frames repeat. */
dryad_unwind_end dryad_unwind_each(dryad_target_memory *memory, const dryad_elf_objects *objects,
                                   const dryad_registers *registers, dryad_frame_visit *visit, void *context);

typedef struct dryad_stack {
  dryad_frame frames[DRYAD_FRAMES_MAX]; /* innermost first */
  unsigned count;                       /* at least 1 */
  dryad_unwind_end end;                 /* DRYAD_UNWIND_DEEP: there are more */
} dryad_stack;

void dryad_unwind(dryad_stack *stack, dryad_target_memory *memory, const dryad_elf_objects *objects,
                  const dryad_registers *registers);

/* Ends a sentence that begins with "its stack ": "contains code of no library". */
const char *dryad_unwind_text(dryad_unwind_end end);

#endif
