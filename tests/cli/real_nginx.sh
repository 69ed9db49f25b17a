#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# nginx as a mail proxy: STARTTLS offered, STARTTLS demanded, implicit TLS, and the old TLS and bad
# certificates that its settings allow. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need_mail_proxy
own_network 50

standard='
  server { listen 127.0.0.1:25; protocol smtp; starttls on; smtp_auth none; }
  server { listen 127.0.0.1:465 ssl; protocol smtp; smtp_auth plain login cram-md5; }
  server { listen 127.0.0.1:587; protocol smtp; starttls on; smtp_auth plain login; }
  server { listen 127.0.0.1:2525; protocol smtp; starttls only; smtp_auth plain; }'

# proxy CERTIFICATE [LINES [SERVERS]]
proxy()
{
	mail_proxy "$1" "${2-} ${3-$standard}"
}

proxy good
run --host mx.test --port 25,465,587,2525
judge 0 SMTP_AUTH_BEFORE_TLS \
	'nginx: of four working ports, only AUTH in the clear is warned of' <<'FACTS'
fact status = "ok"
fact endpoints[0].port = 25
fact endpoints[1].port = 465
fact endpoints[2].port = 587
fact endpoints[3].port = 2525
fact endpoints[4] = null
FACTS
also 'nginx: each port is described by the mode it speaks' <<'FACTS'
note SMTP_IMPLICIT_TLS
fact endpoints[0].mode = "plaintext"
fact endpoints[0].starttls.code = 220
fact endpoints[1].mode = "implicit-tls"
fact endpoints[1].starttls.outcome = "not-run"
fact endpoints[2].mode = "plaintext"
fact endpoints[3].mode = "plaintext"
fact endpoints[3].starttls.outcome = "ok"
FACTS
also 'nginx: TLS 1.3 and a chain that is verified for the name of the host' <<'FACTS'
fact endpoints[0].tls.outcome = "ok"
fact endpoints[0].tls.version = "TLS1.3"
fact endpoints[0].tls.verified = true
fact endpoints[0].tls.faults = []
fact endpoints[0].tls.chain[0].sans has "mx.test"
fact endpoints[0].tls.chain[1].subject has "Test Intermediate"
fact endpoints[0].tls.chain[2] = null
fact endpoints[1].tls.verified = true
fact endpoints[2].tls.verified = true
fact endpoints[3].tls.verified = true
FACTS
also 'nginx: what is offered before TLS and what inside of it are two lists' <<'FACTS'
fact endpoints[0].ehlo.capabilities.SIZE = ["52428800"]
fact endpoints[0].ehlo.capabilities has "STARTTLS"
fact endpoints[0].ehlo_tls.capabilities lacks "STARTTLS"
fact endpoints[1].ehlo_tls.capabilities.AUTH = ["PLAIN", "LOGIN", "CRAM-MD5"]
fact endpoints[2].ehlo.capabilities.AUTH = ["PLAIN", "LOGIN"]
fact endpoints[3].ehlo.capabilities lacks "AUTH"
fact endpoints[3].ehlo_tls.capabilities.AUTH = ["PLAIN"]
FACTS
also 'nginx: 530 5.7.1 to MAIL means that a log-in is wanted, not TLS' <<'FACTS'
note SMTP_LOGIN_REQUIRED
fact endpoints[2].enforcement.command = "MAIL FROM:<>"
fact endpoints[2].enforcement.code = 530
fact endpoints[0].enforcement.code = 250
fact findings lacks {"code": "SMTP_TLS_REQUIRED"}
FACTS
also 'nginx: every dialogue is taken leave of' <<'FACTS'
fact endpoints[0].transcript has {"from": "client", "text": "QUIT", "encrypted": true}
fact endpoints[1].transcript has {"from": "client", "text": "QUIT", "encrypted": true}
fact endpoints[2].transcript has {"from": "client", "text": "QUIT", "encrypted": true}
fact endpoints[3].transcript has {"from": "client", "text": "QUIT", "encrypted": true}
fact endpoints[0].not_reached = []
FACTS
also 'nginx: submission with implicit TLS is advised before STARTTLS, 25 last' <<'FACTS'
fact advice[0].port = 465
fact advice[0].mode = "implicit-tls"
fact advice[0].auth = ["PLAIN", "LOGIN", "CRAM-MD5"]
fact advice[1].port = 587
fact advice[1].mode = "starttls"
fact advice[1].auth = ["PLAIN", "LOGIN"]
fact advice[2].port = 2525
fact advice[3].port = 25
fact advice[3].auth = []
FACTS

proxy expired-wrong-name
run --host mx.test
judge 1 'TLS_CERT_EXPIRED TLS_CERT_NAME_MISMATCH SMTP_AUTH_BEFORE_TLS' \
	'an expired certificate does not hide that its name is wrong too' <<'FACTS'
fact endpoints[1].tls.outcome = "ok"
fact endpoints[1].tls.verified = false
fact endpoints[1].tls.faults = ["expired", "name-mismatch"]
fact endpoints[1].tls.chain[0].not_after = "2021-01-01T00:00:00Z"
fact endpoints[1].ehlo_tls.code = 250
FACTS
shows 'a wrong name is shown with the names that the certificate has' <<'LINES'
other.test
LINES

