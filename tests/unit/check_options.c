/* SPDX-License-Identifier: MIT
 *
 * The command line: what is stored, what is said of mistakes, and that --help, the completions
 * and the manual page know every row of the option table. */
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options/option_table.h"

enum { WORDS_MAX = 16 };

#define X_22	   "xxxxxxxxxxxxxxxxxxxxxx"
#define REPEAT_198 X_22 X_22 X_22 X_22 X_22 X_22 X_22 X_22 X_22

static bool parse(struct options *o, const char *const *words, struct err *e)
{
	char *argv[WORDS_MAX + 2] = {(char *)"smtpprobe"};
	int argc = 1;

	for (; words[argc - 1] != NULL; argc++)
		argv[argc] = (char *)words[argc - 1];
	return options_parse(o, argc, argv, e);
}

static const char *or_none(const char *s)
{
	return s != NULL ? s : "(none)";
}

/* The options as a text with a blank before and behind each fact. */
static void describe(struct buf *to, const struct options *o)
{
	static const char *const colours[] = {"auto", "always", "never"};
	static const char *const families[] = {"both", "ipv4", "ipv6"};

	buf_init(to, BUF_NO_LIMIT);
	buf_addf(to, " action=%d targets=%zu", (int)o->action, o->target_count);
	for (size_t i = 0; i < o->target_count; i++)
		buf_addf(to, " %d:%s:%u", (int)o->targets[i].kind, o->targets[i].name,
			 o->targets[i].port);
	buf_adds(to, " ports");
	for (size_t i = 0; i < o->port_count; i++)
		buf_addf(to, "%c%u", i == 0 ? '=' : ',', o->ports[i]);
	buf_addf(to, " families=%s colour=%s", families[o->families], colours[o->colour]);
	buf_addf(to, " resolver=%s ehlo=%s", or_none(o->resolver), or_none(o->ehlo));
	buf_addf(to, " ca=%s sni=%s", or_none(o->ca_file), or_none(o->sni));
	buf_addf(to, " input=%s replay=%s", or_none(o->input), or_none(o->replay));
	buf_addf(to, " timeout=%lld dns=%lld connect=%lld", (long long)o->timeout_us,
		 (long long)o->dns_timeout_us, (long long)o->connect_timeout_us);
	buf_addf(to, " greeting=%lld reply=%lld tls=%lld", (long long)o->greeting_timeout_us,
		 (long long)o->reply_timeout_us, (long long)o->tls_timeout_us);
	for (size_t i = 0; i < o->output_count; i++)
		buf_addf(to, " out=%s:%s", o->outputs[i].format->name, or_none(o->outputs[i].file));
	buf_addf(to, " transcript=%d fail=%d shell=%s ", o->transcript, (int)o->fail_on,
		 or_none(o->completion));
	buf_addf(to, " trace=%d from=%s socks5=%s:%u", (int)o->trace, or_none(o->from),
		 or_none(o->socks5.name), o->socks5.port);
	for (size_t i = 0; i < o->control_count; i++)
		buf_addf(to, " control=%s:%u", o->controls[i].name, o->controls[i].port);
	buf_addf(to, " client=%s size=%lld ", or_none(o->client), (long long)o->message_size);
	buf_addf(to, " concurrency=%u rate=%u per-host=%u per-provider=%u jobs=%u ", o->concurrency, o->rate, o->per_host,
		 o->per_provider, o->jobs);
	buf_addf(to, " order=%d contact=%s ", (int)o->order, or_none(o->contact));
	buf_addf(to, " listen=%s:%u allowed=%zu", or_none(o->listen.address), o->listen.port,
		 o->allowed.count);
	for (size_t i = 0; i < o->allowed.count; i++)
		buf_addf(to, ":%s", o->allowed.item[i]);
	buf_addf(to, " modules=%zu ", o->module_count);
}

