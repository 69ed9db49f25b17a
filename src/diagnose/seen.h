/* SPDX-License-Identifier: MIT
 *
 * How evidence is put into words: times, dates, replies and names, the same in every rule. */
#ifndef DIAGNOSE_SEEN_H
#define DIAGNOSE_SEEN_H

#include "base/buf.h"
#include "record/observation.h"

/* "0.4 ms", "12 ms", "3.1 s" */
void seen_time(struct buf *to, int64_t us);

/* "2026-03-12", UTC */
void seen_date(struct buf *to, int64_t seconds);

/* "2026-03-12 14:05 UTC" */
void seen_moment(struct buf *to, int64_t seconds);

/* The text, cut with "..." between two characters where it is over `most` bytes long. NULL: "". */
void seen_text(struct buf *to, const char *text, size_t most);

/* The reply as the server wrote it, its lines joined by " / "; "no reply" where there is none. */
void seen_reply(struct buf *to, const struct obs_reply *r);

/* What replies broke without becoming unreadable, in plain words: enum reply_flaw. */
void seen_flaws(struct buf *to, unsigned flaws);

/* The command as it was sent ("EHLO [192.0.2.1]"), where the transcript has it, else the words given
 * for it, and " -> ". */
void seen_command(struct buf *to, const struct obs_endpoint *e, const char *words);

/* The names a certificate is for: its SANs, or its subject where it has none. */
void seen_names(struct buf *to, const struct obs_certificate *c);

/* "mx1.example.com:25", "[2001:db8::1]:25": host and port for a person. */
void seen_host_port(struct buf *to, const struct obs_endpoint *e);

/* "TLS 1.3" of the recorded "TLS1.3". */
void seen_tls_version(struct buf *to, const char *version);

/* "the certificate has expired": the gravest thing against it; NULL: nothing is. */
const char *seen_against_certificate(const struct obs_endpoint *e);

#endif
