#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Lists of targets, against nginx on every loopback address: read as they are needed, gone on with after
# a kill, a signal or a full disk with no target lost and none twice, and never a false result for want of
# descriptors. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need_mail_proxy
need python3
own_network 240
: >text # what verdict() shows
sound_hosts
for i in {1..300}; do
	echo "127.1.$((i / 200)).$((i % 200 + 1)):25"
done >list
sort list >sorted

# bulk ARGUMENT...: of the list, into out.jsonl.
bulk()
{
	"$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:53 --output json=out.jsonl "$@" >text 2>stderr </dev/null
}

# in_order: the targets that have a record, in the order of the records; records: sorted.
in_order()
{
	python3 - out.jsonl <<-'PYTHON'
	import json, sys
	for line in open(sys.argv[1]):
	    print(json.loads(line)["target"]["input"])
	PYTHON
}

records()
{
	in_order | sort
}

# complete: is there one record of each target, all well?
complete()
{
	records >got 2>&1
	cmp -s got sorted || { echo 'not one record each:'; diff got sorted | head -n 5; }
	grep -v '"status":"ok"' out.jsonl | cut -c 1-300 | head -n 2
	[ "$status" -eq 0 ] || echo "exit status $status"
}

bulk --input list
status=$?
complete >wrong
verdict '300 targets: one record each'
{ grep -v '"enforcement":null' out.jsonl | head -n 1 | cut -c 1-200; } >wrong
verdict 'servers of a list are not asked on a second connection'
bulk --input <(head -n 3 list) --enforcement always
status=$?
{ grep -q '"enforcement":null' out.jsonl && echo 'they were not asked'; [ "$status" -eq 0 ] || echo "exit status $status"; } >wrong
verdict 'unless --enforcement always is given'
bulk --input list
head -c -100 out.jsonl >torn && mv torn out.jsonl
bulk --input list --resume
status=$?
complete >wrong
verdict 'a torn last line is mended by --resume'
cp out.jsonl before
bulk --input list --resume
status=$?
{ complete; cmp out.jsonl before; } >wrong 2>&1
verdict 'a run that is complete is not probed again'

printf '127.1.0.2:25\nno good\n' >wrong_line
"$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:53 --input wrong_line --output tap >text 2>stderr
status=$?
{ [ "$status" -eq 2 ] || echo "exit status $status"; grep -q '^not ok' text || echo 'every point passes'; } >wrong
verdict 'a line that is passed over is a point that fails'

# ---- in which order --------------------------------------------------------------------------

bulk --input list --concurrency 1
status=$?
{ complete; in_order | cmp -s - list && echo 'they came as they stand in the list'; } >wrong
verdict 'the targets of a list are taken in random order'
bulk --input list --concurrency 1 --order input
status=$?
{ complete; in_order | diff - list | head -n 5; } >wrong
verdict '--order input: as they stand'
{ head -n 5 list; echo 'no good'; tail -n +6 list; echo 'b..example'; } >some_wrong
bulk --input some_wrong
{ records | diff - sorted | head -n 5
  grep '^smtpprobe: some_wrong, ' stderr | cut -d: -f 2 | diff - <(printf ' some_wrong, line %s is passed over\n' 6 302); } >wrong
verdict 'in random order, a line that is passed over is told with its number'
bulk 127.1.0.3:25 127.1.0.1:25 --input <(printf '127.1.0.2:25\n') --concurrency 1
in_order | diff - <(printf '127.1.0.%s:25\n' 3 1 2) >wrong
verdict 'those of the command line keep their order, and come first'

printf '\xef\xbb\xbf127.1.0.2:25\r\n\r\n# a remark\r\n  127.1.0.3:25 \t\r\n127.1.0.4:25 \n127.1.\0000.5:25\r\n127.1.0.6:25\r' >windows
bulk --input windows
status=$?
{ records | diff - <(printf '127.1.0.%d:25\n' 2 3 4 6)
  [ "$status" -eq 2 ] || echo "exit status $status"
  [ "$(cat stderr)" = 'smtpprobe: windows, line 6 is passed over: a line has no NUL bytes' ] || cat stderr; } >wrong