/* clang-format off */
static const struct good {
	const char *name;
	const char *words[WORDS_MAX];
	const char *facts[4]; /* each stands in the description */
} good_cases[] = {
	{"a target alone: the defaults of the issue", {"example.com"},
	 {" targets=1 0:example.com:0 ports=25,465,587 families=both colour=auto "
	 "resolver=(none) ehlo=(none) ca=(none) sni=(none) input=(none) replay=(none) ",
	 " timeout=60000000 dns=5000000 connect=5000000 greeting=20000000 reply=15000000 "
	 "tls=10000000 out=text:(none) transcript=0 fail=3 "}},
	{"several targets", {"a.example", "b.example:25"},
	 {" targets=2 0:a.example:0 2:b.example:25 "}},
	{"options behind a target", {"a.example", "--port", "25"},
	 {" 0:a.example:0 ", " ports=25 "}},
	{"-- ends the options", {"--port", "25", "--", "a.example"},
	 {" 0:a.example:0 ", " ports=25 "}},
	{"--port=LIST", {"--port=587,25", "a"}, {" ports=587,25 "}},
	{"--port given again joins the lists", {"--port", "25,26", "--port", "26,27", "a"},
	 {" ports=25,26,27 "}},
	{"--host", {"a", "--host"}, {" 2:a:0 "}},
	{"--domain before its target", {"--domain", "a"}, {" 1:a:0 "}},
	{"--host twice", {"--host", "--host", "a"}, {" 2:a:0 "}},
	{"-4", {"-4", "a"}, {" families=ipv4 "}},
	{"--ipv4", {"--ipv4", "a"}, {" families=ipv4 "}},
	{"-6", {"-6", "a"}, {" families=ipv6 "}},
	{"--ipv6", {"--ipv6", "a"}, {" families=ipv6 "}},
	{"tracing is automatic", {"a"}, {" trace=0 from=(none) socks5=(none):0 "}},
	{"never trace", {"--trace", "never", "a"}, {" trace=2 "}},
	{"control hosts", {"--control", "MX.example", "--control=[2001:db8::1]:25", "a"},
	 {" control=mx.example:0 ", " control=2001:db8::1:25 "}},
	{"a source address", {"--from", "127.0.0.1", "a"}, {" from=127.0.0.1 "}},
	{"a source interface", {"--from=lo", "a"}, {" from=lo "}},
	{"a proxy at its usual port", {"--socks5", "127.0.0.1", "a"}, {" socks5=127.0.0.1:1080 "}},
	{"a proxy by name and port", {"--socks5", "proxy.example:9050", "a"},
	 {" socks5=proxy.example:9050 "}},
	{"a resolver", {"--resolver", "192.0.2.53", "a"}, {" resolver=192.0.2.53:53 "}},
	{"a resolver with a port", {"--resolver=192.0.2.53:5353", "a"},
	 {" resolver=192.0.2.53:5353 "}},
	{"an IPv6 resolver", {"--resolver", "2001:db8::53", "a"}, {" resolver=[2001:db8::53]:53 "}},
	{"an IPv6 resolver with a port", {"--resolver", "[::1]:5353", "a"},
	 {" resolver=[::1]:5353 "}},
	{"an EHLO name as written", {"--ehlo", "Client.Example.com", "a"},
	 {" ehlo=Client.Example.com "}},
	{"an EHLO name without a dot", {"--ehlo", "localhost", "a"}, {" ehlo=localhost "}},
	{"an internationalised EHLO name", {"--ehlo", "münchen.example", "a"},
	 {" ehlo=xn--mnchen-3ya.example "}},
	{"an address literal", {"--ehlo", "[192.0.2.1]", "a"}, {" ehlo=[192.0.2.1] "}},
	{"an IPv6 address literal", {"--ehlo", "[IPv6:2001:db8::1]", "a"},
	 {" ehlo=[IPv6:2001:db8::1] "}},
	{"whole seconds", {"--timeout", "30", "a"}, {" timeout=30000000 "}},
	{"a fraction", {"--dns-timeout=2.5", "a"}, {" dns=2500000 "}},
	{"a fraction alone", {"--connect-timeout", ".5", "a"}, {" connect=500000 "}},
	{"a microsecond", {"--greeting-timeout", "1.000001", "a"}, {" greeting=1000001 "}},
	{"less than a microsecond is dropped", {"--reply-timeout", "1.0000019", "a"},
	 {" reply=1000001 "}},
	{"the least", {"--tls-timeout", "0.1", "a"}, {" tls=100000 "}},
	{"the most", {"--tls-timeout", "600", "a"}, {" tls=600000000 "}},
	{"the most of a target", {"--timeout", "3600", "a"}, {" timeout=3600000000 "}},
	{"the last of two counts", {"--timeout", "1", "--timeout", "2", "a"},
	 {" timeout=2000000 "}},
	{"--ca-file", {"--ca-file", "ca.pem", "a"}, {" ca=ca.pem "}},
	{"--sni", {"--sni", "mx.example.com", "a"}, {" sni=mx.example.com "}},
	{"no SNI", {"--sni=", "a"}, {" sni= "}},
	{"no SNI, in two words", {"--sni", "", "a"}, {" sni= "}},
	{"--replay without a target", {"--replay", "-"}, {" targets=0 ", " replay=- "}},
	{"a value that begins with a hyphen", {"--ca-file", "-ca.pem", "a"}, {" ca=-ca.pem "}},
	{"one that begins with two", {"--ca-file=--x", "a"}, {" ca=--x "}},
	{"--listen with an address", {"--listen", "127.0.0.1:9725", "a"},
	 {" action=6 targets=1 ", " listen=127.0.0.1:9725 allowed=0 modules=0 ", " trace=2 "}},
	{"--listen at every address", {"--listen=:9725", "--allow", "*.Example.com"},
	 {" listen=(none):9725 allowed=1:*.example.com modules=0 "}},
	{"--listen at an IPv6 address, traced", {"--listen", "[::1]:0", "--trace=auto", "a"},
	 {" listen=::1:0 ", " trace=0 "}},
	{"--listen by name", {"--listen", "localhost:1", "a"}, {" listen=127.0.0.1:1 "}},
	{"as many targets at once as usual", {"a"}, {" concurrency=100 rate=0 per-host=6 per-provider=20 jobs=1 "}},
	{"limits of one's own",
	 {"--concurrency", "1000", "--rate=50", "--per-host", "2", "--per-provider=7", "--jobs", "4", "a"},
	 {" concurrency=1000 rate=50 per-host=2 per-provider=7 jobs=4 "}},
	{"a thread for each processor", {"--jobs", "auto", "a"}, {" jobs=0 "}},
	{"random order unless told otherwise", {"--input", "f"}, {" order=0 contact=(none) "}},
	{"a URL as the contact", {"--contact", "https://scan.example.net/", "a"}, {" contact=https://scan.example.net/ "}},
	{"a mailto: as the contact", {"--contact=mailto:noc@example.net", "a"}, {" contact=mailto:noc@example.net "}},
	{"an address as the contact", {"--contact=noc@example.net", "a"}, {" contact=noc@example.net "}},
	{"a contact of 200 characters", {"--contact=a@" REPEAT_198, "a"}, {" contact=a@x"}},
	{"the order of the lines", {"--input", "f", "--order=input"}, {" order=1 "}},
	{"--output json", {"--output", "json", "a"}, {" out=json:(none) "}},
	{"two reports", {"--output", "text", "--output=json=r.json", "a"},
	 {" out=text:(none) out=json:r.json "}},
	{"a file name with an equals sign", {"--output", "json=a=b", "a"}, {" out=json:a=b "}},
	{"a report to standard output by name", {"--output", "json=-", "a"}, {" out=json:(none) "}},
	{"one format twice", {"--output", "json=a", "--output", "json=b", "a"},
	 {" out=json:a out=json:b "}},
	{"--transcript", {"--transcript", "a"}, {" transcript=1 "}},
	{"a size in bytes", {"--message-size", "3145728", "a"}, {" size=3145728 "}},
	{"a size in megabytes", {"--message-size=3M", "a"}, {" size=3145728 "}},
	{"a size in kilobytes", {"--message-size", "500K", "a"}, {" size=512000 "}},
	{"a size with a fraction", {"--message-size", "2.5M", "a"}, {" size=2621440 "}},
	{"a size in gigabytes", {"--message-size", "1G", "a"}, {" size=1073741824 "}},
	{"a size in small letters, with its B", {"--message-size", "3mb", "a"}, {" size=3145728 "}},
	{"the largest size", {"--message-size", "1024G", "a"}, {" size=1099511627776 "}},
	{"no size", {"a"}, {" size=0 "}},
	{"--client by its id", {"--client", "python", "a"}, {" client=python "}},
	{"--client in another spelling", {"--client=System.Net.Mail", "a"}, {" client=dotnet "}},
	{"--client all", {"--client", "ALL", "a"}, {" client=all "}},
	{"--color alone, as of ls", {"--color", "a"}, {" colour=always ", " 0:a:0 "}},
	{"--color=WHEN", {"--color=never", "a"}, {" colour=never "}},
	{"--color WHEN", {"--color", "never", "a"}, {" colour=never ", " targets=1 "}},
	{"--color at the end", {"a", "--color"}, {" colour=always "}},
	{"--colour", {"--colour=always", "a"}, {" colour=always "}},
	{"--fail-on warning", {"--fail-on", "warning", "a"}, {" fail=2 "}},
	{"--fail-on note", {"--fail-on", "note", "a"}, {" fail=1 "}},
	{"--fail-on never", {"--fail-on=never", "a"}, {" fail=4 "}},
	{"--help", {"--help"}, {" action=1 "}},
	{"-h", {"-h"}, {" action=1 "}},
	{"--version", {"--version"}, {" action=2 "}},
	{"-V", {"-V"}, {" action=2 "}},
	{"--help ends the parsing", {"--help", "--nonsense"}, {" action=1 "}},
	{"--completion", {"--completion", "zsh"}, {" action=3 ", " shell=zsh "}},
};

