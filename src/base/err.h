/* SPDX-License-Identifier: MIT
 *
 * What a *local* refusal says to the user: one sentence that names the offending text and
 * what would be right. Remote failures are never errors; they are observations. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

struct err {
	char msg[512];
};

/* Sets the sentence (cut at the buffer's end) and returns false, for `return err_set(...)`. */
_Bool err_set(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
