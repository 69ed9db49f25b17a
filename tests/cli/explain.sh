#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# --explain and --list-diagnoses as a user meets them: the three forms, what is said of the unknown,
# exit statuses, JSON, hostile bytes, and memory that does not grow with a log. No network. TAP.
set -u
export LC_ALL=C
unset NO_COLOR COLUMNS
probe=${SMTPPROBE:-${top_builddir:-.}/smtpprobe}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC1091,SC2154,SC2034  # tap_lib.sh is read there; it uses what is set here
. "$(dirname "$0")/../support/tap_lib.sh"

# run STATUS ARGUMENT...: with $input on standard input; what is printed is in $out.
input=/dev/null
run()
{
	local expected=$1
	shift
	timeout 60 "$probe" "$@" >"$work/out" 2>"$work/err" <"$input"
	local status=$?
	if [ "$status" -ne "$expected" ]; then
		blame "exit status $status, expected $expected: $(head -c 300 "$work/err")"
	fi
	if [ "$expected" -ne 64 ] && [ -s "$work/err" ]; then
		blame "on stderr: $(cat "$work/err")"
	fi
	if grep -qP '[^\x20-\x7e]' "$work/out"; then
		blame "bytes that are not printable: $(grep -P '[^\x20-\x7e]' "$work/out" | head -n 2)"
	fi
}

# prints TEXT...: each is there, whatever line it was broken in.
prints()
{
	local text
	for text; do
		if ! tr -s ' \n' ' ' <"$work/out" | grep -qF -e "$text"; then
			blame "\"$text\" is not in: $(head -c 1500 "$work/out")"
		fi
	done
}

in_80_columns()
{
	if ! awk 'length > 80 { exit 1 }' "$work/out"; then
		blame "a line is longer than 80 columns: $(awk 'length > 80' "$work/out" | head -n 1)"
	fi
}

run 0 --explain TLS_CERT_EXPIRED
prints TLS_CERT_EXPIRED Means Do See
in_80_columns
verdict 'a code is explained in full'

run 0 --explain tls-cert-expired
prints TLS_CERT_EXPIRED
verdict 'a code is known in small letters and with hyphens'

run 1 --explain TLS_CERT_EXPIRD
prints 'Not known' TLS_CERT_EXPIRED
verdict 'for a code that is misspelt the nearest is named'

run 1 --explain NO_SUCH_THING_AT_ALL
prints 'Not known' --list-diagnoses
verdict 'for a code that is like none the list is named'

run 0 --explain '530 5.7.0 Must issue a STARTTLS command first'
prints SMTP_TLS_REQUIRED 'Seen 530 5.7.0 Must issue a STARTTLS command first' Means Do
in_80_columns
verdict 'an error text is explained, with the line that shows it'

run 0 --explain 535
prints AUTH_REJECTED '535:' 'words behind the number'
in_80_columns
verdict 'a reply code alone is explained as far as that goes'

run 0 --explain '550 5.7.1'
prints 'security or policy' 'These fit as well'
verdict 'a code of many causes names them and leads to none'

run 1 --explain 'please find the minutes of the meeting attached'
prints 'Not known' 'probe the server'
verdict 'what is not known is said to be so, with what to do next'

run 0 --explain $'\e]0;title\a535 5.7.8 \e[31mUsername and Password not accepted\e[0m \x80\xff'
verdict 'terminal escapes and broken bytes are printed harmlessly'

run 64 --explain '   '
verdict 'an empty text is a usage error'

run 64 --explain 535 5.7.8 Authentication failed
grep -q quotes "$work/err" || blame "$(cat "$work/err")"
verdict 'words that were not quoted are a usage error, which says so'

run 64 --explain '535 5.7.8 no' example.com
verdict 'a text and a target are a usage error'

# ---- logs -------------------------------------------------------------------------------------

