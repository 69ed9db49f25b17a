/* SPDX-License-Identifier: MIT
 *
 * Names that a server gives itself, in its greeting and in its certificate, and whether two names
 * look as if they had one owner. Without a list of public suffixes that is a guess, and what
 * cannot be told counts as related: these questions lead to suspicions, never to more. */
#ifndef DIAGNOSE_HOST_NAMES_H
#define DIAGNOSE_HOST_NAMES_H

#include "record/observation.h"

enum { HOST_NAME_MAX = 254 };

/* A name with two labels or more, and no address? "*.example.com" is one as well. */
bool host_name_is(const char *name);

/* Do both end in the same domain as one registers it: "example.com", "example.co.uk"? True where
 * one of them is no such name. */
bool host_names_related(const char *a, const char *b);

/* The host name that a greeting or an EHLO reply begins with (RFC 5321 4.2); false: none. */
bool host_name_of_reply(const struct obs_reply *r, char name[HOST_NAME_MAX]);

/* Does the test hold for any name of the certificate, its SANs or else its common name? `with` is
 * handed through. False without a name. */
bool host_name_in_certificate(const struct obs_certificate *c,
			      bool (*test)(const char *name, const void *with), const void *with);

/* Has the certificate a host name, and is none of its names related to this one? */
bool host_name_foreign(const struct obs_certificate *c, const char *name);

#endif
