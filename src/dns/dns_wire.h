/* SPDX-License-Identifier: MIT
 *
 * The octets of a DNS message: a cursor that never reads past its end, and names. A broken rule
 * sticks: every later read gives zeros, so that a row of reads needs one check at its end.
 *
 * A compression pointer must point before the labels that it ends (RFC 1035 4.1.4: "a prior
 * occurrence"), so that no loop is possible. */
#ifndef DNS_DNS_WIRE_H
#define DNS_DNS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	DNS_HEADER_SIZE = 12,
	DNS_NAME_OCTETS = 255          /* RFC 1035 3.1 */
};

struct dns_name {
	uint8_t octets[DNS_NAME_OCTETS];       /* uncompressed, lower case, with the root's 0 */
	size_t len;                            /* 0: no name could be read */
};

struct dns_cursor {
	const uint8_t *message;
	size_t size;           /* of the whole message: where pointers may lead */
	size_t at, end;        /* what is left of the part being read */
	const char *flaw;      /* the first rule that was broken; NULL: none */
};

extern const char dns_cut_off[];       /* the commonest flaw: "the message breaks off" */

/* Notes a flaw, unless there is one, and ends the cursor. */
void dns_flaw(struct dns_cursor *c, const char *flaw);

unsigned dns_read_u8(struct dns_cursor *c);
uint16_t dns_read_u16(struct dns_cursor *c);
uint32_t dns_read_u32(struct dns_cursor *c);
void dns_read_name(struct dns_cursor *c, struct dns_name *n);

bool dns_name_equal(const struct dns_name *a, const struct dns_name *b);

/* From the text that dns_message.h describes; false where it is no name. */
bool dns_name_encode(struct dns_name *n, const char *text);

/* As that text; the caller frees. */
char *dns_name_text(const struct dns_name *n);

/* One octet of RFC 1035 5.1 text: itself where it is visible or one of `plain`, with a backslash
 * where it is `quoted`, else \DDD. Backslash itself goes as \092, so that a backslash in the text
 * is always followed by a digit or by `quoted`. */
void dns_add_octet(struct buf *b, uint8_t octet, const char *plain, char quoted);

#endif