verdict 'a list as Windows writes it, with blanks, remarks and a NUL'

# ---- read as it is needed --------------------------------------------------------------------

rm out.jsonl
mkfifo pipe
start piped "$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:53 --output json=out.jsonl --input pipe
exec 7>pipe
head -n 1 list >&7
for _ in {1..100}; do
	[ -s out.jsonl ] && break
	sleep 0.05
done
{ [ "$(wc -l <out.jsonl)" -eq 1 ] || echo 'there is no record yet'; } >wrong
verdict 'the first record is written while the list is still being written'
tail -n +2 list >&7
printf '127.0.0.1:26' >&7
exec 7>&-
wait "${pids[piped]}"
status=$?
unset 'pids[piped]'
{ [ "$status" -eq 1 ] || echo "exit status $status"
  records | diff - <({ cat sorted; echo 127.0.0.1:26; } | sort) | head -n 5; } >wrong
verdict 'the rest follows, also a last line without its end'

# ---- ended, and gone on with -----------------------------------------------------------------

rm out.jsonl
for _ in {1..20}; do
	"$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:53 --output json=out.jsonl --input list --resume \
		--concurrency 20 --rate 40 >/dev/null 2>&1 </dev/null &
	sleep "0.$((RANDOM % 30 + 10))"
	kill -KILL $! 2>/dev/null
	wait $! 2>/dev/null
done
killed=$(wc -l <out.jsonl)
bulk --input list --resume
status=$?
{ complete; [ "$killed" -gt 0 ] && [ "$killed" -lt 300 ] || echo "$killed records before the last run"; } >wrong
verdict "killed 20 times at any moment ($killed records by then) and gone on with: one record each"

rm out.jsonl
start stopped "$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:53 --output json=out.jsonl --input list \
	--concurrency 20 --rate 100
for _ in {1..100}; do
	[ -s out.jsonl ] && break
	sleep 0.02
done
kill -USR1 "${pids[stopped]}"
for _ in {1..100}; do
	grep -q 'under way' stopped.log && break
	sleep 0.02
done
kill -INT "${pids[stopped]}"
wait "${pids[stopped]}"
status=$?
unset 'pids[stopped]'
{ [ "$status" -eq 2 ] || echo "exit status $status"
  grep -q 'with --resume goes on' stopped.log || cat stopped.log
  [ "$(wc -l <out.jsonl)" -lt 300 ] || echo 'it was not stopped'; } >wrong
verdict 'Ctrl-C: it ends with 2 and says how to go on'
{ grep -qE '^smtpprobe: [0-9]+ targets? \([0-9]+ % of the list\) in [0-9]+ s.*, [0-9]+ under way: [0-9]+ ok' stopped.log ||
	cat stopped.log; } >wrong
verdict 'SIGUSR1: it says how far it has got'
bulk --input list --resume
status=$?
complete >wrong
verdict 'and so it does'

mkdir small
mount -t tmpfs -o size=256k none small || bail_out 'no tmpfs'
"$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:53 --output json=small/out.jsonl --input list >text 2>&1 </dev/null
status=$?
{ [ "$status" -eq 70 ] || echo "exit status $status"
  grep -q 'small/out.jsonl cannot be written: No space left' text || echo 'the reason is not told'; } >wrong
verdict 'a full disk is told, with the file'
cp small/out.jsonl out.jsonl
bulk --input list --resume
status=$?
complete >wrong
verdict 'and where there is room the run goes on'
umount small

printf '127.1.0.2\xe2\x80\x8b:25\n127.1.0.3:25\nmx\xc2\xad.test\n' >hidden
bulk --input hidden --port 25
lines=$(wc -l <out.jsonl)
bulk 127.1.0.4:25 --input hidden --port 25 --resume
bulk 127.1.0.4:25 --input hidden --port 25 --resume
{ [ "$(wc -l <out.jsonl)" -eq $((lines + 1)) ] || { echo "$lines records, then:"; records; }; } >wrong
verdict 'a target of the command line, or with a hidden character, is not probed again either'