/* clang-format on */

START_TEST(good_line_is_understood)
{
	const struct good *c = &good_cases[_i];
	struct options o;
	struct err e = {""};
	struct buf facts;

	ck_assert_msg(parse(&o, c->words, &e), "%s: %s", c->name, e.msg);
	describe(&facts, &o);
	for (size_t i = 0; i < 4 && c->facts[i] != NULL; i++)
		ck_assert_msg(strstr(facts.data, c->facts[i]) != NULL, "%s: no '%s' in%s", c->name,
			      c->facts[i], facts.data);
	buf_clear(&facts);
	options_clear(&o);
}
END_TEST

/* clang-format off */
static const struct bad {
	const char *name;
	const char *words[WORDS_MAX];
	const char *says[2]; /* the offending text; what would be right */
} bad_cases[] = {
	{"nothing at all", {NULL}, {"name a target", "smtpprobe example.com"}},
	{"options without a target", {"--port", "25"}, {"name a target", "smtpprobe example.com"}},
	{"an empty target", {""}, {"target \"\"", "smtpprobe example.com"}},
	{"a bad target", {"a", "b c"}, {"\"b c\"", "spaces"}},
	{"a hyphen as a target", {"-"}, {"target \"-\"", "--input -"}},
	{"two letters swapped", {"--prot", "25", "a"},
	 {"unknown option --prot", "did you mean --port?"}},
	{"one letter too many", {"--hosst", "a"}, {"--hosst", "did you mean --host?"}},
	{"a plural", {"--outputs=json", "a"}, {"--outputs=json", "did you mean --output?"}},
	{"an abbreviation", {"--connect", "5", "a"},
	 {"--connect", "did you mean --connect-timeout?"}},
	{"one hyphen too few", {"-port", "25", "a"}, {"-port", "did you mean --port?"}},
	{"one hyphen too many", {"---port", "25", "a"}, {"---port", "did you mean --port?"}},
	{"nothing like an option", {"--frobnicate", "a"}, {"--frobnicate", "smtpprobe --help"}},
	{"an unknown letter", {"-x", "a"}, {"-x", "smtpprobe --help"}},
	{"a control character in an option", {"--p\nrt", "a"}, {"--p\\x0Art", "--port"}},
	{"a very long option", {"--aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a"},
	 {"--aaaa", "smtpprobe --help"}},
	{"a client that is not known", {"--client", "sendmale", "a"},
	 {"\"sendmale\" is not known; write all, dotnet", "thunderbird"}},
	{"a client that is misspelled", {"--client", "nodemialer", "a"},
	 {"\"nodemialer\"", "did you mean nodemailer?"}},
	{"an empty client", {"--client=", "a"}, {"\"\" is not known", "write all"}},
	{"a value for a flag", {"--transcript=yes", "a"}, {"\"=yes\"", "takes no value"}},
	{"an empty value for a flag", {"--host=", "a"}, {"--host", "takes no value"}},
	{"no value at the end", {"a", "--port"}, {"--port", "--port LIST"}},
	{"an option for a value", {"--port", "--host", "a"}, {"\"--host\"", "--port=LIST"}},
	{"-4 and -6", {"-4", "-6", "a"}, {"--ipv4 and --ipv6", "one of them"}},
	{"-6 and an IPv4 address", {"-6", "192.0.2.1"}, {"\"192.0.2.1\"", "--ipv6 leaves out"}},
	{"-4 and an IPv6 address", {"-4", "[2001:db8::1]:25"}, {"2001:db8::1", "--ipv4 leaves out"}},
	{"-64", {"-64", "a"}, {"--ipv6 and --ipv4", "one of them"}},
	{"--host and --domain", {"--host", "a", "--domain"},
	 {"--host and --domain", "one of them"}},
	{"--replay and a target", {"--replay", "f", "a.example"}, {"\"a.example\"", "leave out"}},
	{"--replay and --input", {"--replay", "f", "--input", "g"}, {"--input \"g\"", "leave out"}},
	{"--replay twice", {"--replay", "f", "--replay", "g"}, {"\"g\"", "one file"}},
	{"--input twice", {"--input", "f", "--input", "g"}, {"\"g\"", "one file"}},
	{"--input without a name", {"--input="}, {"--input", "path of a file"}},
	{"--ca-file without a name", {"--ca-file", "", "a"}, {"--ca-file", "path of a file"}},
	{"a port over the bound", {"--port", "25,70000", "a"}, {"\"70000\"", "1 to 65535"}},
	{"an empty list of ports", {"--port=", "a"}, {"\"\"", "25,465,587"}},
	{"a unit", {"--timeout", "5s", "a"}, {"--timeout: \"5s\"", "5 or 2.5"}},
	{"nan", {"--timeout", "nan", "a"}, {"\"nan\"", "5 or 2.5"}},
	{"inf", {"--timeout", "inf", "a"}, {"\"inf\"", "5 or 2.5"}},
	{"an exponent", {"--timeout", "1e2", "a"}, {"\"1e2\"", "5 or 2.5"}},
	{"a negative number", {"--timeout", "-5", "a"}, {"\"-5\"", "5 or 2.5"}},
	{"a plus", {"--timeout", "+5", "a"}, {"\"+5\"", "5 or 2.5"}},
	{"a hexadecimal number", {"--timeout", "0x10", "a"}, {"\"0x10\"", "5 or 2.5"}},
	{"a comma for a point", {"--timeout", "2,5", "a"}, {"\"2,5\"", "5 or 2.5"}},
	{"a point alone", {"--timeout", ".", "a"}, {"\".\"", "5 or 2.5"}},
	{"a point without a fraction", {"--timeout", "5.", "a"}, {"\"5.\"", "5 or 2.5"}},
	{"two points", {"--timeout", "1.2.3", "a"}, {"\"1.2.3\"", "5 or 2.5"}},
	{"a blank", {"--timeout", " 5", "a"}, {"\" 5\"", "5 or 2.5"}},
	{"no number", {"--timeout", "", "a"}, {"\"\"", "5 or 2.5"}},
	{"zero", {"--reply-timeout", "0", "a"}, {"--reply-timeout: \"0\"", "from 0.1 to 600"}},
	{"too little", {"--reply-timeout", "0.099999", "a"}, {"\"0.099999\"", "from 0.1 to 600"}},
	{"too much", {"--reply-timeout", "600.000001", "a"}, {"\"600.000001\"", "from 0.1 to 600"}},
	{"a number that would wrap round", {"--timeout", "18446744073709551621", "a"},
	 {"\"18446744073709551621\"", "from 0.1 to 3600"}},
	{"a size of nothing", {"--message-size", "0", "a"},
	 {"option --message-size: \"0\" is not a size", "write bytes, or a number with K, M or G"}},
	{"a size without a number", {"--message-size", "M", "a"},
	 {"option --message-size: \"M\" is not a size", "write bytes, or a number with K, M or G"}},
	{"a size in words", {"--message-size", "big", "a"},
	 {"option --message-size: \"big\" is not a size", "write bytes, or a number with K, M or G"}},
	{"a negative size", {"--message-size", "-3M", "a"},
	 {"option --message-size: \"-3M\" is not a size", "write bytes, or a number with K, M or G"}},
	{"a size in a unit that is none", {"--message-size", "3T", "a"},
	 {"option --message-size: \"3T\" is not a size", "write bytes, or a number with K, M or G"}},
	{"a size with a blank", {"--message-size", "3 M", "a"},
	 {"option --message-size: \"3 M\" is not a size", "write bytes, or a number with K, M or G"}},
	{"a size over the bound", {"--message-size", "1025G", "a"},
	 {"option --message-size: \"1025G\" is not a size", "write bytes, or a number with K, M or G"}},
	{"a size that would wrap round", {"--message-size", "18446744073709551617", "a"},
	 {"option --message-size: \"18446744073709551617\" is not a size", "write bytes, or a number with K, M or G"}},
	{"an exponent in a size", {"--message-size", "1e6", "a"},
	 {"option --message-size: \"1e6\" is not a size", "write bytes, or a number with K, M or G"}},
	{"an empty size", {"--message-size", "", "a"},
	 {"option --message-size: \"\" is not a size", "write bytes, or a number with K, M or G"}},
	{"a resolver by name", {"--resolver", "dns.example", "a"},
	 {"\"dns.example\"", "ADDR:PORT"}},
	{"a resolver with port 0", {"--resolver", "192.0.2.53:0", "a"},
	 {"\"192.0.2.53:0\"", "ADDR:PORT"}},
	{"a resolver without a port", {"--resolver", "192.0.2.53:", "a"},
	 {"\"192.0.2.53:\"", "ADDR:PORT"}},
	{"a resolver with a port over the bound", {"--resolver", "[::1]:65536", "a"},
	 {"\"[::1]:65536\"", "[IPV6]:PORT"}},
	{"a URL as a resolver", {"--resolver", "smtp://192.0.2.1", "a"}, {"\"smtp://", "ADDR"}},
	{"a control host with a port that is none", {"--control", "mx.example:x", "a"},
	 {"\"mx.example:x\"", "mx.example.com:25"}},
	{"a mailbox as a control host", {"--control", "me@example.com", "a"}, {"\"me@example.com\"", "no host"}},
	{"a URL as a proxy", {"--socks5", "socks5://127.0.0.1", "a"}, {"no host", "127.0.0.1:1080"}},
	{"an empty proxy", {"--socks5=", "a"}, {"\"\"", "no host"}},
	{"a source that is neither address nor interface", {"--from", "nosuch0", "a"},
	 {"\"nosuch0\"", "ip address"}},
	{"when to trace, in another word", {"--trace", "sometimes", "a"}, {"--trace", "always"}},
	{"an empty resolver", {"--resolver", "", "a"}, {"\"\"", "ADDR"}},
	{"a space in the EHLO name", {"--ehlo", "a b", "a"}, {"\"a b\"", "client.example.com"}},
	{"a line end in the EHLO name", {"--ehlo", "a\r\nRSET", "a"},
	 {"\"a\\x0D\\x0ARSET\"", "address literal"}},
	{"an EHLO address without brackets", {"--ehlo", "192.0.2.1", "a"},
	 {"\"192.0.2.1\"", "[192.0.2.1]"}},
	{"an EHLO IPv6 literal without its tag", {"--ehlo", "[2001:db8::1]", "a"},
	 {"\"[2001:db8::1]\"", "[IPv6:2001:db8::1]"}},
	{"a broken EHLO literal", {"--ehlo", "[192.0.2.1", "a"}, {"\"[192.0.2.1\"", "[192.0.2.1]"}},
	{"an empty EHLO literal", {"--ehlo", "[]", "a"}, {"\"[]\"", "[192.0.2.1]"}},
	{"an EHLO name with a port", {"--ehlo", "a.example:25", "a"},
	 {"\"a.example:25\"", "host name"}},
	{"an empty EHLO name", {"--ehlo", "", "a"}, {"\"\"", "host name"}},
	{"an address for SNI (RFC 6066 3)", {"--sni", "192.0.2.1", "a"},
	 {"\"192.0.2.1\"", "host name"}},
	{"a space in SNI", {"--sni", "a b", "a"}, {"\"a b\"", "--sni="}},
	{"an unknown format", {"--output", "xml", "a"}, {"\"xml\"", "text or json or html or junit"}},
	{"the beginning of a format", {"--output", "js", "a"}, {"\"js\"", "text or json or html or junit"}},
	{"a format in capitals", {"--output", "JSON", "a"}, {"\"JSON\"", "text or json or html or junit"}},
	{"a format of reports for --explain", {"--explain", "ALL_WELL", "--output", "junit"},
	 {"junit", "text or json"}},
	{"no format", {"--output=", "a"}, {"\"\"", "text or json or html or junit"}},
	{"a file without a format", {"--output", "=out.txt", "a"},
	 {"\"=out.txt\"", "text or json or html or junit"}},
	{"a format without its file", {"--output", "json=", "a"}, {"\"json=\"", "file name"}},
	{"two reports to standard output", {"--output", "json", "--output", "text", "a"},
	 {"json and text", "standard output"}},
	{"one of them by name", {"--output", "json=-", "--output", "json", "a"},
	 {"json and json", "standard output"}},
	{"one file twice", {"--output", "json=r", "--output", "text=r", "a"},
	 {"\"r\"", "file of its own"}},
	{"a report over its own source", {"--replay", "r", "--output", "json=r"},
	 {"\"r\"", "another file"}},
	{"--listen without a port", {"--listen", "127.0.0.1", "a"}, {"\"127.0.0.1\"", ":9725"}},
	{"--listen with a port over the bound", {"--listen", ":65536", "a"}, {"\":65536\"", ":9725"}},
	{"--listen at a bare IPv6 address", {"--listen", "::1:9725", "a"}, {"\"::1:9725\"", "[::1]:9725"}},
	{"--listen by another name", {"--listen", "mx.example:1", "a"}, {"\"mx.example:1\"", "127.0.0.1:9725"}},
	{"--listen without targets", {"--listen", ":9725"}, {"nothing may be asked for", "--allow"}},
	{"--listen and a report", {"--listen", ":9725", "--output=html", "a"}, {"--output", "leave out"}},
	{"--listen and a record", {"--listen", ":9725", "--replay=r"}, {"--replay", "leave out"}},
	{"--listen and a text", {"--listen", ":9725", "--explain", "x"}, {"--explain", "leave out"}},
	{"--allow alone", {"--allow", "*", "a"}, {"--allow belongs to --listen", "give both"}},
	{"--module alone", {"--module", "m=tests/data", "a"}, {"option --module", "one expectation"}},
	{"an empty pattern", {"--listen", ":1", "--allow="}, {"\"\"", "*.example.com"}},
	{"a pattern beyond ASCII", {"--listen", ":1", "--allow", "münchen.*"}, {"xn--", "*.example.com"}},
	{"a module without a file", {"--listen", ":1", "--module", "m", "a"}, {"\"m\"", "NAME=FILE"}},
	{"a module with an odd name", {"--listen", ":1", "--module", "a b=f", "a"}, {"\"a b=f\"", "letters"}},
	{"--resume without a list", {"--resume", "--output=json=o", "a"}, {"--resume goes on", "--input"}},
	{"--resume without a file", {"--resume", "--input=l", "--output=json"}, {"--resume", "json=out.jsonl"}},
	{"--resume of another format", {"--resume", "--input=l", "--output=tap=o"}, {"--resume", "json=out.jsonl"}},
	{"--resume and a second output", {"--resume", "--input=l", "--output=json=o", "--output=tap=p"},
	 {"--resume", "no other output"}},
	{"a contact that reaches nobody", {"--contact", "John", "a"}, {"--contact: \"John\"", "https://scan.example.net/"}},
	{"a contact of two words", {"--contact", "John j@example.net", "a"}, {"--contact: \"John j@", "without blanks"}},
	{"a contact that is a second command", {"--contact", "a@b\r\nDATA", "a"}, {"--contact: \"a@b", "printable ASCII"}},
	{"a contact in other letters", {"--contact", "j\303\266rg@example.net", "a"}, {"--contact: ", "printable ASCII"}},
	{"an empty contact", {"--contact=", "a"}, {"--contact: \"\"", "write one such as"}},
	{"a contact of 201 characters", {"--contact=a@x" REPEAT_198, "a"}, {"--contact: ", "at most 200"}},
	{"an order that is none", {"--order", "sorted", "a"}, {"--order: \"sorted\"", "write random or input"}},
	{"no concurrency", {"--concurrency", "0", "a"}, {"--concurrency: \"0\"", "from 1 to 100000"}},
	{"a rate with a unit", {"--rate", "10/s", "a"}, {"--rate: \"10/s\"", "whole number"}},
	{"no job", {"--jobs", "0", "a"}, {"--jobs: \"0\"", "from 1 to 256, or auto"}},
	{"jobs of another kind", {"--jobs=all", "a"}, {"--jobs: \"all\"", "from 1 to 256, or auto"}},
	{"a negative limit", {"--per-host", "-1", "a"}, {"--per-host: \"-1\"", "from 1 to 1000"}},
	{"a number that would wrap round, too", {"--rate", "4294967297", "a"}, {"\"4294967297\"", "1000000"}},
	{"a colour that is none", {"--color=purple", "a"},
	 {"--color: \"purple\"", "auto, always or never"}},
	{"an empty colour", {"--colour=", "a"}, {"\"\"", "auto, always or never"}},
	{"a severity that is none", {"--fail-on", "error", "a"},
	 {"\"error\"", "problem, warning, note or never"}},
	{"the severity of what is fine", {"--fail-on", "ok", "a"}, {"\"ok\"", "problem"}},
	{"another shell", {"--completion", "fish"}, {"\"fish\"", "bash or zsh"}},
	{"a missing list of targets", {"--listen", ":1", "--input", "/nonexistent/x"}, {"\"/nonexistent/x\"", "one"}},
	{"a folder for one", {"--listen", ":1", "--input", "/tmp"}, {"\"/tmp\"", "one target a line"}},
	{"an empty one", {"--listen", ":1", "--input", "/dev/null"}, {"\"/dev/null\"", "names no target"}},
};

