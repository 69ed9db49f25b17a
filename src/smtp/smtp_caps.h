/* SPDX-License-Identifier: MIT
 *
 * What an EHLO reply says about the server's extensions (RFC 5321 4.1.1.1), whatever letter
 * case, order and spelling it uses. Works on the recorded lines, so that it needs nothing that
 * the record does not hold. */
#ifndef SMTP_SMTP_CAPS_H
#define SMTP_SMTP_CAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "record/observation.h"

/* Fills e->caps from e->reply.lines. The first line is the server's domain. A keyword that
 * stands on several lines becomes one, its parameters joined without repetition; the legacy
 * "AUTH=" is AUTH. A keyword outside of the ehlo-keyword syntax is kept, in upper case. */
void smtp_caps_decode(struct obs_ehlo *e);

/* The limit that SIZE announces (RFC 1870): true with *octets 0 for "no fixed limit". False:
 * not announced, announced without a number (which says nothing), or with garbage for one: the
 * parameter itself stays in the record. A number beyond int64_t counts as the largest. */
bool smtp_caps_size(const struct obs_ehlo *e, int64_t *octets);

#endif
