#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# NSD with real zones as the system's resolver, and nginx behind its addresses: from a domain to its
# mail hosts. NSD answers only for its own zones, REFUSED for the rest, and follows no alias into
# another zone. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need nsd
need_mail_proxy
own_network 60

label=$(printf 'a%.0s' {1..58})
cat >mx.test.zone <<'ZONE'
$ORIGIN mx.test.
$TTL 300
@          SOA   ns hostmaster 1 3600 600 86400 300
@          NS    ns
ns         A     127.0.0.53
; Not in the order of their preference.
@          MX    20 backup
@          MX    10 mail
mail       A     127.0.0.11
mail       AAAA  ::1
backup     A     127.0.0.12
implicit   A     127.0.0.11
null       MX    0 .
empty      TXT   "neither MX nor address"
alias      MX    10 mxalias
mxalias   CNAME mail
foreign    MX    10 mxforeign
mxforeign CNAME mail.other.test.
www        CNAME mx.test.
literal    MX    10 127.0.0.11.
dangling   MX    10 gone
half       MX    5  gone
half       MX    10 backup
hollow     MX    10 empty
pinned     A     127.0.0.99
*.wild     MX    10 backup
loop       MX    10 loop1
loop1      CNAME loop2
loop2      CNAME loop1
delegated  NS    ns.elsewhere.example.
ZONE
for i in {10..49}; do
	printf '%s\n' "big MX $i $label$i" "$label$i A 127.0.0.12"
done >>mx.test.zone
printf '%s\n' "\$TTL 300" '@ SOA ns hostmaster 1 3600 600 86400 300' '@ NS ns.mx.test.' \
	'@ MX 10 mail.mx.test.' 'mail A 127.0.0.12' | tee other.test.zone >xn--bcher-kva.test.zone
cat >nsd.conf <<CONFIG
server:
  ip-address: 127.0.0.53
  ip-address: ::1
  server-count: 1
  username: ""
  zonesdir: "$work"
  logfile: "$work/nsd.log"
  pidfile: ""
  database: ""
  xfrdfile: "$work/xfrd.state"
  zonelistfile: "$work/zone.list"
  xfrdir: "$work"
remote-control:
  control-enable: no
CONFIG
for zone in mx.test other.test xn--bcher-kva.test; do
	printf 'zone:\n  name: %s\n  zonefile: %s.zone\n' "$zone" "$zone" >>nsd.conf
done
start nsd nsd -d -c "$work/nsd.conf"
listening nsd u:53 t:53
mail_hosts 127.0.0.11 127.0.0.12 '[::1]'
etc resolv.conf 'nameserver 127.0.0.53'

run mx.test
judge 0 '' 'a domain: every mail host, address and port is probed, and all is well' <<'FACTS'
note ALL_WELL
fact status = "ok"
fact target.kind = "domain"
fact vantage.resolver = ["127.0.0.53:53"]
fact dns.queries has {"name": "mx.test", "type": "MX", "rcode": "NOERROR", "authenticated": false}
fact dns.queries has {"name": "mail.mx.test", "type": "AAAA", "rcode": "NOERROR"}
fact dns.queries has {"name": "backup.mx.test", "type": "AAAA", "rcode": "NODATA"}
fact dns.null_mx = false
fact dns.implicit_mx = false
fact endpoints[8].tls.verified = true
fact endpoints[9] = null
FACTS
also 'the mail hosts stand in the order of their preference' <<'FACTS'
fact dns.mail_hosts[0].name = "mail.mx.test"
fact dns.mail_hosts[0].preference = 10
fact dns.mail_hosts[0].source = "mx"
fact dns.mail_hosts[0].addresses has "127.0.0.11"
fact dns.mail_hosts[0].addresses has "::1"
fact dns.mail_hosts[1].name = "backup.mx.test"
fact dns.mail_hosts[1].preference = 20
fact dns.mail_hosts[1].addresses = ["127.0.0.12"]
fact dns.mail_hosts[2] = null
FACTS
also 'each endpoint belongs to its host, and its certificate is verified for that' <<'FACTS'
fact endpoints has {"host": "mail.mx.test", "address": "::1", "family": "ipv6", "port": 25}
fact endpoints has {"host": "mail.mx.test", "address": "127.0.0.11", "port": 587}
fact endpoints has {"host": "backup.mx.test", "address": "127.0.0.12", "port": 465}
fact endpoints[0].tls.verified = true
fact endpoints[0].tls.sni = "mail.mx.test"
FACTS