/* clang-format on */

START_TEST(bad_line_is_refused)
{
	const struct bad *c = &bad_cases[_i];
	struct options o;
	struct err e = {""};

	ck_assert_msg(!parse(&o, c->words, &e), "%s: accepted", c->name);
	for (size_t i = 0; i < 2; i++)
		ck_assert_msg(strstr(e.msg, c->says[i]) != NULL, "%s: no '%s' in: %s", c->name,
			      c->says[i], e.msg);
	ck_assert_msg(strpbrk(e.msg, "\r\n\t\x1B") == NULL, "%s: control character", c->name);
	ck_assert_msg(o.targets == NULL && o.outputs == NULL && o.ehlo == NULL, "%s: not empty",
		      c->name);
}
END_TEST

/* What --input reads where all of it is needed at once, and after it the description of the options, or the message. */
static const struct {
	const char *name, *text, *says;
} input_cases[] = {
	{"one target", "a.example\n", " targets=2 2:first.example:0 2:a.example:0 "},
	{"no line end at the end", "a.example", " 2:a.example:0 "},
	{"CRLF", "a.example\r\nb.example\r\n", " 2:a.example:0 2:b.example:0 "},
	{"blanks around a target", "\t a.example \n", " 2:a.example:0 "},
	{"blank lines and comments", "\n# mail\n  # of us\n\na.example\n", " targets=2 "},
	{"a byte order mark", "\xEF\xBB\xBF# x\na.example\n", " 2:a.example:0 "},
	{"nothing but the command line's target", "", " targets=1 2:first.example:0 "},
	{"a bad target", "a.example\n\nb..example\n", ", line 3: target \"b..example\": "},
	{"two targets in a line", "a.example b.example\n",
	 ", line 1: target \"a.example b.example\": "},
};

