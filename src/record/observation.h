/* SPDX-License-Identifier: MIT
 *
 * What was observed of one target: plain data, no handles, no callbacks, no library types.
 * Probing fills it, diagnosis and reports only read it. Written as JSON and read back it is
 * equal (observation_json.h). Zero-initialised is a valid, empty observation.
 *
 * Ownership: every char * is owned by the struct that holds it and NULL where there is
 * nothing; observation_clear() frees all. Text from the wire is in printable form
 * (base/printable.h). Durations are microseconds on the monotonic clock; `us` of a stage runs
 * from its start (the connect, the command) to its last byte. at_us is counted from the
 * target's start. Wall-clock times are seconds since 1970 (started_at_us: microseconds). */
#ifndef RECORD_OBSERVATION_H
#define RECORD_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strlist.h"
#include "record/outcome.h"

/* What may be so, not so, or not known. */
enum known { NOT_KNOWN, KNOWN_NO, KNOWN_YES, KNOWN_COUNT };

/* ---- target, vantage ------------------------------------------------------------------- */

enum target_kind { TARGET_AUTO, TARGET_DOMAIN, TARGET_HOST, TARGET_ADDRESS, TARGET_KIND_COUNT };
extern const struct words target_kind_words;   /* TARGET_AUTO "unknown": nothing resolved it */

struct obs_tool {
	char *version, *gnutls, *cares, *uv;
	char *contact;             /* whom those who are probed can reach, as it was said to them; NULL: nothing was */
};

struct obs_target {
	char *input;               /* as the user wrote it, printable */
	enum target_kind kind;     /* as it turned out: AUTO becomes DOMAIN where an MX exists */
	char *name;                /* A-labels, lower case; or the bare address */
	char *unicode;             /* the name as it was written, where IDNA changed it; else NULL */
};

struct obs_route {
	char *source;              /* the local address the kernel would use; NULL: none */
	bool route;                /* is there a route for the family? */
};

struct obs_vantage {
	struct obs_route ipv4, ipv6;
	struct strlist resolvers;  /* "127.0.0.1:53", "[::1]:53" */
	char *gateway4, *gateway6; /* the next hop of the default route; NULL: none, or not known */
	enum known private4;      /* is ipv4.source private (RFC 1918, RFC 6598)? */
	char *cloud;               /* "Hetzner Cloud", by what this machine says of itself; NULL: not known */
	char *container;           /* "docker"; NULL: not known to be one */
};

/* ---- DNS ------------------------------------------------------------------------------- */

enum dns_rcode {               /* how a question ended; RFC 1035 4.1.1 and what it lacks */
	DNS_NOT_ASKED,
	DNS_NOERROR,           /* with an answer of the type */
	DNS_NODATA,            /* NOERROR, but no record of the type (RFC 2308) */
	DNS_FORMERR,
	DNS_SERVFAIL,
	DNS_NXDOMAIN,
	DNS_NOTIMP,
	DNS_REFUSED,
	DNS_OTHER_RCODE,
	DNS_TIMEOUT,           /* no resolver answered in time */
	DNS_UNREACHABLE,       /* no resolver could be reached (closed port, no route) */
	DNS_MALFORMED,         /* answered, but the message breaks RFC 1035 */
	DNS_CUT_SHORT,
	DNS_RCODE_COUNT
};
extern const struct words dns_rcode_words;

struct obs_query {
	char *name;
	char *type;                /* "MX", "A", "AAAA" */
	enum dns_rcode rcode;
	int64_t seen_at;           /* when it was asked, for another target of the same run: seconds since
	                            * 1970; 0: it was asked for this one */
	bool authenticated;        /* the AD bit of the answer */
	int64_t us;
	struct strlist cname;      /* the aliases that were followed, in order */
	struct strlist answers;    /* "10 mx1.example.com", "192.0.2.1"; "0 ." is the null MX */
};

enum mail_host_source { MAIL_HOST_MX, MAIL_HOST_IMPLICIT, MAIL_HOST_TARGET, MAIL_HOST_SOURCE_COUNT };
extern const struct words mail_host_source_words;

enum mail_host_problem {       /* why a host has no address to probe */
	HOST_FINE,
	HOST_NXDOMAIN, HOST_NODATA, HOST_SERVFAIL, HOST_REFUSED, HOST_TIMEOUT, HOST_DNS_ERROR,
	HOST_IS_ADDRESS,       /* the MX names an IP address (RFC 5321 5.1 wants a name) */
	HOST_BAD_NAME,         /* not a host name at all */
	HOST_CUT_SHORT,
	HOST_EXCLUDED,         /* its name, or each of its addresses: not to be probed (--exclude) */
	HOST_PROBLEM_COUNT
};
extern const struct words mail_host_problem_words;

