/* SPDX-License-Identifier: MIT
 *
 * Why later stages were not reached, in words for the record. */
#ifndef SMTP_SMTP_REASON_H
#define SMTP_SMTP_REASON_H

#include "record/outcome.h"

/* Why nothing follows a reply that did not arrive whole: "the reply to EHLO did not end". `to`: what
 * it would have answered; NULL: it is the greeting. Caller frees. */
char *smtp_reason_failure(const char *to, enum outcome o);

/* Why nothing follows a TLS handshake that ended like this. */
const char *smtp_reason_tls(enum outcome o);

#endif
