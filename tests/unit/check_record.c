/* SPDX-License-Identifier: MIT
 *
 * The record: its words, its functions, and that it comes back equal from JSON. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "observation_equal.h"
#include "observation_fields.h"
#include "record/observation_copy.h"
#include "record/observation_json.h"
#include "record_text.h"
#include "runner.h"

/* ---- the words, as issue 2 and the headers bind them ------------------------------------- */

static const struct {
	const char *name;
	const struct words *words;
	size_t count;
	int without;   /* the value that has no word; -1: none */
} tables[] = {
	{ "outcomes", &outcome_words, OUT_COUNT, -1 },
	{ "target kinds", &target_kind_words, TARGET_KIND_COUNT, -1 },
	{ "rcodes", &dns_rcode_words, DNS_RCODE_COUNT, -1 },
	{ "sources of mail hosts", &mail_host_source_words, MAIL_HOST_SOURCE_COUNT, -1 },
	{ "problems of mail hosts", &mail_host_problem_words, HOST_PROBLEM_COUNT, HOST_FINE },
	{ "families", &family_words, FAMILY_COUNT, -1 },
	{ "roles", &role_words, ROLE_COUNT, -1 },
	{ "modes", &mode_words, MODE_COUNT, MODE_UNKNOWN },
	{ "flaws of a reply", &reply_flaw_words, REPLY_FLAW_COUNT, -1 },
	{ "faults of a certificate", &cert_fault_words, CERT_FAULT_COUNT, -1 },
	{ "weaknesses of TLS", &tls_weakness_words, TLS_WEAKNESS_COUNT, -1 },
	{ "stages", &stage_words, STAGE_COUNT, -1 },
	{ "dialogues", &dialogue_words, DIALOGUE_COUNT, -1 },
};

