/* SPDX-License-Identifier: MIT
 *
 * Observations built by hand, for tests that judge and print them without a network. Each
 * build_ function adds to an observation that observation_clear() frees; pointers to endpoints
 * are good until the next one is added. */
#ifndef SUPPORT_OBS_BUILD_H
#define SUPPORT_OBS_BUILD_H

#include "record/observation.h"

/* 2026-03-12 12:00:00 UTC; certificates are valid from a month before to two months after. */
#define BUILD_NOW INT64_C(1773316800)

void build_set(char **field, const char *text);            /* replaces the string */

void build_target(struct observation *o, enum target_kind kind, const char *name);
struct obs_query *build_query(struct observation *o, const char *name, const char *type,
			      enum dns_rcode rcode, const char *answer);
struct obs_mail_host *build_host(struct observation *o, const char *name, const char *address,
				 enum mail_host_source source);

/* Connected in 12 ms; nothing more is known. */
struct obs_endpoint *build_endpoint(struct observation *o, const char *host, const char *address,
				    unsigned port);
void build_connect(struct obs_endpoint *e, enum outcome outcome, const char *error, int64_t us);

/* Replaces a reply by one of these lines ('\n' between them); the code is that of the first. */
void build_reply(struct obs_reply *r, enum outcome outcome, const char *lines, int64_t us);

/* A dialogue in the clear up to a good EHLO reply with these capabilities ("AUTH PLAIN\nSIZE"). */
void build_plaintext(struct obs_endpoint *e, const char *capabilities);
/* The same with STARTTLS, TLS 1.3, a verified certificate, and log-in inside of it. */
void build_starttls(struct obs_endpoint *e);
void build_implicit_tls(struct obs_endpoint *e);
void build_tls(struct obs_endpoint *e, const char *name);
void build_capabilities(struct obs_ehlo *e, const char *capabilities);

/* A host with 25, 465 and 587, all well: the start of most rows. */
void build_healthy_host(struct observation *o);
/* A domain with two MX hosts that answer on 25 only. */
void build_healthy_domain(struct observation *o);

/* The endpoint with that port (of the first host that has it); never NULL. */
struct obs_endpoint *build_at(struct observation *o, unsigned port);

/* Takes what follows the connect away, as if it had not been reached. */
void build_forget(struct obs_endpoint *e);

#endif
