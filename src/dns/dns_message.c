/* SPDX-License-Identifier: MIT
 *
 * How an answer is read:
 *
 * 1. Header and question are checked against what was asked (RFC 5452 9.1).
 * 2. Every record of every section is walked once, so that a message which breaks off or whose
 *    compression goes astray is refused as a whole; OPT and the SOA are noted on the way.
 * 3. From the name asked for, aliases are followed through the answer section in whatever order
 *    they stand (RFC 1034 4.3.2 does not promise one); then the records of the type at the last
 *    name are decoded. Records of other owners are nobody's answer and ignored. */
#include "dns/dns_message.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/printable.h"
#include "dns/dns_wire.h"

enum {
	UDP_SIZE = 1232,               /* fits one unfragmented IPv6 packet */
	OPT_SIZE = 11,
	CLASS_IN = 1,
	OPTION_EDE = 15,               /* RFC 8914 */
	TEXT_LIMIT = 5 * LIMIT_DNS_MESSAGE
};

enum wire_rcode { WIRE_NOERROR = 0, WIRE_NXDOMAIN = 3 };

struct resource {
	struct dns_name owner;
	uint16_t type, class;
	uint32_t ttl;
	size_t data, data_end;
};

/* ---- the question ----------------------------------------------------------------------- */

size_t dns_query_build(uint8_t *to, size_t size, uint16_t id, const char *name, uint16_t type,
		       bool with_opt)
{
	static const uint8_t opt[OPT_SIZE] = {
		0, 0, DNS_TYPE_OPT, UDP_SIZE >> 8, UDP_SIZE & 0xff
	};
	uint8_t header[DNS_HEADER_SIZE] = {
		(uint8_t)(id >> 8), (uint8_t)id, 0x01 /* RD */, 0x20 /* AD */, 0, 1 /* QDCOUNT */,
		0, 0, 0, 0, 0, with_opt /* ARCOUNT */
	};
	uint8_t tail[4] = { (uint8_t)(type >> 8), (uint8_t)type, 0, CLASS_IN };
	struct dns_name n;
	size_t len = 0;

	if (size < DNS_QUERY_MAX || !dns_name_encode(&n, name))
		return 0;
	memcpy(to, header, sizeof header);
	len += sizeof header;
	memcpy(to + len, n.octets, n.len);
	len += n.len;
	memcpy(to + len, tail, sizeof tail);
	len += sizeof tail;
	if (with_opt) {
		memcpy(to + len, opt, sizeof opt);
		len += sizeof opt;
	}
	return len;
}

/* ---- the data of a record, by type -------------------------------------------------------- */

static void decode_a(struct dns_cursor *c, struct dns_record *r, struct buf *text)
{
	char address[INET_ADDRSTRLEN];

	(void)r;
	if (c->end - c->at < 4) {
		dns_flaw(c, dns_cut_off);
		return;
	}
	inet_ntop(AF_INET, c->message + c->at, address, sizeof address);
	buf_adds(text, address);
	c->at += 4;
}

static void decode_aaaa(struct dns_cursor *c, struct dns_record *r, struct buf *text)
{
	char address[INET6_ADDRSTRLEN];

	(void)r;
	if (c->end - c->at < 16) {
		dns_flaw(c, dns_cut_off);
		return;
	}
	inet_ntop(AF_INET6, c->message + c->at, address, sizeof address);
	buf_adds(text, address);
	c->at += 16;
}

static void decode_name(struct dns_cursor *c, struct dns_record *r, struct buf *text)
{
	struct dns_name n;

	dns_read_name(c, &n);
	r->name = dns_name_text(&n);
	buf_adds(text, r->name);
}

static void decode_mx(struct dns_cursor *c, struct dns_record *r, struct buf *text)
{
	r->preference = dns_read_u16(c);
	buf_addf(text, "%u ", r->preference);
	decode_name(c, r, text);
}