START_TEST(input_is_read)
{
	char path[] = "/tmp/check_options.XXXXXX";
	const char *words[] = {"--host", "--listen", ":1", "--input", path, "first.example", NULL};
	FILE *f = fdopen(mkstemp(path), "w");
	struct options o;
	struct err e = {""};
	struct buf facts = {.limit = BUF_NO_LIMIT};

	fputs(input_cases[_i].text, f);
	fclose(f);
	if (parse(&o, words, &e))
		describe(&facts, &o);
	else
		buf_adds(&facts, e.msg);
	unlink(path);
	ck_assert_msg(strstr(facts.data, input_cases[_i].says) != NULL, "%s: no '%s' in: %s",
		      input_cases[_i].name, input_cases[_i].says, facts.data);
	buf_clear(&facts);
	options_clear(&o);
}
END_TEST

START_TEST(fail_on_has_the_words_of_severities)
{
	for (const struct option_row *row = option_table; row->name != NULL; row++)
		for (const struct option_choice *c = row->choices;
		     strcmp(row->name, "fail-on") == 0 && c->word != NULL; c++)
			if (c->value != SEVERITY_COUNT)
				ck_assert_str_eq(words_name(&severity_words, c->value), c->word);
}
END_TEST

/* ---- what is generated ------------------------------------------------------------------- */