struct obs_mail_host {
	char *name;
	unsigned preference;
	enum mail_host_source source;
	struct strlist cname;      /* an MX that is a CNAME breaks RFC 2181 10.3 */
	struct strlist addresses;  /* textual, IPv4 first, each once */
	bool from_hosts_file;      /* the addresses are from the hosts file, not from DNS */
	enum mail_host_problem problem;
};

struct obs_dns {
	struct obs_query *queries;
	size_t query_count;
	bool null_mx;              /* RFC 7505 */
	bool implicit_mx;          /* RFC 5321 5.1: no MX, the name's own addresses take mail */
	struct obs_mail_host *hosts;   /* by preference */
	size_t host_count;
};

/* ---- one endpoint: host x address x port ------------------------------------------------ */

enum family { FAMILY_IPV4, FAMILY_IPV6, FAMILY_COUNT };
extern const struct words family_words;

enum role { ROLE_RELAY, ROLE_SUBMISSION, ROLE_OTHER, ROLE_COUNT };
extern const struct words role_words;

enum mode {                    /* by the first bytes, never by the port number */
	MODE_UNKNOWN,          /* JSON null: ended before anything could be learnt */
	MODE_PLAINTEXT,        /* an SMTP reply came in the clear */
	MODE_IMPLICIT_TLS,     /* answered a ClientHello with TLS */
	MODE_SILENT,           /* neither spoke nor answered a ClientHello */
	MODE_NOT_SMTP,         /* spoke first, but not SMTP: see first_bytes */
	MODE_COUNT
};
extern const struct words mode_words;

struct obs_icmp {              /* an ICMP or ICMPv6 error (RFC 792, RFC 4443); absent: from is NULL */
	unsigned type, code;
	char *from;                /* the address it came from, as it says itself */
	unsigned ttl;              /* TTL (hop limit) left when it arrived; 0: not known */
};

struct obs_connect {           /* OK REFUSED TIMEOUT UNREACHABLE DENIED RESET ERROR CUT_SHORT */
	enum outcome outcome;
	char *error;               /* errno's name, "ECONNREFUSED"; NULL: none */
	int64_t us;
	char *source;              /* our own address; NULL: none was chosen */
	struct obs_icmp icmp;      /* what ended it; REFUSED is without one, by a RST */
	unsigned syn_retransmits;  /* SYNs sent again */
	unsigned segments_in;      /* segments that came back, a RST included */
	enum known local_drop;    /* did this host's own stack refuse to send the SYNs again? */
	unsigned arrival_ttl;      /* TTL left of the SYN-ACK or RST; 0: not looked for, or not found */
};

enum reply_flaw {              /* what the reply broke without becoming unreadable */
	FLAW_BARE_LF = 1 << 0,         /* a line ended in LF alone (RFC 5321 2.3.8) */
	FLAW_BARE_CR = 1 << 1,         /* a CR inside of a line */
	FLAW_NUL = 1 << 2,
	FLAW_EIGHT_BIT = 1 << 3,       /* bytes over 127, without SMTPUTF8 agreed */
	FLAW_LONG_LINE = 1 << 4,       /* over 512 octets (RFC 5321 4.5.3.1.5) */
	FLAW_CODE_CHANGED = 1 << 5,    /* the lines of one reply carry different codes */
	FLAW_CONTROL = 1 << 6,         /* another control character, such as ESC */
	FLAW_NO_SEPARATOR = 1 << 7,    /* neither "-" nor " " after the code */
	FLAW_EXTRA_BYTES = 1 << 8      /* more bytes than the reply, unasked (out of step) */
};
#define REPLY_FLAW_COUNT 9
extern const struct words reply_flaw_words;    /* indexed by bit number */

struct obs_reply {             /* OK CLOSED RESET TIMEOUT REJECTED MALFORMED TOO_LONG CUT_SHORT */
	enum outcome outcome;
	int code;                  /* 0: no reply */
	struct strlist lines;      /* whole lines as sent, without their line ends */
	unsigned flaws;            /* enum reply_flaw */
	int64_t us;
};

struct obs_capability {
	char *keyword;             /* upper case */
	struct strlist params;     /* as sent, in order; AUTH of several lines is joined */
};

