#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Exim 4: 25 with STARTTLS, 465 with implicit TLS, 587 with log-in inside of TLS only; then hosts
# that one setting each makes fail as real ones do; all the time it watches who speaks out of turn.
# EXIM4 names the program: beside the package of Postfix it cannot be installed. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
exim=${EXIM4:-$build/.cache/exim4/usr/sbin/exim4}
[ -x "$exim" ] || exim=$(command -v exim4 || command -v exim) ||
	all_skipped 'Exim is not there (./bootstrap check unpacks it)'
own_network 60
user=$("$exim" -C /dev/null -bP exim_user 2>/dev/null | sed 's/^exim_user = //')
other_users "${user:-Debian-exim}"

# A host to each address; the settings ask which one it is.
etc hosts '127.0.0.1 localhost mx.test' '::1 localhost mx.test' '127.0.0.11 expired.mx.test' \
	'127.0.0.12 one.mx.test' '127.0.0.13 strict.mx.test' '127.0.0.14 slow.mx.test' \
	'127.0.0.15 listed.mx.test' '127.0.0.16 later.mx.test' '127.0.0.17 old.mx.test'
mkdir spool
chown "$user" spool
cat >exim.conf <<CONFIG
exim_path = $exim
spool_directory = $work/spool
log_file_path = $work/spool/%s.log
keep_environment =
primary_hostname = mail.mx.test
daemon_smtp_ports = 25 : 465 : 587
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = $work/certs/\${if eq{\$received_ip_address}{127.0.0.11}{expired}{good}}.pem
auth_advertise_hosts = \${if and{{def:tls_in_cipher}{!eq{\$received_port}{25}}}{*}}
pipelining_advertise_hosts = \${if eq{\$received_ip_address}{127.0.0.17}{}{*}}
smtp_accept_max_per_host = \${if eq{\$received_ip_address}{127.0.0.12}{1}{0}}
smtp_banner = \$smtp_active_hostname ESMTP Exim
host_lookup =
rfc1413_hosts =
acl_smtp_connect = on_connect
acl_smtp_starttls = on_starttls
acl_smtp_mail = on_mail
begin acl
on_connect:
  drop    condition = \${if eq{\$received_ip_address}{127.0.0.15}}
          message = rejected because \$sender_host_address is in a black list at zen.spamhaus.org
  accept  condition = \${if eq{\$received_ip_address}{127.0.0.14}}
          delay = 2s
  accept
on_starttls:
  defer   condition = \${if eq{\$received_ip_address}{127.0.0.16}}
          message = 454 4.7.0 TLS currently unavailable
  accept
on_mail:
  deny    condition = \${if eq{\$received_ip_address}{127.0.0.13}}
          !encrypted = *
          message = 530 5.7.0 Must issue a STARTTLS command first
  accept  condition = \${if eq{\$received_port}{25}}
  deny    !authenticated = *
          message = 530 5.7.0 Authentication required
  accept
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = false
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| User Name | Password
  server_condition = false
CONFIG
start exim "$exim" -C "$work/exim.conf" -bdf
listening exim t:25 t:465 t:587

run --host -4 mx.test
judge 0 '' 'Exim: a sound host gives no problem and no warning' <<'FACTS'
note ALL_WELL
fact status = "ok"
fact endpoints[3] = null
fact endpoints[0].greeting.lines = ["220 mail.mx.test ESMTP Exim"]
fact endpoints[0].tls.verified = true
fact endpoints[1].mode = "implicit-tls"
fact endpoints[1].tls.verified = true
fact endpoints[2].starttls.outcome = "ok"
fact endpoints[2].tls.version = "TLS1.3"
fact endpoints[2].tls.verified = true
FACTS
also 'Exim: log-in is offered inside of TLS only, and not at port 25' <<'FACTS'
fact endpoints[0].ehlo.capabilities lacks "AUTH"
fact endpoints[0].ehlo_tls.capabilities lacks "AUTH"
fact endpoints[1].ehlo_tls.capabilities.AUTH = ["PLAIN", "LOGIN"]
fact endpoints[2].ehlo.capabilities lacks "AUTH"
fact endpoints[2].ehlo_tls.capabilities.AUTH = ["PLAIN", "LOGIN"]
FACTS
also 'Exim: 530 to MAIL for want of a log-in is not taken for "STARTTLS first"' <<'FACTS'
note SMTP_LOGIN_REQUIRED
fact endpoints[2].enforcement.command = "MAIL FROM:<>"
fact endpoints[2].enforcement.code = 530
fact endpoints[0].enforcement.code = 250
fact findings lacks {"code": "SMTP_TLS_REQUIRED"}
FACTS

