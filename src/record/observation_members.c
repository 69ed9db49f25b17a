/* SPDX-License-Identifier: MIT */
#include "record/observation_members.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "record/observation.h"

/* The offset of a field, if it has that C type; else it does not compile. An enum counts as
 * unsigned, which is how gcc and clang represent ours. */
#define AT(type, s, field) _Generic(((struct s *)NULL)->field, type: offsetof(struct s, field))

#define TEXT(n, s, field) { .name = n, .type = MEMBER_TEXT, .at = AT(char *, s, field) }
#define NEEDED_TEXT(n, s, field)                                                                   \
	{ .name = n, .type = MEMBER_TEXT, .at = AT(char *, s, field), .needed = true }
#define TEXTS(n, s, field) { .name = n, .type = MEMBER_TEXTS, .at = AT(struct strlist, s, field) }
#define WORD(n, s, field, w)                                                                       \
	{ .name = n, .type = MEMBER_WORD, .at = AT(unsigned, s, field), .words = &w }
#define NEEDED_WORD(n, s, field, w)                                                                \
	{ .name = n, .type = MEMBER_WORD, .at = AT(unsigned, s, field), .words = &w,               \
	  .needed = true }
#define WORDS(n, s, field, w)                                                                      \
	{ .name = n, .type = MEMBER_WORDS, .at = AT(unsigned, s, field), .words = &w }
#define CHOICE(n, s, field, w)                                                                     \
	{ .name = n, .type = MEMBER_CHOICE, .at = AT(bool, s, field), .words = &w }
#define BOOL(n, s, field) { .name = n, .type = MEMBER_BOOL, .at = AT(bool, s, field) }
#define COUNT_TO(n, s, field, max)                                                                 \
	{ .name = n, .type = MEMBER_COUNT, .at = AT(unsigned, s, field), .most = max }
#define COUNT_OR_NULL(n, s, field, max)                                                            \
	{ .name = n, .type = MEMBER_COUNT_OR_NULL, .at = AT(unsigned, s, field), .most = max }
#define NUMBER_TO(n, s, field, max)                                                                \
	{ .name = n, .type = MEMBER_NUMBER, .at = AT(int, s, field), .most = max }
#define KNOWN(n, s, field) { .name = n, .type = MEMBER_KNOWN, .at = AT(unsigned, s, field) }
#define CODE(n, s, field) { .name = n, .type = MEMBER_CODE, .at = AT(int, s, field) }
#define BYTES(n, s, field) { .name = n, .type = MEMBER_BYTES, .at = AT(int64_t, s, field) }
#define MS(n, s, field) { .name = n, .type = MEMBER_MS, .at = AT(int64_t, s, field) }
#define TIME(n, s, field) { .name = n, .type = MEMBER_TIME, .at = AT(int64_t, s, field) }
#define TIME_OR_NULL(n, s, field)                                                                  \
	{ .name = n, .type = MEMBER_TIME_OR_NULL, .at = AT(int64_t, s, field) }
#define NEEDED_TIME_US(n, s, field)                                                                \
	{ .name = n, .type = MEMBER_TIME_US, .at = AT(int64_t, s, field), .needed = true }
#define OBJECT(n, s, field, what)                                                                  \
	{ .name = n, .type = MEMBER_OBJECT, .at = offsetof(struct s, field), .members = what }
#define NEEDED_OBJECT(n, s, field, what)                                                           \
	{ .name = n, .type = MEMBER_OBJECT, .at = offsetof(struct s, field), .members = what,      \
	  .needed = true }
