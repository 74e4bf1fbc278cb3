/* SPDX-License-Identifier: MIT */
/* The helper's messages to the program that started it, over a socket that preserves message boundaries.
 *
 * The traced process may have taken over the helper, so the receiver trusts nothing: it checks lengths and the ends of
 * texts, and gives up at anything unexpected. */
#ifndef DRYAD_ATTACH_MESSAGE_H
#define DRYAD_ATTACH_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dryad_message_kind {
  DRYAD_MESSAGE_PIPES = 1, /* carries the ends of the two pipes */
  DRYAD_MESSAGE_STARTED,   /* the library runs: the last message */
  DRYAD_MESSAGE_REFUSED,   /* a sentence for the user: the last message */
  DRYAD_MESSAGE_NOTE       /* a decision about a thread, if decisions are traced */
} dryad_message_kind;

enum { DRYAD_MESSAGE_TEXT = 480, DRYAD_MESSAGE_PIPES_SENT = 2 };

typedef struct dryad_message {
  uint32_t kind;     /* dryad_message_kind */
  uint32_t attempts; /* threads that were examined */
  uint64_t held;     /* nanoseconds in total that threads were held */
  char text[DRYAD_MESSAGE_TEXT];
} dryad_message;
_Static_assert(offsetof(dryad_message, held) == 8 && offsetof(dryad_message, text) == 16 &&
                   sizeof(dryad_message) == 16 + DRYAD_MESSAGE_TEXT,
               "a message has no padding, so that it leaks none of the helper's memory");

/* `pipes`: descriptors to send along, or NULL. False: nobody listens any more. */
bool dryad_message_send(int socket, const dryad_message *message, const int pipes[DRYAD_MESSAGE_PIPES_SENT]);

typedef enum dryad_received {
  DRYAD_RECEIVED,
  DRYAD_RECEIVED_NOTHING,
  DRYAD_RECEIVED_END,
  DRYAD_RECEIVED_NONSENSE
} dryad_received;

/* Does not wait. Sets `pipes` only for DRYAD_MESSAGE_PIPES; the caller then closes them. */
dryad_received dryad_message_receive(int socket, dryad_message *message, int pipes[DRYAD_MESSAGE_PIPES_SENT]);

#endif