echo 'something else' >out.jsonl
bulk --input list --resume
status=$?
{ [ "$status" -eq 64 ] || echo "exit status $status"
  grep -q 'line 1 of out.jsonl is no report' stderr || cat stderr
  [ "$(cat out.jsonl)" = 'something else' ] || echo 'the file was changed'; } >wrong
verdict 'a file that is no report is not gone on with, and stays as it is'

mkfifo shared_pipe
exec 8<>shared_pipe
echo 127.1.0.2:25 >&8
start reader "$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:53 --output json=out.jsonl --input - <&8
for _ in {1..100}; do
	[ -s out.jsonl ] && break
	sleep 0.05
done
flags=$(awk '$1 == "flags:" { print $2 }' "/proc/$$/fdinfo/8")
kill -INT "${pids[reader]}"
wait "${pids[reader]}"
unset 'pids[reader]'
exec 8>&-
{ ((flags & 04000)) && echo "the flags of the pipe are $flags: it does not block any more"; } >wrong
verdict 'standard input, which may be the terminal that all share, still blocks'

# ---- parts, exclusions, what is shared -------------------------------------------------------

for parts in 1 2 7; do
	: >union
	for ((k = 1; k <= parts; k++)); do
		bulk --input list --shard "$k/$parts"
		records >>union
	done
	sort union | diff - sorted | head -n 5 >wrong
	verdict "the $parts shards are the list, each target in one"
done
printf '%s\n' '# who asked' '127.1.1.0/24 # all of it' '127.1.0.7' >exclude
bulk --input list --exclude exclude
status=$?
{ [ "$status" -eq 0 ] || echo "exit status $status"
  records | diff - <(grep -v -e '^127\.1\.1\.' -e '^127\.1\.0\.7:' sorted) | head -n 5
  grep -q '102 targets were left out by --exclude' stderr || cat stderr; } >wrong
verdict 'what is excluded is not probed, and counted'
etc hosts '127.0.0.1 localhost mx.test' '127.1.0.1 one.mx.test' '127.1.0.2 two.mx.test' '127.1.0.2 three.mx.test'
printf '%s\n' 127.1.0.2 >exclude
bulk one.mx.test two.mx.test --host --port 25 --exclude exclude
python3 - out.jsonl <<-'PYTHON' >wrong 2>&1
	import json, sys
	one, two = (json.loads(line) for line in open(sys.argv[1]))
	assert one["status"] == "ok" and len(one["endpoints"]) == 1, one["status"]
	assert two["status"] == "unchecked" and two["endpoints"] == [], two["status"]
	assert two["dns"]["mail_hosts"][0]["problem"] == "excluded", two["dns"]
PYTHON
verdict 'an address that is excluded is not probed, whosever it is, and the report says so'
printf '%s\n' one.mx.test:25 one.mx.test:25 two.mx.test:25 one.mx.test >twice
bulk --input twice --host --port 25,587
python3 - out.jsonl <<-'PYTHON' >wrong 2>&1
	import json, sys
	records = [json.loads(line) for line in open(sys.argv[1])]
	assert len(records) == 4 and all(r["status"] == "ok" for r in records), [r["status"] for r in records]
	seen = {}
	for r in records:
	    for e in r["endpoints"]:
	        seen.setdefault((e["host"], e["address"], e["port"]), []).append(e["seen_at"])
	assert sorted(map(len, seen.values())) == [1, 1, 3], seen
	assert all(sum(at is None for at in all) == 1 for all in seen.values()), seen
PYTHON
verdict 'an endpoint that several targets have is probed for one of them, and the others say when'