#define OBJECT_OR_NULL(n, s, field, what)                                                          \
	{ .name = n, .type = MEMBER_OBJECT, .at = offsetof(struct s, field),                       \
	  .members = what##_members, .is_absent = what##_is_absent }
#define LIST(n, s, array, count, what)                                                             \
	{ .name = n, .type = MEMBER_LIST, .at = offsetof(struct s, array),                         \
	  .count_at = AT(size_t, s, count), .size = sizeof *((struct s *)NULL)->array,             \
	  .members = what }
#define LIST_TO(n, s, array, count, what, max)                                                     \
	{ .name = n, .type = MEMBER_LIST, .at = offsetof(struct s, array),                         \
	  .count_at = AT(size_t, s, count), .size = sizeof *((struct s *)NULL)->array,             \
	  .members = what, .most = max }
#define END { .name = NULL }

#define REPLY(s, reply)                                                                            \
	CODE("code", s, reply.code), TEXTS("lines", s, reply.lines),                               \
	WORDS("flaws", s, reply.flaws, reply_flaw_words), MS("ms", s, reply.us)

static const struct member tool_members[] = {
	TEXT("version", obs_tool, version),
	TEXT("gnutls", obs_tool, gnutls),
	TEXT("cares", obs_tool, cares),
	TEXT("uv", obs_tool, uv),
	TEXT("contact", obs_tool, contact),
	END
};

static const struct member target_members[] = {
	NEEDED_TEXT("input", obs_target, input),
	NEEDED_WORD("kind", obs_target, kind, target_kind_words),
	NEEDED_TEXT("name", obs_target, name),
	TEXT("unicode", obs_target, unicode),
	END
};

static const struct member route_members[] = {
	TEXT("source", obs_route, source),
	BOOL("route", obs_route, route),
	END
};

static const struct member vantage_members[] = {
	OBJECT("ipv4", obs_vantage, ipv4, route_members),
	OBJECT("ipv6", obs_vantage, ipv6, route_members),
	TEXTS("resolver", obs_vantage, resolvers),
	TEXT("gateway4", obs_vantage, gateway4),
	TEXT("gateway6", obs_vantage, gateway6),
	KNOWN("private4", obs_vantage, private4),
	TEXT("cloud", obs_vantage, cloud),
	TEXT("container", obs_vantage, container),
	END
};

/* ---- DNS -------------------------------------------------------------------------------- */

const struct member query_members[] = {
	NEEDED_TEXT("name", obs_query, name),
	NEEDED_TEXT("type", obs_query, type),
	TIME_OR_NULL("seen_at", obs_query, seen_at),
	NEEDED_WORD("rcode", obs_query, rcode, dns_rcode_words),
	BOOL("authenticated", obs_query, authenticated),
	MS("ms", obs_query, us),
	TEXTS("cname", obs_query, cname),
	TEXTS("answers", obs_query, answers),
	END
};

static const struct member mail_host_members[] = {
	NEEDED_TEXT("name", obs_mail_host, name),
	COUNT_TO("preference", obs_mail_host, preference, UINT16_MAX),
	NEEDED_WORD("source", obs_mail_host, source, mail_host_source_words),
	TEXTS("cname", obs_mail_host, cname),
	TEXTS("addresses", obs_mail_host, addresses),
	WORD("problem", obs_mail_host, problem, mail_host_problem_words),
	BOOL("from_hosts_file", obs_mail_host, from_hosts_file),
	END
};

static const struct member dns_members[] = {
	LIST("queries", obs_dns, queries, query_count, query_members),
	BOOL("null_mx", obs_dns, null_mx),
	BOOL("implicit_mx", obs_dns, implicit_mx),
	LIST("mail_hosts", obs_dns, hosts, host_count, mail_host_members),
	END
};

/* ---- an endpoint ------------------------------------------------------------------------ */

static bool icmp_is_absent(const void *object)
{
	const struct obs_icmp *i = object;

	return i->from == NULL && i->type == 0 && i->code == 0 && i->ttl == 0;
}

static const struct member icmp_members[] = {
	COUNT_TO("type", obs_icmp, type, UINT8_MAX),
	COUNT_TO("code", obs_icmp, code, UINT8_MAX),
	TEXT("from", obs_icmp, from),
	COUNT_OR_NULL("ttl", obs_icmp, ttl, UINT8_MAX),
	END
};

static const struct member connect_members[] = {
	NEEDED_WORD("outcome", obs_connect, outcome, outcome_words),
	TEXT("errno", obs_connect, error),
	MS("ms", obs_connect, us),
	TEXT("source", obs_connect, source),
	OBJECT_OR_NULL("icmp", obs_connect, icmp, icmp),
	COUNT_TO("syn_retransmits", obs_connect, syn_retransmits, UINT_MAX),
	COUNT_TO("segments_in", obs_connect, segments_in, UINT_MAX),
	KNOWN("local_drop", obs_connect, local_drop),
	COUNT_OR_NULL("arrival_ttl", obs_connect, arrival_ttl, UINT8_MAX),
	END
};

static const struct member reply_members[] = {
	NEEDED_WORD("outcome", obs_reply, outcome, outcome_words),
	CODE("code", obs_reply, code),
	TEXTS("lines", obs_reply, lines),
	WORDS("flaws", obs_reply, flaws, reply_flaw_words),
	MS("ms", obs_reply, us),
	END
};

static bool reply_is_absent(const void *object)
{
	const struct obs_reply *r = object;

	return r->outcome == OUT_NOT_RUN && r->code == 0 && r->lines.count == 0 && r->flaws == 0 &&
	       r->us == 0;
}

static const char *const hello_list[] = { "EHLO", "HELO" };
static const struct words hello_words = { hello_list, 2 };

static const struct member ehlo_members[] = {
	NEEDED_WORD("outcome", obs_ehlo, reply.outcome, outcome_words),
	CHOICE("command", obs_ehlo, helo, hello_words),
	REPLY(obs_ehlo, reply),
	{ .name = "capabilities", .type = MEMBER_CAPABILITIES },
	CODE("ehlo_code", obs_ehlo, ehlo_code),
	END
};

static bool enforcement_is_absent(const void *object)
{
	const struct obs_enforcement *e = object;
	const struct obs_reply *r = &e->reply;

	return e->command == NULL && reply_is_absent(r) && reply_is_absent(&e->ehlo.reply);
}

static const struct member enforcement_members[] = {
	TEXT("command", obs_enforcement, command),
	NEEDED_WORD("outcome", obs_enforcement, reply.outcome, outcome_words),
	REPLY(obs_enforcement, reply),
	OBJECT("ehlo", obs_enforcement, ehlo, ehlo_members),
	END
};

static const struct member starttls_members[] = {
	NEEDED_WORD("outcome", obs_starttls, outcome, outcome_words),
	WORD("reply_outcome", obs_starttls, reply.outcome, outcome_words),
	REPLY(obs_starttls, reply),
	COUNT_TO("early_bytes", obs_starttls, early_bytes, UINT_MAX),
	TEXT("early_text", obs_starttls, early_text),
	END
};

const struct member certificate_members[] = {
	TEXT("subject", obs_certificate, subject),
	TEXT("issuer", obs_certificate, issuer),
	TEXTS("sans", obs_certificate, sans),
	TIME("not_before", obs_certificate, not_before),
	TIME("not_after", obs_certificate, not_after),
	TEXT("key", obs_certificate, key),
	TEXT("signature", obs_certificate, signature),
	TEXT("sha256", obs_certificate, sha256),
	TEXT("spki_sha256", obs_certificate, spki_sha256),
	BOOL("self_issued", obs_certificate, self_issued),
	BOOL("ca", obs_certificate, ca),
	END
};

static bool ocsp_is_absent(const void *object)
{
	const struct obs_ocsp *o = object;

	return o->status == NULL && o->this_update == 0 && o->next_update == 0;
}

const struct member ocsp_members[] = {
	TEXT("status", obs_ocsp, status),
	TIME_OR_NULL("this_update", obs_ocsp, this_update),
	TIME_OR_NULL("next_update", obs_ocsp, next_update),
	END
};

static const struct member tls_members[] = {
	NEEDED_WORD("outcome", obs_tls, outcome, outcome_words),
	TEXT("version", obs_tls, version),
	TEXT("cipher", obs_tls, cipher),
	TEXT("group", obs_tls, group),
	TEXT("alert", obs_tls, alert),
	TEXT("error", obs_tls, error),
	BOOL("verified", obs_tls, verified),
	WORDS("faults", obs_tls, faults, cert_fault_words),
	LIST("chain", obs_tls, chain, chain_count, certificate_members),
	TEXT("signature", obs_tls, signature),
	WORDS("weaknesses", obs_tls, weaknesses, tls_weakness_words),
	TEXT("sni", obs_tls, sni),
	TEXT("verified_name", obs_tls, verified_name),
	TEXT("warning_alert", obs_tls, warning_alert),
	TEXT("first_bytes", obs_tls, first_bytes),
	BOOL("client_certificate_requested", obs_tls, client_certificate_requested),
	OBJECT_OR_NULL("ocsp", obs_tls, ocsp, ocsp),
	MS("ms", obs_tls, us),
	END
};

static bool tcp_is_absent(const void *object)
{
	static const struct obs_tcp nothing;

	return memcmp(object, &nothing, sizeof nothing) == 0;
}

static const struct member tcp_members[] = {
	COUNT_TO("retransmits", obs_tcp, retransmits, UINT_MAX),
	COUNT_TO("unacknowledged", obs_tcp, unacknowledged, UINT_MAX),
	COUNT_TO("out_of_order", obs_tcp, out_of_order, UINT_MAX),
	COUNT_TO("segments_in", obs_tcp, segments_in, UINT_MAX),
	COUNT_TO("path_mtu", obs_tcp, path_mtu, UINT_MAX),
	COUNT_TO("advertised_mss", obs_tcp, advertised_mss, UINT_MAX),
	COUNT_TO("send_mss", obs_tcp, send_mss, UINT_MAX),
	END
};

static bool small_segments_is_absent(const void *object)
{
	const struct obs_small_segments *s = object;

	return s->mss == 0 && s->outcome == OUT_NOT_RUN && s->us == 0;
}

static const struct member small_segments_members[] = {
	COUNT_TO("mss", obs_small_segments, mss, UINT16_MAX),
	NEEDED_WORD("outcome", obs_small_segments, outcome, outcome_words),
	MS("ms", obs_small_segments, us),
	END
};

static bool size_test_is_absent(const void *object)
{
	const struct obs_size_test *t = object;

	return t->command == NULL && reply_is_absent(&t->reply);
}

static const struct member size_test_members[] = {
	TEXT("command", obs_size_test, command),
	NEEDED_WORD("outcome", obs_size_test, reply.outcome, outcome_words),
	REPLY(obs_size_test, reply),
	END
};

static const struct member not_reached_members[] = {
	NEEDED_WORD("stage", obs_not_reached, stage, stage_words),
	NEEDED_TEXT("reason", obs_not_reached, reason),
	END
};

static const char *const from_list[] = { "client", "server" };
static const struct words from_words = { from_list, 2 };

static const struct member line_members[] = {
	MS("ms", obs_line, at_us),
	CHOICE("from", obs_line, from_server, from_words),
	NEEDED_TEXT("text", obs_line, text),
	BOOL("encrypted", obs_line, encrypted),
	WORD("dialogue", obs_line, dialogue, dialogue_words),
	END
};

const struct member endpoint_members[] = {
	NEEDED_TEXT("host", obs_endpoint, host),
	NEEDED_TEXT("address", obs_endpoint, address),
	NEEDED_WORD("family", obs_endpoint, family, family_words),
	{ .name = "port", .type = MEMBER_COUNT, .at = AT(unsigned, obs_endpoint, port),
	  .most = UINT16_MAX, .needed = true },
	NEEDED_WORD("role", obs_endpoint, role, role_words),
	TIME_OR_NULL("seen_at", obs_endpoint, seen_at),
	NEEDED_OBJECT("connect", obs_endpoint, connect, connect_members),
	OBJECT_OR_NULL("tcp", obs_endpoint, tcp, tcp),
	BOOL("repeated", obs_endpoint, repeated),
	OBJECT_OR_NULL("turned_away", obs_endpoint, turned_away, reply),
	WORD("mode", obs_endpoint, mode, mode_words),
	TEXT("first_bytes", obs_endpoint, first_bytes),
	OBJECT("greeting", obs_endpoint, greeting, reply_members),
	OBJECT("ehlo", obs_endpoint, ehlo, ehlo_members),
	OBJECT_OR_NULL("enforcement", obs_endpoint, enforcement, enforcement),
	OBJECT("starttls", obs_endpoint, starttls, starttls_members),
	OBJECT("tls", obs_endpoint, tls, tls_members),
	OBJECT_OR_NULL("small_segments", obs_endpoint, small_segments, small_segments),
	OBJECT("ehlo_tls", obs_endpoint, ehlo_tls, ehlo_members),
	OBJECT_OR_NULL("size_test", obs_endpoint, size_test, size_test),
	OBJECT("quit", obs_endpoint, quit, reply_members),
	LIST("not_reached", obs_endpoint, not_reached, not_reached_count, not_reached_members),
	LIST("transcript", obs_endpoint, transcript, transcript_count, line_members),
	END
};

/* ---- paths, comparisons ----------------------------------------------------------------- */

static const struct member hop_members[] = {
	COUNT_TO("ttl", obs_hop, ttl, UINT8_MAX),
	TEXT("from", obs_hop, from),
	MS("ms", obs_hop, us),
	NEEDED_WORD("kind", obs_hop, kind, hop_kind_words),
	OBJECT_OR_NULL("icmp", obs_hop, icmp, icmp),
	END
};

static const struct member path_members[] = {
	NEEDED_TEXT("host", obs_path, host),
	NEEDED_TEXT("address", obs_path, address),
	COUNT_TO("port", obs_path, port, UINT16_MAX),
	COUNT_OR_NULL("control_port", obs_path, control_port, UINT16_MAX),
	LIST("hops", obs_path, hops, hop_count, hop_members),
	LIST("control", obs_path, control, control_count, hop_members),
	COUNT_TO("asked_again", obs_path, asked_again, UINT_MAX),
	COUNT_TO("control_again", obs_path, control_again, UINT_MAX),
	COUNT_TO("resent", obs_path, resent, UINT_MAX),
	COUNT_TO("resent_failed", obs_path, resent_failed, UINT_MAX),
	NEEDED_WORD("verdict", obs_path, verdict, path_verdict_words),
	NUMBER_TO("after_hop", obs_path, after_hop, UINT8_MAX),
	COUNT_OR_NULL("by_hop", obs_path, by_hop, UINT8_MAX),
	TEXT("by", obs_path, by),
	WORD("confidence", obs_path, confidence, confidence_words),
	MS("ms", obs_path, us),
	END
};

static const struct member comparison_members[] = {
	NEEDED_WORD("kind", obs_comparison, kind, comparison_kind_words),
	TEXT("via", obs_comparison, via),
	NEEDED_TEXT("host", obs_comparison, host),
	TEXT("address", obs_comparison, address),
	COUNT_TO("port", obs_comparison, port, UINT16_MAX),
	NEEDED_OBJECT("connect", obs_comparison, connect, connect_members),
	NUMBER_TO("proxy_reply", obs_comparison, proxy_reply, UINT8_MAX),
	TEXT("greeting", obs_comparison, greeting),
	END
};

/* ---- the whole -------------------------------------------------------------------------- */

const struct member observation_head_members[] = {
	OBJECT("tool", observation, tool, tool_members),
	NEEDED_TIME_US("started_at", observation, started_at_us),
	MS("duration_ms", observation, duration_us),
	END
};

const struct member observation_body_members[] = {
	BOOL("cut_short", observation, cut_short),
	BYTES("message_size", observation, message_size),
	NEEDED_OBJECT("target", observation, target, target_members),
	OBJECT("vantage", observation, vantage, vantage_members),
	OBJECT("dns", observation, dns, dns_members),
	LIST("endpoints", observation, endpoints, endpoint_count, endpoint_members),
	LIST_TO("paths", observation, paths, path_count, path_members, RECORD_PATHS_MAX),
	LIST_TO("comparisons", observation, comparisons, comparison_count, comparison_members,
		RECORD_PATHS_MAX),
	END
};
