/* SPDX-License-Identifier: MIT
 *
 * DNS messages (RFC 1035 4) as bytes: one question out, one answer in. No sockets, no c-ares.
 *
 * Names appear in lower-case presentation form without the final dot; the root is ".". A dot
 * inside a label is "\.", every other octet that is not plain is "\DDD" (RFC 1035 5.1, RFC 4343
 * 2.1), the backslash too, so the text is printable ASCII and its octets are recoverable. */
#ifndef DNS_DNS_MESSAGE_H
#define DNS_DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strlist.h"
#include "record/observation.h"

enum dns_type {
	DNS_TYPE_A = 1,
	DNS_TYPE_NS = 2,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_SOA = 6,
	DNS_TYPE_MX = 15,
	DNS_TYPE_TXT = 16,
	DNS_TYPE_AAAA = 28,
	DNS_TYPE_SRV = 33,
	DNS_TYPE_OPT = 41,
	DNS_TYPE_TLSA = 52
};

/* Room for any question: header, a name of 255 octets, type and class, the OPT record. */
#define DNS_QUERY_MAX (12 + 255 + 4 + 11)

struct dns_record {
	uint16_t type;
	uint32_t ttl;
	char *text;            /* the RDATA in presentation form: "10 mx1.example.com", "192.0.2.1",
	                        * "0 ." (null MX), "\"v=STSv1; id=1\"" */
	unsigned preference;   /* MX; the priority of an SRV */
	unsigned weight, port; /* SRV */
	char *name;            /* MX exchange, SRV or CNAME target; NULL for other types */
};

struct dns_answer {
	const char *flaw;      /* the rule that the message breaks; NULL: well-formed */
	unsigned rcode;        /* 12 bits, where there is an OPT record (RFC 6891 6.1.3) */
	bool aa, tc, ad;
	bool has_opt;
	bool negative;         /* an SOA in the authority section (RFC 2308 2) */
	bool referral;         /* NS records there instead: asked elsewhere, not answered */
	int ede;               /* the first extended error (RFC 8914); -1: none */
	char *ede_text;        /* its text, printable; NULL: none */
	struct strlist cname;  /* the aliases followed from the name asked for, each target once */
	bool cname_loop;       /* they lead back to themselves, or are more than LIMIT_CNAMES */
	struct dns_record *records;    /* of the type asked for, at the end of the aliases */
	size_t count;
};

/* Writes the question for name and type: RD and AD set (RFC 6840 5.7), with_opt: an OPT record
 * of 1232 octets and no options as the last 11 octets. Returns its size; 0 where the name cannot
 * be encoded (RFC 1035 3.1) or `size` is under DNS_QUERY_MAX. */
size_t dns_query_build(uint8_t *to, size_t size, uint16_t id, const char *name, uint16_t type,
		       bool with_opt);

/* Decodes the answer to the question (name, type) into *a, which need not be initialised. False
 * where the message breaks RFC 1035 or answers another question: a->flaw says how, and rcode
 * and flags are as far as they were read. dns_answer_clear() is due either way. */
bool dns_answer_parse(struct dns_answer *a, const void *message, size_t size, const char *name,
		      uint16_t type);
void dns_answer_clear(struct dns_answer *a);

/* How the question ended. */
enum dns_rcode dns_answer_rcode(const struct dns_answer *a);

/* Fills rcode, authenticated, cname and answers of *q (which are empty before). */
void dns_answer_record(const struct dns_answer *a, struct obs_query *q);

/* "MX"; "TYPE99" (RFC 3597 5) for a type without a name here. Caller frees. */
char *dns_type_dup(uint16_t type);

#endif