run someone@mx.test --port 25 -4
judge 0 '' 'a mailbox is probed as its domain; -4 leaves IPv6 out' <<'FACTS'
fact target.input = "someone@mx.test"
fact target.kind = "domain"
fact dns.mail_hosts[0].addresses = ["127.0.0.11"]
fact endpoints[1].host = "backup.mx.test"
fact endpoints[2] = null
FACTS

run www.mx.test --port 25
judge 0 '' 'a domain that is an alias: the MX records are those of its target' <<'FACTS'
fact target.kind = "domain"
fact dns.mail_hosts[0].name = "mail.mx.test"
fact dns.mail_hosts[1].name = "backup.mx.test"
FACTS

run implicit.mx.test
judge 0 '' 'a name without MX is probed at its own address' <<'FACTS'
fact dns.queries has {"name": "implicit.mx.test", "type": "MX", "rcode": "NODATA"}
fact dns.mail_hosts[0].addresses = ["127.0.0.11"]
fact endpoints[0].tls.verified = true
FACTS
run --domain implicit.mx.test
judge 0 '' 'a domain without MX: mail goes to its own address, and that is noted' <<'FACTS'
note DNS_IMPLICIT_MX
fact dns.implicit_mx = true
fact dns.mail_hosts[0].name = "implicit.mx.test"
fact dns.mail_hosts[0].source = "implicit"
fact endpoints[2].tls.verified = true
FACTS

run null.mx.test
judge 2 '' 'a null MX: the domain takes no mail, and nothing is connected to' <<'FACTS'
note DNS_NULL_MX
fact dns.null_mx = true
fact endpoints = []
FACTS

run empty.mx.test
judge 1 DNS_NO_ADDRESS 'a name without MX and address: NODATA is not NXDOMAIN' <<'FACTS'
fact dns.queries has {"name": "empty.mx.test", "type": "MX", "rcode": "NODATA"}
fact dns.queries has {"name": "empty.mx.test", "type": "A", "rcode": "NODATA"}
fact endpoints = []
FACTS

run nobody.mx.test
judge 1 DNS_NAME_NOT_FOUND 'a name that does not exist: NXDOMAIN' <<'FACTS'
fact dns.queries has {"name": "nobody.mx.test", "type": "MX", "rcode": "NXDOMAIN"}
fact endpoints = []
FACTS

run elsewhere.example
judge 2 DNS_REFUSED 'a name that the resolver will not look up: REFUSED, and exit 2' <<'FACTS'
fact status = "unchecked"
fact dns.queries has {"name": "elsewhere.example", "type": "MX", "rcode": "REFUSED"}
FACTS

run alias.mx.test
judge 0 DNS_MX_IS_CNAME 'an MX that is an alias is followed, and warned of' <<'FACTS'
fact dns.mail_hosts[0].name = "mxalias.mx.test"
fact dns.mail_hosts[0].cname = ["mail.mx.test"]
fact dns.mail_hosts[0].addresses has "127.0.0.11"
FACTS

run foreign.mx.test --port 25
judge 0 DNS_MX_IS_CNAME \
	'an alias into another zone, where its server stops, is asked for there' <<'FACTS'
fact dns.mail_hosts[0].cname = ["mail.other.test"]
fact dns.mail_hosts[0].addresses = ["127.0.0.12"]
fact endpoints[0].connect.outcome = "ok"
FACTS

run literal.mx.test
judge 1 DNS_MX_IS_ADDRESS \
	'an MX that is an address is named as such, and not connected to' <<'FACTS'
fact dns.mail_hosts[0].name = "127.0.0.11"
fact endpoints = []
FACTS

run dangling.mx.test
judge 1 DNS_MX_HOST_NOT_FOUND 'an MX whose name does not exist' <<'FACTS'
fact dns.mail_hosts[0].name = "gone.mx.test"
fact dns.mail_hosts[0].addresses = []
fact dns.queries has {"name": "gone.mx.test", "type": "A", "rcode": "NXDOMAIN"}
fact endpoints = []
FACTS

run hollow.mx.test
judge 1 DNS_MX_HOST_NOT_FOUND 'an MX whose name has no address' <<'FACTS'
fact dns.queries has {"name": "empty.mx.test", "type": "A", "rcode": "NODATA"}
fact endpoints = []
FACTS

