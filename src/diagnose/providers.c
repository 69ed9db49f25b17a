/* SPDX-License-Identifier: MIT
 *
 * Questions to the table of providers: see providers.h. */
#include "diagnose/providers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "diagnose/host_names.h"

enum { STALE_MONTHS = 24 };

/* Most names differ in their first letter, and strcasecmp() has a price. */
static bool same_host(const char *a, const char *b)
{
	return tolower((unsigned char)*a) == tolower((unsigned char)*b) && strcasecmp(a, b) == 0;
}

const struct provider_mode *provider_of(const char *host)
{
	if (host == NULL)
		return NULL;
	for (const struct provider_mode *p = provider_modes; p->host != NULL; p++)
		if (same_host(p->host, host))
			return p;
	return NULL;
}

const struct provider_mode *provider_mode_at(const char *host, unsigned port)
{
	const struct provider_mode *p = provider_of(host);

	for (; p != NULL && p->host != NULL && same_host(p->host, host); p++)
		if (p->port == port)
			return p;
	return NULL;
}

bool provider_has_name(const struct provider_mode *p, const char *name)
{
	const char *d = p->domains;

	if (host_names_related(p->host, name))
		return true;
	while (*d != '\0') {
		char domain[HOST_NAME_MAX];
		size_t n = strcspn(d, " ");

		if (n < sizeof(domain)) {
			memcpy(domain, d, n);
			domain[n] = '\0';
			if (host_names_related(domain, name))
				return true;
		}
		d += n + (d[n] == ' ');
	}
	return false;
}

bool provider_is_stale(const struct provider_mode *p, int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;
	long year, month;

	if (gmtime_r(&t, &tm) == NULL)
		return true;
	year = strtol(p->read, NULL, 10);
	month = strtol(p->read + 5, NULL, 10);
	return (tm.tm_year + 1900 - year) * 12 + tm.tm_mon + 1 - month > STALE_MONTHS;
}
