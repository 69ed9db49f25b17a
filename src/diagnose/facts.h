/* SPDX-License-Identifier: MIT
 *
 * What several rules ask of a record, each as a pure question with one answer. Rules differ in
 * what they make of the answers; no rule works an answer out a second way. */
#ifndef DIAGNOSE_FACTS_H
#define DIAGNOSE_FACTS_H

#include "record/observation.h"

/* The connection failed here, before a packet could be answered: no route for the family, a
 * local prohibition, a local error. It says nothing about the server. */
bool facts_local_failure(const struct observation *o, const struct obs_endpoint *e);

/* The local failure that is a missing route. */
bool facts_route_missing(const struct observation *o, const struct obs_endpoint *e);

/* connect() itself failed with that errno: nothing was sent, and no ICMP error came. */
bool facts_local_error_at_once(const struct obs_endpoint *e, const char *error);

/* This machine does not let the endpoint's SYNs out, or answers them itself. */
bool facts_dropped_here(const struct observation *o, const struct obs_endpoint *e);
bool facts_rejected_here(const struct observation *o, const struct obs_endpoint *e);

/* The next hop did not answer ARP or neighbour discovery, so that no SYN could leave. */
bool facts_next_hop_dead(const struct obs_endpoint *e);

/* The errno is what a route of type unreachable or blackhole gives, or a rule for this port alone. */
bool facts_route_forbids(const struct observation *o, const struct obs_endpoint *e);

/* Another machine said that the endpoint cannot be reached (an ICMP error); the last router did, as
 * nobody answers there. */
bool facts_rejected_elsewhere(const struct observation *o, const struct obs_endpoint *e);
bool facts_host_down(const struct observation *o, const struct obs_endpoint *e);

/* How far the endpoint's SYNs got, where that was traced; NULL: it was not. The address of a hop, by
 * either of its ports; NULL: it is not known. */
const struct obs_path *facts_path(const struct observation *o, const struct obs_endpoint *e);
const char *facts_hop_address(const struct obs_path *p, unsigned ttl);

/* Does this machine have a route for the endpoint's address family? */
bool facts_family_here(const struct observation *o, const struct obs_endpoint *e);

/* Somebody answered our SYN: the port is open, or refused, or was reset. */
bool facts_reached(const struct obs_endpoint *e);

/* The connect failed for a reason that lies outside of this machine. */
bool facts_connect_failed(const struct observation *o, const struct obs_endpoint *e);

bool facts_same_host(const struct obs_endpoint *a, const struct obs_endpoint *b);

/* Is that port open on any address of the host? */
bool facts_port_open(const struct observation *o, const struct obs_endpoint *e);

/* Is any port that matters open on the host? And did any port of it answer in any way? */
bool facts_host_open(const struct observation *o, const struct obs_endpoint *e);
bool facts_host_reached(const struct observation *o, const struct obs_endpoint *e);

/* Port 25 of some probed host answered in some way. */
bool facts_relay_reached(const struct observation *o);

/* Does it matter whether this port is open? A domain needs 25 only: an MX host need not take
 * submissions (RFC 5321, RFC 6409), so a closed 465 or 587 there is no fault. Without a relay
 * port among those probed, and for a host or an address, every port was asked for and counts. */
bool facts_matters(const struct observation *o, const struct obs_endpoint *e);

/* TLS was agreed on: the port speaks it from the first byte, or STARTTLS was accepted. A
 * ClientHello to a port that turned out to be silent is no handshake of this kind. */
bool facts_tls_agreed(const struct obs_endpoint *e);
bool facts_tls_up(const struct obs_endpoint *e);

/* TLS is up and nothing is wrong with the certificate, as far as that could be checked: with
 * only an address given, its name could not. */
bool facts_certificate_good(const struct obs_endpoint *e);

/* The SMTP dialogue inside of TLS got as far as a good EHLO reply. */
bool facts_works_with_tls(const struct obs_endpoint *e);

/* A banner of asterisks, or a keyword of Xs: what packet inspection leaves of SMTP (Cisco ASA
 * "inspect esmtp"). */
bool facts_masked(const struct obs_endpoint *e);

/* The text that was to be a greeting and is none, or NULL; the other protocol whose beginning
 * it is, or NULL; and is the port something else than SMTP? */
const char *facts_first_text(const struct obs_endpoint *e);
const char *facts_other_protocol(const char *text);
bool facts_not_smtp(const struct obs_endpoint *e);

/* The other protocol that a port speaks, by its first bytes or its greeting; NULL: none is known. */
const char *facts_spoken_protocol(const struct obs_endpoint *e);

/* Does the text begin like an SMTP reply, with three digits? */
bool facts_like_reply(const char *text);

/* There was no host name to check the certificate for, only an address. */
bool facts_address_only(const struct obs_endpoint *e);

/* A reply that says no, with a code of that first digit. */
bool facts_reply_class(const struct obs_reply *r, int first_digit);

/* Does any line of the reply hold one of the words, whatever their case? NULL ends the words. */
bool facts_reply_says(const struct obs_reply *r, const char *const *words);

/* A log-in is listed whose method sends what can be used again; NTLM, CRAM-MD5, SCRAM and the like
 * do not. And may one be tried before TLS, as the server lists it and does not demand TLS first? */
bool facts_sends_secret(const struct obs_capability *auth);
bool facts_log_in_before_tls(const struct obs_endpoint *e);

/* Why the server turns a mail transaction in the clear down, if it does. RFC 3207 and RFC 4954
 * both use 530, so only the words tell the two apart. */
enum facts_demand { DEMAND_NOTHING, DEMAND_TLS, DEMAND_LOGIN };
enum facts_demand facts_demand(const struct obs_endpoint *e);

/* A relay port that takes mail from nobody without a log-in: of use to its own users only. */
bool facts_relay_wants_log_in(const struct obs_endpoint *e);

/* Nothing got further than being put off: every port that connected says "not now" (4yz). */
bool facts_only_put_off(const struct observation *o);

/* The rcode is the resolver's or the network's failure, not an answer about the name. */
bool facts_no_answer(enum dns_rcode rcode);

/* Any host with an address to probe. */
bool facts_has_address(const struct observation *o);

/* DNS said something definite that stops mail: no such name, no address, an MX that is none. */
bool facts_dns_definite_fault(const struct observation *o);

/* Was anything outside of this machine put to the test? */
bool facts_tested(const struct observation *o);

/* The reply inside of TLS that turns away who showed no certificate although one was asked for,
 * as nginx does; NULL: none. */
const struct obs_reply *facts_wants_certificate(const struct obs_endpoint *e);

/* The handshake stalled, and the connection shows that large packets are lost while small ones
 * pass: with small segments it succeeds, or later packets came and an earlier one never did. */
bool facts_large_packets_lost(const struct obs_endpoint *e);

/* The server shows the placeholder that Google and others have for clients that named no host
 * (RFC 6066 3). The certificate has one of these faults, and is no such placeholder, whose faults
 * are a consequence only. */
bool facts_wants_sni(const struct obs_endpoint *e);
bool facts_certificate_fault(const struct obs_endpoint *e, unsigned faults);

#endif
