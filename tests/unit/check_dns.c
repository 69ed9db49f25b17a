/* SPDX-License-Identifier: MIT
 *
 * DNS messages as bytes. They are written in a small notation, assembled by assemble():
 *
 *   8180      octets in hexadecimal        =mx.test  a whole name, ended by the root
 *   @12       a compression pointer        ~mx       labels without an end (a pointer follows)
 *   { ... }   RDLENGTH and that many octets          | is only for the eye */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "dns/dns_message.h"
#include "runner.h"
#include "strlist_text.h"

/* ---- the notation ----------------------------------------------------------------------- */

struct message {
	uint8_t octets[4096];
	size_t len;
	size_t open;           /* of an open "{" */
};

static void put(struct message *m, unsigned octet)
{
	ck_assert_uint_lt(m->len, sizeof m->octets);
	m->octets[m->len++] = (uint8_t)octet;
}

static void put_labels(struct message *m, const char *s, size_t len)
{
	while (len > 0) {
		const char *dot = memchr(s, '.', len);
		size_t label = dot != NULL ? (size_t)(dot - s) : len;

		put(m, (unsigned)label);
		for (size_t i = 0; i < label; i++)
			put(m, (unsigned char)s[i]);
		s += label + (dot != NULL);
		len -= label + (dot != NULL);
	}
}

static void put_word(struct message *m, const char *s, size_t len)
{
	char hex[3] = "";
	unsigned long to;

	switch (*s) {
	case '=':
		put_labels(m, s + 1, len - 1);
		put(m, 0);
		break;
	case '~':
		put_labels(m, s + 1, len - 1);
		break;
	case '@':
		to = strtoul(s + 1, NULL, 10);
		put(m, 0xc0 | (unsigned)(to >> 8));
		put(m, (unsigned)(to & 0xff));
		break;
	case '{':
		m->open = m->len;
		put(m, 0);
		put(m, 0);
		break;
	case '}':
		m->octets[m->open] = (uint8_t)((m->len - m->open - 2) >> 8);
		m->octets[m->open + 1] = (uint8_t)((m->len - m->open - 2) & 0xff);
		break;
	case '|':
		break;
	default:
		ck_assert_msg(len % 2 == 0, "odd hexadecimal: %s", s);
		for (size_t i = 0; i < len; i += 2) {
			memcpy(hex, s + i, 2);
			put(m, (unsigned)strtoul(hex, NULL, 16));
		}
	}
}

static void assemble(struct message *m, const char *text)
{
	while (*(text += strspn(text, " ")) != '\0') {
		size_t len = strcspn(text, " ");

		put_word(m, text, len);
		text += len;
	}
}

/* ---- questions -------------------------------------------------------------------------- */

#define LABEL63 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"
#define LABEL61 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxy"
#define NAME253 LABEL63 "." LABEL63 "." LABEL63 "." LABEL61