static char *read_rest(FILE *from)
{
	struct buf b;
	char chunk[4096];
	size_t n;

	buf_init(&b, BUF_NO_LIMIT);
	while ((n = fread(chunk, 1, sizeof chunk, from)) > 0)
		buf_add(&b, chunk, n);
	return buf_take(&b);
}

static char *read_all(FILE *from)
{
	char *text;

	rewind(from);
	text = read_rest(from);
	fclose(from);
	return text;
}

/* The first column of options_list(). */
static struct strlist list_names(void)
{
	struct strlist names = {NULL, 0};
	FILE *f = tmpfile();
	char *text;

	options_list(f);
	text = read_all(f);
	for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
		strlist_take(&names, mem_strndup(line, strcspn(line, "\t")));
	free(text);
	ck_assert_uint_gt(names.count, 0);
	return names;
}

START_TEST(help_shows_every_option_in_80_columns)
{
	FILE *f = tmpfile();
	struct strlist names = list_names();
	char *help, want[64];

	options_help(f);
	help = read_all(f);
	for (size_t i = 0; i < names.count; i++) {
		snprintf(want, sizeof want, " --%s", names.item[i]);
		ck_assert_msg(strstr(help, want) != NULL, "--help lacks%s", want);
	}
	for (const struct option_row *row = option_table; row->name != NULL; row++)
		if (row->def != NULL)
			ck_assert_msg(strstr(help, row->def) != NULL, "--help lacks the default %s",
				      row->def);
	for (const char *line = help; *line != '\0'; line += strcspn(line, "\n") + 1) {
		ck_assert_msg(strcspn(line, "\n") <= 80, "over 80 columns: %s", line);
		ck_assert_msg(line[0] == '\n' || line[strcspn(line, "\n") - 1] != ' ',
			      "blank at the end of: %s", line);
	}
	free(help);
	strlist_clear(&names);
}
END_TEST