{
	echo 'Nov 23 10:15:02 mx postfix/smtpd[535]: connect from client[192.0.2.9]'
	for _ in 1 2 3; do
		echo 'Nov 23 10:15:03 mx postfix/smtp[550]: 4Xy: host mx[192.0.2.1] said: 530-5.7.0 Must issue a'
		echo 'Nov 23 10:15:03 mx postfix/smtp[550]: 4Xy: host mx[192.0.2.1] said: 530 5.7.0 STARTTLS command first'
	done
	echo 'Nov 23 10:15:04 mx app: getaddrinfo ENOTFOUND smtp.example.com'
} >"$work/log"
input=$work/log
run 0 --explain -
prints SMTP_TLS_REQUIRED 'line 2, and 2 more like it' DNS_NAME_NOT_FOUND 'line 8'
in_80_columns
verdict 'of a log each diagnosis is given with its line and how often it was seen'

run 0 --explain - --output json
if command -v python3 >/dev/null; then
	python3 - "$work/out" 2>"$work/why" <<-'PYTHON' || blame "$(cat "$work/why")"
	import json, sys
	d = json.load(open(sys.argv[1]))
	assert d["schema"] == "smtpprobe.explanation/1" and d["known"] is True
	first = [x for x in d["diagnoses"] if x["code"] == "SMTP_TLS_REQUIRED"][0]
	assert first["leads"] and first["line"] == 2 and first["count"] == 3, first
	assert first["means"] and first["do"] and first["references"]
	PYTHON
fi
verdict 'the same as JSON is one object'

printf '%s\n' 'Nov 23 10:15:02 mx postfix/smtpd[535]: connect from client[192.0.2.9]' \
	'Nov 23 10:15:02 mx postfix/smtp[550]: 4Xy: status=sent (250 2.0.0 Ok: queued as 553)' \
	'Nov 23 10:15:02 mx sshd[554]: Failed password for root from 192.0.2.7 port 535 ssh2' \
	'Nov 23 10:15:02 mx dovecot: imap-login: Login: user=<u>, method=PLAIN, mpid=535, TLS' >"$work/healthy"
input=$work/healthy
run 1 --explain -
prints 'Not known'
verdict 'nothing is found in the log of a healthy server'

head -c 300000 "$probe" >"$work/binary"
input=$work/binary
timeout 60 "$probe" --explain - <"$input" >"$work/out" 2>"$work/err"
status=$?
if [ "$status" -gt 1 ] || grep -qP '[^\x20-\x7e]' "$work/out"; then
	blame "exit status $status: $(head -c 300 "$work/err")"
fi
verdict 'a binary file does no harm'

# A sanitizer reserves more address space than any limit.
input=/dev/null
if (ulimit -v 60000 && "$probe" --explain 535) >/dev/null 2>&1; then
	awk -v text="$(cat "$work/log")" 'BEGIN { for (i = 0; i < 60000; i++) print text
		for (i = 0; i < 3000000; i++) printf "%d ", i
		print ""; print "530 5.7.0 Must issue a STARTTLS command first" }' >"$work/long"
	(ulimit -v 60000 && timeout 60 "$probe" --explain - <"$work/long" >"$work/out" 2>"$work/err") ||
		blame "exit status $?: $(cat "$work/err")"
	prints SMTP_TLS_REQUIRED 'and 180000 more like it'
	verdict 'a long log with an endless line is explained in 60 MB'
else
	n=$((n + 1))
	echo "ok $n - a long log with an endless line is explained in 60 MB # SKIP sanitizers need more"
fi

# ---- the list ----------------------------------------------------------------------------------

run 0 --list-diagnoses
in_80_columns
codes=$(awk '$1 ~ /^(problem|warning|note|ok)$/ { print $2 }' "$work/out" | sort)
known=$(sort "$(dirname "$0")/../data/codes.txt")
[ "$codes" = "$known" ] || blame "$(diff <(echo "$codes") <(echo "$known"))"
verdict '--list-diagnoses has every code once, in 80 columns'

run 0 --list-diagnoses --output json
if command -v python3 >/dev/null; then
	python3 - "$work/out" 2>"$work/why" <<-'PYTHON' || blame "$(cat "$work/why")"
	import json, sys
	rules = json.load(open(sys.argv[1]))["diagnoses"]
	assert len(rules) > 50
	for r in rules:
	    assert r["code"] and r["severity"] and r["stage"] and r["summary"] and r["means"] and r["do"], r
	    assert r["references"], r
	    assert "%" not in r["summary"].replace("%%", ""), r
	PYTHON
fi
verdict '--list-diagnoses as JSON has all that is known of each'

done_with_all
