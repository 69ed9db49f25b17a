/* SPDX-License-Identifier: MIT
 *
 * Dialogues against servers in memory. A row gives what the server says, chunk by chunk, each
 * after the client's last command was sent; what the client must have said; and the record in
 * one line, from RFC 5321 and RFC 3207. Rows without bytes out of turn are played again with
 * one byte a step, which must not change anything. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "smtp/smtp_session.h"
#include "tests/support/runner.h"

#define G "220 mx.test ESMTP\r\n"
#define E "250-mx.test\r\n250 STARTTLS\r\n"
#define S "250-mx\r\n250 SIZE 10485760\r\n"
#define BYE "221 bye\r\n"

/* Parts that many records share. */
#define PLAIN "greeting ok 220, ehlo ok 250, starttls not-offered"
#define SIZED "greeting ok 220, ehlo ok 250 {SIZE}, starttls not-offered"
#define MAIL_SIZE "MAIL FROM:<> SIZE=4308778"
#define UP "greeting ok 220, ehlo ok 250 {STARTTLS}, "
#define NO_TLS "; tls ehlo_tls: STARTTLS is not offered"
#define NOTHING "; ehlo starttls tls ehlo_tls quit: "
#define NO_MORE "; starttls tls ehlo_tls quit: "

enum { EVENTS_MAX = 8 };

enum plan {
	PROBE, TLS, ENFORCE,    /* TLS: implicit */
	ONCE = 4,               /* bytes out of turn: the split matters */
	ASK = 8,                /* about a message of SIZE_ASKED octets on the wire */
	TELL = 16               /* how to reach who runs it */
};

enum { SIZE_ASKED = 4308778 };

static const char tls_ok[] = "TLS is up", not_tls[] = "no TLS", tls_alert[] = "TLS alert",
		  closed[] = "closed", reset[] = "reset", late[] = "timeout", cut[] = "Ctrl-C";

static const struct event {
	const char *word;
	enum outcome outcome;
	bool tls;
} events[] = {
	{ tls_ok, OUT_OK, true }, { not_tls, OUT_NOT_TLS, true }, { tls_alert, OUT_ALERT, true },
	{ closed, OUT_CLOSED, false }, { reset, OUT_RESET, false }, { late, OUT_TIMEOUT, false },
	{ cut, OUT_CUT_SHORT, false },
};