static const struct {
	const char *about, *name;
	bool opt;
	const char *message;   /* NULL: cannot be encoded */
} questions[] = {
	{ "an MX question with OPT: RD, AD, one question, OPT of 1232 octets at the end",
	  "example.test", true,
	  "abcd 0120 0001 0000 0000 0001 | =example.test 000f 0001 | 00 0029 04d0 00000000 0000" },
	{ "without OPT nothing follows the question", "example.test", false,
	  "abcd 0120 0001 0000 0000 0000 | =example.test 000f 0001" },
	{ "a final dot changes nothing", "example.test.", false,
	  "abcd 0120 0001 0000 0000 0000 | =example.test 000f 0001" },
	{ "upper case is asked in lower case", "EXAMPLE.Test", false,
	  "abcd 0120 0001 0000 0000 0000 | =example.test 000f 0001" },
	{ "the root", ".", false, "abcd 0120 0001 0000 0000 0000 | 00 000f 0001" },
	{ "an escaped dot is part of its label", "a\\.b.test", false,
	  "abcd 0120 0001 0000 0000 0000 | 03612e62 =test 000f 0001" },
	{ "decimal escapes are octets", "a\\000\\255.test", false,
	  "abcd 0120 0001 0000 0000 0000 | 036100ff =test 000f 0001" },
	{ "underscores are plain", "_25._tcp.mx.test", false,
	  "abcd 0120 0001 0000 0000 0000 | =_25._tcp.mx.test 000f 0001" },
	{ "a label of 63 octets fits", LABEL63 ".test", false,
	  "abcd 0120 0001 0000 0000 0000 | =" LABEL63 ".test 000f 0001" },
	{ "a label of 64 octets does not", "x" LABEL63 ".test", false, NULL },
	{ "a name of 255 octets on the wire fits", NAME253, false,
	  "abcd 0120 0001 0000 0000 0000 | =" NAME253 " 000f 0001" },
	{ "a name of 256 octets does not", "x" NAME253, false, NULL },
	{ "an empty label", "a..test", false, NULL },
	{ "a dot in front", ".test", false, NULL },
	{ "an escape that breaks off", "test\\", false, NULL },
	{ "an escape of two digits", "a\\25.test", false, NULL },
	{ "an escape over 255", "a\\256.test", false, NULL },
};

START_TEST(question_is_encoded)
{
	struct message m = { .len = 0 };
	uint8_t got[DNS_QUERY_MAX];
	size_t n = dns_query_build(got, sizeof got, 0xabcd, questions[_i].name, DNS_TYPE_MX,
				   questions[_i].opt);

	if (questions[_i].message != NULL)
		assemble(&m, questions[_i].message);
	ck_assert_msg(n == m.len, "%s: %zu octets, want %zu", questions[_i].about, n, m.len);
	ck_assert_msg(memcmp(got, m.octets, n) == 0, "%s: other octets", questions[_i].about);
	ck_assert_msg(dns_query_build(got, DNS_QUERY_MAX - 1, 1, questions[_i].name, 1, true) == 0,
		      "%s: a buffer that is too small", questions[_i].about);
}
END_TEST

/* ---- answers ---------------------------------------------------------------------------- */

/* Offsets: the question's name is at 12; "example.test" has 14 octets, so "test" is at 20 and
 * the first record begins at 30. */
#define ASKED(type) "=example.test " type " 0001 | "
#define OK(an) "abcd 8180 0001 " an " 0000 0000 | "
#define MX_OF_12 "@12 000f 0001 00000e10 "
#define CNAME_OF(owner) owner " 0005 0001 00000e10 "

