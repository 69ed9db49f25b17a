#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# --expect against Postfix: a host that keeps what was promised, and hosts where one setting each
# breaks it, as an upgrade or a slip of an administrator does. The check must fail for that claim
# and name it, and no other. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need postconf
own_network 60
other_users postfix

daemons=$(postconf -dh daemon_directory 2>/dev/null)
[ -x "$daemons/master" ] || all_skipped "there is no Postfix in $daemons"

# Dovecot's auth protocol, as far as an SMTP server needs it to know the mechanisms.
mechanisms='S| VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\n'
mechanisms+='SPID\t1\nCUID\t1\nCOOKIE\t00\nDONE\n'
printf '%s\n' '# an auth socket' "$mechanisms" stall 'connection enforcement' "$mechanisms" stall \
	>dovecot.smtp
start dovecot "$support/fake_smtpd" -t 120 -a 127.0.0.2 -p 12345 dovecot.smtp
listening dovecot t:12345

hosts=('127.0.0.1 localhost mx.test')
for number in {21..32}; do
	hosts+=("127.0.0.$number mx.test")
done
etc hosts "${hosts[@]}"
mkdir -p postfix data queue/{pid,private,public}
chown postfix data queue/private queue/public
chown root queue/pid
cat >postfix/main.cf <<CONFIG
compatibility_level = 3.6
queue_directory = $work/queue
data_directory = $work/data
maillog_file_prefixes = $work
maillog_file = $work/postfix.log
myhostname = mail.mx.test
mydestination =
alias_maps =
inet_protocols = ipv4
smtpd_peername_lookup = no
smtpd_client_event_limit_exceptions =
smtpd_tls_security_level = may
smtpd_tls_chain_files = $work/certs/good.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.2:12345
message_size_limit = 52428800
CONFIG

# host NUMBER [SETTING...]: port 587 of 127.0.0.NUMBER.
host()
{
	local address=127.0.0.$1 settings=
	shift
	[ $# -eq 0 ] || settings=$(printf ' -o {%s}' "$@")
	echo "$address:587 inet n - n - - smtpd $settings"
}

{
	host 21
	host 22 "smtpd_tls_chain_files = $work/certs/expired.pem"
	host 23 "smtpd_tls_chain_files = $work/certs/wrong-name.pem"
	host 24 'smtpd_tls_security_level = none'
	host 26 'smtpd_sasl_mechanism_filter = plain'
	host 27 'message_size_limit = 1000000'
	host 28 'smtpd_discard_ehlo_keywords = smtputf8'
	host 29 'smtpd_tls_auth_only = no'
	host 30 'smtpd_tls_protocols = <=TLSv1.2'
	host 31 'smtpd_sasl_auth_enable = no'
	host 32 "smtpd_tls_chain_files = $work/certs/no-such-file"
	cat <<-SERVICES
	cleanup unix n - n - 0 cleanup
	rewrite unix - - n - - trivial-rewrite
	proxymap unix - - n - - proxymap
	anvil unix - - n - 1 anvil
	tlsmgr unix - - n 1000? 1 tlsmgr
	postlog unix-dgram n - n - 1 postlogd
	SERVICES
} >postfix/master.cf
touch -d '1 minute ago' postfix/*.cf
start postfix "$daemons/master" -c "$work/postfix" -d
listening postfix t127.0.0.32:587

cat >promise <<'PROMISE'
# what our users were told
587: open
587: starttls, tls>=1.3
587: cert-valid
587: cert-days>=14
587: no-plaintext-auth
587: auth=PLAIN
587: auth=LOGIN
587: size>=10M
587: capability=SMTPUTF8
587: greeting.code=220, greeting.reply~mail.mx.test
587: time<20s
PROMISE

# broken NUMBER STATUS CLAIMS SENTENCE: what is not met there must be these claims, and nothing else.
broken()
{
	run --sni mx.test --expect-file promise --port 587 "127.0.0.$1"
	{
		[ "$status" -eq "$2" ] || echo "exit status $status, not $2"
		sed -n 's/^  NOT MET  587: //p' text | sort >got
		printf '%s\n' "$3" | tr ' ' '\n' | sed '/^$/d' | sort >want
		diff want got
		cat stderr
	} >wrong
	verdict "$4"
}

broken 21 0 '' 'a host that keeps its promise: every claim is met'
broken 22 1 'cert-valid cert-days>=14' 'the certificate has expired'
broken 23 1 'cert-valid' 'the certificate was swapped for that of another host'
broken 24 1 'starttls tls>=1.3 cert-valid cert-days>=14 auth=PLAIN auth=LOGIN' 'STARTTLS was switched off'
broken 25 1 'open starttls tls>=1.3 cert-valid cert-days>=14 auth=PLAIN auth=LOGIN size>=10M capability=SMTPUTF8 greeting.code=220 greeting.reply~mail.mx.test time<20s' \
	'the port was closed: nothing that needs it is met'
grep -qF '  UNCHECKED  587: no-plaintext-auth' text || echo 'no-plaintext-auth is not UNCHECKED' >wrong
verdict 'a closed port does not show that no log-in is offered in the clear'
broken 26 1 'auth=LOGIN' 'a log-in mechanism was dropped'
broken 27 1 'size>=10M' 'the size limit was lowered'
broken 28 1 'capability=SMTPUTF8' 'SMTPUTF8 was dropped'
broken 29 1 'no-plaintext-auth' 'a log-in is offered before TLS'
broken 30 1 'tls>=1.3' 'TLS 1.3 was switched off'
broken 31 1 'auth=PLAIN auth=LOGIN' 'log-in was switched off'
broken 32 1 'starttls tls>=1.3 cert-valid cert-days>=14 auth=PLAIN auth=LOGIN size>=10M capability=SMTPUTF8 time<20s' \
	 'the file of the certificate is gone'
done_testing