static const struct dialogue {
	const char *name;
	unsigned plan;          /* enum plan, and ONCE, ASK and TELL */
	const char *server[EVENTS_MAX];
	const char *client;     /* its lines, joined with "|" */
	const char *record;
} dialogues[] = {
	/* the whole way */
	{ "all is well", PROBE,
	  { G, E, "220 go\r\n", tls_ok, "250-mx.test\r\n250 AUTH PLAIN\r\n", BYE },
	  "EHLO me.test|STARTTLS|EHLO me.test|QUIT",
	  UP "starttls ok 220, ehlo_tls ok 250 {AUTH}, quit ok 221" },
	{ "implicit TLS", TLS, { G, "250-mx.test\r\n250 AUTH PLAIN\r\n", BYE }, "EHLO me.test|QUIT",
	  "greeting ok 220, ehlo_tls ok 250 {AUTH}, quit ok 221" },
	{ "implicit TLS does not ask for STARTTLS", TLS, { G, E, BYE }, "EHLO me.test|QUIT",
	  "greeting ok 220, ehlo_tls ok 250 {STARTTLS}, quit ok 221" },
	{ "the server closes instead of 221", PROBE, { G, "250 mx\r\n", closed },
	  "EHLO me.test|QUIT", PLAIN ", quit closed" NO_TLS },
	{ "the caller does not wait for 221", PROBE, { G, "250 mx\r\n" }, "EHLO me.test|QUIT",
	  PLAIN NO_TLS },
	{ "QUIT is answered with an error", PROBE, { G, "250 mx\r\n", "500 what\r\n" },
	  "EHLO me.test|QUIT", PLAIN ", quit rejected 500" NO_TLS },

	/* greeting */
	{ "greeting 554", PROBE, { "554 5.7.1 go away\r\n", BYE }, "QUIT",
	  "greeting rejected 554, quit ok 221; ehlo starttls tls ehlo_tls: the greeting was 554" },
	{ "greeting 421, then closed", PROBE, { "421 busy\r\n", closed }, "QUIT",
	  "greeting rejected 421, quit closed; ehlo starttls tls ehlo_tls: the greeting was 421" },
	{ "a greeting that is no greeting", PROBE, { "250 hi\r\n", BYE }, "QUIT",
	  "greeting rejected 250, quit ok 221; ehlo starttls tls ehlo_tls: the greeting was 250" },
	{ "greeting 554 inside of TLS", TLS, { "554 no\r\n", BYE }, "QUIT",
	  "greeting rejected 554, quit ok 221; ehlo_tls: the greeting was 554" },
	{ "a greeting whose last line says no", PROBE, { "220-mx\r\n554 no\r\n", BYE }, "QUIT",
	  "greeting rejected 554 (20), quit ok 221; "
	  "ehlo starttls tls ehlo_tls: the greeting was 554" },
	{ "another protocol gets no QUIT", PROBE, { "SSH-2.0-x\r\n" }, "",
	  "greeting malformed [SSH-2.0-x]" NOTHING "the greeting was not SMTP" },
	{ "a binary protocol", PROBE | ONCE, { "J\001\002\003" }, "",
	  "greeting malformed (40) [J\\x01\\x02\\x03]" NOTHING "the greeting was not SMTP" },
	{ "half a line of another protocol", PROBE, { "login: ", late }, "",
	  "greeting malformed [login: ]" NOTHING "the greeting was not SMTP" },
	{ "silence", PROBE, { late }, "",
	  "greeting timeout" NOTHING "the greeting did not come in time" },
	{ "closed before the greeting", PROBE, { closed }, "",
	  "greeting closed" NOTHING "the connection was closed while waiting for the greeting" },
	{ "reset in the midst of the greeting", PROBE, { "220 mx.te", reset }, "",
	  "greeting reset [220 mx.te]"
	  NOTHING "the connection was reset while waiting for the greeting" },
	{ "a greeting without its last line", PROBE, { "220-mx.test\r\n22", late }, "",
	  "greeting timeout [220-mx.test|22]" NOTHING "the greeting did not come in time" },
	{ "Ctrl-C under garbage is no fault of the server", PROBE, { "logi", cut }, "",
	  "greeting cut-short [logi]"
	  NOTHING "the probe was cut short while waiting for the greeting" },

	/* EHLO */
	{ "EHLO is not known: HELO", PROBE, { G, "502 what\r\n", "250 mx\r\n", BYE },
	  "EHLO me.test|HELO me.test|QUIT",
	  "greeting ok 220, ehlo ok 250 helo after 502, starttls not-offered, quit ok 221" NO_TLS },
	{ "HELO has no capabilities", PROBE, { G, "500 what\r\n", E, BYE },
	  "EHLO me.test|HELO me.test|QUIT",
	  "greeting ok 220, ehlo ok 250 helo after 500, starttls not-offered, quit ok 221" NO_TLS },
	{ "both EHLO and HELO are refused", PROBE, { G, "550 bad name\r\n", "501 bad name\r\n",
	  BYE }, "EHLO me.test|HELO me.test|QUIT",
	  "greeting ok 220, ehlo rejected 501 helo after 550, quit ok 221; "
	  "starttls tls ehlo_tls: HELO was answered with 501" },
	{ "EHLO 421: no HELO", PROBE, { G, "421 busy\r\n", closed }, "EHLO me.test|QUIT",
	  "greeting ok 220, ehlo rejected 421, quit closed; "
	  "starttls tls ehlo_tls: EHLO was answered with 421" },
	{ "EHLO 450: no HELO", PROBE, { G, "450 later\r\n", BYE }, "EHLO me.test|QUIT",
	  "greeting ok 220, ehlo rejected 450, quit ok 221; "
	  "starttls tls ehlo_tls: EHLO was answered with 450" },
	{ "EHLO with a code of another command", PROBE, { G, "354 go\r\n", BYE },
	  "EHLO me.test|QUIT", "greeting ok 220, ehlo rejected 354, quit ok 221; "
	  "starttls tls ehlo_tls: EHLO was answered with 354" },
	{ "EHLO closes the connection", PROBE, { G, closed }, "EHLO me.test", "greeting ok 220, "
	  "ehlo closed" NO_MORE "the connection was closed while waiting for the reply to EHLO" },
	{ "EHLO refused, then closed at HELO", PROBE, { G, "502 no\r\n", closed },
	  "EHLO me.test|HELO me.test", "greeting ok 220, "
	  "ehlo closed helo after 502"
	  NO_MORE "the connection was closed while waiting for the reply to HELO" },
	{ "EHLO stalls in its lines", PROBE, { G, "250-mx\r\n250-ST", late }, "EHLO me.test",
	  "greeting ok 220, ehlo timeout [250-mx|"
	  "250-ST]" NO_MORE "the reply to EHLO did not come in time" },
	{ "EHLO is answered with garbage", PROBE, { G, "hello\r\n", BYE }, "EHLO me.test|QUIT",
	  "greeting ok 220, ehlo malformed [hello], quit ok 221; "
	  "starttls tls ehlo_tls: the reply to EHLO was not SMTP" },

	/* STARTTLS */
	{ "STARTTLS in any letter case", PROBE, { G, "250-mx\r\n250 StartTls\r\n", "220 go\r\n",
	  tls_alert }, "EHLO me.test|STARTTLS",
	  UP "starttls ok 220; ehlo_tls quit: the server ended the TLS handshake with an alert" },
	{ "STARTTLS is refused", PROBE, { G, E, "454 4.7.0 no TLS\r\n", BYE },
	  "EHLO me.test|STARTTLS|QUIT",
	  UP "starttls refused 454, quit ok 221; tls ehlo_tls: STARTTLS was answered with 454" },
	{ "STARTTLS 250 is no 220", PROBE, { G, E, "250 ok\r\n", BYE },
	  "EHLO me.test|STARTTLS|QUIT",
	  UP "starttls refused 250, quit ok 221; tls ehlo_tls: STARTTLS was answered with 250" },
	{ "STARTTLS closes the connection", PROBE, { G, E, closed }, "EHLO me.test|STARTTLS",
	  UP "starttls closed; "
	  "tls ehlo_tls quit: the connection was closed while waiting for the reply to STARTTLS" },
	{ "STARTTLS is not answered", PROBE, { G, E, late }, "EHLO me.test|STARTTLS",
	  UP "starttls timeout; tls ehlo_tls quit: the reply to STARTTLS did not come in time" },
	{ "STARTTLS is answered with garbage", PROBE, { G, E, "go\r\n", BYE },
	  "EHLO me.test|STARTTLS|QUIT", UP "starttls malformed [go], quit ok 221; "
	  "tls ehlo_tls: the reply to STARTTLS was not SMTP" },
	{ "STARTTLS accepted, then text in the clear", PROBE, { G, E, "220 go\r\n", not_tls },
	  "EHLO me.test|STARTTLS",
	  UP "starttls plaintext 220; ehlo_tls quit: STARTTLS was accepted, "
	  "but text in the clear followed" },
	{ "the handshake is closed", PROBE, { G, E, "220 go\r\n", closed }, "EHLO me.test|STARTTLS",
	  UP "starttls ok 220; ehlo_tls quit: the connection was closed during the TLS handshake" },
	{ "whole lines behind the 220", PROBE | ONCE,
	  { G, E, "220 go\r\n250-evil.test\r\n250 AUTH PLAIN\r\n", tls_ok, "250 mx\r\n", BYE },
	  "EHLO me.test|STARTTLS|EHLO me.test|QUIT",
	  UP "starttls ok 220 early 31 [250-evil.test\\x0D\\x0A250 AUTH PLAIN\\x0D\\x0A], "
	  "ehlo_tls ok 250, quit ok 221" },
	{ "half a line behind the 220", PROBE | ONCE, { G, E, "220 go\r\n250 ev", tls_ok,
	  "250 mx\r\n", BYE }, "EHLO me.test|STARTTLS|EHLO me.test|QUIT",
	  UP "starttls ok 220 early 6 [250 ev], ehlo_tls ok 250, quit ok 221" },
	{ "the second EHLO is refused, HELO too", PROBE,
	  { G, E, "220 go\r\n", tls_ok, "500 what\r\n", "500 what\r\n", BYE },
	  "EHLO me.test|STARTTLS|EHLO me.test|HELO me.test|QUIT",
	  UP "starttls ok 220, ehlo_tls rejected 500 helo after 500, quit ok 221" },
	{ "TLS is up, then nothing", PROBE, { G, E, "220 go\r\n", tls_ok, late },
	  "EHLO me.test|STARTTLS|EHLO me.test",
	  UP "starttls ok 220, ehlo_tls timeout; quit: the reply to EHLO did not come in time" },

	/* out of step */
	{ "a line too many behind the greeting", PROBE | ONCE, { G "250 what\r\n", "250 mx\r\n",
	  BYE }, "EHLO me.test|QUIT",
	  "greeting ok 220 (100), ehlo ok 250, starttls not-offered, quit ok 221" NO_TLS },
	{ "half a line too many", PROBE | ONCE, { G "25", "250 mx\r\n", BYE }, "EHLO me.test|QUIT",
	  "greeting ok 220 (100), ehlo ok 250, starttls not-offered, quit ok 221" NO_TLS },
	{ "421 behind the greeting", PROBE | ONCE, { G "421 shutting down\r\n", closed }, "QUIT",
	  "greeting ok 220, ehlo rejected 421, quit closed; "
	  "starttls tls ehlo_tls: EHLO was answered with 421" },
	{ "421 behind the EHLO reply and a line", PROBE | ONCE, { G, E "250 x\r\n421 bye\r\n",
	  closed }, "EHLO me.test|QUIT",
	  "greeting ok 220, ehlo ok 250 (100) {STARTTLS}, starttls refused 421, quit closed; "
	  "tls ehlo_tls: STARTTLS was answered with 421" },
	{ "4210 is no 421", PROBE | ONCE, { G "4210 x\r\n", "250 mx\r\n", BYE },
	  "EHLO me.test|QUIT",
	  "greeting ok 220 (100), ehlo ok 250, starttls not-offered, quit ok 221" NO_TLS },
	{ "bytes behind the 221", PROBE | ONCE, { G, "250 mx\r\n", BYE "x" }, "EHLO me.test|QUIT",
	  PLAIN ", quit ok 221 (100)" NO_TLS },

	/* the size of a message (RFC 1870) */
	{ "the size is taken", PROBE | ASK, { G, S, "250 ok\r\n", "250 ok\r\n", BYE },
	  "EHLO me.test|" MAIL_SIZE "|RSET|QUIT",
	  SIZED ", size ok 250, quit ok 221" NO_TLS },
	{ "the size is asked about inside of TLS alone", PROBE | ASK,
	  { G, "250-mx\r\n250-STARTTLS\r\n250 SIZE 9\r\n", "220 go\r\n", tls_ok, S, "250 ok\r\n",
	    "250 ok\r\n", BYE },
	  "EHLO me.test|STARTTLS|EHLO me.test|" MAIL_SIZE "|RSET|QUIT",
	  "greeting ok 220, ehlo ok 250 {STARTTLS SIZE}, starttls ok 220, "
	  "ehlo_tls ok 250 {SIZE}, size ok 250, quit ok 221" },
	{ "the size is asked about in implicit TLS", TLS | ASK,
	  { G, S, "552 5.3.4 too big\r\n", BYE }, "EHLO me.test|" MAIL_SIZE "|QUIT",
	  "greeting ok 220, ehlo_tls ok 250 {SIZE}, size rejected 552, quit ok 221" },
	{ "the size is refused: there is nothing to reset", PROBE | ASK,
	  { G, S, "552 5.3.4 too big\r\n", BYE }, "EHLO me.test|" MAIL_SIZE "|QUIT",
	  SIZED ", size rejected 552, quit ok 221" NO_TLS },
	{ "who has not logged in may not ask", PROBE | ASK,
	  { G, S, "530 5.7.0 log in\r\n", BYE }, "EHLO me.test|" MAIL_SIZE "|QUIT",
	  SIZED ", size rejected 530, quit ok 221" NO_TLS },
	{ "SIZE is not announced: not asked", PROBE | ASK, { G, "250 mx\r\n", BYE },
	  "EHLO me.test|QUIT", PLAIN ", quit ok 221" NO_TLS },
	{ "SIZE is announced in the clear only: not asked inside of TLS", PROBE | ASK,
	  { G, "250-mx\r\n250-STARTTLS\r\n250 SIZE 9\r\n", "220 go\r\n", tls_ok, "250 mx\r\n",
	    BYE }, "EHLO me.test|STARTTLS|EHLO me.test|QUIT",
	  "greeting ok 220, ehlo ok 250 {STARTTLS SIZE}, starttls ok 220, ehlo_tls ok 250, "
	  "quit ok 221" },
	{ "HELO has no SIZE: not asked", PROBE | ASK, { G, "502 what\r\n", S, BYE },
	  "EHLO me.test|HELO me.test|QUIT",
	  "greeting ok 220, ehlo ok 250 helo after 502, starttls not-offered, quit ok 221" NO_TLS },
	{ "STARTTLS is refused: the last good EHLO is the one in the clear", PROBE | ASK,
	  { G, "250-mx\r\n250-STARTTLS\r\n250 SIZE 9\r\n", "454 not now\r\n", "250 ok\r\n",
	    "250 ok\r\n", BYE }, "EHLO me.test|STARTTLS|" MAIL_SIZE "|RSET|QUIT",
	  "greeting ok 220, ehlo ok 250 {STARTTLS SIZE}, starttls refused 454, size ok 250, "
	  "quit ok 221; tls ehlo_tls: STARTTLS was answered with 454" },
	{ "STARTTLS 421: nothing more is asked", PROBE | ASK,
	  { G, "250-mx\r\n250-STARTTLS\r\n250 SIZE 9\r\n", "421 bye\r\n", closed },
	  "EHLO me.test|STARTTLS|QUIT", "greeting ok 220, ehlo ok 250 {STARTTLS SIZE}, "
	  "starttls refused 421, quit closed; tls ehlo_tls: STARTTLS was answered with 421" },
	{ "the size is not answered", PROBE | ASK, { G, S, late }, "EHLO me.test|" MAIL_SIZE,
	  SIZED ", size timeout" NO_TLS
	  " quit: the reply to MAIL with a size did not come in time" },
	{ "the size closes the connection", PROBE | ASK, { G, S, closed },
	  "EHLO me.test|" MAIL_SIZE, SIZED ", size closed" NO_TLS " quit: the connection "
	  "was closed while waiting for the reply to MAIL with a size" },
	{ "PIPELINING: RSET and QUIT go out together", PROBE | ASK,
	  { G, "250-mx\r\n250-PIPELINING\r\n250 SIZE 9\r\n", "250 ok\r\n" },
	  "EHLO me.test|" MAIL_SIZE "|RSET|QUIT",
	  "greeting ok 220, ehlo ok 250 {PIPELINING SIZE}, starttls not-offered, size ok 250" NO_TLS },
	{ "PIPELINING: the answer to RSET is not that to QUIT", PROBE | ASK | ONCE,
	  { G, "250-mx\r\n250-PIPELINING\r\n250 SIZE 9\r\n", "250 ok\r\n", "250 reset\r\n" BYE },
	  "EHLO me.test|" MAIL_SIZE "|RSET|QUIT", "greeting ok 220, ehlo ok 250 {PIPELINING SIZE}, "
	  "starttls not-offered, size ok 250, quit ok 221" NO_TLS },
	{ "PIPELINING: closed between the two", PROBE | ASK,
	  { G, "250-mx\r\n250-PIPELINING\r\n250 SIZE 9\r\n", "250 ok\r\n", "250 reset\r\n", closed },
	  "EHLO me.test|" MAIL_SIZE "|RSET|QUIT", "greeting ok 220, ehlo ok 250 {PIPELINING SIZE}, "
	  "starttls not-offered, size ok 250, quit closed" NO_TLS },
	{ "without --message-size nothing changes", PROBE, { G, S, BYE }, "EHLO me.test|QUIT",
	  SIZED ", quit ok 221" NO_TLS },

	/* whom to write to (RFC 5321 4.1.1.9) */
	{ "the contact is said before QUIT", PROBE | TELL, { G, "250 mx\r\n", "250 ok\r\n", BYE },
	  "EHLO me.test|NOOP noc@me.test|QUIT", PLAIN ", quit ok 221" NO_TLS },
	{ "the contact is said inside of TLS alone", PROBE | TELL,
	  { G, E, "220 go\r\n", tls_ok, "250 mx\r\n", "250 ok\r\n", BYE },
	  "EHLO me.test|STARTTLS|EHLO me.test|NOOP noc@me.test|QUIT",
	  UP "starttls ok 220, ehlo_tls ok 250, quit ok 221" },
	{ "the contact is said in implicit TLS", TLS | TELL, { G, "250 mx\r\n", "250 ok\r\n", BYE },
	  "EHLO me.test|NOOP noc@me.test|QUIT", "greeting ok 220, ehlo_tls ok 250, quit ok 221" },
	{ "QUIT waits for the answer to NOOP, also with PIPELINING (RFC 2920 3.1)", PROBE | TELL,
	  { G, "250-mx\r\n250 PIPELINING\r\n" }, "EHLO me.test|NOOP noc@me.test",
	  "greeting ok 220, ehlo ok 250 {PIPELINING}, starttls not-offered" NO_TLS },
	{ "PIPELINING: RSET and NOOP go out together, then QUIT", PROBE | ASK | TELL | ONCE,
	  { G, "250-mx\r\n250-PIPELINING\r\n250 SIZE 9\r\n", "250 ok\r\n", "250 reset\r\n250 ok\r\n", BYE },
	  "EHLO me.test|" MAIL_SIZE "|RSET|NOOP noc@me.test|QUIT", "greeting ok 220, "
	  "ehlo ok 250 {PIPELINING SIZE}, starttls not-offered, size ok 250, quit ok 221" NO_TLS },
	{ "the size is refused: the contact is said", PROBE | ASK | TELL,
	  { G, S, "552 5.3.4 too big\r\n", "250 ok\r\n", BYE },
	  "EHLO me.test|" MAIL_SIZE "|NOOP noc@me.test|QUIT",
	  SIZED ", size rejected 552, quit ok 221" NO_TLS },
	{ "the size is taken: RSET, then the contact", PROBE | ASK | TELL,
	  { G, S, "250 ok\r\n", "250 ok\r\n", "250 ok\r\n", BYE },
	  "EHLO me.test|" MAIL_SIZE "|RSET|NOOP noc@me.test|QUIT",
	  SIZED ", size ok 250, quit ok 221" NO_TLS },
	{ "a NOOP that is refused says nothing of the server", PROBE | TELL,
	  { G, "250 mx\r\n", "501 no arguments\r\n", BYE }, "EHLO me.test|NOOP noc@me.test|QUIT",
	  PLAIN ", quit ok 221" NO_TLS },
	{ "a NOOP that is not answered", PROBE | TELL, { G, "250 mx\r\n", late },
	  "EHLO me.test|NOOP noc@me.test", PLAIN NO_TLS " quit: the reply to NOOP did not come in time" },
	{ "a NOOP that closes the connection", PROBE | TELL, { G, "250 mx\r\n", closed },
	  "EHLO me.test|NOOP noc@me.test", PLAIN NO_TLS
	  " quit: the connection was closed while waiting for the reply to NOOP" },
	{ "whoever turns us away is told nothing", PROBE | TELL, { "554 go away\r\n", BYE }, "QUIT",
	  "greeting rejected 554, quit ok 221; ehlo starttls tls ehlo_tls: the greeting was 554" },
	{ "a 421 to STARTTLS is behind the last word", PROBE | TELL, { G, E, "421 bye\r\n", closed },
	  "EHLO me.test|STARTTLS|QUIT",
	  UP "starttls refused 421, quit closed; tls ehlo_tls: STARTTLS was answered with 421" },
	{ "STARTTLS is refused: the contact is said in the clear", PROBE | TELL,
	  { G, E, "454 not now\r\n", "250 ok\r\n", BYE }, "EHLO me.test|STARTTLS|NOOP noc@me.test|QUIT",
	  UP "starttls refused 454, quit ok 221; tls ehlo_tls: STARTTLS was answered with 454" },
	{ "a line too many before NOOP", PROBE | TELL | ONCE, { G, "250 mx\r\n250 x\r\n", "250 ok\r\n", BYE },
	  "EHLO me.test|NOOP noc@me.test|QUIT",
	  "greeting ok 220, ehlo ok 250 (100), starttls not-offered, quit ok 221" NO_TLS },

	/* enforcement */
	{ "RSET is answered with 530", ENFORCE, { G, E,
	  "530 5.7.0 Must issue a STARTTLS command first\r\n", BYE },
	  "EHLO me.test|RSET|QUIT", "enforcement RSET rejected 530" },
	{ "MAIL is answered with 530", ENFORCE, { G, E, "250 ok\r\n", "530 log in\r\n", BYE },
	  "EHLO me.test|RSET|MAIL FROM:<>|QUIT", "enforcement MAIL FROM:<> rejected 530" },
	{ "MAIL is accepted: RSET at once", ENFORCE, { G, E, "250 ok\r\n", "250 ok\r\n",
	  "250 ok\r\n", BYE },
	  "EHLO me.test|RSET|MAIL FROM:<>|RSET|QUIT", "enforcement MAIL FROM:<> ok 250" },
	{ "the second RSET is refused", ENFORCE, { G, E, "250 ok\r\n", "250 ok\r\n", "500 no\r\n",
	  BYE }, "EHLO me.test|RSET|MAIL FROM:<>|RSET|QUIT", "enforcement MAIL FROM:<> ok 250" },
	{ "RSET closes the connection", ENFORCE, { G, E, closed }, "EHLO me.test|RSET",
	  "enforcement RSET closed" },
	{ "MAIL is not answered", ENFORCE, { G, E, "250 ok\r\n", late },
	  "EHLO me.test|RSET|MAIL FROM:<>", "enforcement MAIL FROM:<> timeout" },
	{ "enforcement over HELO", ENFORCE, { G, "500 no\r\n", "250 mx\r\n", "530 TLS\r\n", BYE },
	  "EHLO me.test|HELO me.test|RSET|QUIT", "enforcement RSET rejected 530" },
	{ "too many connections for the test", ENFORCE, { "421 too many\r\n", closed }, "QUIT",
	  "; enforcement: on a connection of its own, the greeting was 421" },
	{ "no second EHLO reply", ENFORCE, { G, late }, "EHLO me.test",
	  "; enforcement: on a connection of its own, the reply to EHLO did not come in time" },
};

