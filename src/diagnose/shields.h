/* SPDX-License-Identifier: MIT
 *
 * Products that open TLS on the way and put a certificate of their own in place of the server's,
 * known by the issuer that they write into it. */
#ifndef DIAGNOSE_SHIELDS_H
#define DIAGNOSE_SHIELDS_H

#include <stdbool.h>

#include "record/observation.h"

struct shield {
	const char *issuer[2];   /* lower case; all of them stand in the issuer */
	const char *product;     /* NULL: ends the table */
	enum shield_place { SHIELD_HERE, SHIELD_NETWORK, SHIELD_DEBUGGER } place;
	/* The words are said of opening TLS and of nothing else. Without this they are the maker's
	 * name, which stands in certificates of its mail gateways as well: see shield_of(). */
	bool says_so;
};

/* The product that made the endpoint's certificate; NULL: none that is known. */
const struct shield *shield_of(const struct obs_endpoint *e);

#endif