printf '%s\n' 'one.alias.test MX 10 mx.alias.test' 'mx.alias.test CNAME in.excluded.test' 'in.excluded.test A 127.1.0.9' >zone
echo one.alias.test >domains
echo excluded.test >exclude
start alias_dns "$support/fake_dns" -p 5356 zone
listening alias_dns u127.0.0.1:5356
"$probe" --resolver 127.0.0.1:5356 --port 25 --input domains --exclude exclude --output json=out.jsonl >text 2>stderr
grep -v '"problem":"excluded".*"endpoints":\[\]' out.jsonl | cut -c 1-600 >wrong
verdict 'a mail host that is an alias of an excluded name is excluded'

# Forty domains behind two hosts, of which one has no address.
for i in {1..40}; do
	printf 'd%d.shared.test MX 10 in.shared.test\nd%d.shared.test MX 20 out.shared.test\n' "$i" "$i"
done >zone
printf '%s\n' 'in.shared.test A 127.1.0.9' 'dead.shared.test ! silent' >>zone
for i in {1..40}; do echo "d$i.shared.test"; done >domains
start dns "$support/fake_dns" -p 5353 zone
listening dns u127.0.0.1:5353
"$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:5353 --port 25 --input domains --output json=out.jsonl \
	>text 2>stderr
python3 - out.jsonl <<-'PYTHON' >wrong 2>&1
	import json, sys
	records = [json.loads(line) for line in open(sys.argv[1])]
	assert len(records) == 40 and all(r["endpoints"][0]["greeting"]["code"] == 220 for r in records)
	asked = {}
	for r in records:
	    for q in r["dns"]["queries"]:
	        if q["type"] != "MX" and q["name"].split(".")[0] in ("in", "out"):
	            asked.setdefault((q["name"], q["type"]), []).append(q["seen_at"])
	assert sorted(len(a) for a in asked.values()) == [40] * 4, {k: len(v) for k, v in asked.items()}
	assert all(sum(at is None for at in a) == 1 for a in asked.values()), asked
PYTHON
verdict 'the addresses of a host that many domains share are asked for once'
printf 'dead.shared.test\ndead.shared.test\nd1.shared.test\n' >domains
start waits "$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:5353 --port 25 --host --input domains --output text
for _ in {1..100}; do
	grep -q 'd1.shared.test' waits.log && break
	sleep 0.05
done
kill -INT "${pids[waits]}"
wait "${pids[waits]}"
status=$?
unset 'pids[waits]'
cp waits.log text
{ [ "$status" -eq 2 ] || echo "exit status $status"
  [ "$(grep -c 'UNCHECKED  dead.shared.test: cut short' text)" -eq 2 ] || echo 'the two that wait for an answer are not told'; } >wrong
verdict 'Ctrl-C while several wait for one answer of the resolver'

for i in {1..60}; do echo "d$i.late.test"; done >domains
printf '%s\n' '*.late.test MX 10 in.shared.test' '* ! delay=600' 'in.shared.test A 127.1.0.9' '* ! room=20' >zone
start slow_dns "$support/fake_dns" -p 5354 zone
listening slow_dns u127.0.0.1:5354
"$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:5354 --port 25 --input domains --output json=out.jsonl \
	--concurrency 60 --per-provider 60 >text 2>stderr
{ [ "$(grep -c '"cut_short":false' out.jsonl)" -eq 60 ] || echo 'some were cut short'
  [ "$(grep -c '"code":220' out.jsonl)" -eq 60 ] || echo 'some were not probed'; } >wrong
verdict 'a resolver with room for twenty questions, 0.6 s each: no domain fails'