/* ---- playing ---------------------------------------------------------------------------- */

struct play {
	struct smtp_session *s;
	struct obs_endpoint obs;
	struct buf in, out, said;
	enum smtp_want want;
	int64_t now;
};

static void play_begin(struct play *p, unsigned plan, const char *ehlo_name)
{
	memset(p, 0, sizeof *p);
	buf_init(&p->in, LIMIT_RECEIVE);
	buf_init(&p->out, LIMIT_COMMAND);
	buf_init(&p->said, LIMIT_RECEIVE);
	p->now = 1000;
	p->s = smtp_session_new((plan & ENFORCE) != 0 ? SMTP_PLAN_ENFORCE : SMTP_PLAN_PROBE,
				(plan & TLS) != 0, ehlo_name, &p->obs, p->now);
	if ((plan & ASK) != 0)
		smtp_session_ask_size(p->s, SIZE_ASKED);
	if ((plan & TELL) != 0)
		smtp_session_say_contact(p->s, "noc@me.test");
}

static void play_step(struct play *p, const char *bytes, size_t n)
{
	p->now += 10;
	buf_add(&p->in, bytes, n);
	p->want = smtp_session_step(p->s, &p->in, &p->out, p->now);
	buf_add(&p->said, buf_str(&p->out), p->out.len);
	buf_reset(&p->out);
}