struct obs_ehlo {
	struct obs_reply reply;
	bool helo;                 /* HELO, after EHLO was turned down */
	int ehlo_code;             /* the code that turned EHLO down; 0 where helo is false */
	struct obs_capability *caps;
	size_t cap_count;
};

struct obs_tcp {               /* TCP_INFO as the dialogue ended; what the kernel does not tell is 0,
                                * and all of it (JSON null) where there was no connection */
	unsigned retransmits;  /* segments sent again, over the life of the connection */
	unsigned unacknowledged;   /* segments of ours that nobody had acknowledged */
	unsigned out_of_order; /* segments that came while an earlier one was missing */
	unsigned segments_in;
	unsigned path_mtu;     /* bytes */
	unsigned advertised_mss;   /* what we told the server, bytes */
	unsigned send_mss;     /* what the server and the path allow us, bytes */
};

struct obs_small_segments {    /* a handshake that stalled, tried once more with a small MSS */
	unsigned mss;          /* advertised by us, bytes; 0: not tried */
	enum outcome outcome;  /* of the TLS handshake; as obs_tls.outcome */
	int64_t us;            /* from connect to its end */
};

struct obs_size_test {         /* --message-size: MAIL FROM:<> SIZE=n (RFC 1870) */
	char *command;         /* NULL: not asked */
	struct obs_reply reply;
};

struct obs_enforcement {       /* is TLS (or a log-in) demanded before MAIL? */
	char *command;             /* the one that was answered last: "RSET", "MAIL FROM:<>"; NULL: not run */
	struct obs_reply reply;
	struct obs_ehlo ehlo;  /* on this second connection; balancers answer differently */
};

struct obs_starttls {          /* OK NOT_OFFERED REFUSED CLOSED RESET TIMEOUT MALFORMED PLAINTEXT ... */
	enum outcome outcome;      /* `reply.outcome` says how the reply itself arrived */
	struct obs_reply reply;
	unsigned early_bytes;      /* in the clear after the 220: possible injection */
	char *early_text;          /* the first of them */
};

enum cert_fault {
	CERT_EXPIRED = 1 << 0, CERT_NOT_YET_VALID = 1 << 1, CERT_NAME_MISMATCH = 1 << 2,
	CERT_SELF_SIGNED = 1 << 3, CERT_UNKNOWN_ISSUER = 1 << 4, CERT_MISSING_INTERMEDIATE = 1 << 5,
	CERT_WRONG_PURPOSE = 1 << 6, CERT_WEAK_KEY = 1 << 7, CERT_WEAK_SIGNATURE = 1 << 8,
	CERT_REVOKED = 1 << 9, CERT_BAD_SIGNATURE = 1 << 10, CERT_BAD_OCSP_STAPLE = 1 << 11,
	CERT_NONE_SENT = 1 << 12, CERT_UNREADABLE = 1 << 13, CERT_NO_SAN = 1 << 14,
	CERT_NOT_CA = 1 << 15, CERT_INVALID = 1 << 16
};
#define CERT_FAULT_COUNT 17
extern const struct words cert_fault_words;    /* indexed by bit number */

enum tls_weakness {            /* of the session, not of the certificate */
	WEAK_VERSION = 1 << 0,         /* TLS 1.0 or 1.1 (RFC 8996) */
	WEAK_CIPHER = 1 << 1,          /* RC4, 3DES */
	WEAK_NO_FORWARD_SECRECY = 1 << 2,
	WEAK_DH = 1 << 3,              /* DH group under 2048 bits */
	WEAK_HANDSHAKE_SIGNATURE = 1 << 4,  /* MD5, SHA-1 */
	WEAK_MAC = 1 << 5,
	WEAK_NO_EMS = 1 << 6,          /* RFC 7627 */
	WEAK_NO_SAFE_RENEGOTIATION = 1 << 7
};
#define TLS_WEAKNESS_COUNT 8
extern const struct words tls_weakness_words;  /* indexed by bit number */

struct obs_certificate {
	char *subject, *issuer;    /* RFC 4514 */
	struct strlist sans;       /* DNS names and addresses bare, others as "type:value" */
	int64_t not_before, not_after;
	char *key;                 /* "ECDSA P-256", "RSA 2048" */
	char *signature;           /* "ECDSA-SHA256" */
	char *sha256, *spki_sha256;    /* hex, lower case */
	bool self_issued;
	bool ca;
};

