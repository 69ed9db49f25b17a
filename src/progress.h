/* SPDX-License-Identifier: MIT
 *
 * While probes run and standard error is a terminal: one line a probe, what it waits for and
 * for how long. Nothing of it is left on the screen, and a pipe never sees any. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <uv.h>

#include "probe/target_probe.h"

struct progress;

/* NULL where standard error is no terminal. each() calls fn for every probe under way. The lock is held
 * while the screen is written to, each() included. */
typedef void each_waiting_fn(void *arg, waiting_fn *fn, void *to);
struct progress *progress_new(uv_loop_t *loop, uv_mutex_t *lock, each_waiting_fn *each, void *arg);

/* Takes the lines off the screen, before anything else is written there. With the lock held, from any
 * thread. */
void progress_hide(struct progress *p);

void progress_free(struct progress *p);

#endif