static void play_event(struct play *p, const struct event *e)
{
	p->now += 10;
	if (e->tls)
		smtp_session_tls_done(p->s, e->outcome, p->now);
	else
		smtp_session_fail(p->s, e->outcome, p->now);
	play_step(p, "", 0);
}

static void play(struct play *p, const struct dialogue *d, bool drip)
{
	play_begin(p, d->plan, "me.test");
	play_step(p, "", 0);
	for (size_t i = 0; i < EVENTS_MAX && d->server[i] != NULL; i++) {
		const char *chunk = d->server[i];
		const struct event *e = NULL;

		for (int k = 0; k < COUNT(events); k++)
			if (events[k].word == chunk)
				e = &events[k];
		if (e != NULL)
			play_event(p, e);
		else if (!drip)
			play_step(p, chunk, strlen(chunk));
		else
			for (; *chunk != '\0'; chunk++)
				play_step(p, chunk, 1);
	}
}

static void play_end(struct play *p)
{
	smtp_session_free(p->s);
	obs_endpoint_clear(&p->obs);
	buf_clear(&p->in);
	buf_clear(&p->out);
	buf_clear(&p->said);
}

/* ---- the record in one line -------------------------------------------------------------- */

static void show_lines(struct buf *b, const struct strlist *l)
{
	buf_adds(b, " [");
	for (size_t i = 0; i < l->count; i++)
		buf_addf(b, "%s%s", i != 0 ? "|" : "", l->item[i]);
	buf_addc(b, ']');
}

