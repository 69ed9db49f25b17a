#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# certs.sh DIR: makes the certificates of the tests and the demo in DIR, with fixed dates, so that
# nothing expires by itself. Takes a second, needs openssl, and does nothing where they stand.
#
# ca.crt is the authority to trust (--ca-file DIR/ca.crt). For every NAME below there are NAME.key,
# NAME.crt (what a server sends, leaf first) and NAME.pem (both in one file): good, rsa, expired,
# not-yet-valid, wrong-name, expired-wrong-name, self-signed, all-wrong (self-signed, expired, wrong
# name), unknown-issuer, no-intermediate, client-only (purpose), cn-only (no SAN), weak-key (RSA
# 1024), sha1. Unless the name says otherwise, a leaf is for localhost, mx.test, *.mx.test,
# 127.0.0.1 and ::1, valid from 2020 to 2049, ECDSA P-256, and issued by an intermediate of that
# authority, which is sent.
set -eu
umask 022
export LC_ALL=C

dir=${1:?usage: certs.sh DIR}
names='DNS:localhost,DNS:mx.test,DNS:*.mx.test,IP:127.0.0.1,IP:::1'
valid='20200101000000Z 20491231000000Z'

stamp=$dir/certs.stamp
if [ "$stamp" -nt "$0" ]; then
	exit 0
fi
# Made elsewhere and put in place whole: tests that run at the same time may ask for the same.
work=$dir.$$
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
cd "$work"
work=$PWD
# An openssl.cnf of the machine must not have a say in what the tests get.
export OPENSSL_CONF=$PWD/certs.cnf
cat >certs.cnf <<'CONFIG'
[ca]
default_ca = tests
[tests]
database = certs.index
new_certs_dir = .
rand_serial = yes
unique_subject = no
policy = any
default_md = sha256
[any]
commonName = optional
organizationName = optional
[req]
distinguished_name = dn
[dn]
CONFIG
: >certs.index

# quietly COMMAND...: what it says is shown only where it fails.
quietly()
{
	"$@" 2>certs.log || {
		cat certs.log >&2
		exit 1
	}
}

# key NAME TYPE...: NAME.key, by the arguments of openssl genpkey.
key()
{
	local name=$1
	shift
	quietly openssl genpkey "$@" -out "$name.key"
}

# issue NAME ISSUER SUBJECT FROM TO DIGEST EXTENSION...: NAME.leaf, signed by ISSUER (itself where
# that is NAME), from NAME.key.
issue()
{
	local name=$1 issuer=$2 subject=$3 from=$4 to=$5 digest=$6
	shift 6
	printf '%s\n' '[x]' "$@" >"$name.ext"
	openssl req -new -key "$name.key" -subj "$subject" -out "$name.csr"
	if [ "$issuer" = "$name" ]; then
		set -- -selfsign
	else
		set -- -cert "$issuer.leaf"
	fi
	quietly openssl ca -batch -notext -preserveDN -in "$name.csr" -out "$name.leaf" \
		-keyfile "$issuer.key" "$@" -startdate "$from" -enddate "$to" -md "$digest" \
		-extfile "$name.ext" -extensions x
}

authority()
{
	local name=$1 issuer=$2 subject=$3
	key "$name" -algorithm EC -pkeyopt ec_paramgen_curve:P-256
	# shellcheck disable=SC2086  # two words
	issue "$name" "$issuer" "$subject" $valid sha256 'basicConstraints=critical,CA:TRUE' \
		'keyUsage=critical,keyCertSign,cRLSign' 'subjectKeyIdentifier=hash' \
		'authorityKeyIdentifier=keyid'
}

# leaf NAME ISSUER "FROM TO" DIGEST SANS EKU [CN]; the key is made unless it stands already.
leaf()
{
	local name=$1 issuer=$2 dates=$3 digest=$4 sans=$5 eku=$6 cn=${7:-mx.test}
	local -a extensions=('basicConstraints=CA:FALSE' "extendedKeyUsage=$eku")
	if [ -n "$sans" ]; then
		extensions+=("subjectAltName=$sans")
	fi
	if [ "$issuer" != "$name" ]; then
		extensions+=('subjectKeyIdentifier=hash' 'authorityKeyIdentifier=keyid')
	fi
	if [ ! -e "$name.key" ]; then
		key "$name" -algorithm EC -pkeyopt ec_paramgen_curve:P-256
	fi
	# shellcheck disable=SC2086  # two words
	issue "$name" "$issuer" "/CN=$cn" $dates "$digest" "${extensions[@]}"
}

# send NAME CERTIFICATE...: what a server with that name sends.
send()
{
	local name=$1 c
	shift
	for c in "$@"; do
		cat "$c.leaf"
	done >"$name.crt"
	cat "$name.key" "$name.crt" >"$name.pem"
}

expired='20200101000000Z 20210101000000Z'
future='20480101000000Z 20491231000000Z'
other='DNS:other.test,DNS:www.other.test'

authority ca ca '/O=smtpprobe tests/CN=Test Root'
authority middle ca '/O=smtpprobe tests/CN=Test Intermediate'
authority private private '/O=somebody else/CN=Private Root'
cp ca.leaf ca.crt

leaf good middle "$valid" sha256 "$names" serverAuth
leaf expired middle "$expired" sha256 "$names" serverAuth
leaf not-yet-valid middle "$future" sha256 "$names" serverAuth
leaf wrong-name middle "$valid" sha256 "$other" serverAuth other.test
leaf expired-wrong-name middle "$expired" sha256 "$other" serverAuth other.test
leaf self-signed self-signed "$valid" sha256 "$names" serverAuth
leaf all-wrong all-wrong "$expired" sha256 "$other" serverAuth other.test
leaf unknown-issuer private "$valid" sha256 "$names" serverAuth
leaf no-intermediate middle "$valid" sha256 "$names" serverAuth
leaf client-only middle "$valid" sha256 "$names" clientAuth
leaf cn-only middle "$valid" sha256 '' serverAuth localhost
key rsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048
leaf rsa middle "$valid" sha256 "$names" serverAuth
key weak-key -algorithm RSA -pkeyopt rsa_keygen_bits:1024
leaf weak-key middle "$valid" sha256 "$names" serverAuth
leaf sha1 middle "$valid" sha1 "$names" serverAuth

for name in good expired not-yet-valid wrong-name expired-wrong-name client-only cn-only rsa \
	weak-key sha1; do
	send "$name" "$name" middle
done
send self-signed self-signed
send all-wrong all-wrong
send unknown-issuer unknown-issuer private
send no-intermediate no-intermediate
rm -f -- *.ext *.csr *.leaf certs.log certs.cnf certs.index* [0-9A-F]*.pem
touch certs.stamp
cd - >/dev/null
if [ -e "$stamp" ]; then
	rm -rf "$dir"
fi
mkdir -p "$(dirname "$dir")"
mv -T "$work" "$dir" 2>/dev/null || [ -e "$stamp" ]