struct obs_ocsp {
	char *status;              /* "good", "revoked", "unknown", "unreadable"; NULL: no staple */
	int64_t this_update, next_update;
};

struct obs_tls {               /* OK TIMEOUT CLOSED RESET ALERT NOT_TLS PROTOCOL_ERROR TOO_LONG
                                * CLIENT_CERTIFICATE ERROR CUT_SHORT */
	enum outcome outcome;
	char *version;             /* "TLS1.3" */
	char *cipher;              /* IANA: "TLS_AES_256_GCM_SHA384" */
	char *group;               /* "X25519"; NULL: none (plain RSA) */
	char *signature;           /* of the handshake, "ECDSA-SECP256R1-SHA256" */
	unsigned weaknesses;       /* enum tls_weakness */
	char *sni;                 /* what we asked for; NULL: no SNI sent (address target) */
	char *alert;               /* RFC 8446 6 name: "handshake_failure", or "alert-201" */
	char *warning_alert;       /* as "unrecognized_name", which the handshake went on after */
	char *error;               /* the library's words, where something failed */
	char *first_bytes;         /* what came instead of TLS, for NOT_TLS */
	bool client_certificate_requested;
	char *verified_name;       /* the name the certificate was checked for; NULL: none */
	bool verified;             /* chain, name, time, purpose: all good */
	unsigned faults;           /* enum cert_fault, each on its own */
	struct obs_certificate *chain;  /* as the server sent it, leaf first */
	size_t chain_count;
	struct obs_ocsp ocsp;
	int64_t us;                /* the handshake alone */
};

enum stage {
	STAGE_DNS, STAGE_CONNECT, STAGE_GREETING, STAGE_EHLO, STAGE_ENFORCEMENT, STAGE_STARTTLS,
	STAGE_TLS, STAGE_EHLO_TLS, STAGE_QUIT, STAGE_COUNT
};
extern const struct words stage_words;

struct obs_not_reached {
	enum stage stage;
	char *reason;
};

enum transcript_dialogue { DIALOGUE_MAIN, DIALOGUE_ENFORCEMENT, DIALOGUE_COUNT };
extern const struct words dialogue_words;

struct obs_line {
	int64_t at_us;
	enum transcript_dialogue dialogue;
	bool from_server;
	bool encrypted;
	char *text;                /* one line without its end */
};

struct obs_endpoint {
	char *host;                /* of dns.hosts */
	char *address;
	enum family family;
	unsigned port;
	enum role role;
	int64_t seen_at;           /* when it was probed, for another target of the same run: seconds since
	                            * 1970; 0: it was probed for this one */
	struct obs_connect connect;
	struct obs_tcp tcp;        /* of the main connection */
	struct obs_reply turned_away;  /* the limit that the first try met; only where repeated */
	bool repeated;             /* turned away while more of our connections were open, and so
	                            * tried once more, alone: this is the second try */
	enum mode mode;
	char *first_bytes;         /* where they were not SMTP; else NULL */
	struct obs_reply greeting; /* implicit TLS: the one inside of TLS */
	struct obs_ehlo ehlo;      /* in the clear; implicit TLS: not run */
	struct obs_enforcement enforcement;
	struct obs_starttls starttls;
	struct obs_tls tls;
	struct obs_small_segments small_segments;
	struct obs_ehlo ehlo_tls;  /* inside of TLS, after STARTTLS or implicit */
	struct obs_size_test size_test;
	struct obs_reply quit;
	struct obs_not_reached *not_reached;
	size_t not_reached_count;
	struct obs_line *transcript;
	size_t transcript_count;
	void *block;               /* of a copy: all that it points to (observation_copy.h); else NULL */
	size_t block_size;
};

/* ---- the path to an address ------------------------------------------------------------- */

enum hop_kind {                /* what a SYN with that TTL came to */
	HOP_SILENT,            /* no answer */
	HOP_EXPIRED,           /* ICMP time exceeded: a router, and the SYN got so far */
	HOP_OPEN,              /* SYN-ACK */
	HOP_RESET,             /* RST */
	HOP_REJECTED,          /* another ICMP error */
	HOP_KIND_COUNT
};
extern const struct words hop_kind_words;

struct obs_hop {
	unsigned ttl;
	char *from;                /* who answered; NULL: nobody, or by TCP in the destination's name */
	int64_t us;
	enum hop_kind kind;
	struct obs_icmp icmp;      /* of EXPIRED and REJECTED */
};

