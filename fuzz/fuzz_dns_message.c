/* SPDX-License-Identifier: MIT
 *
 * An answer to the question for example.test (the first byte chooses the type) is either refused
 * with a reason or decoded into printable ASCII, within our limits; every name that it gives can
 * be asked for in turn. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "dns/dns_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_printable(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			abort();
}

static void must_be_a_name(const char *name)
{
	uint8_t query[DNS_QUERY_MAX];

	must_be_printable(name);
	if (dns_query_build(query, sizeof query, 1, name, DNS_TYPE_A, true) == 0)
		abort();
}

static void must_be_sound(const struct dns_answer *a)
{
	if (a->cname.count > LIMIT_CNAMES || (dns_answer_rcode(a) == DNS_NOERROR && a->count == 0))
		abort();
	for (size_t i = 0; i < a->cname.count; i++)
		must_be_a_name(a->cname.item[i]);
	for (size_t i = 0; i < a->count; i++) {
		must_be_printable(a->records[i].text);
		if (a->records[i].name != NULL && a->flaw == NULL)
			must_be_a_name(a->records[i].name);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t types[] = { DNS_TYPE_MX, DNS_TYPE_A, DNS_TYPE_AAAA, DNS_TYPE_CNAME,
					  DNS_TYPE_SRV, DNS_TYPE_TXT, DNS_TYPE_TLSA, 99 };
	struct dns_answer a;
	struct obs_query q = { 0 };
	bool ok;

	if (size == 0)
		return 0;
	ok = dns_answer_parse(&a, data + 1, size - 1, "example.test", types[data[0] % COUNT(types)]);
	if (ok != (a.flaw == NULL) || ok != (dns_answer_rcode(&a) != DNS_MALFORMED || a.cname_loop))
		abort();
	must_be_sound(&a);
	dns_answer_record(&a, &q);
	strlist_clear(&q.cname);
	strlist_clear(&q.answers);
	dns_answer_clear(&a);
	return 0;
}