/* An outcome that is not the reply's own (STARTTLS) is shown in its place. */
static void show_reply(struct buf *b, const char *name, enum outcome o, const struct obs_reply *r)
{
	if (o == OUT_NOT_RUN)
		return;
	buf_addf(b, "%s%s %s", b->len != 0 ? ", " : "", name, words_name(&outcome_words, o));
	if (r->code != 0)
		buf_addf(b, " %d", r->code);
	if (r->flaws != 0)
		buf_addf(b, " (%x)", r->flaws);
	if (r->code == 0 && r->lines.count != 0)
		show_lines(b, &r->lines);
}

static void show_ehlo(struct buf *b, const char *name, const struct obs_ehlo *e)
{
	show_reply(b, name, e->reply.outcome, &e->reply);
	if (e->helo)
		buf_addf(b, " helo after %d", e->ehlo_code);
	for (size_t i = 0; i < e->cap_count; i++)
		buf_addf(b, "%s%s%s", i == 0 ? " {" : " ", e->caps[i].keyword,
			 i + 1 == e->cap_count ? "}" : "");
}

static void show_not_reached(struct buf *b, const struct obs_endpoint *o)
{
	static const char *const names[] = {
		[STAGE_GREETING] = "greeting", [STAGE_EHLO] = "ehlo", [STAGE_STARTTLS] = "starttls",
		[STAGE_TLS] = "tls", [STAGE_EHLO_TLS] = "ehlo_tls", [STAGE_QUIT] = "quit",
		[STAGE_ENFORCEMENT] = "enforcement",
	};

	for (size_t i = 0; i < o->not_reached_count; i++) {
		const struct obs_not_reached *n = &o->not_reached[i];
		bool last = i + 1 == o->not_reached_count || strcmp(n->reason, n[1].reason) != 0;

		buf_addf(b, "%s%s", i == 0 ? "; " : " ", names[n->stage]);
		if (last)
			buf_addf(b, ": %s", n->reason);
	}
}

