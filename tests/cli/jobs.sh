#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A list in several threads (--jobs), against nginx on every loopback address: the same as in one. `bootstrap
# check` runs it once more with ThreadSanitizer, which ends the program with 66 where two threads race. TAP.
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

# jobs ARGUMENT...: four of them, into out.jsonl.
jobs()
{
	"$probe" --jobs 4 --ca-file certs/ca.crt --resolver 127.0.0.1:5353 --output json=out.jsonl "$@" \
		>text 2>stderr </dev/null
}

# complete: is there one record of each target, all well?
complete()
{
	python3 - out.jsonl <<-'PYTHON' | sort | diff - sorted | head -n 5
	import json, sys
	for line in open(sys.argv[1]):
	    print(json.loads(line)["target"]["input"])
	PYTHON
	grep -v '"status":"ok"' out.jsonl | cut -c 1-300 | head -n 2
	[ "$status" -eq 0 ] || { echo "exit status $status"; head -n 40 stderr; }
}

jobs --input list
status=$?
complete >wrong
verdict '300 targets in four threads: one record each'
jobs --jobs auto --input list --output summary=summary
status=$?
{ complete; grep -qE '\b300 targets' summary || cat summary; } >wrong
verdict 'a thread for each processor, and one summary of all'

for _ in {1..30}; do
	printf '127.2.0.%d:25\n' 1 2 3 4 5 6 7 8 9 10
done >again
jobs --input again --concurrency 200
status=$?
python3 - out.jsonl "$status" <<-'PYTHON' >wrong 2>&1
	import json, sys
	assert sys.argv[2] == "0", "exit status " + sys.argv[2]
	records = [json.loads(line) for line in open(sys.argv[1])]
	assert len(records) == 300, len(records)
	probed = {}
	for r in records:
	    for e in r["endpoints"]:
	        probed.setdefault(e["address"], []).append(e["seen_at"])
	assert len(probed) == 10, probed
	assert all(sum(at is None for at in seen) == 1 for seen in probed.values()), probed
PYTHON
verdict 'an endpoint that targets of all threads have is probed once'

# ---- ended, and gone on with -----------------------------------------------------------------

rm out.jsonl
for _ in {1..5}; do
	"$probe" --jobs 4 --ca-file certs/ca.crt --resolver 127.0.0.1:5353 --output json=out.jsonl --input list --resume \
		--concurrency 20 --rate 60 >/dev/null 2>&1 </dev/null &
	sleep "0.$((RANDOM % 50 + 30))"
	kill -KILL $! 2>/dev/null
	wait $! 2>/dev/null
done
killed=$(wc -l <out.jsonl)
jobs --input list --resume
status=$?
{ complete; [ "$killed" -gt 0 ] && [ "$killed" -lt 300 ] || echo "$killed records before the last run"; } >wrong
verdict "killed five times at any moment ($killed records by then) and gone on with: one record each"

rm out.jsonl
start stopped "$probe" --jobs 4 --ca-file certs/ca.crt --resolver 127.0.0.1:5353 --output json=out.jsonl --input list \
	--concurrency 20 --rate 100
for _ in {1..200}; do
	[ -s out.jsonl ] && break
	sleep 0.02
done
kill -USR1 "${pids[stopped]}"
kill -INT "${pids[stopped]}"
wait "${pids[stopped]}"
status=$?
unset 'pids[stopped]'
{ [ "$status" -eq 2 ] || { echo "exit status $status"; cat stopped.log; }
  grep -q 'with --resume goes on' stopped.log || cat stopped.log
  [ "$(wc -l <out.jsonl)" -lt 300 ] || echo 'it was not stopped'; } >wrong
verdict 'Ctrl-C ends all of them'
jobs --input list --resume
status=$?
complete >wrong
verdict 'and --resume goes on'

mkdir small
mount -t tmpfs -o size=256k none small || bail_out 'no tmpfs'
"$probe" --jobs 4 --ca-file certs/ca.crt --resolver 127.0.0.1:5353 --output json=small/out.jsonl --input list \
	>text 2>&1 </dev/null
status=$?
{ [ "$status" -eq 70 ] || echo "exit status $status"
  [ "$(grep -c 'small/out.jsonl cannot be written: No space left' text)" -eq 1 ] || cat text; } >wrong
verdict 'a full disk ends all of them, and is told once'
umount small

# ---- what they share ---------------------------------------------------------------------------

rm out.jsonl
mkfifo pipe
start piped "$probe" --jobs 4 --ca-file certs/ca.crt --resolver 127.0.0.1:5353 --output json=out.jsonl --input pipe
exec 7>pipe
for lines in 1,3 4,4 5,40; do
	sed -n "${lines}p" list >&7
	sleep 0.2
done
sed -n '41,$p' list >&7
exec 7>&-
wait "${pids[piped]}"
status=$?
unset 'pids[piped]'
cp piped.log stderr
complete >wrong
verdict 'a list that is still being written keeps none of them, and none is forgotten'
start piped "$probe" --jobs 4 --resolver 127.0.0.1:5353 --output json=out.jsonl --input pipe
exec 7>pipe
sleep 0.3
kill -TERM "${pids[piped]}"
wait "${pids[piped]}"
status=$?
unset 'pids[piped]'
exec 7>&-
{ [ "$status" -eq 2 ] || { echo "exit status $status"; cat piped.log; }; } >wrong
verdict 'SIGTERM while all wait for the list'

{ echo '*.lost.test MX 10 in.lost.test'; echo 'in.lost.test A 127.1.0.9'; echo '* ! lose=30'; } >zone
for i in {1..80}; do echo "d$i.lost.test"; done >domains
start dns "$support/fake_dns" -p 5353 zone
listening dns u127.0.0.1:5353
jobs --input domains --port 25
status=$?
python3 - out.jsonl "$status" <<-'PYTHON' >wrong 2>&1
	import json, sys
	records = [json.loads(line) for line in open(sys.argv[1])]
	assert len(records) == 80, len(records)
	greeted = [e["greeting"]["code"] for r in records for e in r["endpoints"]]
	assert greeted == [220] * 80, greeted
	assert sum(e["seen_at"] is None for r in records for e in r["endpoints"]) == 1
PYTHON
[ "$status" -lt 3 ] || { echo "exit status $status"; cat stderr; } >>wrong
verdict 'a resolver that loses every third question: no domain fails, in none of the threads'

# What is under way when a question is given up must not be touched any more (Ctrl-C, --timeout).
for i in {1..40}; do echo "d$i.dead.test"; done >domains
echo '* ! silent' >zone.dead
start dead_dns "$support/fake_dns" -p 5354 zone.dead
listening dead_dns u127.0.0.1:5354
"$probe" --jobs 4 --resolver 127.0.0.1:5354 --output json=out.jsonl --input domains --timeout 1 >text 2>stderr </dev/null
status=$?
{ [ "$status" -eq 2 ] || { echo "exit status $status"; head -n 40 stderr; }
  [ "$(grep -c '"cut_short":true' out.jsonl)" -eq 40 ] || echo 'not all were cut short'; } >wrong
verdict 'targets whose MX question gets no answer end with their time'
(ulimit -n 48 && "$probe" --jobs 10 --ca-file certs/ca.crt --resolver 127.0.0.1:5354 --output json=out.jsonl --input list \
	>text 2>stderr </dev/null)
status=$?
complete >wrong
verdict 'more threads than there is room for connections'
done_testing