static const struct answer_row {
	const char *about;
	uint16_t type;
	const char *message;
	enum dns_rcode rcode;
	const char *answers, *cname, *flaw;
} answers[] = {
	{ "two MX records, compressed", DNS_TYPE_MX,
	  OK("0002") ASKED("000f") MX_OF_12 "{ 000a ~mx1 @12 } | " MX_OF_12 "{ 0014 ~mx2 @20 }",
	  DNS_NOERROR, "10 mx1.example.test | 20 mx2.test", "", NULL },
	{ "the null MX (RFC 7505)", DNS_TYPE_MX, OK("0001") ASKED("000f") MX_OF_12 "{ 0000 00 }",
	  DNS_NOERROR, "0 .", "", NULL },
	{ "an A record", DNS_TYPE_A, OK("0001") ASKED("0001") "@12 0001 0001 00000001 { c0000201 }",
	  DNS_NOERROR, "192.0.2.1", "", NULL },
	{ "an AAAA record in canonical text", DNS_TYPE_AAAA,
	  OK("0001") ASKED("001c")
	  "@12 001c 0001 00000001 { 20010db8000000000000000000000001 }",
	  DNS_NOERROR, "2001:db8::1", "", NULL },
	{ "a question and an owner in another case", DNS_TYPE_A,
	  OK("0001") "=EXAMPLE.test 0001 0001 | =eXample.TEST 0001 0001 00000001 { c0000201 }",
	  DNS_NOERROR, "192.0.2.1", "", NULL },
	{ "names of the data are in lower case", DNS_TYPE_MX,
	  OK("0001") ASKED("000f") MX_OF_12 "{ 0000 =MX1.Other.TEST }",
	  DNS_NOERROR, "0 mx1.other.test", "", NULL },
	{ "odd octets of a name are escaped", DNS_TYPE_MX,
	  OK("0001") ASKED("000f") MX_OF_12 "{ 0000 07612e205c1bff22 =test }",
	  DNS_NOERROR, "0 a\\.\\032\\092\\027\\255\".test", "", NULL },
	{ "no record at all is NODATA", DNS_TYPE_MX, OK("0000") ASKED("000f"), DNS_NODATA, "", "",
	  NULL },
	{ "records of another type only are NODATA", DNS_TYPE_MX,
	  OK("0001") ASKED("000f") "@12 0001 0001 00000001 { c0000201 }", DNS_NODATA, "", "", NULL },
	{ "records of another owner are not ours", DNS_TYPE_A,
	  OK("0002") ASKED("0001") "=evil.test 0001 0001 00000001 { c0000202 } | "
	  "@12 0001 0001 00000001 { c0000201 }", DNS_NOERROR, "192.0.2.1", "", NULL },
	{ "broken data of another owner does not hurt", DNS_TYPE_A,
	  OK("0002") ASKED("0001") "=evil.test 0001 0001 00000001 { c0 } | "
	  "@12 0001 0001 00000001 { c0000201 }", DNS_NOERROR, "192.0.2.1", "", NULL },
	{ "records of another class are not ours", DNS_TYPE_A,
	  OK("0001") ASKED("0001") "@12 0001 0003 00000001 { c0000201 }", DNS_NODATA, "", "", NULL },
	{ "an alias is followed", DNS_TYPE_A,
	  OK("0002") ASKED("0001") CNAME_OF("@12") "{ ~real @20 } | "
	  "=real.test 0001 0001 00000001 { c0000201 }",
	  DNS_NOERROR, "192.0.2.1", "real.test", NULL },
	{ "aliases behind their targets are followed", DNS_TYPE_MX,
	  OK("0003") ASKED("000f") "=b.test 000f 0001 00000001 { 000a =mx.test } | "
	  CNAME_OF("=a.test") "{ =b.test } | " CNAME_OF("@12") "{ =a.test }",
	  DNS_NOERROR, "10 mx.test", "a.test | b.test", NULL },
	{ "an alias to a name without the type is NODATA", DNS_TYPE_AAAA,
	  OK("0001") ASKED("001c") CNAME_OF("@12") "{ =real.test }", DNS_NODATA, "", "real.test",
	  NULL },
	{ "an alias to a name that does not exist (RFC 6604)", DNS_TYPE_A,
	  "abcd 8183 0001 0001 0000 0000 | " ASKED("0001") CNAME_OF("@12") "{ =gone.test }",
	  DNS_NXDOMAIN, "", "gone.test", NULL },
	{ "a CNAME that was asked for is the answer", DNS_TYPE_CNAME,
	  OK("0001") ASKED("0005") CNAME_OF("@12") "{ =real.test }", DNS_NOERROR, "real.test", "",
	  NULL },
	{ "an alias of itself", DNS_TYPE_A, OK("0001") ASKED("0001") CNAME_OF("@12") "{ @12 }",
	  DNS_MALFORMED, "", "example.test", NULL },
	{ "aliases in a circle", DNS_TYPE_A,
	  OK("0003") ASKED("0001") CNAME_OF("@12") "{ =a.test } | " CNAME_OF("=a.test")
	  "{ =b.test } | " CNAME_OF("=b.test") "{ =a.test }",
	  DNS_MALFORMED, "", "a.test | b.test", NULL },
	{ "an SRV record", DNS_TYPE_SRV,
	  OK("0001") ASKED("0021") "@12 0021 0001 00000001 { 0001 0002 01d1 =imap.test }",
	  DNS_NOERROR, "1 2 465 imap.test", "", NULL },
	{ "an SRV that says not offered (RFC 2782)", DNS_TYPE_SRV,
	  OK("0001") ASKED("0021") "@12 0021 0001 00000001 { 0000 0000 0000 00 }",
	  DNS_NOERROR, "0 0 0 .", "", NULL },
	{ "a TXT record of two strings", DNS_TYPE_TXT,
	  OK("0001") ASKED("0010") "@12 0010 0001 00000001 { 05763d612062 022263 }",
	  DNS_NOERROR, "\"v=a b\" \"\\\"c\"", "", NULL },
	{ "a TXT record with an empty string and wild octets", DNS_TYPE_TXT,
	  OK("0001") ASKED("0010") "@12 0010 0001 00000001 { 00 045c0aff41 }",
	  DNS_NOERROR, "\"\" \"\\092\\010\\255A\"", "", NULL },
	{ "a TLSA record", DNS_TYPE_TLSA,
	  OK("0001") ASKED("0034") "@12 0034 0001 00000001 { 030101 00a1ff }",
	  DNS_NOERROR, "3 1 1 00a1ff", "", NULL },
	{ "a type without a decoder (RFC 3597)", 99,
	  OK("0001") ASKED("0063") "@12 0063 0001 00000001 { 0a0b }", DNS_NOERROR, "\\# 2 0a0b", "",
	  NULL },
	{ "octets behind the message do not hurt", DNS_TYPE_MX, OK("0000") ASKED("000f") "ffff",
	  DNS_NODATA, "", "", NULL },

	{ "FORMERR", DNS_TYPE_MX, "abcd 8181 0001 0000 0000 0000 | " ASKED("000f"), DNS_FORMERR, "",
	  "", NULL },
	{ "SERVFAIL", DNS_TYPE_MX, "abcd 8182 0001 0000 0000 0000 | " ASKED("000f"), DNS_SERVFAIL,
	  "", "", NULL },
	{ "NXDOMAIN", DNS_TYPE_MX, "abcd 8183 0001 0000 0000 0000 | " ASKED("000f"), DNS_NXDOMAIN,
	  "", "", NULL },
	{ "NOTIMP", DNS_TYPE_MX, "abcd 8184 0001 0000 0000 0000 | " ASKED("000f"), DNS_NOTIMP, "",
	  "", NULL },
	{ "REFUSED", DNS_TYPE_MX, "abcd 8185 0001 0000 0000 0000 | " ASKED("000f"), DNS_REFUSED, "",
	  "", NULL },
	{ "NOTAUTH", DNS_TYPE_MX, "abcd 8189 0001 0000 0000 0000 | " ASKED("000f"),
	  DNS_OTHER_RCODE, "", "", NULL },
	{ "BADVERS, made of both halves (RFC 6891 6.1.3)", DNS_TYPE_MX,
	  "abcd 8180 0001 0000 0000 0001 | " ASKED("000f") "00 0029 04d0 01000000 0000",
	  DNS_OTHER_RCODE, "", "", NULL },
	{ "REFUSED that leaves the question out", DNS_TYPE_MX, "abcd 8185 0000 0000 0000 0000",
	  DNS_REFUSED, "", "", NULL },

	{ "nothing at all", DNS_TYPE_MX, "", DNS_MALFORMED, "", "", "the message breaks off" },
	{ "eleven octets", DNS_TYPE_MX, "abcd 8180 0001 0000 0000 00", DNS_MALFORMED, "", "",
	  "the message breaks off" },
	{ "a query", DNS_TYPE_MX, "abcd 0100 0001 0000 0000 0000 | " ASKED("000f"), DNS_MALFORMED,
	  "", "", "it is no answer to a query" },
	{ "an answer to a NOTIFY", DNS_TYPE_MX, "abcd a080 0001 0000 0000 0000 | " ASKED("000f"),
	  DNS_MALFORMED, "", "", "it is no answer to a query" },
	{ "NXDOMAIN that leaves the question out", DNS_TYPE_MX, "abcd 8183 0000 0000 0000 0000",
	  DNS_MALFORMED, "", "", "it does not carry exactly one question" },
	{ "two questions", DNS_TYPE_MX,
	  "abcd 8180 0002 0000 0000 0000 | " ASKED("000f") ASKED("000f"), DNS_MALFORMED, "", "",
	  "it does not carry exactly one question" },
	{ "another name in the question", DNS_TYPE_MX, OK("0000") "=example.tesT0 000f 0001",
	  DNS_MALFORMED, "", "", "it answers another question" },
	{ "another type in the question", DNS_TYPE_MX, OK("0000") ASKED("0001"), DNS_MALFORMED, "",
	  "", "it answers another question" },
	{ "another class in the question", DNS_TYPE_MX, OK("0000") "=example.test 000f 0003",
	  DNS_MALFORMED, "", "", "it answers another question" },
	{ "fewer records than announced", DNS_TYPE_MX,
	  OK("0002") ASKED("000f") MX_OF_12 "{ 000a ~mx1 @12 }", DNS_MALFORMED, "", "",
	  "the message breaks off" },
	{ "fewer records of another section than announced", DNS_TYPE_MX,
	  "abcd 8180 0001 0000 0001 0000 | " ASKED("000f"), DNS_MALFORMED, "", "",
	  "the message breaks off" },
	{ "data longer than the message", DNS_TYPE_MX, OK("0001") ASKED("000f") MX_OF_12 "0010 000a",
	  DNS_MALFORMED, "", "", "the message breaks off" },
	{ "an A record of three octets", DNS_TYPE_A,
	  OK("0001") ASKED("0001") "@12 0001 0001 00000001 { c00002 }", DNS_MALFORMED, "", "",
	  "the message breaks off" },
	{ "an A record of five octets", DNS_TYPE_A,
	  OK("0001") ASKED("0001") "@12 0001 0001 00000001 { c000020101 }", DNS_MALFORMED, "", "",
	  "the data of a record has the wrong length" },
	{ "an MX record without a name", DNS_TYPE_MX, OK("0001") ASKED("000f") MX_OF_12 "{ 000a }",
	  DNS_MALFORMED, "", "", "the message breaks off" },
	{ "an MX record with octets behind the name", DNS_TYPE_MX,
	  OK("0001") ASKED("000f") MX_OF_12 "{ 000a @12 00 }", DNS_MALFORMED, "", "",
	  "the data of a record has the wrong length" },
	{ "a name that runs out of its record's data", DNS_TYPE_MX,
	  OK("0002") ASKED("000f") MX_OF_12 "{ 000a 03 } | " MX_OF_12 "{ 000a =mx.test }",
	  DNS_MALFORMED, "", "", "the message breaks off" },
	{ "a TXT string that runs out of its record's data", DNS_TYPE_TXT,
	  OK("0001") ASKED("0010") "@12 0010 0001 00000001 { 0541 }", DNS_MALFORMED, "", "",
	  "the message breaks off" },
	{ "a TXT record without a string", DNS_TYPE_TXT,
	  OK("0001") ASKED("0010") "@12 0010 0001 00000001 { }", DNS_MALFORMED, "", "",
	  "the message breaks off" },
	{ "a broken alias", DNS_TYPE_A, OK("0001") ASKED("0001") CNAME_OF("@12") "{ 03 }",
	  DNS_MALFORMED, "", "", "the message breaks off" },
	{ "an alias with octets behind the name", DNS_TYPE_A,
	  OK("0001") ASKED("0001") CNAME_OF("@12") "{ =real.test 00 }", DNS_MALFORMED, "", "",
	  "the data of a record has the wrong length" },
	{ "a compression pointer to itself", DNS_TYPE_MX,
	  OK("0001") ASKED("000f") "@30 000f 0001 00000001 { 0000 00 }", DNS_MALFORMED, "", "",
	  "a compression pointer does not point backwards" },
	{ "two compression pointers to one another", DNS_TYPE_MX,
	  OK("0001") ASKED("000f") MX_OF_12 "{ 000a @46 @44 }", DNS_MALFORMED, "", "",
	  "a compression pointer does not point backwards" },
	{ "labels that lead into their own pointer", DNS_TYPE_MX,
	  OK("0001") ASKED("000f") MX_OF_12 "{ 000a ~a @44 }", DNS_MALFORMED, "", "",
	  "a compression pointer does not point backwards" },
	{ "a compression pointer forwards", DNS_TYPE_MX,
	  OK("0001") ASKED("000f") MX_OF_12 "{ 000a @60 }", DNS_MALFORMED, "", "",
	  "a compression pointer does not point backwards" },
	{ "a compression pointer into the header", DNS_TYPE_MX,
	  OK("0001") ASKED("000f") MX_OF_12 "{ 000a @2 }", DNS_MALFORMED, "", "",
	  "a compression pointer does not point backwards" },
	{ "half a compression pointer", DNS_TYPE_MX, OK("0001") ASKED("000f") "c0", DNS_MALFORMED,
	  "", "", "the message breaks off" },
	{ "a label of an unknown kind (RFC 6891 5)", DNS_TYPE_MX,
	  OK("0001") ASKED("000f") MX_OF_12 "{ 000a 4100 }", DNS_MALFORMED, "", "",
	  "a label of an unknown kind" },
	{ "a name that grows over 255 octets by compression", DNS_TYPE_MX,
	  OK("0002") ASKED("000f") "=" NAME253 " 0001 0001 00000001 { 00 } | "
	  MX_OF_12 "{ 000a ~x @30 }", DNS_MALFORMED, "", "", "a name of more than 255 octets" },
};