static char *show_record(const struct obs_endpoint *o)
{
	struct buf b;
	char *name = mem_printf("enforcement %s", o->enforcement.command != NULL
							  ? o->enforcement.command : "");

	buf_init(&b, BUF_NO_LIMIT);
	show_reply(&b, "greeting", o->greeting.outcome, &o->greeting);
	show_ehlo(&b, "ehlo", &o->ehlo);
	show_reply(&b, "starttls", o->starttls.outcome, &o->starttls.reply);
	if (o->starttls.early_bytes != 0)
		buf_addf(&b, " early %u [%s]", o->starttls.early_bytes, o->starttls.early_text);
	show_ehlo(&b, "ehlo_tls", &o->ehlo_tls);
	show_reply(&b, "size", o->size_test.reply.outcome, &o->size_test.reply);
	show_reply(&b, name, o->enforcement.reply.outcome, &o->enforcement.reply);
	show_reply(&b, "quit", o->quit.outcome, &o->quit);
	show_not_reached(&b, o);
	free(name);
	return buf_take(&b);
}

/* What the client said, its lines joined; every line must have ended in CRLF. */
static char *show_client(const struct buf *said)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	for (const char *s = buf_str(said); *s != '\0'; s += strcspn(s, "\n") + 1) {
		const char *end = strstr(s, "\r\n");

		ck_assert_ptr_nonnull(end);
		buf_addf(&b, "%s%.*s", b.len != 0 ? "|" : "", (int)(end - s), s);
	}
	return buf_take(&b);
}

