#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Five mail hosts on loopback, and what smtpprobe says of each. Nothing leaves this machine: the
# servers, and a DNS server that knows their names, run in a network namespace of their own where
# the system allows one (so that they can have ports 25, 465 and 587), else on high ports.
#
# Environment: SMTPPROBE (the program), BUILDDIR (where the build is). Ends with status 0 where
# every host got the verdict that it should.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${BUILDDIR:-$here/../..}" && pwd)
smtpprobe=${SMTPPROBE:-$build/smtpprobe}
support=$build/tests/support

if [ -z "${DEMO_NAMESPACE:-}" ]; then
	if unshare --user --map-root-user --net true 2>/dev/null; then
		DEMO_NAMESPACE=own exec unshare --user --map-root-user --net "$BASH" "$0" "$@"
	fi
	echo 'This system allows no network namespace of our own: the demo uses high ports.'
	DEMO_NAMESPACE=none
fi
relay=25 smtps=465 submission=587 dns=53
if [ "$DEMO_NAMESPACE" = own ]; then
	PATH=$PATH:/usr/sbin:/sbin ip link set lo up || exit 70
else
	relay=20025 smtps=20465 submission=20587 dns=20053
fi

work=$(mktemp -d)
pids=
trap 'kill $pids 2>/dev/null; rm -rf "$work"' EXIT

bash "$here/../support/certs.sh" "$work/certs" >/dev/null || exit 70
"$support/fake_dns" -p $dns "$here/zone" >"$work/dns" &
pids="$pids $!"
"$support/blocked_port" 127.0.0.14 $relay >"$work/blocked" &
pids="$pids $!"
"$support/fake_smtpd" -t 120 -c "$work/certs" \
	-a 127.0.0.11 -p $relay "$here/relay.smtp" \
	-a 127.0.0.11 -p $smtps "$here/implicit-tls.smtp" \
	-a 127.0.0.11 -p $submission "$here/submission.smtp" \
	-a 127.0.0.12 -p $submission "$here/demands-starttls.smtp" \
	-a 127.0.0.13 -p $smtps "$here/implicit-tls.smtp" \
	-a 127.0.0.14 -p $smtps "$here/implicit-tls.smtp" \
	-a 127.0.0.14 -p $submission "$here/submission.smtp" \
	-a 127.0.0.15 -p $submission "$here/expired.smtp" >"$work/smtp" 2>"$work/left" & # a trace connects and leaves
pids="$pids $!"

# Ready once each has said its port.
for _ in $(seq 100); do
	[ "$(cat "$work/dns" "$work/blocked" "$work/smtp" | grep -c '^PORT')" -ge 10 ] && break
	sleep 0.1
done

cat <<'TEXT'
The commands are shown without --resolver and --ca-file, which point each run at the demo's
own DNS server and certificate authority. Real hosts need neither.
TEXT
ports=
[ "$DEMO_NAMESPACE" = own ] || ports="--port $relay,$smtps,$submission"
wrong=0
show() { # what-it-is expected-status argument...
	local what=$1 expected=$2 status
	shift 2
	printf '\n== %s\n\n$ smtpprobe %s\n' "$what" "$*"
	# shellcheck disable=SC2086 # $ports is a list of words
	"$smtpprobe" --resolver "127.0.0.1:$dns" --ca-file "$work/certs/ca.crt" $ports "$@"
	status=$?
	printf '(exit status %d)\n' $status
	[ $status -eq "$expected" ] || {
		echo "demo: expected exit status $expected" >&2
		wrong=1
	}
}
show 'A healthy domain: one MX host, all three ports' 0 example.mx.test
show 'A host that answers 530 until STARTTLS is used' 0 strict.mx.test
show 'A host with implicit TLS only' 0 implicit.mx.test
show 'A host whose port 25 is blocked on the way' 1 blocked.mx.test
show 'A host whose certificate has expired' 1 expired.mx.test
exit $wrong
