#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The recipes of contrib/, as far as a machine without the services can try them: what their files
# say to smtpprobe is run against a stored record, and the rest is read by who reads it. TAP.
set -u
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
tests=${here%/cli}
contrib=${tests%/tests}/contrib
build=$(cd "${top_builddir:-.}" && pwd)
probe=${SMTPPROBE:-$build/smtpprobe}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC1091,SC2034  # tap_lib.sh is read there; it uses what is set here
. "$tests/support/tap_lib.sh"
cd "$work" || exit 99
record=$tests/data/obs/submission-530.json
mkdir contrib && cp "$contrib/mail.expect" contrib/ && cp "$contrib/mail.expect" . || exit 99

# try STATUS COMMAND: the arguments of a recipe's command, with the record for the target.
try()
{
	local words
	read -ra words <<<"$2"
	"$probe" --replay "$record" "${words[@]:1:${#words[@]}-2}" >out 2>err
	[ $? -eq "$1" ] || blame "not exit $1: $(cat err; head -n 5 out)"
}

# The record has no port 465, so that a part of it cannot be checked.
try 2 "$(sed -n 's/^    - \(smtpprobe .*\)/\1/p' "$contrib/gitlab/smtpprobe.gitlab-ci.yml")"
[ -s smtpprobe.xml ] && [ -s smtpprobe.html ] || blame 'a report is missing'
verdict 'GitLab: the command runs, and leaves its reports'
rm -f smtpprobe.*
try 2 "$(sed -n "s/^ *sh '\(smtpprobe .*\)'/\1/p" "$contrib/jenkins/Jenkinsfile")"
[ -s smtpprobe.xml ] && [ -s smtpprobe.html ] || blame 'a report is missing'
verdict 'Jenkins: the command runs, and leaves its reports'
line=$(sed -n 's/^ExecStart=//p' "$contrib/systemd/smtpprobe.service")
line=${line/\/etc\/smtpprobe/contrib}
try 2 "${line/\/var\/lib\/prometheus\/node-exporter/.}"
grep -q '^smtpprobe_success' mail.prom || blame 'there are no metrics'
verdict 'systemd: the command runs, and leaves its metrics'

# No daemon here: that the image has every library that the program is linked with is looked at.
if command -v dpkg >/dev/null && command -v objdump >/dev/null; then
	objdump -p "$probe" | awk '$1 == "NEEDED" { print $2 }' | while read -r library; do
		package=$(dpkg -S "*/$library" 2>/dev/null | sed 's/:.*//' | sort -u | head -n 1)
		grep -qE " ($package)( |\$)" "$contrib/Dockerfile" || echo "$library of $package"
	done | grep -v -e 'of libc6$' -e 'of libgcc-s1$' -e 'lib[a-z]*san' >missing
	[ ! -s missing ] || blame "not in the image: $(cat missing)"
	grep -q '^USER [1-9]' "$contrib/Dockerfile" || blame 'it runs as root'
	verdict 'Docker: the image has the libraries that the program is linked with, and no root'
else
	n=$((n + 1))
	echo "ok $n - Docker: the libraries of the image # SKIP dpkg or objdump is not there"
fi

ln -s "$probe" check_smtpprobe
line=$(sed -n 's/^ *command_line *//p' "$contrib/nagios/smtpprobe.cfg")
line=${line/\$HOSTADDRESS\$/127.0.0.1}
read -ra words <<<"${line/\$ARG1\$/1}"
./check_smtpprobe "${words[@]:1}" >out
[ $? -eq 2 ] && grep -q '^SMTP CRITICAL: 127.0.0.1: Connection refused' out || blame "$(cat out)"
verdict 'Nagios: the command line runs, here against a closed port'

# The steps of the action, in the environment that a runner gives them.
if python=$(python_with yaml); then
	"$python" - "$contrib" <<-'PYTHON' >step.sh 2>err || blame "$(tail -n 1 err)"
	import glob, sys, yaml
	for name in glob.glob(sys.argv[1] + "/**/*.y*ml", recursive=True):
	    assert all(yaml.safe_load_all(open(name))), name
	print(yaml.safe_load(open(sys.argv[1] + "/github-action/action.yml"))["runs"]["steps"][0]["run"])
	PYTHON
	verdict 'all files of YAML are read'
	printf '#!/bin/sh\nexec "%s" --replay "%s" --expect-file "$2" --output github --output "$6" --output "$8"\n' \
		"$probe" "$record" >runner
	chmod +x runner
	TARGET=example.com EXPECT_FILE=contrib/mail.expect SMTPPROBE=./runner RUNNER_TEMP=. \
		GITHUB_STEP_SUMMARY=summary bash -e step.sh >out 2>err
	[ $? -eq 2 ] && grep -q '^::error' out && grep -q '^### ' summary || blame "$(cat err out)"
	verdict 'GitHub: the step annotates, leaves its summary, and ends with the exit status'
else
	for name in 'all files of YAML are read' 'GitHub: the step'; do
		n=$((n + 1))
		echo "ok $n - $name # SKIP python3-yaml is not installed"
	done
fi
# The service is checked by a word that keeps it from beginning.
line=$(sed -n 's/^ExecStart=//p' "$contrib/systemd/smtpprobe-exporter.service")
line=${line/\/etc\/smtpprobe/contrib}
read -ra words <<<"${line/127.0.0.1:9725/192.0.2.1:9725}"
timeout 10 "$probe" "${words[@]:1}" >out 2>&1
[ $? -eq 64 ] && grep -q 'name an address of this machine' out || blame "$(cat out)"
verdict 'systemd: the service of the exporter is understood'
if command -v promtool >/dev/null; then
	mkdir -p prometheus
	cp "$contrib"/prometheus/*.yml prometheus/
	promtool check config prometheus/scrape.yml >out 2>&1 || blame "$(cat out)"
	verdict 'Prometheus: the scrape configuration passes promtool'
	promtool check rules "$contrib/prometheus/smtpprobe.rules.yml" >out 2>&1 || blame "$(cat out)"
	# Every metric that the rules name is one that is written.
	grep -o 'smtpprobe_[a-z_]*' "$contrib/prometheus/smtpprobe.rules.yml" | sort -u |
		while read -r metric; do
			[ "$metric" = smtpprobe_ ] || grep -q "^$metric{" mail.prom || echo "$metric"
		done >missing
	[ ! -s missing ] || blame "not written: $(cat missing)"
	verdict 'Prometheus: the alert rules pass promtool, and name metrics that there are'
else
	n=$((n + 1))
	echo "ok $n - Prometheus: the alert rules # SKIP promtool is not installed"
fi
done_with_all