enum path_verdict {
	PATH_UNKNOWN,          /* silent, and nothing to compare it with */
	PATH_OPEN,             /* answered by the destination, as far as can be seen */
	PATH_LOCAL_DROP,       /* this host does not let the SYN out */
	PATH_LOCAL_REJECT,     /* this host answers it itself */
	PATH_DROPPED,          /* goes silent where the control port goes on */
	PATH_REJECTED,         /* by an ICMP error of `by` */
	PATH_RESET,            /* by a RST */
	PATH_INTERCEPTED,      /* answered nearer than the destination is */
	PATH_VERDICT_COUNT
};
extern const struct words path_verdict_words;

enum confidence {
	CONFIDENCE_POSSIBLE,   /* one observation that other causes would explain as well */
	CONFIDENCE_HIGH,       /* two independent observations */
	CONFIDENCE_CERTAIN,    /* the peer, or our own system, said so */
	CONFIDENCE_COUNT
};
extern const struct words confidence_words;

struct obs_path {              /* how far SYNs to a port get, beside those to one that is answered */
	char *host, *address;      /* as of the endpoint */
	unsigned port;
	unsigned control_port;     /* 0: no port of the address gave any answer */
	struct obs_hop *hops;      /* by TTL, from 1 */
	size_t hop_count;
	struct obs_hop *control;
	size_t control_count;
	unsigned asked_again;      /* rounds in which both were asked where only the port is silent */
	unsigned control_again;    /* in which the control port answered */
	unsigned resent, resent_failed;    /* SYNs sent again, and those this host refused to send */
	enum path_verdict verdict;     /* path/path_judge.h */
	int after_hop;             /* the last hop that it passed, 0: this host; -1: not to be told */
	unsigned by_hop;           /* it is met no later than there; 0: not to be told */
	char *by;                  /* the address that rejects it; NULL: not to be told */
	enum confidence confidence;
	int64_t us;                /* when the verdict stood, since the target's start */
};

/* ---- the same from elsewhere, or elsewhere from here -------------------------------------- */

enum comparison_kind {
	COMPARISON_CONTROL,    /* another host that the user named */
	COMPARISON_FROM,       /* the same, from another address of this machine */
	COMPARISON_SOCKS5,     /* the same, by a proxy */
	COMPARISON_KIND_COUNT
};
extern const struct words comparison_kind_words;

struct obs_comparison {
	enum comparison_kind kind;
	char *via;                 /* the address, interface or proxy; NULL for CONTROL */
	char *host, *address;
	unsigned port;
	struct obs_connect connect;    /* SOCKS5: as the proxy reports it */
	int proxy_reply;           /* RFC 1928 6, REP; -1: none */
	char *greeting;            /* the first line that the server said; NULL: none */
};

struct observation {
	struct obs_tool tool;
	int64_t started_at_us;     /* wall clock, since 1970 */
	int64_t duration_us;
	bool cut_short;            /* Ctrl-C or --timeout ended it before it was complete */
	int64_t message_size;      /* --message-size, bytes before encoding; 0: not asked */
	struct obs_target target;
	struct obs_vantage vantage;
	struct obs_dns dns;
	struct obs_endpoint *endpoints;
	size_t endpoint_count;
	struct obs_path *paths;
	size_t path_count;
	struct obs_comparison *comparisons;
	size_t comparison_count;
};

/* ---- functions -------------------------------------------------------------------------- */

void observation_clear(struct observation *o);
void obs_query_clear(struct obs_query *q);
void obs_connect_clear(struct obs_connect *c);
void obs_connect_copy(struct obs_connect *to, const struct obs_connect *from);
void obs_endpoint_clear(struct obs_endpoint *e);
void obs_hop_clear(struct obs_hop *h);
void obs_path_clear(struct obs_path *p);
void obs_reply_clear(struct obs_reply *r);
void obs_ehlo_clear(struct obs_ehlo *e);
void obs_tls_clear(struct obs_tls *t);

/* The capability of that keyword (upper case), or NULL. */
const struct obs_capability *obs_ehlo_find(const struct obs_ehlo *e, const char *keyword);

/* Says once that a stage was not reached and why; later calls for the same stage are ignored. */
void obs_not_reached(struct obs_endpoint *e, enum stage stage, const char *reason);

/* "192.0.2.1:25", "[2001:db8::1]:25": how an endpoint is named in evidence. Caller frees. */
char *obs_endpoint_name(const struct obs_endpoint *e);

#endif