run half.mx.test
judge 1 DNS_MX_HOST_NOT_FOUND 'one MX that does not exist does not stop the other' <<'FACTS'
fact dns.mail_hosts[0].addresses = []
fact dns.mail_hosts[1].addresses = ["127.0.0.12"]
fact endpoints[0].host = "backup.mx.test"
fact endpoints[0].tls.verified = true
fact endpoints[1].tls.verified = true
fact endpoints[2].tls.verified = true
FACTS

run anything.wild.mx.test --port 25
judge 0 '' 'a wildcard MX' <<'FACTS'
fact target.kind = "domain"
fact dns.mail_hosts[0].name = "backup.mx.test"
FACTS

run big.mx.test --port 25
judge 0 '' 'an answer too large for a datagram: all forty mail hosts are probed' <<'FACTS'
fact dns.mail_hosts[0].preference = 10
fact dns.mail_hosts[39].preference = 49
fact dns.mail_hosts[40] = null
fact endpoints[0].tls.verified = true
fact endpoints[39].tls.verified = true
FACTS

run loop.mx.test
{
	[ "$status" -ne 0 ] || echo 'exit status 0'
	grep -q 'PROBLEM .*loop' text || echo 'no problem is named'
} >wrong
verdict 'an alias that leads to itself ends, and is called a problem'

run www.delegated.mx.test
judge 2 DNS_BAD_ANSWER 'a referral to other name servers says nothing about the name' <<'FACTS'
fact dns.queries lacks {"rcode": "NODATA"}
fact endpoints = []
FACTS

LC_ALL=C.UTF-8 run bücher.test --port 25
judge 0 '' 'an internationalised domain is looked up by its A-label' <<'FACTS'
fact target.kind = "domain"
fact target.input = "bücher.test"
fact target.name = "xn--bcher-kva.test"
fact dns.mail_hosts[0].name = "mail.mx.test"
FACTS
shows 'and shown as it was written' <<'LINES'
bücher.test
LINES

run MX.Test. --port 25 -4
judge 0 '' 'capital letters and the dot of the root make no difference' <<'FACTS'
fact dns.mail_hosts[0].name = "mail.mx.test"
fact endpoints[0].tls.verified = true
FACTS

run mx.test nobody.mx.test --port 25
if [ "$status" -eq 1 ] && [ "$(wc -l <report)" -eq 2 ]; then
	: >wrong
else
	cat stderr report >wrong
fi
verdict 'a failing target beside a good one: two reports, exit 1'

etc hosts '127.0.0.1 localhost' '127.0.0.11 pinned.mx.test' '127.0.0.12 mail.mx.test'
run --host pinned.mx.test --port 25
judge 0 '' 'the hosts file comes before DNS' <<'FACTS'
fact endpoints[0].address = "127.0.0.11"
fact endpoints[0].tls.verified = true
fact endpoints[1] = null
FACTS
run mx.test --port 25 -4
judge 0 '' 'for the MX hosts of a domain too' <<'FACTS'
fact dns.mail_hosts[0].name = "mail.mx.test"
fact dns.mail_hosts[0].addresses = ["127.0.0.12"]
FACTS
etc hosts '127.0.0.1 localhost'

etc resolv.conf 'nameserver 127.0.0.54' 'nameserver 127.0.0.53'
run mx.test --port 25 -4
judge 0 '' 'where the first resolver is dead, the second is asked' <<'FACTS'
fact vantage.resolver = ["127.0.0.54:53", "127.0.0.53:53"]
fact endpoints[1].tls.verified = true
FACTS

etc resolv.conf 'nameserver 127.0.0.54'
run mx.test
judge 2 DNS_RESOLVER_SILENT \
	'a resolver that is not there: nothing could be checked, exit 2' <<'FACTS'
fact status = "unchecked"
fact endpoints = []
FACTS
run --resolver 127.0.0.53 mx.test --port 25 -4
judge 0 '' '--resolver asks another one than the system' <<'FACTS'
fact vantage.resolver = ["127.0.0.53:53"]
fact endpoints[0].tls.verified = true
FACTS
run --resolver '[::1]:53' mx.test --port 25 -4
judge 0 '' '--resolver takes an IPv6 address with a port' <<'FACTS'
fact vantage.resolver = ["[::1]:53"]
fact endpoints[0].tls.verified = true
FACTS

etc resolv.conf 'search mx.test' 'nameserver 127.0.0.53'
run --host mail
judge 2 DNS_REFUSED 'a name is never completed from the search list' <<'FACTS'
fact dns.queries has {"name": "mail", "rcode": "REFUSED"}
fact dns.queries lacks {"name": "mail.mx.test"}
FACTS
done_testing