printf '%s\n' 'S: 421 4.7.0 too many connections' close >busy.smtp
sed -i '1i # always\nport 25' busy.smtp
for i in {1..12}; do echo "d$i.busy.test"; done >domains
printf '%s\n' '*.busy.test MX 10 busy.test' 'busy.test A 127.9.9.9' >zone
start busy_dns "$support/fake_dns" -p 5355 zone
listening busy_dns u127.0.0.1:5355
start busy "$support/fake_smtpd" -t 60 -a 127.9.9.9 -p 2525 busy.smtp
listening busy t127.9.9.9:2525
"$probe" --resolver 127.0.0.1:5355 --port 2525 --input domains --output json=out.jsonl >text 2>stderr
python3 - out.jsonl <<-'PYTHON' >wrong 2>&1
	import json, sys
	ends = [e for line in open(sys.argv[1]) for e in json.loads(line)["endpoints"]]
	assert [e["greeting"]["code"] for e in ends] == [421] * 12, ends
	assert sum(e["seen_at"] is None for e in ends) == 1, [e["seen_at"] for e in ends]
PYTHON
verdict 'a host that always says 421 is tried for one of its domains, and once more, and not for each'

# A port number where TLS comes first gets one connection, and two only where it does not answer in TLS.
printf '%s\n' '# a relay at a wrong number' 'port 2465' '' 'S: 220 mx.test ESMTP' 'C: EHLO *' 'S: 250 mx.test' 'C: QUIT' \
	'S: 221 bye' close >clear.smtp
printf '%s\n' '# says nothing' 'port 2465' '' stall >mute.smtp
start clear "$support/fake_smtpd" -t 60 -a 127.9.9.8 -p 2465 clear.smtp
start mute "$support/fake_smtpd" -t 60 -a 127.9.9.7 -p 2465 mute.smtp
listening clear t127.9.9.8:2465
listening mute t127.9.9.7:2465
opened()
{
	awk '/^Tcp:/ && $6 ~ /^[0-9]/ { print $6 }' /proc/net/snmp
}
printf '127.1.0.%d:465\n' {1..50} >list465
before=$(opened)
bulk --input list465
after=$(opened)
{ [ "$(grep -c '"mode":"implicit-tls"' out.jsonl)" -eq 50 ] || echo 'not all speak TLS first'
  [ $((after - before)) -eq 50 ] || echo "$((after - before)) connections to 50 ports 465"; } >wrong
verdict 'a port 465 of a list gets one connection'
printf '%s\n' 127.9.9.8:2465 127.9.9.7:2465 >list465
bulk --input list465 --greeting-timeout 3 --tls-timeout 4
python3 - out.jsonl <<-'PYTHON' >wrong 2>&1
	import json, sys
	mode = {r["target"]["name"]: r["endpoints"][0]["mode"] for r in map(json.loads, open(sys.argv[1]))}
	assert mode == {"127.9.9.8": "plaintext", "127.9.9.7": "silent"}, mode
PYTHON
verdict 'and a second one where it does not answer in TLS'

# ---- what this machine lacks -----------------------------------------------------------------

rm out.jsonl
(ulimit -n 64 && bulk --input list --concurrency 300)
status=$?
complete >wrong
verdict 'with 64 descriptors it is slower, and nothing else'
rm out.jsonl
# A connection that is closed keeps its port for a second here (tcp_tw_reuse); 8 for 24 to one place.
sysctl -qw net.ipv4.ip_local_port_range='40000 40007'
mapfile -t lines < <(printf '127.1.0.1 n%d.mx.test\n' {1..24})
etc hosts '127.0.0.1 localhost mx.test' "${lines[@]}"
printf 'n%d.mx.test\n' {1..24} >names
bulk --input names --host --port 25 --per-host 100
status=$?
{ [ "$(grep -c '"status":"ok"' out.jsonl)" -eq 24 ] || grep -v '"status":"ok"' out.jsonl | cut -c 1-300 | head -n 2
  [ "$status" -eq 0 ] || echo "exit status $status"; } >wrong
verdict 'with eight ports for 24 connections to one address too'
sysctl -qw net.ipv4.ip_local_port_range='32768 60999'
rm out.jsonl
bulk --input list --concurrency 1 --rate 1000 --per-host 1
status=$?
complete >wrong
verdict 'one target, one connection to a host at a time'
done_testing