static void check_dialogue(const struct dialogue *d, bool drip)
{
	struct play p;
	char *record, *client;

	play(&p, d, drip);
	record = show_record(&p.obs);
	client = show_client(&p.said);
	ck_assert_msg(strcmp(client, d->client) == 0, "%s: the client said %s", d->name, client);
	ck_assert_msg(strcmp(record, d->record) == 0, "%s%s: recorded %s", d->name,
		      drip ? ", byte by byte" : "", record);
	free(record);
	free(client);
	play_end(&p);
}

START_TEST(dialogue_is_recorded)
{
	check_dialogue(&dialogues[_i], false);
	if ((dialogues[_i].plan & ONCE) == 0)
		check_dialogue(&dialogues[_i], true);
}
END_TEST

/* ---- single facts ----------------------------------------------------------------------- */

START_TEST(wants_and_waits_follow_the_dialogue)
{
	struct play p;

	play_begin(&p, PROBE, "me.test");
	play_step(&p, "", 0);
	ck_assert_int_eq(p.want, SMTP_WANT_READ);
	ck_assert_int_eq(smtp_session_waits_for(p.s), SMTP_WAIT_GREETING);
	ck_assert(!smtp_session_greeted(p.s));
	play_step(&p, G, strlen(G));
	ck_assert(smtp_session_greeted(p.s));
	ck_assert_int_eq(smtp_session_greeting_code(p.s), 220);
	ck_assert_int_eq(smtp_session_waits_for(p.s), SMTP_WAIT_REPLY);
	ck_assert_str_eq(smtp_session_state_name(p.s), "EHLO");
	play_step(&p, E, strlen(E));
	play_step(&p, "220 go\r\n", 8);
	ck_assert_int_eq(p.want, SMTP_WANT_TLS);
	ck_assert_int_eq(smtp_session_waits_for(p.s), SMTP_WAIT_TLS);
	smtp_session_tls_done(p.s, OUT_OK, p.now);
	play_step(&p, "250 mx\r\n", 0);
	ck_assert_int_eq(p.want, SMTP_WANT_READ);
	play_step(&p, "250 mx\r\n", 8);
	ck_assert_int_eq(p.want, SMTP_WANT_CLOSE);
	ck_assert_int_eq(smtp_session_waits_for(p.s), SMTP_WAIT_QUIT);
	play_step(&p, BYE, strlen(BYE));
	ck_assert_int_eq(p.want, SMTP_WANT_DONE);
	ck_assert_int_eq(smtp_session_waits_for(p.s), SMTP_WAIT_NOTHING);
	smtp_session_fail(p.s, OUT_CLOSED, p.now); /* after the end it changes nothing */
	ck_assert_int_eq(p.obs.quit.outcome, OUT_OK);
	play_end(&p);
}
END_TEST

START_TEST(tls_records_behind_the_220_are_left_to_tls)
{
	for (char first = 0x14; first <= 0x17; first++) {
		char bytes[] = "220 go\r\nX\x03\x03";
		struct play p;

		bytes[8] = first;
		play_begin(&p, PROBE, "me.test");
		play_step(&p, G, strlen(G));
		play_step(&p, E, strlen(E));
		play_step(&p, bytes, 11);
		ck_assert_int_eq(p.want, SMTP_WANT_TLS);
		ck_assert_uint_eq(p.obs.starttls.early_bytes, 0);
		ck_assert_uint_eq(p.in.len, 3);
		play_end(&p);
	}
}
END_TEST

START_TEST(replies_are_timed_from_their_command)
{
	struct play p;

	play_begin(&p, PROBE, "me.test");
	p.now += 500;
	play_step(&p, G, 3);
	p.now += 500;
	play_step(&p, &G[3], strlen(G) - 3); /* started at 1000, complete at 2020 */
	ck_assert_int_eq(p.obs.greeting.us, 1020);
	p.now += 300;
	play_step(&p, E, strlen(E));
	ck_assert_int_eq(p.obs.ehlo.reply.us, 310);
	p.now += 5000;
	smtp_session_fail(p.s, OUT_TIMEOUT, p.now);
	ck_assert_int_eq(p.obs.starttls.reply.us, 5000);
	play_end(&p);
}
END_TEST

START_TEST(transcript_has_every_line_both_ways)
{
	static const struct {
		bool from_server, encrypted;
		const char *text;
	} lines[] = {
		{ true, false, "220 mx.test ESMTP" }, { false, false, "EHLO me.test" },
		{ true, false, "250-mx.test" }, { true, false, "250 STARTTLS" },
		{ false, false, "STARTTLS" }, { true, false, "220 go" }, { true, false, "early" },
		{ false, true, "EHLO me.test" }, { true, true, "250 mx" }, { false, true, "QUIT" },
		{ true, true, "221 b" },
	};
	static const struct dialogue d = { "", PROBE | ONCE,
		{ G, E, "220 go\r\nearly\r\n", tls_ok, "250 mx\r\n", "221 b", closed }, "", "" };
	struct play p;

	play(&p, &d, false);
	ck_assert_int_eq((int)p.obs.transcript_count, COUNT(lines));
	for (int i = 0; i < COUNT(lines); i++) {
		const struct obs_line *l = &p.obs.transcript[i];

		ck_assert_str_eq(l->text, lines[i].text);
		ck_assert(l->from_server == lines[i].from_server);
		ck_assert(l->encrypted == lines[i].encrypted);
		ck_assert_int_eq(l->dialogue, DIALOGUE_MAIN);
		ck_assert(i == 0 || l->at_us >= l[-1].at_us);
	}
	play_end(&p);
	play_begin(&p, ENFORCE, "me.test");
	play_step(&p, G, strlen(G));
	ck_assert_int_eq(p.obs.transcript[0].dialogue, DIALOGUE_ENFORCEMENT);
	play_end(&p);
}
END_TEST

