/* SPDX-License-Identifier: MIT
 *
 * For the files of this folder: the table of changes, and how one is told. */
#ifndef BASELINE_CHANGES_H
#define BASELINE_CHANGES_H

#include "baseline/baseline.h"

enum change {
	CHANGE_MX_ADDED, CHANGE_MX_REMOVED, CHANGE_NULL_MX, CHANGE_ADDRESS_ADDED, CHANGE_ADDRESS_REMOVED,
	CHANGE_NO_ADDRESS, CHANGE_PORT_CLOSED, CHANGE_PORT_OPENED, CHANGE_MODE, CHANGE_TURNED_AWAY,
	CHANGE_WELCOME, CHANGE_STARTTLS_GONE, CHANGE_STARTTLS_CAME, CHANGE_TLS_FAILS, CHANGE_TLS_WORKS,
	CHANGE_TLS_LOWERED, CHANGE_TLS_RAISED, CHANGE_TLS_WEAKER, CHANGE_CERT_NOT_VALID, CHANGE_CERT_VALID,
	CHANGE_ISSUER, CHANGE_CERT_RENEWED, CHANGE_CERT_NAME_DROPPED, CHANGE_AUTH_DROPPED,
	CHANGE_AUTH_ADDED, CHANGE_AUTH_IN_THE_CLEAR, CHANGE_CAPABILITY_DROPPED, CHANGE_CAPABILITY_ADDED,
	CHANGE_SIZE_LOWERED, CHANGE_SIZE_RAISED, CHANGE_TLS_NOT_DEMANDED, CHANGE_COUNT
};

/* Adds the change, unless it was told of the same place already. NULL: nothing before or after. */
void change_add(struct baseline_changes *c, enum change what, const char *where, const char *before,
		const char *after);

/* The same with another severity than the table's. */
void change_add_as(struct baseline_changes *c, enum change what, enum severity severity,
		   const char *where, const char *before, const char *after);

/* Adds that a place could not be compared, once. */
void change_unseen(struct baseline_changes *c, const char *where, const char *why);

/* One endpoint in both records. */
struct pair {
	const struct observation *was_in, *is_in;
	const struct obs_endpoint *was, *is;
};
void baseline_compare_endpoint(struct baseline_changes *c, const struct pair *p);

#endif
