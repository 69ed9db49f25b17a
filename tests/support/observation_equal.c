/* SPDX-License-Identifier: MIT */
#include "observation_equal.h"

#include <string.h>

/* Inside of a function with pointers a and b to the same struct. */
#define SAME(field) (a->field == b->field)
#define SAME_TEXT(field) texts_equal(a->field, b->field)
#define SAME_LIST(field) strlist_equal(&a->field, &b->field)

static bool texts_equal(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool reply_equal(const struct obs_reply *a, const struct obs_reply *b)
{
	return SAME(outcome) && SAME(code) && SAME_LIST(lines) && SAME(flaws) && SAME(us);
}

static bool ehlo_equal(const struct obs_ehlo *a, const struct obs_ehlo *b)
{
	if (!reply_equal(&a->reply, &b->reply) || !SAME(helo) || !SAME(ehlo_code) ||
	    !SAME(cap_count))
		return false;
	for (size_t i = 0; i < a->cap_count; i++)
		if (!SAME_TEXT(caps[i].keyword) || !SAME_LIST(caps[i].params))
			return false;
	return true;
}

static bool certificate_equal(const struct obs_certificate *a, const struct obs_certificate *b)
{
	return SAME_TEXT(subject) && SAME_TEXT(issuer) && SAME_LIST(sans) && SAME(not_before) &&
	       SAME(not_after) && SAME_TEXT(key) && SAME_TEXT(signature) && SAME_TEXT(sha256) &&
	       SAME_TEXT(spki_sha256) && SAME(self_issued) && SAME(ca);
}

static bool tls_equal(const struct obs_tls *a, const struct obs_tls *b)
{
	if (!SAME(outcome) || !SAME_TEXT(version) || !SAME_TEXT(cipher) || !SAME_TEXT(group) ||
	    !SAME_TEXT(signature) || !SAME(weaknesses) || !SAME_TEXT(sni) || !SAME_TEXT(alert) ||
	    !SAME_TEXT(warning_alert) || !SAME_TEXT(error) || !SAME_TEXT(first_bytes) ||
	    !SAME(client_certificate_requested) || !SAME_TEXT(verified_name) || !SAME(verified) ||
	    !SAME(faults) || !SAME_TEXT(ocsp.status) || !SAME(ocsp.this_update) ||
	    !SAME(ocsp.next_update) || !SAME(us) || !SAME(chain_count))
		return false;
	for (size_t i = 0; i < a->chain_count; i++)
		if (!certificate_equal(&a->chain[i], &b->chain[i]))
			return false;
	return true;
}

static bool notes_equal(const struct obs_endpoint *a, const struct obs_endpoint *b)
{
	if (!SAME(not_reached_count) || !SAME(transcript_count))
		return false;
	for (size_t i = 0; i < a->not_reached_count; i++)
		if (!SAME(not_reached[i].stage) || !SAME_TEXT(not_reached[i].reason))
			return false;
	for (size_t i = 0; i < a->transcript_count; i++)
		if (!SAME(transcript[i].at_us) || !SAME(transcript[i].dialogue) ||
		    !SAME(transcript[i].from_server) || !SAME(transcript[i].encrypted) ||
		    !SAME_TEXT(transcript[i].text))
			return false;
	return true;
}

static bool tcp_equal(const struct obs_tcp *a, const struct obs_tcp *b)
{
	return SAME(retransmits) && SAME(unacknowledged) && SAME(out_of_order) &&
	       SAME(segments_in) && SAME(path_mtu) && SAME(advertised_mss) && SAME(send_mss);
}

static bool icmp_equal(const struct obs_icmp *a, const struct obs_icmp *b)
{
	return SAME(type) && SAME(code) && SAME_TEXT(from) && SAME(ttl);
}

static bool connect_equal(const struct obs_connect *a, const struct obs_connect *b)
{
	return SAME(outcome) && SAME_TEXT(error) && SAME(us) && SAME_TEXT(source) &&
	       icmp_equal(&a->icmp, &b->icmp) && SAME(syn_retransmits) && SAME(segments_in) &&
	       SAME(local_drop) && SAME(arrival_ttl);
}

static bool hops_equal(const struct obs_hop *a, size_t a_count, const struct obs_hop *b,
		       size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (; a_count > 0; a_count--, a++, b++)
		if (!SAME(ttl) || !SAME_TEXT(from) || !SAME(us) || !SAME(kind) ||
		    !icmp_equal(&a->icmp, &b->icmp))
			return false;
	return true;
}

static bool path_equal(const struct obs_path *a, const struct obs_path *b)
{
	return SAME_TEXT(host) && SAME_TEXT(address) && SAME(port) && SAME(control_port) &&
	       hops_equal(a->hops, a->hop_count, b->hops, b->hop_count) &&
	       hops_equal(a->control, a->control_count, b->control, b->control_count) &&
	       SAME(asked_again) && SAME(control_again) && SAME(resent) && SAME(resent_failed) &&
	       SAME(verdict) && SAME(after_hop) && SAME(by_hop) && SAME_TEXT(by) &&
	       SAME(confidence) && SAME(us);
}

static bool comparison_equal(const struct obs_comparison *a, const struct obs_comparison *b)
{
	return SAME(kind) && SAME_TEXT(via) && SAME_TEXT(host) && SAME_TEXT(address) &&
	       SAME(port) && connect_equal(&a->connect, &b->connect) && SAME(proxy_reply) &&
	       SAME_TEXT(greeting);
}

static bool vantage_equal(const struct obs_vantage *a, const struct obs_vantage *b)
{
	return SAME_TEXT(ipv4.source) && SAME(ipv4.route) && SAME_TEXT(ipv6.source) &&
	       SAME(ipv6.route) && SAME_LIST(resolvers) && SAME_TEXT(gateway4) &&
	       SAME_TEXT(gateway6) && SAME(private4) && SAME_TEXT(cloud) && SAME_TEXT(container);
}

static bool endpoint_equal(const struct obs_endpoint *a, const struct obs_endpoint *b)
{
	return SAME_TEXT(host) && SAME_TEXT(address) && SAME(family) && SAME(port) && SAME(role) && SAME(seen_at) &&
	       connect_equal(&a->connect, &b->connect) &&
	       tcp_equal(&a->tcp, &b->tcp) && SAME(repeated) &&
	       reply_equal(&a->turned_away, &b->turned_away) && SAME(mode) && SAME_TEXT(first_bytes) && reply_equal(&a->greeting, &b->greeting) &&
	       ehlo_equal(&a->ehlo, &b->ehlo) && SAME_TEXT(enforcement.command) &&
	       reply_equal(&a->enforcement.reply, &b->enforcement.reply) &&
	       ehlo_equal(&a->enforcement.ehlo, &b->enforcement.ehlo) &&
	       SAME(starttls.outcome) && reply_equal(&a->starttls.reply, &b->starttls.reply) &&
	       SAME(starttls.early_bytes) && SAME_TEXT(starttls.early_text) &&
	       tls_equal(&a->tls, &b->tls) && SAME(small_segments.mss) &&
	       SAME(small_segments.outcome) && SAME(small_segments.us) &&
	       SAME_TEXT(size_test.command) &&
	       reply_equal(&a->size_test.reply, &b->size_test.reply) && ehlo_equal(&a->ehlo_tls, &b->ehlo_tls) &&
	       reply_equal(&a->quit, &b->quit) && notes_equal(a, b);
}

static bool dns_equal(const struct obs_dns *a, const struct obs_dns *b)
{
	if (!SAME(query_count) || !SAME(null_mx) || !SAME(implicit_mx) || !SAME(host_count))
		return false;
	for (size_t i = 0; i < a->query_count; i++)
		if (!SAME_TEXT(queries[i].name) || !SAME_TEXT(queries[i].type) ||
		    !SAME(queries[i].rcode) || !SAME(queries[i].seen_at) || !SAME(queries[i].authenticated) ||
		    !SAME(queries[i].us) || !SAME_LIST(queries[i].cname) ||
		    !SAME_LIST(queries[i].answers))
			return false;
	for (size_t i = 0; i < a->host_count; i++)
		if (!SAME_TEXT(hosts[i].name) || !SAME(hosts[i].preference) ||
		    !SAME(hosts[i].source) || !SAME_LIST(hosts[i].cname) ||
		    !SAME_LIST(hosts[i].addresses) || !SAME(hosts[i].from_hosts_file) ||
		    !SAME(hosts[i].problem))
			return false;
	return true;
}

bool observation_equal(const struct observation *a, const struct observation *b)
{
	if (!SAME_TEXT(tool.version) || !SAME_TEXT(tool.gnutls) || !SAME_TEXT(tool.cares) ||
	    !SAME_TEXT(tool.uv) || !SAME_TEXT(tool.contact) || !SAME(started_at_us) || !SAME(duration_us) ||
	    !SAME(cut_short) || !SAME(message_size) || !SAME_TEXT(target.input) || !SAME(target.kind) ||
	    !SAME_TEXT(target.name) || !SAME_TEXT(target.unicode) ||
	    !vantage_equal(&a->vantage, &b->vantage) || !dns_equal(&a->dns, &b->dns) || !SAME(endpoint_count) ||
	    !SAME(path_count) || !SAME(comparison_count))
		return false;
	for (size_t i = 0; i < a->endpoint_count; i++)
		if (!endpoint_equal(&a->endpoints[i], &b->endpoints[i]))
			return false;
	for (size_t i = 0; i < a->path_count; i++)
		if (!path_equal(&a->paths[i], &b->paths[i]))
			return false;
	for (size_t i = 0; i < a->comparison_count; i++)
		if (!comparison_equal(&a->comparisons[i], &b->comparisons[i]))
			return false;
	return true;
}