proxy no-intermediate
run --host mx.test --port 465
judge 1 TLS_CERT_MISSING_INTERMEDIATE 'a chain without its intermediate is named as that' <<'FACTS'
fact endpoints[0].tls.faults has "missing-intermediate"
fact endpoints[0].tls.chain[1] = null
FACTS

proxy good 'starttls on; ssl_ciphers DEFAULT:@SECLEVEL=0;' '
  server { listen 127.0.0.1:25; protocol smtp; }
  server { listen 127.0.0.1:465 ssl; protocol smtp; starttls off; ssl_protocols TLSv1.1; }
  server { listen 127.0.0.1:587; protocol smtp; ssl_protocols TLSv1.1; }'
run --host mx.test --port 465,587
judge 0 'TLS_OLD_VERSION SMTP_AUTH_BEFORE_TLS' \
	'a server that has only TLS 1.1 is described' <<'FACTS'
fact endpoints[0].tls.outcome = "ok"
fact endpoints[0].tls.version = "TLS1.1"
fact endpoints[0].ehlo_tls.code = 250
fact endpoints[1].tls.version = "TLS1.1"
FACTS

openssl genpkey -genparam -algorithm DH -pkeyopt group:dh_1024_160 -out dh1024.pem 2>openssl.log ||
	bail_out "$(head -n 1 openssl.log)"
proxy rsa "starttls only; ssl_ciphers AES128-SHA:@SECLEVEL=0;" "
  server { listen 127.0.0.1:25; protocol smtp; ssl_ecdh_curve secp521r1; }
  server { listen 127.0.0.1:465 ssl; protocol smtp; starttls off; ssl_protocols TLSv1.2; }
  server { listen 127.0.0.1:587; protocol smtp; ssl_protocols TLSv1.2;
           ssl_dhparam $work/dh1024.pem; ssl_ciphers DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0; }"
run --host mx.test
judge 1 'TLS_WEAK_CIPHER TLS_DH_TOO_SHORT' \
	'weak TLS is described and warned of: no forward secrecy, a short DH group' <<'FACTS'
fact endpoints[1].tls.version = "TLS1.2"
fact endpoints[1].tls.weaknesses has "no-forward-secrecy"
fact endpoints[1].tls.chain[0].key = "RSA 2048"
fact endpoints[1].tls.verified = true
fact endpoints[2].tls.outcome = "ok"
fact endpoints[2].tls.weaknesses = ["weak-dh"]
FACTS
also 'a server that wants another key share than ours gets it' <<'FACTS'
fact endpoints[0].tls.version = "TLS1.3"
fact endpoints[0].tls.group = "SECP521R1"
fact endpoints[0].tls.verified = true
FACTS

proxy good "ssl_verify_client on; ssl_client_certificate $work/certs/ca.crt;"
run --host mx.test --port 465,587
judge 1 'TLS_CLIENT_CERTIFICATE SMTP_AUTH_BEFORE_TLS' \
	'a server that turns away who has no client certificate: that is the cause named' <<'FACTS'
fact endpoints[0].tls.outcome = "ok"
fact endpoints[0].tls.client_certificate_requested = true
fact endpoints[0].greeting.code = 421
fact endpoints[1].tls.client_certificate_requested = true
fact endpoints[1].ehlo_tls.code = 421
fact advice = []
FACTS

proxy good 'starttls on; smtp_auth plain;' '
  server { listen 127.0.0.1:25; protocol smtp; }
  server { listen 127.0.0.1:465; protocol smtp; starttls only; }
  server { listen 127.0.0.1:587 ssl; protocol smtp; starttls off; }'
run --host mx.test --port 465,587
judge 0 SMTP_UNEXPECTED_MODE \
	'the first bytes decide: 465 without TLS, 587 with implicit TLS' <<'FACTS'
note SMTP_IMPLICIT_TLS
fact endpoints[0].port = 465
fact endpoints[0].mode = "plaintext"
fact endpoints[0].starttls.outcome = "ok"
fact endpoints[0].ehlo_tls.capabilities.AUTH = ["PLAIN"]
fact endpoints[1].port = 587
fact endpoints[1].mode = "implicit-tls"
fact endpoints[1].ehlo_tls.code = 250
fact advice[0].port = 587
fact advice[0].mode = "implicit-tls"
fact advice[1].port = 465
fact advice[1].mode = "starttls"
FACTS

# Behind a load balancer: waits for a PROXY header before it says anything (symptom B04).
proxy good 'starttls on; smtp_auth plain;' '
  server { listen 127.0.0.1:25; protocol smtp; }
  server { listen 127.0.0.1:465 ssl; protocol smtp; starttls off; }
  server { listen 127.0.0.1:587 proxy_protocol; protocol smtp; }'
run --host mx.test --port 587 --greeting-timeout 1.5
judge 1 SMTP_SILENT 'a server that waits for a PROXY header is silent, and that is said' <<'FACTS'
fact endpoints[0].mode = "silent"
fact endpoints[0].connect.outcome = "ok"
fact endpoints[0].greeting.outcome = "timeout"
FACTS

stop nginx
run --host mx.test
judge 1 NET_PORT_REFUSED 'a host whose server is stopped refuses' <<'FACTS'
fact endpoints[0].connect.outcome = "refused"
fact endpoints[1].connect.outcome = "refused"
fact endpoints[2].connect.outcome = "refused"
fact endpoints[0].mode = null
fact endpoints[0].greeting.outcome = "not-run"
fact advice = []
FACTS
done_testing
