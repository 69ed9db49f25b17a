/* SPDX-License-Identifier: MIT
 *
 * Reads one SMTP reply (RFC 5321 4.2) from bytes as they arrive: strict about what a reply is,
 * bounded in what it holds, and exact about what was wrong. The result depends on the bytes
 * alone, never on how they were split.
 *
 * What it decides where servers leave the grammar:
 * - The code must be three digits of 200 to 559 (Reply-code: %x32-35 %x30-35 %x30-39), and a
 *   fourth digit makes it no code: BAD. Where one of the first three bytes is a control
 *   character or eight-bit, it is BAD at that byte: a binary protocol may never end a line.
 * - "250" alone is a final line (RFC 5321 4.2.1), so is one that ends in a bare LF.
 * - Lines with different codes: the last line's code is the reply's, because a client may skip
 *   all lines before it (4.2.1); FLAW_CODE_CHANGED.
 * - Neither "-" nor " " after the code ("220_text", "250STARTTLS"): FLAW_NO_SEPARATOR, and it
 *   ends the reply. Only "-" promises another line, and waiting for one that nobody promised
 *   would end in a timeout that hides the fault. */
#ifndef SMTP_SMTP_REPLY_H
#define SMTP_SMTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/strlist.h"
#include "record/observation.h"

enum smtp_parse {
	SMTP_PARSE_MORE,        /* not complete yet */
	SMTP_PARSE_DONE,
	SMTP_PARSE_BAD,         /* not a reply; the last of `lines` shows why */
	SMTP_PARSE_TOO_LONG     /* a line or the reply goes on beyond LIMIT_REPLY_LINE(S) */
};

struct smtp_reply {
	int code;               /* of the last well-formed line; final only after DONE */
	unsigned flaws;         /* enum reply_flaw */
	size_t well_formed;     /* lines that began with a reply code */
	struct strlist lines;   /* complete lines, printable, without their ends */
	struct buf line;        /* the wire bytes of the line under way */
	bool held_cr;           /* a CR came last: the end of a line, or a bare one */
};

void smtp_reply_init(struct smtp_reply *r);
void smtp_reply_clear(struct smtp_reply *r);     /* frees; as initialised then */

/* Feeds bytes as they arrive. *used is how many the reply took: all of them for MORE; for
 * the others what is left over is the caller's. After anything but MORE nothing more
 * is fed. */
enum smtp_parse smtp_reply_feed(struct smtp_reply *r, const char *bytes, size_t n, size_t *used);

/* Bytes that stand behind a BAD one in the same line, for the sake of the evidence: takes them
 * into the unfinished line, and returns how many, the line's end included. */
size_t smtp_reply_add_evidence(struct smtp_reply *r, const char *bytes, size_t n);

/* Can the unfinished line still be one of a reply? */
bool smtp_reply_possible(const struct smtp_reply *r);

/* Where a complete line with the code 421 begins, or n. */
size_t smtp_reply_find_421(const char *bytes, size_t n);

/* No more will come of this reply: what is held of an unfinished line becomes the last of
 * `lines`. */
void smtp_reply_end(struct smtp_reply *r);

#endif
