/* SPDX-License-Identifier: MIT
 *
 * Every bound on what the wire may make us hold or do, in one place. The limits of RFC 5321
 * 4.5.3.1 are minimums that a receiver must accept; ours are far above what real servers send
 * and far below what hurts. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
	LIMIT_REPLY_LINE = 4096,         /* octets of one reply line; RFC 5321 4.5.3.1.5: 512 */
	LIMIT_REPLY_LINES = 256,         /* lines of one reply */
	LIMIT_CAPABILITIES = 128,        /* keywords described of one EHLO reply */
	LIMIT_PARAMETERS = 64,           /* parameters described of one keyword */
	LIMIT_TRANSCRIPT = 4096,         /* lines kept of one endpoint's dialogues */
	LIMIT_COMMAND = 1024,            /* octets of one command line */
	LIMIT_RECEIVE = 64 * 1024,       /* bytes waiting to be parsed, one connection */
	LIMIT_DIALOGUE = 1024 * 1024,    /* bytes received in all, one connection */
	LIMIT_HANDSHAKE = 256 * 1024,    /* bytes received during one TLS handshake */
	LIMIT_FIRST_BYTES = 64,          /* evidence kept of bytes that were not SMTP or TLS */
	LIMIT_CHAIN = 20,                /* certificates described of one chain */
	LIMIT_SANS = 200,                /* names described of one certificate */
	LIMIT_DNS_MESSAGE = 65535,
	LIMIT_HOSTS_FILE = 4 * 1024 * 1024,
	LIMIT_CNAMES = 16,               /* aliases followed in one answer */
	LIMIT_MAIL_HOSTS = 64,           /* MX hosts probed of one domain */
	LIMIT_ADDRESSES = 32,            /* addresses probed of one host */
	LIMIT_CONTROLS = 8,              /* hosts to compare with */
	LIMIT_PORTS = 64,                /* ports of one run */
	LIMIT_SUMMARY_HOSTS = 100000,    /* mail hosts counted by name over all targets */
	LIMIT_SUMMARY_ENDPOINTS = 1000000    /* endpoints told apart over all targets */
};

#endif