static void check_answer(const struct answer_row *row, const struct dns_answer *a)
{
	struct obs_query q = { 0 };
	char text[2048];

	dns_answer_record(a, &q);
	ck_assert_msg(q.rcode == row->rcode, "%s: rcode %d, want %d (%s)", row->about, q.rcode,
		      row->rcode, a->flaw != NULL ? a->flaw : "");
	ck_assert_msg(strcmp(strlist_text(text, sizeof text, &q.answers), row->answers) == 0,
		      "%s: answers %s, want %s", row->about, text, row->answers);
	ck_assert_msg(strcmp(strlist_text(text, sizeof text, &q.cname), row->cname) == 0,
		      "%s: aliases %s, want %s", row->about, text, row->cname);
	ck_assert_msg((a->flaw == NULL) == (row->flaw == NULL) &&
		      (row->flaw == NULL || strcmp(a->flaw, row->flaw) == 0), "%s: flaw %s",
		      row->about, a->flaw != NULL ? a->flaw : "none");
	strlist_clear(&q.answers);
	strlist_clear(&q.cname);
}

START_TEST(answer_is_decoded)
{
	const struct answer_row *row = &answers[_i];
	struct message m = { .len = 0 };
	struct dns_answer a;
	uint8_t *exact;

	assemble(&m, row->message);
	exact = malloc(m.len); /* so that ASan sees a read past the end */
	memcpy(exact, m.octets, m.len);
	ck_assert_msg(dns_answer_parse(&a, exact, m.len, "Example.test.", row->type) ==
		      (row->flaw == NULL), "%s", row->about);
	check_answer(row, &a);
	dns_answer_clear(&a);
	free(exact);
}
END_TEST

