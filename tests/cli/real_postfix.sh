#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Postfix: a sound host (25 with STARTTLS, 587 that demands it, 465 with implicit TLS), and hosts
# that one setting each makes fail as real ones do. Log-in is offered by a fake Dovecot, because
# Postfix has no mechanisms of its own. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need postconf
own_network 90
other_users postfix

daemons=$(postconf -dh daemon_directory 2>/dev/null)
group=$(postconf -dh setgid_group 2>/dev/null)
[ -x "$daemons/master" ] || all_skipped "there is no Postfix in $daemons"

# Dovecot's auth protocol, as far as an SMTP server needs it to know the mechanisms.
mechanisms='S| VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\n'
mechanisms+='SPID\t1\nCUID\t1\nCOOKIE\t00\nDONE\n'
printf '%s\n' '# an auth socket' "$mechanisms" stall 'connection enforcement' "$mechanisms" stall \
	>dovecot.smtp
start dovecot "$support/fake_smtpd" -t 120 -a 127.0.0.2 -p 12345 dovecot.smtp
listening dovecot t:12345

# A host to each address: /etc/hosts and master.cf know them by their number.
etc hosts '127.0.0.1 localhost mx.test' '127.0.0.11 expired.mx.test' '127.0.0.12 one.mx.test' \
	'127.0.0.14 screen.mx.test' '127.0.0.15 bare.mx.test' '127.0.0.16 closed.mx.test' \
	'127.0.0.17 picky.mx.test' '127.0.0.18 clear.mx.test' '127.0.0.19 broken.mx.test' \
	"127.0.0.12 $(echo l{1..12}.mx.test)"
mkdir -p postfix data queue/{pid,private,public,saved,active,bounce,corrupt,defer,deferred} \
	queue/{flush,hold,incoming,maildrop,trace}