static void decode_srv(struct dns_cursor *c, struct dns_record *r, struct buf *text)
{
	r->preference = dns_read_u16(c);
	r->weight = dns_read_u16(c);
	r->port = dns_read_u16(c);
	buf_addf(text, "%u %u %u ", r->preference, r->weight, r->port);
	decode_name(c, r, text);
}

static void decode_txt(struct dns_cursor *c, struct dns_record *r, struct buf *text)
{
	(void)r;
	do {
		unsigned len = dns_read_u8(c);

		if (len > c->end - c->at) {
			dns_flaw(c, dns_cut_off);
			return;
		}
		buf_adds(text, text->len != 0 ? " \"" : "\"");
		while (len-- != 0)
			dns_add_octet(text, c->message[c->at++], " ", '"');
		buf_addc(text, '"');
	} while (c->at < c->end);
}

static void add_hex(struct dns_cursor *c, struct buf *text)
{
	while (c->at < c->end)
		buf_addf(text, "%02x", c->message[c->at++]);
}

static void decode_tlsa(struct dns_cursor *c, struct dns_record *r, struct buf *text)
{
	unsigned usage = dns_read_u8(c), selector = dns_read_u8(c), matching = dns_read_u8(c);

	(void)r;
	buf_addf(text, "%u %u %u ", usage, selector, matching);
	add_hex(c, text);
}

/* RFC 3597 5: how the data of an unknown type is written. */
static void decode_unknown(struct dns_cursor *c, struct dns_record *r, struct buf *text)
{
	(void)r;
	buf_addf(text, "\\# %zu ", c->end - c->at);
	add_hex(c, text);
}

static const struct data_type {
	uint16_t type;
	const char *name;
	void (*decode)(struct dns_cursor *c, struct dns_record *r, struct buf *text);
} data_types[] = {
	{ DNS_TYPE_A, "A", decode_a },
	{ DNS_TYPE_AAAA, "AAAA", decode_aaaa },
	{ DNS_TYPE_CNAME, "CNAME", decode_name },
	{ DNS_TYPE_MX, "MX", decode_mx },
	{ DNS_TYPE_SOA, "SOA", decode_unknown },
	{ DNS_TYPE_SRV, "SRV", decode_srv },
	{ DNS_TYPE_TLSA, "TLSA", decode_tlsa },
	{ DNS_TYPE_TXT, "TXT", decode_txt },
};

static const struct data_type *find_type(uint16_t type)
{
	for (size_t i = 0; i < COUNT(data_types); i++)
		if (data_types[i].type == type)
			return &data_types[i];
	return NULL;
}

char *dns_type_dup(uint16_t type)
{
	const struct data_type *t = find_type(type);

	return t != NULL ? mem_strdup(t->name) : mem_printf("TYPE%u", (unsigned)type);
}

/* ---- records ---------------------------------------------------------------------------- */

static bool next_resource(struct dns_cursor *c, struct resource *r)
{
	size_t len;

	dns_read_name(c, &r->owner);
	r->type = dns_read_u16(c);
	r->class = dns_read_u16(c);
	r->ttl = dns_read_u32(c);
	len = dns_read_u16(c);
	if (len > c->end - c->at)
		dns_flaw(c, dns_cut_off);
	r->data = c->at;
	c->at += c->flaw == NULL ? len : 0;
	r->data_end = c->at;
	return c->flaw == NULL;
}

static struct dns_cursor data_cursor(const struct dns_cursor *c, const struct resource *r)
{
	struct dns_cursor data = *c;

	data.at = r->data;
	data.end = r->data_end;
	return data;
}

static void read_options(const struct dns_cursor *c, const struct resource *r, struct dns_answer *a)
{
	struct dns_cursor o = data_cursor(c, r);

	while (o.at < o.end) {
		uint16_t code = dns_read_u16(&o);
		size_t len = dns_read_u16(&o);

		if (len > o.end - o.at)
			return; /* only the option is lost, not the answer */
		if (code == OPTION_EDE && len >= 2 && a->ede < 0) {
			a->ede = dns_read_u16(&o);
			len -= 2;
			if (len > 0)
				a->ede_text = printable_dup(o.message + o.at, len);
		}
		o.at += len;
	}
}

