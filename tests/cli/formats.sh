#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The reports for machines, of every stored record and with every class of exit status, read by what
# reads them: xmllint with a schema, junitparser, prove, promtool, a JSON reader. No network is used. TAP.
set -u
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
tests=${here%/cli}
build=$(cd "${top_builddir:-.}" && pwd)
probe=${SMTPPROBE:-$build/smtpprobe}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
# shellcheck disable=SC1091,SC2034  # tap_lib.sh is read there; it uses what is set here
. "$tests/support/tap_lib.sh"

formats=(text json html junit tap github prometheus markdown summary summary-json)
# What is run: a name, then arguments. Exit statuses 0, 1 and 2 all occur.
cases=()
for record in "$tests"/data/obs/*.json; do
	name=$(basename "$record" .json)
	cases+=("$name|--replay|$record" "$name, warnings count|--replay|$record|--fail-on|warning" \
		"$name, with expectations|--replay|$record|--expect|any: open, starttls, tls>=1.3|--expect|2525: open")
done
python3 - "$tests/data/obs/submission-530.json" <<-'PYTHON'
	import json, sys
	record = json.load(open(sys.argv[1]))
	record["endpoints"][0]["ehlo_tls"]["capabilities"]["AUTH"] = ["PLAIN"]
	json.dump(record, open("worse.json", "w"))
	record["target"].update(name="ask @staff or postmaster@example.com")
	json.dump(record, open("ask.json", "w"))
	record["target"].update(input="\uffff", name="\ufffe")
	json.dump(record, open("odd.json", "w"))
PYTHON
cases+=("a log-in method was dropped since the baseline|--replay|worse.json|--baseline|$tests/data/obs/submission-530.json"
	"a change that does not count|--replay|worse.json|--fail-on|never|--baseline|$tests/data/obs/submission-530.json"
	"nothing has changed since the baseline|--replay|worse.json|--baseline|worse.json"
	"the baseline lacks the target|--replay|worse.json|--baseline|$tests/data/obs/silent-25.json")
python3 - "$tests/data/obs/silent-25.json" <<-'PYTHON'
	import json, sys
	for port in 25, 587:
	    record = json.load(open(sys.argv[1]))
	    record["endpoints"] = [e for e in record["endpoints"] if e["port"] == port]
	    json.dump(record, open(f"only-{port}.json", "w"))
PYTHON
cases+=("the baseline is of another port|--replay|only-587.json|--baseline|only-25.json")
cases+=("texts with mail addresses|--replay|ask.json|--expect|587: starttls")
cases+=("expectations that are met|--replay|$tests/data/obs/submission-530.json|--expect|587: starttls"
	"any of them is enough|--replay|$tests/data/obs/silent-25.json|--expect|any: open"
	"nothing that is expected could be checked|--replay|$tests/data/obs/healthy-domain.json|--expect|2525: open"
	"findings that never count|--replay|$tests/data/obs/silent-25.json|--fail-on|never")

junit()
{
	cp out "junit-${#seen}.$1.xml"
	command -v xmllint >/dev/null || return 0
	xmllint --noout --nonet --schema "$tests/data/junit.xsd" out 2>xml || blame "junit: $(head -n 3 xml)"
}

# Do the counts say what the cases do, and the cases what the exit status does?
junit_agrees()
{
	local failed errors
	failed=$(grep -c '<failure' out) errors=$(grep -c '<error' out)
	case $1 in
	0) [ "$failed$errors" = 00 ] || blame "exit 0, but $failed failures and $errors errors" ;;
	1) [ "$failed" -gt 0 ] || blame 'exit 1, but no failure' ;;
	2) [ "$failed" -eq 0 ] && [ "$errors" -gt 0 ] || blame "exit 2, but $failed failures, $errors errors" ;;
	esac
}

tap()
{
	local got
	[ "$(head -n 1 out)" = 'TAP version 13' ] || blame 'tap: no version line'
	command -v prove >/dev/null || return 0
	cp out report.tap
	prove --exec cat report.tap >prove.out 2>&1
	got=$?
	grep -q 'Parse errors' prove.out && blame "prove: $(grep -A2 'Parse errors' prove.out)"
	if [ "$1" -eq 0 ]; then
		[ "$got" -eq 0 ] || blame "exit 0, but prove says $(tail -n 1 prove.out)"
	else
		[ "$got" -ne 0 ] || blame "exit $1, but prove passes"
	fi
}

github()
{
	grep -vE '^::(error|warning|notice) title=[^:]*::.+$' out >odd && blame "github: $(head -n 2 odd)"
	if [ "$1" -eq 0 ]; then
		grep -q '^::error' out && blame 'exit 0, but an error is annotated'
	else
		grep -q '^::error' out || blame "exit $1, but no error is annotated"
	fi
}

json()
{
	python3 - "$1" <<-'PYTHON' >json.err 2>&1 || blame "json: $(tail -n 1 json.err)"
	import json, sys
	status = int(sys.argv[1])
	for line in open("out", encoding="utf-8"):
	    record = json.loads(line)
	    states = {e["state"] for e in record["expectations"] or []}
	    if status == 0:
	        assert states <= {"met"}, states
	    if status == 2 and states:
	        assert "not met" not in states and "could not be checked" in states, states
	PYTHON
}

html()
{
	grep -qi '<script' out && blame 'html: a script'
	grep -q '</html>' out || blame 'html: it does not end'
}

text() { :; }

summary()
{
	grep -q '^SUMMARY  1 target: ' out || blame "summary: $(head -n 1 out)"
	awk 'length > 80' out | grep -q . && blame "summary: $(awk 'length > 80' out | head -n 1)"
}

# One object whose counts say what the exit status does, with the record beside it for the rest.
summary-json()
{
	"$probe" "${words[@]}" --output json=record.json >/dev/null 2>&1 </dev/null
	python3 - "$1" <<-'PYTHON' >json.err 2>&1 || blame "summary-json: $(tail -n 1 json.err)"
	import json, sys
	status, (line,) = sys.argv[1], open("out", encoding="utf-8").read().splitlines()
	summary, record = json.loads(line), json.loads(open("record.json").read())
	assert summary["schema"] == "smtpprobe.summary/1"
	assert summary["exit_status"] == {s: int(s == status) for s in "012"}, summary["exit_status"]
	assert summary["targets"]["done"] == 1 and summary["targets"][record["status"]] == 1
	codes = {f["code"]: f["severity"] for f in record["findings"] if f["severity"] != "ok"}
	assert {f["code"]: f["severity"] for f in summary["findings"]} == codes, summary["findings"]
	hosts = {h["name"] for h in record["dns"]["mail_hosts"] if h["source"] == "mx"}
	assert {h["host"] for h in summary["mail_hosts"]["top"]} == hosts, hosts
	probed = {(e["host"], e["address"], e["port"]) for e in record["endpoints"]}
	assert summary["endpoints"]["distinct"] == len(probed), summary["endpoints"]
	for port in summary["ports"]:
	    here = [e for e in record["endpoints"] if e["port"] == port["port"]]
	    up = sum(e["connect"]["outcome"] == "ok" for e in here)
	    assert port["endpoints"]["connected"] == up and port["targets"]["connected"] == min(up, 1), port
	    assert port["targets"]["works"] <= port["endpoints"]["works"] <= up, port
	claims = {c["text"]: c for c in (summary["expectations"] or {"list": []})["list"]}
	for e in record["expectations"] or []:
	    assert claims[e["text"]][e["state"]] == 1, claims
	PYTHON
}

# Hostile text: no HTML, link, mention or heading of its own.
markdown()
{
	grep -qE '<[a-z/!]|\]\(|(^|[^\\])!\[|@' out && blame "markdown: $(grep -nE '<[a-z/!]|\]\(|@' out | head -n 2)"
	[ "$(grep -c '^### ' out)" -eq 1 ] || blame 'markdown: not one heading'
	grep -q '&#64;\($\|[^&]\)' out && blame "markdown: $(grep -m 1 '&#64;' out) could be a mention"
	if [[ "${words[*]}" == *--baseline* ]] && [ "$1" -ne 0 ]; then
		grep -qE '^### (problem|unchecked): ' out || blame "exit $1, but markdown does not say why"
	fi
	command -v cmark-gfm >/dev/null || return 0
	cmark-gfm -e autolink -e table -e strikethrough out | grep '<a ' >links && blame "markdown: $(head -n 1 links)"
}

prometheus()
{
	local want=0
	[ "$1" -ne 0 ] || want=1
	grep -q "^smtpprobe_success{.*} $want\$" out || blame "prometheus: exit $1, but $(grep '^smtpprobe_success{' out)"
	sed -n 's/ [^ ]*$//; /^[a-z]/p' out | sort | uniq -d | grep -q . && blame 'prometheus: a series stands twice'
	command -v promtool >/dev/null || return 0
	promtool check metrics <out >prom 2>&1 || blame "promtool: $(head -n 3 prom)"
	[ ! -s prom ] || blame "promtool: $(head -n 3 prom)"
}

# junitparser reads them all: what the heads of the suites count is what stands in them.
junit_is_read()
{
	"$python" - <<-'PYTHON'
	import glob, junitparser
	files = glob.glob("junit-*.xml")
	assert files
	for name in files:
	    xml = junitparser.JUnitXml.fromfile(name)
	    failed = wrong = 0
	    for suite in xml:
	        said = suite.tests, suite.failures, suite.errors
	        suite.update_statistics()
	        assert said == (suite.tests, suite.failures, suite.errors), (name, said)
	        assert suite.tests > 0 and all(c.name and c.classname for c in suite), name
	        failed, wrong = failed + suite.failures, wrong + suite.errors
	    assert name.split(".")[1] == ("1" if failed else "2" if wrong else "0"), (name, failed, wrong)
	PYTHON
}

seen=
for one in "${cases[@]}"; do
	IFS='|' read -ra words <<<"$one"
	name=${words[0]}
	words=("${words[@]:1}")
	first=
	for format in "${formats[@]}"; do
		"$probe" "${words[@]}" --output "$format" >out 2>err </dev/null
		status=$?
		first=${first:-$status}
		[ "$status" -eq "$first" ] || blame "$format ends with $status, ${formats[0]} with $first"
		[ -s out ] || blame "$format is empty: $(head -n 1 err)"
		grep -q '[^[:print:][:space:]]' out && blame "$format has control bytes"
		"$format" "$status"
		[ "$format" != junit ] || junit_agrees "$status"
	done
	seen="$seen $first"
	verdict "$name: all formats agree, and end with $first"
done
for status in 0 1 2; do
	[[ " $seen " == *" $status "* ]] || blame "no case ended with $status"
done
verdict 'every class of exit status was seen'
"$probe" --replay only-587.json --baseline only-25.json >out 2>&1
[ $? -eq 2 ] && grep -q 'nothing could be compared' out || blame "$(head -n 1 out)"
verdict 'a baseline of another port leaves it unchecked'

"$probe" --replay odd.json --output junit >out
grep -q '\\xEF\\xBF\\xBF' out || blame 'U+FFFF is not escaped'
! command -v xmllint >/dev/null || xmllint --noout --nonet out 2>xml || blame "junit: $(head -n 1 xml)"
verdict 'what is no character makes no XML that is none'

if python=$(python_with junitparser); then
	junit_is_read >err 2>&1 || blame "$(tail -n 1 err)"
	verdict 'junitparser reads every JUnit report, and finds in it what its heads and the exit status say'
else
	n=$((n + 1))
	echo "ok $n - junitparser reads every JUnit report # SKIP python3-junitparser is not installed"
fi

# ---- several at once, and files ------------------------------------------------------------------
record=$tests/data/obs/healthy-domain.json
"$probe" --replay "$record" --output junit=r.xml --output tap=r.tap --output html=r.html --output json=r.json
for file in r.xml r.tap r.html r.json; do
	[ -s "$file" ] || blame "$file is empty"
done
compgen -G 'r.*.??????' >/dev/null && blame 'a part was left behind'
verdict 'several formats at once, each in its file'
echo old >kept
"$probe" --replay /dev/null --output junit=kept 2>/dev/null
[ "$(cat kept)" = old ] || blame 'it was changed'
verdict 'a file stays what it was where there is nothing to report'
{ cat "$record" | python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin)))'; echo '{"broken'; } >broken
echo old >kept
"$probe" --replay broken --output junit=kept 2>err
[ $? -eq 64 ] && [ "$(cat kept)" = old ] || blame "$(cat err)"
verdict 'nor is it replaced by the beginning of what broke off'
chmod 640 kept
"$probe" --replay "$record" --output tap=kept
[ "$(stat -c %a kept)" = 640 ] || blame "$(stat -c %a kept)"
verdict 'a file that is replaced keeps its mode'
chown 65534:65534 kept 2>/dev/null
owner=$(stat -c %u:%g kept)
"$probe" --replay "$record" --output tap=kept
[ "$(stat -c %u:%g kept)" = "$owner" ] || blame "$(stat -c %u:%g kept)"
verdict 'and its owner'
echo before >log
"$probe" --replay "$record" --output tap=/dev/stdout >>log
[ "$(head -n 1 log)" = before ] && grep -q '^1\.\.' log || blame "$(head -n 2 log)"
verdict 'what standard output has already stays where /dev/stdout is named'
{ "$probe" --replay "$record" --transcript --output text --output tap=late.t 2>err; echo $? >status; } | true
[ "$(cat status)" -ne 141 ] || blame 'a signal ended it'
compgen -G 'late.t.??????' >/dev/null && blame 'a part was left behind'
verdict 'a reader of standard output that leaves ends no report in a file'
if unshare --mount true 2>/dev/null; then
	echo old >inner
	echo old >mounted
	unshare --mount sh -c 'mount --bind inner mounted && "$0" --replay "$1" --output tap=mounted' \
		"$probe" "$record" 2>err || blame "$(cat err)"
	grep -q '^1\.\.' inner || blame 'it is not written'
	compgen -G 'mounted.??????' >/dev/null && blame 'a part was left behind'
	verdict 'a file that is a mount is written as well'
else
	n=$((n + 1))
	echo "ok $n - a file that is a mount is written as well # SKIP no mount namespace"
fi
ln -s kept link
"$probe" --replay "$record" --output junit=link
[ -L link ] && grep -q '<testsuites' kept || blame 'the link was replaced'
verdict 'a symbolic link stays, and the file behind it is written'
"$probe" --replay "$record" --output junit=no/such/folder/r.xml 2>err
[ $? -eq 64 ] && grep -q 'no/such/folder/r.xml' err || blame "$(cat err)"
verdict 'a folder that does not exist is told before anything is sent'
cat "$record" "$tests/data/obs/nxdomain.json" >two
"$probe" --replay two --output junit=r.xml --output tap=r.tap >/dev/null
[ "$(grep -c '<testsuite ' r.xml)" -eq 2 ] || blame 'not two suites'
[ "$(grep -c '^1\.\.' r.tap)" -eq 1 ] || blame 'not one plan'
cp r.xml out && junit 1
verdict 'two targets are two suites of one document, and one plan'
cat "$tests"/data/obs/*.json "$tests"/data/obs/*.json >twice
"$probe" --replay twice --output summary=r.summary --output summary-json=r.json --output json=r.jsonl >out
[ -s out ] && blame "$(head -n 1 out)"
python3 - <<-'PYTHON' 2>err || blame "$(tail -n 1 err)"
import json
records, summary = [json.loads(line) for line in open("r.jsonl")], json.load(open("r.json"))
assert summary["targets"]["done"] == len(records) and len(records) > 10
for status in "ok", "problem", "unchecked":
    assert summary["targets"][status] == sum(r["status"] == status for r in records), status
distinct = {(e["host"], e["address"], e["port"]) for r in records for e in r["endpoints"]}
assert summary["endpoints"]["distinct"] == len(distinct)
assert summary["endpoints"]["seen"] == sum(len(r["endpoints"]) for r in records) == 2 * len(distinct)
for f in summary["findings"]:
    assert f["targets"] == sum(any(f["code"] == g["code"] for g in r["findings"]) for r in records), f
assert [f["targets"] for f in summary["findings"]] == sorted((f["targets"] for f in summary["findings"]), reverse=True)
PYTHON
grep -q '^SUMMARY  16 targets: ' r.summary || blame "$(head -n 1 r.summary)"
verdict 'the summary of many records counts what they say, and an endpoint once'
done_with_all