/* No prefix of a good message is good, and none may be read past its end. */
START_TEST(answer_cut_anywhere_is_malformed)
{
	struct message m = { .len = 0 };
	struct dns_answer a;

	assemble(&m, OK("0003") ASKED("000f") "=b.test 000f 0001 00000001 { 000a =mx.test } | "
		 CNAME_OF("=a.test") "{ =b.test } | " CNAME_OF("@12") "{ =a.test }");
	for (size_t n = 0; n <= m.len; n++) {
		uint8_t *exact = malloc(n);

		memcpy(exact, m.octets, n);
		ck_assert_msg(dns_answer_parse(&a, exact, n, "example.test", DNS_TYPE_MX) ==
			      (n == m.len), "%zu of %zu octets", n, m.len);
		dns_answer_clear(&a);
		free(exact);
	}
}
END_TEST

static void parse(struct dns_answer *a, const char *text, uint16_t type)
{
	struct message m = { .len = 0 };

	assemble(&m, text);
	dns_answer_parse(a, m.octets, m.len, "example.test", type);
}

START_TEST(flags_are_kept)
{
	struct dns_answer a;
	struct obs_query q = { 0 };

	parse(&a, "abcd 85a0 0001 0000 0000 0000 | " ASKED("000f"), DNS_TYPE_MX);
	ck_assert(a.aa && a.ad && !a.tc && !a.has_opt && !a.negative);
	dns_answer_record(&a, &q);
	ck_assert(q.authenticated);
	dns_answer_clear(&a);
	parse(&a, "abcd 8380 0001 0000 0000 0000 | " ASKED("000f"), DNS_TYPE_MX);
	ck_assert(!a.aa && !a.ad && a.tc);
	dns_answer_clear(&a);
	parse(&a, "abcd 8183 0001 0000 0001 0001 | " ASKED("000f")
	      "@20 0006 0001 00000001 { 00 00 0000000100000002000000030000000400000005 } | "
	      "00 0029 04d0 00000000 { }", DNS_TYPE_MX);
	ck_assert(a.negative && a.has_opt && a.flaw == NULL);
	dns_answer_clear(&a);
}
END_TEST