static void read_opt(const struct dns_cursor *c, const struct resource *r, struct dns_answer *a)
{
	if (a->has_opt || r->owner.len != 1)
		return;
	a->has_opt = true;
	a->rcode |= r->ttl >> 24 << 4;
	read_options(c, r, a);
}

static bool walk(struct dns_cursor *c, const uint16_t counts[3], struct dns_answer *a)
{
	struct resource r;

	for (int section = 0; section < 3; section++)
		for (unsigned i = 0; i < counts[section]; i++) {
			if (!next_resource(c, &r))
				return false;
			if (section == 1 && r.type == DNS_TYPE_SOA)
				a->negative = true;
			if (section == 1 && r.type == DNS_TYPE_NS)
				a->referral = true;
			if (section == 2 && r.type == DNS_TYPE_OPT)
				read_opt(c, &r, a);
		}
	return true;
}

/* ---- the answer ------------------------------------------------------------------------- */

/* The target of the alias at *name, into *name; false: there is none (or it is broken). */
static bool follow(struct dns_cursor *c, unsigned count, struct dns_name *name)
{
	struct dns_cursor scan = *c;
	struct resource r;

	for (unsigned i = 0; i < count && next_resource(&scan, &r); i++) {
		struct dns_cursor data;

		if (r.type != DNS_TYPE_CNAME || r.class != CLASS_IN || !dns_name_equal(&r.owner, name))
			continue;
		data = data_cursor(c, &r);
		dns_read_name(&data, name);
		if (data.flaw == NULL && data.at != data.end)
			dns_flaw(&data, "the data of a record has the wrong length");
		c->flaw = data.flaw;
		return data.flaw == NULL;
	}
	return false;
}

static void follow_all(struct dns_cursor *c, unsigned count, struct dns_name *name,
		       struct dns_answer *a)
{
	char *first = dns_name_text(name);

	while (!a->cname_loop && follow(c, count, name)) {
		char *target = dns_name_text(name);

		a->cname_loop = strcmp(target, first) == 0 || strlist_has(&a->cname, target) ||
				a->cname.count == LIMIT_CNAMES;
		if (!strlist_has(&a->cname, target) && a->cname.count < LIMIT_CNAMES)
			strlist_take(&a->cname, target);
		else
			free(target);
	}
	free(first);
}

static bool decode(const struct dns_cursor *c, const struct resource *r, struct dns_answer *a)
{
	const struct data_type *type = find_type(r->type);
	struct dns_record *record = mem_append(&a->records, &a->count, sizeof *a->records);
	struct dns_cursor data = data_cursor(c, r);
	struct buf text;

	buf_init(&text, TEXT_LIMIT);
	record->type = r->type;
	record->ttl = r->ttl <= 0x7fffffff ? r->ttl : 0; /* RFC 2181 8 */
	(type != NULL ? type->decode : decode_unknown)(&data, record, &text);
	if (data.flaw == NULL && data.at != data.end)
		dns_flaw(&data, "the data of a record has the wrong length");
	record->text = buf_take(&text);
	a->flaw = data.flaw;
	return data.flaw == NULL;
}

static bool read_records(struct dns_cursor *c, unsigned count, struct dns_name *name, uint16_t type,
			 struct dns_answer *a)
{
	struct dns_cursor scan;
	struct resource r;

	if (type != DNS_TYPE_CNAME)
		follow_all(c, count, name, a);
	if (c->flaw != NULL)
		a->flaw = c->flaw;
	if (c->flaw != NULL || a->cname_loop)
		return c->flaw == NULL;
	scan = *c;
	for (unsigned i = 0; i < count && next_resource(&scan, &r); i++)
		if (r.type == type && r.class == CLASS_IN && dns_name_equal(&r.owner, name) &&
		    !decode(c, &r, a))
			return false;
	return true;
}