/* Balancers answer the second connection differently: its EHLO is a record of its own. */
START_TEST(the_second_connection_has_an_ehlo_of_its_own)
{
	static const struct dialogue d = { "", ENFORCE,
		{ G, "250-other.test\r\n250-AUTH PLAIN\r\n250 SIZE 5\r\n", "530 TLS\r\n", BYE },
		"", "" };
	struct play p;
	const struct obs_ehlo *e = &p.obs.enforcement.ehlo;

	play(&p, &d, false);
	ck_assert_int_eq(e->reply.outcome, OUT_OK);
	ck_assert_int_eq(e->reply.code, 250);
	ck_assert_str_eq(e->reply.lines.item[0], "250-other.test");
	ck_assert_ptr_nonnull(obs_ehlo_find(e, "AUTH"));
	ck_assert_str_eq(obs_ehlo_find(e, "SIZE")->params.item[0], "5");
	ck_assert_int_eq(p.obs.ehlo.reply.outcome, OUT_NOT_RUN);
	play_end(&p);
}
END_TEST

START_TEST(the_size_test_keeps_its_command)
{
	static const struct dialogue d = { "", PROBE | ASK, { G, S, closed }, "", "" };
	struct play p;

	play(&p, &d, false);
	ck_assert_str_eq(p.obs.size_test.command, MAIL_SIZE);
	play_end(&p);
}
END_TEST

START_TEST(a_name_cannot_smuggle_a_command)
{
	struct play p;

	play_begin(&p, PROBE, "me.test\r\nRCPT TO:<x>\n\t ");
	play_step(&p, G, strlen(G));
	ck_assert_str_eq(buf_str(&p.said), "EHLO me.testRCPTTO:<x>\r\n");
	play_end(&p);
}
END_TEST

START_TEST(a_long_name_is_sent_whole)
{
	char name[256], *line;
	struct play p;

	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	play_begin(&p, PROBE, name);
	play_step(&p, G, strlen(G));
	line = mem_printf("EHLO %s\r\n", name);
	ck_assert_str_eq(buf_str(&p.said), line);
	free(line);
	play_end(&p);
}
END_TEST

/* A flood of continuation lines, or of one line, ends the dialogue; no QUIT in its midst. */
START_TEST(floods_end)
{
	static const char *const floods[] = { "250-more\r\n", "xxxxxxxxxx" };

	for (int f = 0; f < COUNT(floods); f++) {
		struct play p;

		play_begin(&p, PROBE, "me.test");
		play_step(&p, G "", strlen(G));
		play_step(&p, "250-", 4);
		for (int i = 0; i < 10000 && p.want == SMTP_WANT_READ; i++)
			play_step(&p, floods[f], strlen(floods[f]));
		ck_assert_int_eq(p.want, SMTP_WANT_DONE);
		ck_assert_int_eq(p.obs.ehlo.reply.outcome, OUT_TOO_LONG);
		ck_assert_uint_ge(p.obs.ehlo.reply.lines.count, 1);
		ck_assert_str_eq(buf_str(&p.said), "EHLO me.test\r\n");
		ck_assert_str_eq(p.obs.not_reached[0].reason, "the reply to EHLO did not end");
		play_end(&p);
	}
}
END_TEST

START_TEST(a_greeting_that_goes_wrong_is_smtp_all_the_same)
{
	struct play p;

	play_begin(&p, PROBE, "me.test");
	play_step(&p, "220-mx\r\nnonsense\r\n", 18);
	ck_assert_int_eq(p.obs.greeting.outcome, OUT_MALFORMED);
	ck_assert(smtp_session_greeted(p.s));
	ck_assert_int_eq(smtp_session_greeting_code(p.s), 0);
	play_end(&p);
	play_begin(&p, ENFORCE, "me.test");
	play_step(&p, "421 busy\r\n", 10);
	ck_assert_int_eq(smtp_session_greeting_code(p.s), 421);
	ck_assert_int_eq(p.obs.greeting.outcome, OUT_NOT_RUN);
	play_end(&p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("smtp_session");
	TCase *tables = tcase_create("dialogues");
	TCase *facts = tcase_create("facts");

	tcase_add_loop_test(tables, dialogue_is_recorded, 0, COUNT(dialogues));
	tcase_add_test(facts, wants_and_waits_follow_the_dialogue);
	tcase_add_test(facts, tls_records_behind_the_220_are_left_to_tls);
	tcase_add_test(facts, replies_are_timed_from_their_command);
	tcase_add_test(facts, transcript_has_every_line_both_ways);
	tcase_add_test(facts, the_second_connection_has_an_ehlo_of_its_own);
	tcase_add_test(facts, the_size_test_keeps_its_command);
	tcase_add_test(facts, a_name_cannot_smuggle_a_command);
	tcase_add_test(facts, a_long_name_is_sent_whole);
	tcase_add_test(facts, floods_end);
	tcase_add_test(facts, a_greeting_that_goes_wrong_is_smtp_all_the_same);
	suite_add_tcase(s, tables);
	suite_add_tcase(s, facts);
	return run_suite(s);
}
