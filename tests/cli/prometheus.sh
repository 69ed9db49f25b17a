#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `--output prometheus` of each stored record, and of all of them at once, read by promtool and by a
# reader of our own, which takes the escapes of labels back. No network is used. TAP.
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

promtool_says()
{
	command -v promtool >/dev/null || return 0
	promtool check metrics <out >prom 2>&1 || blame "promtool: $(head -n 3 prom)"
	[ ! -s prom ] || blame "promtool: $(head -n 3 prom)"
}

# reads_back EXPECTATION: do the labels hold what the JSON report says, and stand families together?
reads_back()
{
	python3 - "$1" <<-'PYTHON' >said 2>&1 || blame "$(tail -n 1 said)"
	import json, re, sys
	label = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"(,|$)')
	series, families = {}, []
	for line in open("out", encoding="utf-8", newline="\n"):
	    line = line.rstrip("\n")
	    if line.startswith("# HELP "):
	        families.append(line.split()[2])
	    if line.startswith("#"):
	        continue
	    name, labels, value = re.fullmatch(r"([a-z_]+)\{(.*)\} (\S+)", line).groups()
	    assert name == families[-1], f"{name} stands below {families[-1]}"
	    got = {}
	    at = 0
	    while at < len(labels):
	        m = label.match(labels, at)
	        assert m, f"no label at {labels[at:]}"
	        got[m[1]] = re.sub(r"\\(.)", lambda e: "\n" if e[1] == "n" else e[1], m[2])
	        at = m.end()
	    key = (name, tuple(sorted(got.items())))
	    assert key not in series, f"twice: {key}"
	    series[key] = float(value)
	assert len(families) == len(set(families)), "a family has two heads"
	def has(name, **labels):
	    found = [v for (n, l), v in series.items() if n == name and labels.items() <= dict(l).items()]
	    assert found, f"no {name} of {labels}"
	    return found[0]
	for line in open("json", encoding="utf-8"):
	    record = json.loads(line)
	    target = record["target"]["input"]
	    assert has("smtpprobe_status", target=target, status=record["status"]) == 1
	    assert abs(has("smtpprobe_duration_seconds", target=target) - record["duration_ms"] / 1e3) < 1e-6
	    for f in record["findings"]:
	        has("smtpprobe_finding_info", target=target, code=f["code"], severity=f["severity"])
	    for e in record["endpoints"]:
	        up = has("smtpprobe_endpoint_up", target=target, host=e["host"], address=e["address"],
	                 port=str(e["port"]))
	        assert up == (e["connect"]["outcome"] == "ok"), e["connect"]
	    if sys.argv[1]:
	        has("smtpprobe_expectation_met", target=target, expectation=sys.argv[1])
	PYTHON
}

# judge EXPECTATION ARGUMENT...: the metrics of that run.
judge()
{
	local expectation=$1
	shift
	"$probe" "$@" ${expectation:+--expect "$expectation"} --output prometheus=out --output json=json \
		>/dev/null 2>err </dev/null
	[ -s out ] || blame "no metrics: $(head -n 1 err)"
	promtool_says
	reads_back "$expectation"
}

for record in "$tests"/data/obs/*.json; do
	judge '' --replay "$record"
	verdict "$(basename "$record" .json): the metrics are well formed, and say what the record does"
done
cat "$tests"/data/obs/*.json >all
judge '' --replay all
[ "$(grep -c '^smtpprobe_success{' out)" -eq "$(find "$tests/data/obs" -name '*.json' | wc -l)" ] ||
	blame 'not a sample a target'
verdict 'several targets stand below one head a family'
judge '587: starttls' --replay "$tests/data/obs/submission-530.json"
verdict 'an expectation is a label as it was written'
python3 - "$tests/data/obs/silent-25.json" <<-'PYTHON'
	import json, sys
	record = json.load(open(sys.argv[1]))
	record["target"]["input"] = 'a"b\\c\nd{e="f"},\u202e#'
	for e in record["endpoints"]:
	    e["host"] = e["host"] + '"} 1\nsmtpprobe_success{target="x'
	json.dump(record, open("odd.json", "w"))
PYTHON
"$probe" --replay odd.json --output prometheus >out 2>err
promtool_says
[ "$(grep -c '^smtpprobe_success{' out)" -eq 1 ] || blame 'a series was smuggled in'
grep -qF 'target="a\"b\\c\\x0Ad{e=\"f\"},' out || blame "$(grep success out)"
verdict 'quotes, backslashes and line ends of a name stay in its label'
done_with_all