START_TEST(extended_errors_are_read)
{
	struct dns_answer a;

	parse(&a, "abcd 8182 0001 0000 0000 0001 | " ASKED("000f")
	      "00 0029 04d0 00000000 { 000a 0002 ffff 000f 0006 0009 626f671b }", DNS_TYPE_MX);
	ck_assert_int_eq(a.ede, 9); /* RFC 8914 4.10: DNSKEY missing */
	ck_assert_str_eq(a.ede_text, "bog\\x1B");
	dns_answer_clear(&a);
	parse(&a, "abcd 8182 0001 0000 0000 0001 | " ASKED("000f")
	      "00 0029 04d0 00000000 { 000f 0002 0000 }", DNS_TYPE_MX);
	ck_assert_int_eq(a.ede, 0);
	ck_assert_ptr_null(a.ede_text);
	dns_answer_clear(&a);
	parse(&a, "abcd 8182 0001 0000 0000 0001 | " ASKED("000f")
	      "00 0029 04d0 00000000 { 000f 00ff 0009 }", DNS_TYPE_MX);
	ck_assert_msg(a.ede == -1 && a.flaw == NULL && a.rcode == 2,
		      "an option that breaks off costs the option, not the answer");
	dns_answer_clear(&a);
}
END_TEST

START_TEST(records_are_decoded_in_pieces)
{
	struct dns_answer a;

	parse(&a, OK("0002") ASKED("000f") "@12 000f 0001 ffffffff { 000a =MX.test } | "
	      MX_OF_12 "{ 0000 00 }", DNS_TYPE_MX);
	ck_assert_uint_eq(a.count, 2);
	ck_assert_uint_eq(a.records[0].preference, 10);
	ck_assert_str_eq(a.records[0].name, "mx.test");
	ck_assert_msg(a.records[0].ttl == 0, "RFC 2181 8: a TTL with the top bit is zero");
	ck_assert_uint_eq(a.records[1].ttl, 3600);
	ck_assert_str_eq(a.records[1].name, ".");
	dns_answer_clear(&a);
	parse(&a, OK("0001") ASKED("0021") "@12 0021 0001 00000001 { 0001 0002 01d1 =imap.test }",
	      DNS_TYPE_SRV);
	ck_assert_uint_eq(a.records[0].weight, 2);
	ck_assert_uint_eq(a.records[0].port, 465);
	dns_answer_clear(&a);
}
END_TEST