START_TEST(words_go_both_ways)
{
	const struct words *w = tables[_i].words;

	ck_assert_msg(w->count == tables[_i].count, "%s: %zu words", tables[_i].name, w->count);
	for (unsigned v = 0; v < w->count; v++) {
		if ((int)v == tables[_i].without) {
			ck_assert_msg(w->word[v] == NULL, "%s: %u has a word", tables[_i].name, v);
			continue;
		}
		ck_assert_msg(w->word[v] != NULL && w->word[v][0] != '\0', "%s: %u has no word",
			      tables[_i].name, v);
		ck_assert_msg(words_value(w, words_name(w, v)) == (int)v, "%s: \"%s\" is not %u",
			      tables[_i].name, words_name(w, v), v);
		ck_assert_msg(strspn(w->word[v],
				     "abcdefghijklmnopqrstuvwxyz-_0123456789"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(w->word[v]),
			      "%s: \"%s\" is no word", tables[_i].name, w->word[v]);
	}
}
END_TEST

#define BIT(mask) ((unsigned)__builtin_ctz(mask))

static const struct {
	const struct words *words;
	unsigned value;
	const char *word;
} bound[] = {
	{ &target_kind_words, TARGET_DOMAIN, "domain" },
	{ &target_kind_words, TARGET_HOST, "host" },
	{ &target_kind_words, TARGET_ADDRESS, "address" },
	{ &dns_rcode_words, DNS_NOERROR, "NOERROR" },
	{ &dns_rcode_words, DNS_NODATA, "NODATA" },
	{ &dns_rcode_words, DNS_NXDOMAIN, "NXDOMAIN" },
	{ &dns_rcode_words, DNS_SERVFAIL, "SERVFAIL" },
	{ &dns_rcode_words, DNS_REFUSED, "REFUSED" },
	{ &dns_rcode_words, DNS_TIMEOUT, "TIMEOUT" },
	{ &mail_host_source_words, MAIL_HOST_MX, "mx" },
	{ &mail_host_source_words, MAIL_HOST_IMPLICIT, "implicit" },
	{ &mail_host_source_words, MAIL_HOST_TARGET, "target" },
	{ &family_words, FAMILY_IPV4, "ipv4" },
	{ &family_words, FAMILY_IPV6, "ipv6" },
	{ &role_words, ROLE_RELAY, "relay" },
	{ &role_words, ROLE_SUBMISSION, "submission" },
	{ &role_words, ROLE_OTHER, "other" },
	{ &outcome_words, OUT_OK, "ok" },
	{ &outcome_words, OUT_REFUSED, "refused" },
	{ &outcome_words, OUT_TIMEOUT, "timeout" },
	{ &outcome_words, OUT_UNREACHABLE, "unreachable" },
	{ &outcome_words, OUT_DENIED, "denied" },
	{ &outcome_words, OUT_RESET, "reset" },
	{ &outcome_words, OUT_ERROR, "error" },
	{ &outcome_words, OUT_NOT_OFFERED, "not-offered" },
	{ &outcome_words, OUT_CLOSED, "closed" },
	{ &outcome_words, OUT_PLAINTEXT, "plaintext" },
	{ &outcome_words, OUT_ALERT, "alert" },
	{ &outcome_words, OUT_NOT_TLS, "not-tls" },
	{ &outcome_words, OUT_NOT_RUN, "not-run" },
	{ &outcome_words, OUT_CUT_SHORT, "cut-short" },
	{ &mode_words, MODE_PLAINTEXT, "plaintext" },
	{ &mode_words, MODE_IMPLICIT_TLS, "implicit-tls" },
	{ &mode_words, MODE_SILENT, "silent" },
	{ &mode_words, MODE_NOT_SMTP, "not-smtp" },
	{ &cert_fault_words, BIT(CERT_EXPIRED), "expired" },
	{ &cert_fault_words, BIT(CERT_NOT_YET_VALID), "not-yet-valid" },
	{ &cert_fault_words, BIT(CERT_NAME_MISMATCH), "name-mismatch" },
	{ &cert_fault_words, BIT(CERT_SELF_SIGNED), "self-signed" },
	{ &cert_fault_words, BIT(CERT_UNKNOWN_ISSUER), "unknown-issuer" },
	{ &cert_fault_words, BIT(CERT_MISSING_INTERMEDIATE), "missing-intermediate" },
	{ &cert_fault_words, BIT(CERT_WRONG_PURPOSE), "wrong-purpose" },
	{ &cert_fault_words, BIT(CERT_WEAK_KEY), "weak-key" },
	{ &cert_fault_words, BIT(CERT_WEAK_SIGNATURE), "weak-signature" },
	{ &cert_fault_words, BIT(CERT_REVOKED), "revoked" },
	{ &cert_fault_words, BIT(CERT_BAD_SIGNATURE), "bad-signature" },
	{ &cert_fault_words, BIT(CERT_BAD_OCSP_STAPLE), "bad-ocsp-staple" },
	{ &cert_fault_words, BIT(CERT_NONE_SENT), "none-sent" },
	{ &cert_fault_words, BIT(CERT_UNREADABLE), "unreadable" },
	{ &cert_fault_words, BIT(CERT_NO_SAN), "no-san" },
	{ &cert_fault_words, BIT(CERT_NOT_CA), "not-ca" },
	{ &reply_flaw_words, BIT(FLAW_BARE_LF), "bare-lf" },
	{ &reply_flaw_words, BIT(FLAW_BARE_CR), "bare-cr" },
	{ &reply_flaw_words, BIT(FLAW_NUL), "nul" },
	{ &reply_flaw_words, BIT(FLAW_EIGHT_BIT), "eight-bit" },
	{ &reply_flaw_words, BIT(FLAW_LONG_LINE), "long-line" },
	{ &reply_flaw_words, BIT(FLAW_CODE_CHANGED), "code-changed" },
	{ &reply_flaw_words, BIT(FLAW_CONTROL), "control" },
	{ &reply_flaw_words, BIT(FLAW_NO_SEPARATOR), "no-separator" },
	{ &reply_flaw_words, BIT(FLAW_EXTRA_BYTES), "extra-bytes" },
	{ &tls_weakness_words, BIT(WEAK_VERSION), "old-version" },
	{ &tls_weakness_words, BIT(WEAK_CIPHER), "weak-cipher" },
	{ &tls_weakness_words, BIT(WEAK_NO_FORWARD_SECRECY), "no-forward-secrecy" },
	{ &tls_weakness_words, BIT(WEAK_DH), "weak-dh" },
	{ &tls_weakness_words, BIT(WEAK_HANDSHAKE_SIGNATURE), "weak-handshake-signature" },
	{ &tls_weakness_words, BIT(WEAK_MAC), "weak-mac" },
	{ &tls_weakness_words, BIT(WEAK_NO_EMS), "no-extended-master-secret" },
	{ &tls_weakness_words, BIT(WEAK_NO_SAFE_RENEGOTIATION), "no-safe-renegotiation" },
};

START_TEST(word_is_the_bound_one)
{
	ck_assert_str_eq(words_name(bound[_i].words, bound[_i].value), bound[_i].word);
}
END_TEST

/* ---- the functions of a record ------------------------------------------------------------ */

START_TEST(capability_is_found_by_its_keyword)
{
	struct obs_capability caps[] = {
		{ .keyword = (char *)"SIZE" },
		{ .keyword = (char *)"STARTTLS" },
	};
	struct obs_ehlo e = { .caps = caps, .cap_count = 2 };

	ck_assert_ptr_eq(obs_ehlo_find(&e, "STARTTLS"), &caps[1]);
	ck_assert_ptr_null(obs_ehlo_find(&e, "START"));
	ck_assert_ptr_null(obs_ehlo_find(&(struct obs_ehlo){ 0 }, "SIZE"));
}
END_TEST

START_TEST(first_reason_why_a_stage_was_not_reached_stands)
{
	struct obs_endpoint e = { 0 };

	obs_not_reached(&e, STAGE_TLS, "STARTTLS is not offered");
	obs_not_reached(&e, STAGE_EHLO_TLS, "no TLS");
	obs_not_reached(&e, STAGE_TLS, "the connection was closed");
	ck_assert_uint_eq(e.not_reached_count, 2);
	ck_assert_str_eq(e.not_reached[0].reason, "STARTTLS is not offered");
	ck_assert_int_eq(e.not_reached[1].stage, STAGE_EHLO_TLS);
	obs_endpoint_clear(&e);
	ck_assert_uint_eq(e.not_reached_count, 0);
}
END_TEST

static const struct {
	const char *name, *address, *expect;
	enum family family;
	unsigned port;
} endpoint_names[] = {
	{ "IPv4", "192.0.2.1", "192.0.2.1:25", FAMILY_IPV4, 25 },
	{ "IPv6 stands in brackets", "2001:db8::1", "[2001:db8::1]:465", FAMILY_IPV6, 465 },
	{ "the largest port", "127.0.0.1", "127.0.0.1:65535", FAMILY_IPV4, 65535 },
};

START_TEST(endpoint_is_named)
{
	struct obs_endpoint e = { .address = (char *)endpoint_names[_i].address,
				  .family = endpoint_names[_i].family,
				  .port = endpoint_names[_i].port };
	char *name = obs_endpoint_name(&e);

	ck_assert_msg(strcmp(name, endpoint_names[_i].expect) == 0, "%s: %s",
		      endpoint_names[_i].name, name);
	free(name);
}
END_TEST

/* ---- there and back ------------------------------------------------------------------------ */

static void assert_comes_back(const struct observation *o, const char *name)
{
	char *text = record_text(o), *again;
	struct observation back;
	struct err e = { "" };
	size_t same = 0;

	ck_assert_msg(strchr(text, '\n') == NULL, "%s: more than one line", name);
	ck_assert_msg(observation_json_read(&back, text, strlen(text), &e), "%s: %s", name, e.msg);
	again = record_text(&back);
	while (text[same] != '\0' && text[same] == again[same])
		same++;
	ck_assert_msg(observation_equal(o, &back) && text[same] == again[same],
		      "%s: came back different; at %zu: %.80s instead of %.80s", name, same,
		      again + same, text + same);
	free(again);
	free(text);
	observation_clear(&back);
}

static void assert_set(void *arg, const struct field *f)
{
	static const char zero[sizeof(struct strlist)];

	(void)arg;
	if (f->kind == FIELD_MEMORY)
		return;
	ck_assert_msg(f->size <= sizeof zero && memcmp(f->at, zero, f->size) != 0, "%s is not set",
		      f->name);
}

START_TEST(full_record_comes_back_equal)
{
	struct observation o;

	observation_fields_fill(&o, (unsigned)_i * 1009);
	observation_fields_walk(&o, assert_set, NULL);
	assert_comes_back(&o, "all fields set");
	observation_clear(&o);
	ck_assert_msg(memcmp(&o, &(struct observation){ 0 }, sizeof o) == 0,
		      "not empty when cleared");
}
END_TEST

/* Were anything of the copy still the original's, it would be freed twice or lost. */
START_TEST(a_copied_endpoint_is_equal_and_stands_alone)
{
	struct observation o, other;

	observation_fields_fill(&o, (unsigned)_i * 1009);
	observation_fields_fill(&other, (unsigned)_i * 1009);
	for (size_t i = 0; i < o.endpoint_count; i++) {
		struct obs_endpoint copy;

		obs_endpoint_copy(&copy, &o.endpoints[i]);
		obs_endpoint_clear(&o.endpoints[i]);
		o.endpoints[i] = copy;
		obs_not_reached(&o.endpoints[i], STAGE_QUIT, "a list of the copy grows");
		obs_not_reached(&other.endpoints[i], STAGE_QUIT, "a list of the copy grows");
	}
	ck_assert_uint_gt(o.endpoint_count, 0);
	ck_assert(observation_equal(&o, &other));
	observation_clear(&o);
	observation_clear(&other);
}
END_TEST

/* As it is handed on: a copy of a copy, without any change to it; its times may be set. */
START_TEST(a_copy_of_a_copy_is_equal)
{
	struct observation o, other;

	observation_fields_fill(&o, (unsigned)_i * 1013);
	observation_fields_fill(&other, (unsigned)_i * 1013);
	for (size_t i = 0; i < o.endpoint_count; i++) {
		struct obs_endpoint first, second;

		obs_endpoint_copy(&first, &o.endpoints[i]);
		obs_endpoint_copy(&second, &first);
		obs_endpoint_clear(&first);
		obs_endpoint_clear(&o.endpoints[i]);
		o.endpoints[i] = second;
		o.endpoints[i].seen_at = other.endpoints[i].seen_at = 7;
	}
	ck_assert(observation_equal(&o, &other));
	observation_clear(&o);
	observation_clear(&other);
}
END_TEST

START_TEST(the_copy_of_nothing_is_nothing)
{
	struct obs_endpoint nothing = { 0 }, copy;

	obs_endpoint_copy(&copy, &nothing);
	obs_endpoint_unpack(&copy);
	ck_assert_msg(memcmp(&copy, &nothing, sizeof copy) == 0, "something");
	obs_endpoint_clear(&copy);
}
END_TEST

struct changing {
	unsigned at, count;
	struct field found;
};

static void find_field(void *arg, const struct field *f)
{
	struct changing *c = arg;

	if (c->count++ == c->at)
		c->found = *f;
}

START_TEST(no_field_is_left_out_of_the_record)
{
	struct changing c = { 0, 1, { 0 } };
	struct observation before;
	char *was;

	observation_fields_fill(&before, 5);
	was = record_text(&before);
	for (; c.at < c.count; c.at++) {
		struct observation after;
		char *is;

		observation_fields_fill(&after, 5);
		c.count = 0;
		observation_fields_walk(&after, find_field, &c);
		observation_fields_change(&c.found);
		is = record_text(&after);
		if (c.found.kind == FIELD_ARRAY || c.found.kind == FIELD_MEMORY) {
			ck_assert(observation_equal(&before, &after));
		} else {
			ck_assert_msg(!observation_equal(&before, &after), "%s is not compared",
				      c.found.name);
			ck_assert_msg(strcmp(was, is) != 0, "%s is not written", c.found.name);
			assert_comes_back(&after, c.found.name);
		}
		free(is);
		observation_clear(&after);
	}
	ck_assert_uint_gt(c.count, 200);
	free(was);
	observation_clear(&before);
}
END_TEST

static void unset_text(void *arg, const struct field *f)
{
	(void)arg;
	if (f->kind == FIELD_TEXT) {
		free(*(char **)f->at);
		*(char **)f->at = NULL;
	} else if (f->kind == FIELD_TEXTS) {
		strlist_clear(f->at);
	}
}

START_TEST(texts_that_are_not_there_come_back_as_such)
{
	struct observation o;

	observation_fields_fill(&o, 77);
	observation_fields_walk(&o, unset_text, NULL);
	assert_comes_back(&o, "no texts");
	observation_clear(&o);
}
END_TEST

START_TEST(record_of_a_target_and_nothing_else_comes_back)
{
	struct observation o = { 0 };

	o.target.input = mem_strdup("192.0.2.1");
	o.target.name = mem_strdup("192.0.2.1");
	assert_comes_back(&o, "a target alone");
	mem_append(&o.endpoints, &o.endpoint_count, sizeof *o.endpoints);
	o.endpoints[0].host = mem_strdup("192.0.2.1");
	o.endpoints[0].address = mem_strdup("192.0.2.1");
	assert_comes_back(&o, "an endpoint that was not tried");
	observation_clear(&o);
}
END_TEST

/* ---- every byte of every struct is a field or padding --------------------------------------- */

#ifdef __has_builtin
#if __has_builtin(__builtin_clear_padding)
#define CAN_TELL_PADDING
#endif
#endif

#ifdef CAN_TELL_PADDING
struct region {
	const char *name;
	const char *start;
	unsigned char *unseen;   /* not zero: neither padding nor seen as a field */
	size_t size;
};

static void mark_field(void *arg, const struct field *f)
{
	struct region *r = arg;
	const char *at = f->at;

	for (size_t i = 0; i < f->size; i++)
		if (at + i >= r->start && at + i < r->start + r->size)
			r->unseen[at + i - r->start] = 0;
}

/* The fields of one struct of the observation o. */
#define ASSERT_COMPLETE(type, instance)                                                            \
	do {                                                                                       \
		struct type mask;                                                                  \
		struct region r = { #type, (const char *)(instance), (unsigned char *)&mask,       \
				   sizeof mask };                                                  \
		memset(&mask, 0xFF, sizeof mask);                                                  \
		__builtin_clear_padding(&mask);                                                    \
		observation_fields_walk(&o, mark_field, &r);                                       \
		for (size_t i_ = 0; i_ < sizeof mask; i_++)                                        \
			ck_assert_msg(r.unseen[i_] == 0,                                           \
				      "struct %s has a field at %zu that "                         \
				      "observation_fields.c does not know",                        \
				      r.name, i_);                                                 \
	} while (0)

START_TEST(walk_knows_every_field)
{
	struct observation o;

	observation_fields_fill(&o, 1);
	ASSERT_COMPLETE(observation, &o);
	ASSERT_COMPLETE(obs_query, &o.dns.queries[1]);
	ASSERT_COMPLETE(obs_mail_host, &o.dns.hosts[1]);
	ASSERT_COMPLETE(obs_endpoint, &o.endpoints[1]);
	ASSERT_COMPLETE(obs_capability, &o.endpoints[1].ehlo.caps[1]);
	ASSERT_COMPLETE(obs_capability, &o.endpoints[1].ehlo_tls.caps[1]);
	ASSERT_COMPLETE(obs_certificate, &o.endpoints[1].tls.chain[1]);
	ASSERT_COMPLETE(obs_not_reached, &o.endpoints[1].not_reached[1]);
	ASSERT_COMPLETE(obs_line, &o.endpoints[1].transcript[1]);
	observation_clear(&o);
}
END_TEST
#endif

int main(void)
{
	Suite *s = suite_create("record");
	TCase *words = tcase_create("words");
	TCase *functions = tcase_create("functions");
	TCase *back = tcase_create("there and back");

	tcase_add_loop_test(words, words_go_both_ways, 0, COUNT(tables));
	tcase_add_loop_test(words, word_is_the_bound_one, 0, COUNT(bound));
	suite_add_tcase(s, words);
	tcase_add_test(functions, capability_is_found_by_its_keyword);
	tcase_add_test(functions, first_reason_why_a_stage_was_not_reached_stands);
	tcase_add_loop_test(functions, endpoint_is_named, 0, COUNT(endpoint_names));
	suite_add_tcase(s, functions);
	tcase_set_timeout(back, 60);
	tcase_add_loop_test(back, full_record_comes_back_equal, 0, 20);
	tcase_add_loop_test(back, a_copied_endpoint_is_equal_and_stands_alone, 0, 20);
	tcase_add_loop_test(back, a_copy_of_a_copy_is_equal, 0, 20);
	tcase_add_test(back, the_copy_of_nothing_is_nothing);
	tcase_add_test(back, no_field_is_left_out_of_the_record);
	tcase_add_test(back, texts_that_are_not_there_come_back_as_such);
	tcase_add_test(back, record_of_a_target_and_nothing_else_comes_back);
#ifdef CAN_TELL_PADDING
	tcase_add_test(back, walk_knows_every_field);
#endif
	suite_add_tcase(s, back);
	return run_suite(s);
}
