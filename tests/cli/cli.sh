#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The command line as a user meets it: refusals, exit statuses, outputs, replay, Ctrl-C, terminal
# and pipe. Runs in a network namespace of its own where that is allowed. TAP.
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
tests=${here%/cli}
build=$(cd "${top_builddir:-.}" && pwd)
probe=${SMTPPROBE:-$build/smtpprobe}
fake=${FAKE_SMTPD:-$build/tests/support/fake_smtpd}
unset NO_COLOR COLORTERM
export TERM=xterm

if [ -z "${namespaces-}" ]; then
	for way in 'unshare -n' 'unshare -Urn'; do
		if $way true 2>/dev/null; then
			namespaces=yes exec $way bash "$0" "$@"
		fi
	done
	export namespaces=no
fi
if [ "$namespaces" = yes ]; then
	ip link set lo up
fi

work=$(mktemp -d)
servers=()
# shellcheck disable=SC2317  # the trap calls it
cleanup()
{
	if [ ${#servers[@]} -gt 0 ]; then
		kill "${servers[@]}" 2>/dev/null
	fi
	rm -rf "$work"
}
trap cleanup EXIT
cd "$work" || exit 99
if ! bash "$tests/support/certs.sh" "$work/certs" >&2; then
	echo 'Bail out! no certificates'
	exit 99
fi

for program in "$probe" "$fake"; do
	if [ ! -x "$program" ]; then
		echo "Bail out! there is no $program"
		exit 99
	fi
done

# shellcheck disable=SC1091,SC2154,SC2034  # tap_lib.sh is read there; it uses what is set here
. "$tests/support/tap_lib.sh"

# run ARGUMENT...: stdout, stderr and $status of smtpprobe.
run()
{
	timeout 40 "$probe" "$@" >stdout 2>stderr </dev/null
	status=$?
}

# serve SCENARIO-FILE: sets port.
serve()
{
	exec 3< <(exec "$fake" -t 120 -c certs -p 0 "$1" 2>>server)
	servers+=("$!")
	port=
	read -r _ port _ <&3
	exec 3<&-
	if [ -z "$port" ]; then
		blame "fake_smtpd $1: $(cat server)"
	fi
}

# as STATUS: the exit status, and where it is 0 to 2 that nothing is said on stderr.
as()
{
	if [ "$status" -ne "$1" ]; then
		blame "exit status $status, expected $1: $(head -c 300 stderr)"
	elif [ "$1" -le 2 ] && [ -s stderr ]; then
		blame "on stderr: $(cat stderr)"
	fi
}

# prints FILE TEXT...: each text is there.
prints()
{
	local file=$1 text
	shift
	for text in "$@"; do
		if ! grep -qF -e "$text" "$file"; then
			blame "\"$text\" is not in $file: $(head -c 2000 "$file")"
		fi
	done
}

lacks()
{
	if grep -qF -e "$2" "$1"; then
		blame "\"$2\" is in $1"
	fi
}

# ---- refusals -------------------------------------------------------------------------------

# refused SENTENCE TEXT ARGUMENT...: exit 64, nothing on stdout, one line on stderr that names TEXT.
refused()
{
	local sentence=$1 text=$2
	shift 2
	run "$@"
	as 64
	if [ -s stdout ]; then
		blame "on stdout: $(head -n 3 stdout)"
	fi
	if [ "$(wc -l <stderr)" -ne 1 ]; then
		blame "not one line on stderr: $(cat stderr)"
	fi
	prints stderr "$text"
	if grep -q '[[:cntrl:]]' <(tr -d '\n' <stderr); then
		blame 'control bytes on stderr'
	fi
	verdict "refused: $sentence"
}

printf 'good.test\nno good\n' >targets
printf '{"schema":"smtpprobe.report/2"}\n' >other-schema
printf '{"schema":"smtpprobe.report/1","target":\n' >cut-off
printf 'not json\n' >words
: >empty
printf 'no certificate\n' >not-pem
long=$(printf 'a%.0s' {1..300})

refused 'no target' 'target'
refused 'an unknown option' '--nonsense' --nonsense example.com
refused 'an option that lacks its value' '--port' example.com --port
refused 'port 0' '"0"' --port 0 example.com
refused 'port 65536' '65536' --port 25,65536 example.com
refused 'a port that is a word' 'smtp' --port smtp example.com
refused 'an empty place in the list of ports' '25,,587' --port 25,,587 example.com
refused 'a negative time' '-1' --timeout=-1 example.com
refused 'a time that is a word' 'soon' --connect-timeout soon example.com
refused 'a time that is not a number' 'nan' --tls-timeout nan example.com
refused 'a time of zero' '0' --reply-timeout 0 example.com
refused 'a time without end' '1e999' --dns-timeout 1e999 example.com
refused 'a source address that this machine does not have' '192.0.2.77' --from 192.0.2.77 127.0.0.1
refused 'a control host that is a mailbox' 'me@example.com' --control me@example.com 127.0.0.1
refused 'a target with a space' 'exa mple.com' 'exa mple.com'
refused 'an empty target' 'target' ''
refused 'a target with another scheme' 'http://example.com' http://example.com
refused 'a target with a port out of range' '192.0.2.1:99999' 192.0.2.1:99999
refused 'an address that does not end' '[2001:db8::1' '[2001:db8::1'
refused 'an address out of range' '192.0.2.256' 192.0.2.256
refused 'a label that is too long' 'aaa' "$long.test"
refused 'a target with control bytes, shown harmless' 'bad' $'bad\e[2Jname.test'
refused 'an unknown format' 'xml' --output xml example.com
refused 'a format without its file' 'json=' --output json= example.com
refused 'two reports on standard output' 'json' --output text --output json example.com
refused 'an unknown severity' 'maybe' --fail-on maybe example.com
refused 'an unknown colour choice' 'purple' --color=purple example.com
refused 'a resolver that is no address' 'dns.test' --resolver dns.test example.com
refused 'a list of targets that is empty' 'names no target' --input empty
refused 'a list of targets that is not there' 'no-such-list' --input no-such-list
refused 'a CA file that is not there' 'no-such-ca' --ca-file no-such-ca 127.0.0.1
refused 'a CA file without a certificate' 'not-pem' --ca-file not-pem 127.0.0.1
refused 'a report file that cannot be made' 'no-such-dir' --output json=no-such-dir/x 127.0.0.1
refused 'a record that is not there' 'no-such-record' --replay no-such-record
refused 'a record that is empty' 'empty' --replay empty
refused 'a record that is not JSON' 'words' --replay words
refused 'a record that is cut' 'cut-off' --replay cut-off
refused 'a record of another schema' 'other-schema' --replay other-schema
refused 'a shell without completion' 'tcsh' --completion tcsh

serve "$tests/scenarios/greeting-554.smtp"
refused 'a bad target behind a good one' 'no good' "127.0.0.1:$port" 'no good'
if [ -s server ]; then
	blame "the server of the good one was spoken to: $(cat server)"
fi
verdict 'nothing is sent where one of the targets is bad'

# ---- exit statuses ----------------------------------------------------------------------------

serve "$tests/scenarios/port-2525-plaintext.smtp"
good=127.0.0.1:$port
serve "$tests/scenarios/greeting-554.smtp"
bad=127.0.0.1:$port
serve "$tests/scenarios/masked-tls-kept.smtp"
noted=127.0.0.1:$port
serve "$tests/scenarios/tls10-only.smtp"
weak=127.0.0.1:$port
serve "$tests/scenarios/enforce-stall.smtp"
stalls=127.0.0.1:$port
serve "$tests/scenarios/silent.smtp"
silent=127.0.0.1:$port
ca=(--ca-file certs/ca.crt)

run "${ca[@]}" "$good"
as 0
verdict 'exit 0 where all is well'
run "${ca[@]}" "$bad"
as 1
prints stdout PROBLEM
verdict 'exit 1 where a problem was found'
run "${ca[@]}" "$weak"
as 0
prints stdout WARNING
verdict 'exit 0 where only a warning was found'
run "${ca[@]}" --fail-on warning "$weak"
as 1
verdict 'exit 1 for a warning with --fail-on warning'
run "${ca[@]}" --fail-on note "$noted"
as 1
verdict 'exit 1 for a note with --fail-on note'
run "${ca[@]}" --fail-on never "$bad"
as 0
verdict 'exit 0 for a problem with --fail-on never'
run "${ca[@]}" "$good" "$bad"
as 1
verdict 'exit 1 where one of two targets has a problem'
if [ "$namespaces" = yes ]; then
	run 192.0.2.1:25
	as 2
	verdict 'exit 2 where there is no network'
	run 192.0.2.1:25 --output json
	prints stdout '"status":"unchecked"'
	verdict 'a record without network is "unchecked"'
fi
run "${ca[@]}" --output json=/dev/full "$good"
as 70
prints stderr /dev/full
verdict 'exit 70 where the report cannot be written'
timeout 40 "$probe" "${ca[@]}" "$good" >/dev/full 2>stderr
status=$?
as 70
verdict 'exit 70 where standard output is full'
: >stderr
timeout 40 "$probe" "${ca[@]}" --output json=closed "$good" >&- <&- 2>&-
status=$?
as 0
prints closed smtpprobe.report/1
verdict 'started without standard streams, as some daemons do, it writes its report'
run --version
as 0
prints stdout smtpprobe GnuTLS c-ares libuv
verdict '--version names the program and its libraries'
run --help
as 0
prints stdout Usage: --greeting-timeout --replay 'Exit status'
verdict '--help goes to standard output'

# ---- outputs ----------------------------------------------------------------------------------

run "${ca[@]}" --output text --output json=record "$good"
as 0
prints stdout "${good%:*}"
prints record '"schema":"smtpprobe.report/1"'
lacks stdout schema
if [ "$(wc -l <record)" -ne 1 ]; then
	blame "the record is not one line"
fi
verdict 'text on standard output and JSON in a file at once'
cp stdout direct
run --replay record
as 0
cmp -s direct stdout || blame "$(diff direct stdout)"
verdict '--replay prints the same text'
run --replay record --output json
as 0
cmp -s record stdout || blame 'the records differ'
verdict '--replay writes the same record'
timeout 40 "$probe" --replay - --output json <record >stdout 2>stderr
status=$?
as 0
cmp -s record stdout || blame 'the records differ'
verdict '--replay - reads standard input'
run "${ca[@]}" --output json=two "$bad" "$good"
as 1
if [ "$(wc -l <two)" -ne 2 ] || ! head -n 1 two | grep -qF "$bad" || ! tail -n 1 two | grep -qF "$good"; then
	blame "$(cut -c 1-300 two)"
fi
verdict 'one line a target, in the order of the command line'
run --replay two --output json
as 1
cmp -s two stdout || blame 'the records differ'
verdict '--replay of two records is both, with the exit status of the run'
printf '# a comment\n\n%s\n' "$good" >list
run "${ca[@]}" --input list --output json
as 0
prints stdout "\"$good\""
verdict '--input FILE reads targets, and skips comments and empty lines'
timeout 40 "$probe" "${ca[@]}" --input - --output json <list >stdout 2>stderr
status=$?
as 0
prints stdout "\"$good\""
verdict '--input - reads standard input'
printf 'no good\n%s\n\nb..example\n' "$good" >list
run "${ca[@]}" --input list --output json
[ "$status" -eq 2 ] || blame "exit status $status"
prints stdout "\"$good\""
prints stderr 'list, line 1 is passed over: target "no good"' 'list, line 4 is passed over: target "b..example"'
verdict 'a line that is no target is passed over and told, and the run cannot end with 0'
run "${ca[@]}" --transcript "$good"
as 0
prints stdout '250-SIZE 10485760' 'STARTTLS' 'QUIT'
verdict '--transcript shows the dialogue'
run "${ca[@]}" "$good"
as 0
prints stdout "${good%:*}"
lacks stdout '250-SIZE 10485760'
verdict 'without --transcript the dialogue is not shown'
timeout 40 "$probe" "${ca[@]}" "$good" 2>stderr | head -n 1 >stdout
status=${PIPESTATUS[0]}
prints stdout 127.0.0.1
if [ "$status" -ge 128 ] || grep -qi -e sanitizer -e 'core dumped' stderr; then
	blame "exit status $status: $(cat stderr)"
fi
verdict 'a pipe that ends early is survived'
for shell in bash zsh; do
	run --completion "$shell"
	as 0
	prints stdout --greeting-timeout --output
	if command -v "$shell" >/dev/null && ! "$shell" -n stdout 2>stderr; then
		blame "$(cat stderr)"
	fi
	verdict "--completion $shell is a script of that shell"
done

# ---- what is sent -----------------------------------------------------------------------------

: >server
printf '%s\n' '# the EHLO name' 'S: 220 mx.test ESMTP' 'C: EHLO probe.example.test' \
	'S: 250 mx.test' 'C: QUIT' >ehlo.smtp
serve ehlo.smtp
run --ehlo probe.example.test "127.0.0.1:$port"
if [ -s server ]; then
	blame "$(cat server)"
fi
prints stdout 127.0.0.1
verdict '--ehlo is what the server is greeted with'
: >server
printf '%s\n' '# the address literal' 'S: 220 mx.test ESMTP' 'C: EHLO [[]127.0.0.1]' \
	'S: 250 mx.test' 'C: QUIT' >literal.smtp
serve literal.smtp
run "127.0.0.1:$port"
prints stdout 127.0.0.1
if [ -s server ]; then
	blame "$(cat server)"
fi
verdict 'without --ehlo the server is greeted with the address literal'
run "${ca[@]}" --sni mx.test --output json "$good"
as 0
prints stdout '"sni":"mx.test"'
verdict '--sni is what TLS asks for'
run --port "${good#*:},${bad#*:}" --output json 127.0.0.1
prints stdout "\"port\":${good#*:}" "\"port\":${bad#*:}"
lacks stdout '"port":465'
verdict '--port takes a list, and only those are probed'

# ---- time -------------------------------------------------------------------------------------

# within FROM TO: the seconds since $since.
within()
{
	local took=$(($(date +%s%3N) - since))
	if [ "$took" -lt "$1" ] || [ "$took" -gt "$2" ]; then
		blame "took $took ms, expected $1 to $2"
	fi
}

since=$(date +%s%3N)
run --timeout 1 "$silent"
within 900 3000
as 2
prints stdout 127.0.0.1
verdict '--timeout ends the whole target, and what is known is printed'

# interrupted SIGNAL: smtpprobe at a server that never speaks.
interrupted()
{
	timeout -s KILL 30 "$probe" --output text --output json=cut-record "$silent" \
		>stdout 2>stderr &
	local pid=$! child
	sleep 0.6
	child=$(pgrep -P "$pid" | head -n 1)
	since=$(date +%s%3N)
	kill -s "$1" "${child:-$pid}"
	wait "$pid"
	status=$?
	within 0 2000
	as 2
	prints stdout 127.0.0.1
	prints cut-record '"schema":"smtpprobe.report/1"' '"cut-short"'
}

interrupted INT
verdict 'Ctrl-C prints what is known, at once, and ends with 2'
cp cut-record kept
run --replay kept --output json
as 2
cmp -s kept stdout || blame 'the records differ'
verdict 'a record that was cut short is replayed as such, with its exit status'
interrupted TERM
verdict 'SIGTERM does the same'

# ---- terminal and pipe --------------------------------------------------------------------------

esc=$(printf '\033')

# at_terminal COMMAND...: stdout and stderr are one terminal; what it got is in `stdout`.
at_terminal()
{
	script -qec "$(printf '%q ' timeout 40 "$@")" /dev/null >stdout 2>stderr </dev/null
	status=$?
}

run "${ca[@]}" "$bad"
lacks stdout "$esc"
if [ -s stderr ]; then
	blame "on stderr: $(cat stderr)"
fi
verdict 'no colour and no progress in a pipe'
run --color=always "${ca[@]}" "$bad"
prints stdout "${esc}["
verdict '--color=always colours in a pipe too'
NO_COLOR=1 run --color=always "${ca[@]}" "$bad"
prints stdout "${esc}["
verdict '--color=always is stronger than NO_COLOR'
sed "s/${esc}\[[0-9;]*m//g" stdout >plain
run --color=never "${ca[@]}" "$bad"
prints stdout PROBLEM
# Two runs take different times, and the clock goes on.
timeless='s/ *[0-9.]* m\{0,1\}s//g; s/[0-9]*:[0-9]* UTC//'
if ! diff <(sed "$timeless" plain) <(sed "$timeless" stdout) >/dev/null; then
	blame "the text differs: $(diff plain stdout)"
fi
verdict 'colour is never the only carrier of meaning'
if command -v script >/dev/null; then
	at_terminal "$probe" "${ca[@]}" "$bad"
	as 1
	prints stdout "${esc}[" PROBLEM
	verdict 'colour at a terminal'
	at_terminal env NO_COLOR=1 "$probe" "${ca[@]}" --replay record
	prints stdout 127.0.0.1
	lacks stdout "${esc}[3"
	lacks stdout "${esc}[1"
	verdict 'NO_COLOR takes the colour away'
	at_terminal env TERM=dumb "$probe" "${ca[@]}" --replay record
	prints stdout 127.0.0.1
	lacks stdout "${esc}["
	verdict 'a dumb terminal gets no escape sequence'
	at_terminal "$probe" --timeout 2 "$silent"
	as 2
	prints stdout "${silent#*:}" greeting
	verdict 'progress at a terminal names what is waited for'
fi
run "${ca[@]}" --greeting-timeout 1 --reply-timeout 0.5 "$stalls"
if [ -s stderr ]; then
	blame "on stderr: $(cat stderr)"
fi
verdict 'no progress in a pipe even where it takes long'

done_with_all