START_TEST(aliases_are_bounded)
{
	struct message m = { .len = 0 };
	struct dns_answer a;
	char text[128];

	assemble(&m, OK("001e") ASKED("0001") CNAME_OF("@12") "{ =a0.test }");
	for (int i = 0; i < 29; i++) {
		snprintf(text, sizeof text, "=a%d.test 0005 0001 00000001 { =a%d.test }", i, i + 1);
		assemble(&m, text);
	}
	dns_answer_parse(&a, m.octets, m.len, "example.test", DNS_TYPE_A);
	ck_assert(a.cname_loop && a.flaw == NULL);
	ck_assert_uint_eq(a.cname.count, LIMIT_CNAMES);
	ck_assert_int_eq(dns_answer_rcode(&a), DNS_MALFORMED);
	dns_answer_clear(&a);
}
END_TEST

/* A chain of compression pointers in the data of a first record, then as many records as fit, each
 * named through the whole chain: the costliest message. */
static const char *chain_flaw(size_t pointers)
{
	static const char start[] = "abcd 8180 0001 0f00 0000 0000 | 00 0001 0001 | "
				    "00 0063 0001 00000001";
	static uint8_t octets[LIMIT_DNS_MESSAGE];
	struct message m = { .len = 0 };
	struct dns_answer a;
	const char *flaw;
	size_t at, to = 12;

	assemble(&m, start);
	put(&m, (unsigned)(pointers * 2 >> 8));
	put(&m, (unsigned)(pointers * 2 & 0xff));
	memcpy(octets, m.octets, m.len);
	at = m.len;
	for (size_t i = 0; i < 0xeff + pointers; i++) {
		octets[at] = (uint8_t)(0xc0 | to >> 8);
		octets[at + 1] = (uint8_t)to;
		if (i < pointers)
			to = at;
		else
			memcpy(octets + at + 2, "\0\1\0\1\0\0\0\1\0\4\300\0\2\1", 14);
		at += i < pointers ? 2 : 16;
	}
	dns_answer_parse(&a, octets, at, ".", DNS_TYPE_A);
	flaw = a.flaw;
	ck_assert_msg(flaw != NULL || a.count == 0xeff, "%zu records", a.count);
	dns_answer_clear(&a);
	return flaw;
}

