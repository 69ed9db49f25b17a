/* SPDX-License-Identifier: MIT
 *
 * What a message of so many bytes comes to when it is sent: SIZE (RFC 1870 5) counts it as it goes
 * over the wire, and an attachment goes there as base64 (RFC 2045 6.8). */
#ifndef RECORD_MESSAGE_SIZE_H
#define RECORD_MESSAGE_SIZE_H

#include <stdint.h>

struct message_size {
	int64_t plain;       /* before encoding */
	int64_t base64;      /* four characters for three bytes */
	int64_t line_ends;   /* CRLF behind every 76 of them */
	int64_t headers;     /* an allowance for header fields and MIME boundaries */
	int64_t wire;        /* all of it: the n of MAIL FROM:<> SIZE=n */
};

/* Sizes that no mail server knows (an exbibyte and more) are cut down to that. */
struct message_size message_size(int64_t plain);

#endif