/* A file of the source tree; make check may run in another directory. */
static char *read_source(const char *path)
{
	const char *top = getenv("top_srcdir");
	char full[4096];
	FILE *f;

	snprintf(full, sizeof full, "%s/%s", top != NULL ? top : ".", path);
	f = fopen(full, "r");
	ck_assert_msg(f != NULL, "cannot read %s", full);
	return read_all(f);
}

START_TEST(manual_page_has_every_option)
{
	char *page = read_source("man/smtpprobe.1"), want[64];

	for (const struct option_row *row = option_table; row->name != NULL; row++) {
		snprintf(want, sizeof want, "Fl Fl %s", row->name);
		ck_assert_msg(strstr(page, want) != NULL, "the manual page lacks --%s", row->name);
		if (row->alias != NULL) {
			snprintf(want, sizeof want, "Fl Fl %s", row->alias);
			ck_assert_msg(strstr(page, want) != NULL, "the manual page lacks --%s",
				      row->alias);
		}
		if (row->letter != 0) {
			snprintf(want, sizeof want, "Fl %c", row->letter);
			ck_assert_msg(strstr(page, want) != NULL, "the manual page lacks -%c",
				      row->letter);
		}
	}
	free(page);
}
END_TEST

/* The script in a file of its own, which the caller removes. */
static void write_script(char *path, size_t size, const char *shell)
{
	int fd;
	FILE *f;

	snprintf(path, size, "/tmp/check_options.XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	f = fdopen(fd, "w");
	ck_assert(options_completion(f, shell));
	fclose(f);
}

static bool shell_exists(const char *shell)
{
	char command[128];

	snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", shell);
	return system(command) == 0;
}

/* What the bash function offers for a command line, one word a line, with blanks around. */
static char *complete_in_bash(const char *script, const char *words, int at)
{
	char command[1024], *offer;
	FILE *p;

	snprintf(command, sizeof command,
		 "bash -c '. %s; COMP_WORDS=(%s); COMP_CWORD=%d; _smtpprobe; "
		 "printf \" %%s\" \"${COMPREPLY[@]}\"; echo \" \"'",
		 script, words, at);
	p = popen(command, "r");
	ck_assert(p != NULL);
	offer = read_rest(p);
	ck_assert_msg(pclose(p) == 0, "bash failed for: %s", words);
	return offer;
}

START_TEST(bash_completion_offers_every_option)
{
	char path[64], command[128], want[64], *offer;
	struct strlist names;

	if (!shell_exists("bash"))
		return;
	write_script(path, sizeof path, "bash");
	snprintf(command, sizeof command, "bash -n %s", path);
	ck_assert_int_eq(system(command), 0);
	offer = complete_in_bash(path, "smtpprobe --", 1);
	names = list_names();
	for (size_t i = 0; i < names.count; i++) {
		snprintf(want, sizeof want, " --%s ", names.item[i]);
		ck_assert_msg(strstr(offer, want) != NULL, "bash is not offered%s", want);
	}
	strlist_clear(&names);
	free(offer);
	unlink(path);
}
END_TEST

static const struct {
	const char *words;
	int at;
	const char *offer;
} bash_cases[] = {
	{"smtpprobe --out", 1, " --output "},
	{"smtpprobe example.com --trans", 2, " --transcript "},
	{"smtpprobe --output \"\"", 2, " text json "},
	{"smtpprobe --output j", 2, " json "},
	{"smtpprobe --fail-on = w", 3, " warning "},
	{"smtpprobe --client nodem", 2, " nodemailer "},
	{"smtpprobe --fail-on =", 2, " problem warning note never "},
	{"smtpprobe --colour = a", 3, " auto always "},
	{"smtpprobe --completion \"\"", 2, " bash zsh "},
	{"smtpprobe --ca-file /etc/host", 2, " /etc/host"},
	{"smtpprobe --port \"\"", 2, "  "},
};

START_TEST(bash_completion_offers_values)
{
	char path[64], *offer;

	if (!shell_exists("bash"))
		return;
	write_script(path, sizeof path, "bash");
	offer = complete_in_bash(path, bash_cases[_i].words, bash_cases[_i].at);
	ck_assert_msg(strncmp(offer, bash_cases[_i].offer, strlen(bash_cases[_i].offer)) == 0,
		      "%s: offered:%s", bash_cases[_i].words, offer);
	free(offer);
	unlink(path);
}
END_TEST

START_TEST(zsh_completion_describes_every_option)
{
	FILE *f = tmpfile();
	char path[64], command[128], want[64], *script;
	struct strlist names;

	ck_assert(options_completion(f, "zsh"));
	script = read_all(f);
	names = list_names();
	for (size_t i = 0; i < names.count; i++) {
		const char *at;

		snprintf(want, sizeof want, ")--%s", names.item[i]);
		at = strstr(script, want);
		if (at == NULL) {
			want[0] = '*';
			at = strstr(script, want);
		}
		ck_assert_msg(at != NULL, "zsh is not offered --%s", names.item[i]);
		at += strlen(want);
		at += strspn(at, "=-");
		ck_assert_msg(at[0] == '[' && at[1] != ']', "--%s has no description",
			      names.item[i]);
	}
	ck_assert(strncmp(script, "#compdef smtpprobe\n", 19) == 0);
	strlist_clear(&names);
	free(script);
	if (!shell_exists("zsh"))
		return;
	write_script(path, sizeof path, "zsh");
	snprintf(command, sizeof command, "zsh -n %s", path);
	ck_assert_int_eq(system(command), 0);
	unlink(path);
}
END_TEST

START_TEST(other_shells_have_no_completion)
{
	FILE *f = tmpfile();

	ck_assert(!options_completion(f, "fish"));
	ck_assert(!options_completion(f, ""));
	ck_assert_int_eq(ftell(f), 0);
	fclose(f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("options");
	TCase *lines = tcase_create("lines");
	TCase *generated = tcase_create("generated");

	tcase_add_loop_test(lines, good_line_is_understood, 0, COUNT(good_cases));
	tcase_add_loop_test(lines, bad_line_is_refused, 0, COUNT(bad_cases));
	tcase_add_loop_test(lines, input_is_read, 0, COUNT(input_cases));
	tcase_add_test(lines, fail_on_has_the_words_of_severities);
	tcase_add_test(generated, help_shows_every_option_in_80_columns);
	tcase_add_test(generated, manual_page_has_every_option);
	tcase_add_test(generated, bash_completion_offers_every_option);
	tcase_add_loop_test(generated, bash_completion_offers_values, 0, COUNT(bash_cases));
	tcase_add_test(generated, zsh_completion_describes_every_option);
	tcase_add_test(generated, other_shells_have_no_completion);
	suite_add_tcase(s, lines);
	suite_add_tcase(s, generated);
	return run_suite(s);
}