START_TEST(chains_of_pointers_are_bounded)
{
	ck_assert_ptr_null(chain_flaw(100));
	ck_assert_str_eq(chain_flaw(400), "a name has more compression pointers than labels");
}
END_TEST

START_TEST(types_have_names)
{
	static const struct { uint16_t type; const char *name; } types[] = {
		{ DNS_TYPE_A, "A" }, { DNS_TYPE_AAAA, "AAAA" }, { DNS_TYPE_MX, "MX" },
		{ DNS_TYPE_CNAME, "CNAME" }, { DNS_TYPE_SRV, "SRV" }, { DNS_TYPE_TXT, "TXT" },
		{ DNS_TYPE_TLSA, "TLSA" }, { DNS_TYPE_SOA, "SOA" }, { 65280, "TYPE65280" },
	};

	for (size_t i = 0; i < COUNT(types); i++) {
		char *name = dns_type_dup(types[i].type);

		ck_assert_str_eq(name, types[i].name);
		free(name);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dns message");
	TCase *message = tcase_create("message");

	tcase_add_loop_test(message, question_is_encoded, 0, COUNT(questions));
	tcase_add_loop_test(message, answer_is_decoded, 0, COUNT(answers));
	tcase_add_test(message, answer_cut_anywhere_is_malformed);
	tcase_add_test(message, flags_are_kept);
	tcase_add_test(message, extended_errors_are_read);
	tcase_add_test(message, records_are_decoded_in_pieces);
	tcase_add_test(message, aliases_are_bounded);
	tcase_add_test(message, chains_of_pointers_are_bounded);
	tcase_add_test(message, types_have_names);
	suite_add_tcase(s, message);
	return run_suite(s);
}