run --host -6 mx.test
judge 0 '' 'Exim takes the literal of an IPv6 address in EHLO' <<'FACTS'
fact endpoints[0].address = "::1"
fact endpoints[0].family = "ipv6"
fact endpoints[0].ehlo.code = 250
fact endpoints[0].tls.verified = true
fact endpoints[2].tls.verified = true
FACTS

run '[::1]:25'
judge 0 '' 'a target that is an address is verified for that address' <<'FACTS'
fact target.kind = "address"
fact endpoints[0].port = 25
fact endpoints[1] = null
fact endpoints[0].tls.verified = true
fact dns.queries = []
FACTS

run --host expired.mx.test
judge 1 TLS_CERT_EXPIRED 'Exim: an expired certificate is the one problem' <<'FACTS'
fact endpoints[0].tls.faults = ["expired"]
fact endpoints[1].tls.faults = ["expired"]
fact endpoints[2].tls.faults = ["expired"]
FACTS

run --host one.mx.test
judge 0 '' 'a limit of one connection for all ports is our own doing, and no problem' <<'FACTS'
fact endpoints[0].tls.verified = true
fact endpoints[1].tls.verified = true
fact endpoints[2].tls.verified = true
FACTS

run --host strict.mx.test --port 25
judge 0 '' 'a relay that demands TLS by an ACL: 530 to MAIL, with STARTTLS in its text' <<'FACTS'
note SMTP_TLS_REQUIRED
fact endpoints[0].enforcement.command = "MAIL FROM:<>"
fact endpoints[0].enforcement.code = 530
fact endpoints[0].tls.verified = true
FACTS

run --host slow.mx.test --port 25,465
judge 0 '' 'a greeting that is held back for two seconds is waited for' <<'FACTS'
fact endpoints[0].mode = "plaintext"
fact endpoints[0].greeting.code = 220
fact endpoints[0].greeting.ms > 1500
fact endpoints[0].tls.verified = true
fact endpoints[1].mode = "implicit-tls"
fact endpoints[1].greeting.code = 220
fact endpoints[1].tls.verified = true
FACTS

run --host listed.mx.test --port 25
judge 1 SMTP_GREETING_BLOCKLISTED \
	'a greeting that names a block list is told from other refusals' <<'FACTS'
fact endpoints[0].greeting.outcome = "rejected"
fact endpoints[0].greeting.code = 550
fact endpoints[0].greeting.lines[0] has "zen.spamhaus.org"
FACTS

run --host later.mx.test --port 25,587
judge 1 SMTP_STARTTLS_LOCAL_PROBLEM 'STARTTLS that is put off: the reply is kept' <<'FACTS'
fact endpoints[0].starttls.outcome = "refused"
fact endpoints[0].starttls.code = 454
fact endpoints[1].starttls.lines = ["454 4.7.0 TLS currently unavailable"]
fact endpoints[1].tls.outcome = "not-run"
FACTS

run --host old.mx.test --port 25
judge 0 '' 'a server without PIPELINING gets one command at a time' <<'FACTS'
fact endpoints[0].ehlo.capabilities lacks "PIPELINING"
fact endpoints[0].enforcement.code = 250
fact endpoints[0].tls.verified = true
FACTS

# Exim writes down who speaks out of turn (smtp_enforce_sync).
grep -h synchronization spool/main.log >wrong
verdict 'Exim never saw a command before its time'
done_testing
