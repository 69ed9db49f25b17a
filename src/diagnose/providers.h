/* SPDX-License-Identifier: MIT
 *
 * What large providers publish about their submission hosts. The facts are rows of
 * providers_table.c, each with the day it was read and where; they say what is recommended, not
 * all that answers, and they grow old: no conclusion from them is ever certain. */
#ifndef DIAGNOSE_PROVIDERS_H
#define DIAGNOSE_PROVIDERS_H

#include <stdbool.h>
#include <stdint.h>

struct provider_mode {
	const char *host;        /* submission host, lower case; a row for each port */
	unsigned port;
	enum provider_tls { PROVIDER_IMPLICIT_TLS, PROVIDER_STARTTLS, PROVIDER_PLAINTEXT } tls;
	const char *domains;     /* of its users, the first few, parted by blanks */
	const char *read;        /* "2026-03-12" */
	const char *source;
};

/* Ends with a row without host; the rows of a host stand together. */
extern const struct provider_mode provider_modes[];

/* The first row of the host; NULL: it is not known. */
const struct provider_mode *provider_of(const char *host);

/* The row of the host and port; NULL: nothing is published about it. */
const struct provider_mode *provider_mode_at(const char *host, unsigned port);

/* Is the name one of the provider's, as far as the table knows: of its host's or of its users'
 * domains? */
bool provider_has_name(const struct provider_mode *p, const char *name);

/* Was the fact read so long before that day (seconds since 1970) that it may have changed? */
bool provider_is_stale(const struct provider_mode *p, int64_t at);

#endif