chown postfix data queue/*
chown root queue/pid
chgrp "$group" queue/public queue/maildrop
chmod 710 queue/public
cat >postfix/main.cf <<CONFIG
compatibility_level = 3.6
queue_directory = $work/queue
data_directory = $work/data
maillog_file_prefixes = $work
maillog_file = $work/postfix.log
myhostname = mail.mx.test
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
smtpd_client_event_limit_exceptions =
smtpd_tls_security_level = may
smtpd_tls_chain_files = $work/certs/good.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.2:12345
postscreen_access_list =
postscreen_cache_map =
postscreen_greet_wait = 2s
postscreen_greet_action = enforce
CONFIG

# host NUMBER [SETTING...]: the three ports of 127.0.0.NUMBER.
host()
{
	local address=127.0.0.$1 settings=
	shift
	[ $# -eq 0 ] || settings=$(printf ' -o {%s}' "$@")
	cat <<-SERVICES
	$address:25 inet n - n - - smtpd -o smtpd_sasl_auth_enable=no $settings
	$address:465 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes $settings
	$address:587 inet n - n - - smtpd -o smtpd_tls_security_level=encrypt $settings
	SERVICES
}

{
	host 1
	host 11 "smtpd_tls_chain_files = $work/certs/expired.pem"
	host 12 'smtpd_client_connection_count_limit = 1'
	echo '127.0.0.14:25 inet n - n - 1 postscreen'
	host 15 "smtpd_tls_chain_files = $work/certs/no-such-file"
	host 16 'smtpd_client_restrictions = reject' 'smtpd_delay_reject = no'
	host 17 'smtpd_helo_restrictions = reject_non_fqdn_helo_hostname' 'smtpd_delay_reject = no'
	host 18 'smtpd_tls_security_level = none' 'smtpd_tls_auth_only = no'
	host 19 "smtpd_tls_CAfile = $work/certs/no-such-file"
	cat <<-SERVICES
	smtpd pass - - n - - smtpd
	tlsproxy unix - - n - 0 tlsproxy
	dnsblog unix - - n - 0 dnsblog
	cleanup unix n - n - 0 cleanup
	rewrite unix - - n - - trivial-rewrite
	proxymap unix - - n - - proxymap
	anvil unix - - n - 1 anvil
	tlsmgr unix - - n 1000? 1 tlsmgr
	postlog unix-dgram n - n - 1 postlogd
	SERVICES
} >postfix/master.cf
# Postfix reads a file of the present second again and again until it is older.
touch -d '1 minute ago' postfix/*.cf
start postfix "$daemons/master" -c "$work/postfix" -d
listening postfix t127.0.0.19:587

run --host mx.test
judge 0 '' 'Postfix: a sound host gives no problem and no warning' <<'FACTS'
note ALL_WELL
fact status = "ok"
fact endpoints[0].port = 25
fact endpoints[1].port = 465
fact endpoints[2].port = 587
fact endpoints[3] = null
FACTS
also 'Postfix: 25 and 587 speak in the clear first, 465 speaks TLS' <<'FACTS'
note SMTP_IMPLICIT_TLS
fact endpoints[0].mode = "plaintext"
fact endpoints[0].role = "relay"
fact endpoints[1].mode = "implicit-tls"
fact endpoints[1].role = "submission"
fact endpoints[2].mode = "plaintext"
FACTS
also 'Postfix: its greeting, its capabilities in the clear and inside of TLS' <<'FACTS'
fact endpoints[0].greeting.code = 220
fact endpoints[0].greeting.lines[0] has "220 mail.mx.test ESMTP"
fact endpoints[0].ehlo.command = "EHLO"
fact endpoints[0].ehlo.capabilities.PIPELINING = []
fact endpoints[0].ehlo.capabilities.SIZE = ["10240000"]
fact endpoints[0].ehlo.capabilities has "STARTTLS"
fact endpoints[0].ehlo.capabilities has "8BITMIME"
fact endpoints[0].ehlo.capabilities lacks "AUTH"
fact endpoints[2].ehlo.capabilities lacks "AUTH"
fact endpoints[2].ehlo_tls.capabilities.AUTH = ["PLAIN", "LOGIN"]
fact endpoints[2].ehlo_tls.capabilities lacks "STARTTLS"
fact endpoints[1].ehlo_tls.capabilities.AUTH = ["PLAIN", "LOGIN"]
FACTS

run --host --contact https://scan.example.net/ mx.test
judge 0 '' 'Postfix: --contact changes nothing of what is found' <<'FACTS'
note ALL_WELL
fact status = "ok"
fact tool.contact = "https://scan.example.net/"
fact endpoints[2] has "tls"
FACTS
for _ in {1..40}; do
	[ "$(grep -c 'noop=1 quit=1' postfix.log)" -ge 3 ] && break
	sleep 0.05
done
{ [ "$(grep -c 'noop=1 quit=1' postfix.log)" -eq 3 ] || grep 'disconnect from' postfix.log | tail -n 6
  ! grep 'noop=[2-9]\|improper command pipelining' postfix.log
  ! grep 'scan.example.net' postfix.log; } >wrong
verdict 'Postfix: it gets one NOOP before QUIT at each port, and logs that, but not its argument'
also 'Postfix: STARTTLS leads to TLS 1.3 with a verified chain' <<'FACTS'
fact endpoints[0].starttls.outcome = "ok"
fact endpoints[0].starttls.early_bytes = 0
fact endpoints[0].tls.version = "TLS1.3"
fact endpoints[0].tls.verified = true
fact endpoints[1].tls.verified = true
fact endpoints[2].tls.verified = true
fact endpoints[2].tls.chain[0].sans has "mx.test"
fact endpoints[2].tls.chain[0].key = "ECDSA P-256"
fact endpoints[0].transcript has {"from": "client", "text": "QUIT", "encrypted": true}
fact endpoints[1].transcript has {"from": "client", "text": "QUIT", "encrypted": true}
fact endpoints[2].transcript has {"from": "client", "text": "QUIT", "encrypted": true}
FACTS
also 'Postfix: 530 to RSET means that 587 demands STARTTLS; 25 takes mail in the clear' <<'FACTS'
note SMTP_TLS_REQUIRED
fact endpoints[2].enforcement.command = "RSET"
fact endpoints[2].enforcement.code = 530
fact endpoints[2].enforcement.lines[0] has "5.7.0 Must issue a STARTTLS command first"
fact endpoints[0].enforcement.command = "MAIL FROM:<>"
fact endpoints[0].enforcement.code = 250
fact findings lacks {"code": "SMTP_LOGIN_REQUIRED"}
FACTS
also 'Postfix: 465 and 587 are advised for sending, with the methods to log in' <<'FACTS'
fact advice[0].host = "mx.test"
fact advice[0].port = 465
fact advice[0].mode = "implicit-tls"
fact advice[0].auth = ["PLAIN", "LOGIN"]
fact advice[1].port = 587
fact advice[1].mode = "starttls"
FACTS
shows 'Postfix: the text report says which ports to send through, and how to log in' <<'LINES'
530 5.7.0 Must issue a STARTTLS
port 587, STARTTLS log-in: PLAIN, LOGIN
port 465, implicit TLS log-in: PLAIN, LOGIN
settings for your mail library: --client NAME or all
LINES

run --host expired.mx.test
judge 1 TLS_CERT_EXPIRED 'an expired certificate is the one problem of a host' <<'FACTS'
fact endpoints[0].tls.faults = ["expired"]
fact endpoints[1].tls.faults = ["expired"]
fact endpoints[2].tls.verified = false
fact endpoints[2].ehlo_tls.code = 250
FACTS

run --host one.mx.test
judge 0 '' 'a limit of one connection at a time is our own doing, and no problem' <<'FACTS'
fact endpoints[0].greeting.code = 220
fact endpoints[0].tls.verified = true
fact endpoints[1].tls.verified = true
fact endpoints[2].tls.verified = true
FACTS
also 'with that limit, what was turned away is asked again alone' <<'FACTS'
note SMTP_TLS_REQUIRED
fact endpoints[0].enforcement.code = 250
fact endpoints[2].enforcement.code = 530
FACTS

run --host screen.mx.test --port 25
judge 0 '' 'postscreen: a greeting that pauses in its middle is waited for to its end' <<'FACTS'
fact endpoints[0].greeting.code = 220
fact endpoints[0].greeting.lines[0] = "220-mail.mx.test ESMTP Postfix"
fact endpoints[0].greeting.lines[1] = "220 mail.mx.test ESMTP Postfix"
fact endpoints[0].greeting.ms > 1500
fact endpoints[0].tls.verified = true
fact endpoints[0].transcript has {"from": "client", "text": "QUIT", "encrypted": true}
FACTS

run --host bare.mx.test --port 465,587
judge 1 TLS_NO_COMMON_CIPHER \
	'a server that lost its certificate ends the handshake with an alert' <<'FACTS'
fact endpoints[0].tls.outcome = "alert"
fact endpoints[0].tls.alert = "handshake_failure"
fact endpoints[1].starttls.code = 220
fact endpoints[1].tls.outcome = "alert"
fact endpoints[1].ehlo_tls.outcome = "not-run"
FACTS

run --host broken.mx.test --port 25,587
judge 1 SMTP_STARTTLS_LOCAL_PROBLEM \
	'a server whose TLS cannot be set up refuses STARTTLS with 454' <<'FACTS'
fact endpoints[0].starttls.outcome = "refused"
fact endpoints[0].starttls.code = 454
fact endpoints[0].tls.outcome = "not-run"
fact endpoints[1].starttls.lines[0] has "454 4.7.0 TLS not available due to local problem"
FACTS

run --host closed.mx.test --port 25
judge 1 POLICY_ADDRESS_BLOCKED \
	'a client that is turned away by the greeting: the reply is kept' <<'FACTS'
fact endpoints[0].greeting.outcome = "rejected"
fact endpoints[0].greeting.code = 554
fact endpoints[0].greeting.lines[0] has "554 5.7.1"
fact endpoints[0].ehlo.outcome = "not-run"
FACTS

run --host picky.mx.test --port 25
judge 0 '' 'a server that wants a full host name takes our address literal' <<'FACTS'
fact endpoints[0].ehlo.code = 250
FACTS
run --host picky.mx.test --port 25 --ehlo localhost
judge 1 SMTP_EHLO_NAME_NOT_FULL \
	'a short name in EHLO is turned down with 504, and that is said' <<'FACTS'
fact endpoints[0].ehlo_tls.code = null
fact findings has {"code": "SMTP_EHLO_NAME_NOT_FULL", "severity": "problem"}
FACTS

run --host clear.mx.test --port 25,587
judge 1 SMTP_STARTTLS_NOT_OFFERED 'no STARTTLS at all is a problem of the submission port' <<'FACTS'
fact endpoints[0].starttls.outcome = "not-offered"
fact endpoints[1].starttls.outcome = "not-offered"
fact endpoints[1].ehlo.capabilities.AUTH = ["PLAIN", "LOGIN"]
fact endpoints[1].tls.outcome = "not-run"
FACTS
shows 'without TLS, log-in in the clear is warned of' <<'LINES'
passwords would go in the clear
port 587, no TLS
send no password
LINES

# Twelve names of the host that allows one connection: each is probed on its own, six of them at once.
printf '%s\n' l{1..12}.mx.test >names
"$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:53 --input names --host --port 25 --output json=out.jsonl \
	>text 2>stderr
python3 - out.jsonl <<-'PYTHON' >wrong 2>&1
	import json, sys
	ends = [e for line in open(sys.argv[1]) for e in json.loads(line)["endpoints"]]
	assert [e["greeting"]["code"] for e in ends] == [220] * 12, [e["greeting"]["code"] for e in ends]
	assert all(e["tls"]["verified"] for e in ends), ends
	assert any(e["turned_away"] for e in ends), "nobody was turned away: this tests nothing"
PYTHON
verdict 'a host that says 421 to all but one connection: a list leaves it alone for a while, and gets all answers'
done_testing
