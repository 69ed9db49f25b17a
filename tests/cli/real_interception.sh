#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Somebody else in the server's place: nginx plays mail hosts, known providers among them, in a
# network of the script's own, where /etc/hosts gives their names addresses for documentation
# (RFC 5737). Nothing outside is asked or reached. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need_mail_proxy
own_network 60

ip address add 192.0.2.1/24 dev lo
etc hosts '127.0.0.1 localhost' '192.0.2.1 mx.test' '192.0.2.1 mail.mx.test' \
	'192.0.2.1 smtp.office365.com' '192.0.2.1 mail.gmx.net'

# port PORT CERTIFICATE NAME SETTING...: a server there, with that certificate and name.
port()
{
	local port=$1 certificate=$2 name=$3
	shift 3
	printf 'server { listen 192.0.2.1:%s; protocol smtp; server_name %s; ' "$port" "$name"
	printf 'ssl_certificate %s.crt; ssl_certificate_key %s.key; ' \
		"$work/certs/$certificate" "$work/certs/$certificate"
	printf '%s; ' "$@"
	echo '}'
}

# servers CERTIFICATE NAME: all three ports alike.
servers()
{
	port 25 "$1" "$2" 'starttls on' 'smtp_auth none'
	port '465 ssl' "$1" "$2" 'smtp_auth plain'
	port 587 "$1" "$2" 'starttls only' 'smtp_auth plain'
}

mail_proxy good "$(servers provider out7.banner.test)"
run --host mail.gmx.net
judge 0 '' 'a known provider that shows its certificate is believed, whatever its greeting' <<'FACTS'
note ALL_WELL
fact findings lacks {"code": "PATH_PROVIDER_PORT_CLOSED"}
fact endpoints[1].tls.verified = true
FACTS

mail_proxy good "$(servers good mail.mx.test)"
run --host smtp.office365.com
judge 1 PATH_PROVIDER_CONTRADICTED \
	'another host in the place of a known provider: interception is likely' <<'FACTS'
fact findings[0].code = "PATH_PROVIDER_CONTRADICTED"
fact findings[0].confidence = "high"
fact findings[0].evidence[0].what has "2026-03-12"
FACTS
shows 'the report says what to do, and what the fact is and from when' <<'LINES'
Do not log in from here
Thunderbird ISP database, read 2026-03-12
LINES

mail_proxy good "$(port 587 provider out7.banner.test 'starttls off' 'smtp_auth plain')" 587
run smtp.office365.com:587
judge 1 PATH_PROVIDER_CONTRADICTED \
	'a known provider without its STARTTLS' <<'FACTS'
fact findings[0].code = "PATH_PROVIDER_CONTRADICTED"
FACTS

mail_proxy good "$(port 587 provider out7.banner.test 'starttls only' 'smtp_auth plain')" 587
run --host mail.gmx.net
judge 0 '' 'a published port that is closed is a note, where another works' <<'FACTS'
note PATH_PROVIDER_PORT_CLOSED
fact findings lacks {"code": "PATH_PROVIDER_CONTRADICTED"}
FACTS

mail_proxy good "$(port 25 wrong-name gw.other.test 'starttls on' 'smtp_auth none'
	port '465 ssl' good mail.mx.test 'smtp_auth plain'
	port 587 good mail.mx.test 'starttls only' 'smtp_auth plain')"
run --host mail.mx.test
judge 0 PATH_PORT_REDIRECTED 'port 25 is another host, 465 and 587 are genuine' <<'FACTS'
fact findings[0].confidence = "high"
fact findings lacks {"code": "TLS_CERT_NAME_MISMATCH"}
FACTS

mail_proxy good "$(servers wrong-name gw.other.test)"
run --host mail.mx.test
judge 1 'PATH_OTHER_HOST_ANSWERS TLS_CERT_NAME_MISMATCH' \
	'greeting and certificate of one other party: shared hosting or redirection' <<'FACTS'
fact findings has {"code": "PATH_OTHER_HOST_ANSWERS", "confidence": "possible"}
FACTS

mail_proxy good "$(servers good gw.other.test)"
run --host mail.mx.test
judge 0 '' "a hosting company's greeting with the host's own certificate is nothing" <<'FACTS'
note ALL_WELL
fact findings lacks {"code": "PATH_OTHER_HOST_ANSWERS"}
FACTS
done_testing