/* Servers that do not understand a question may leave it out of the error they send. */
static void check_question(struct dns_cursor *c, unsigned questions, unsigned answers,
			   const struct dns_name *name, uint16_t type, const struct dns_answer *a)
{
	struct dns_name asked;

	if (questions == 0 && answers == 0 && a->rcode != WIRE_NOERROR &&
	    a->rcode != WIRE_NXDOMAIN)
		return;
	if (questions != 1) {
		dns_flaw(c, "it does not carry exactly one question");
		return;
	}
	dns_read_name(c, &asked);
	if (dns_read_u16(c) != type || dns_read_u16(c) != CLASS_IN || !dns_name_equal(&asked, name))
		dns_flaw(c, "it answers another question");
}

static bool read_header(struct dns_cursor *c, uint16_t counts[4], struct dns_answer *a)
{
	unsigned flags;

	dns_read_u16(c); /* the id: c-ares has matched it */
	flags = dns_read_u16(c);
	for (int i = 0; i < 4; i++)
		counts[i] = dns_read_u16(c);
	a->aa = (flags & 0x0400) != 0;
	a->tc = (flags & 0x0200) != 0;
	a->ad = (flags & 0x0020) != 0;
	a->rcode = flags & 0x000f;
	if ((flags & 0xf800) != 0x8000)
		dns_flaw(c, "it is no answer to a query"); /* QR, OPCODE */
	return c->flaw == NULL;
}

bool dns_answer_parse(struct dns_answer *a, const void *message, size_t size, const char *name,
		      uint16_t type)
{
	struct dns_cursor c = { .message = message, .size = size, .end = size }, records;
	uint16_t counts[4] = { 0 };
	struct dns_name asked;

	memset(a, 0, sizeof *a);
	a->ede = -1;
	if (size > LIMIT_DNS_MESSAGE)
		dns_flaw(&c, "it is longer than a message can be");
	else if (!dns_name_encode(&asked, name))
		dns_flaw(&c, "the name asked for is none");
	if (c.flaw == NULL && read_header(&c, counts, a))
		check_question(&c, counts[0], counts[1], &asked, type, a);
	records = c;
	if (c.flaw != NULL || !walk(&c, counts + 1, a)) {
		a->flaw = c.flaw;
		return false;
	}
	return read_records(&records, counts[1], &asked, type, a);
}

void dns_answer_clear(struct dns_answer *a)
{
	for (size_t i = 0; i < a->count; i++) {
		free(a->records[i].text);
		free(a->records[i].name);
	}
	free(a->records);
	free(a->ede_text);
	strlist_clear(&a->cname);
	memset(a, 0, sizeof *a);
	a->ede = -1;
}

/* ---- into the record -------------------------------------------------------------------- */

enum dns_rcode dns_answer_rcode(const struct dns_answer *a)
{
	static const enum dns_rcode words[] = {
		[1] = DNS_FORMERR, [2] = DNS_SERVFAIL, [3] = DNS_NXDOMAIN,
		[4] = DNS_NOTIMP,  [5] = DNS_REFUSED,
	};

	if (a->flaw != NULL)
		return DNS_MALFORMED;
	if (a->rcode != WIRE_NOERROR)
		return a->rcode < COUNT(words) ? words[a->rcode] : DNS_OTHER_RCODE;
	if (a->cname_loop)
		return DNS_MALFORMED; /* RFC 1034 3.6.2: a loop is an error */
	if (a->count != 0)
		return DNS_NOERROR;
	/* RFC 2308 2.2.1: NS records without an SOA are a referral. A server that only refers us
	 * elsewhere is no resolver, and has not said that there is no data. */
	return a->referral && !a->negative && a->cname.count == 0 ? DNS_MALFORMED : DNS_NODATA;
}

void dns_answer_record(const struct dns_answer *a, struct obs_query *q)
{
	q->rcode = dns_answer_rcode(a);
	q->authenticated = a->ad && a->flaw == NULL;
	strlist_copy(&q->cname, &a->cname);
	if (q->rcode != DNS_NOERROR)
		return;
	for (size_t i = 0; i < a->count; i++)
		strlist_add(&q->answers, a->records[i].text);
}
