#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# scenarios.sh [NAME...]: plays tests/scenarios/*.smtp through real sockets: the real smtpprobe
# against fake_smtpd, each in a network namespace of its own, so that every server has its real
# port number and nothing can leave the machine. Where namespaces are not allowed they are played
# one after the other on 127.0.0.1, and those whose port cannot be had are skipped. TAP.
# With a NAME: only those, and what was said is shown.
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
tests=${here%/cli}
build=$(cd "${top_builddir:-.}" && pwd)
export SMTPPROBE=${SMTPPROBE:-$build/smtpprobe}
export FAKE_SMTPD=${FAKE_SMTPD:-$build/tests/support/fake_smtpd}
export SCENARIO_CHECK=${SCENARIO_CHECK:-$build/tests/support/scenario_check}

# start_server SCENARIO: sets port (empty: it could not be had) and server.
start_server()
{
	exec 3< <(exec "$FAKE_SMTPD" -v -c "$work/certs" "$1" 2>"$dir/server")
	server=$!
	port=
	read -r _ port _ <&3
}

# same_again: a stored record must give the same report, and none may drive a terminal.
same_again()
{
	local status=$1
	"$SMTPPROBE" --replay "$dir/report" --output json >"$dir/again" 2>>"$dir/stderr"
	if [ $? -ne "$status" ] || ! cmp -s "$dir/report" "$dir/again"; then
		echo "--replay does not give the same report (see report and again)"
	fi
	"$SMTPPROBE" --replay "$dir/report" --transcript >"$dir/text" 2>>"$dir/stderr"
	if [ ! -s "$dir/text" ]; then
		echo 'no text report'
	elif grep -q '[^[:print:][:space:]]' <(LC_ALL=C.UTF-8 tr -d '\200-\377' <"$dir/text"); then
		echo 'control bytes in the text report'
	fi
}

# play NAME: leaves what is wrong in $work/NAME/result, or "skip: reason".
play()
{
	local scenario=$tests/scenarios/$1.smtp target status options
	dir=$work/$1
	mkdir -p "$dir"
	if [ "${namespaces:-no}" = yes ]; then
		ip link set lo up
	fi
	target=$(sed -n 's/^target //p' "$scenario")
	mapfile -t options < <(sed -n 's/^option //p' "$scenario")
	start_server "$scenario"
	if [ -z "$port" ]; then
		if grep -q -e 'Permission denied' -e 'already in use' "$dir/server"; then
			echo "skip: $(cat "$dir/server")" >"$dir/result"
		else
			cp "$dir/server" "$dir/result"
		fi
		return
	fi
	timeout 40 "$SMTPPROBE" --output json --ca-file "$work/certs/ca.crt" \
		${options[@]+"${options[@]}"} "${target:-127.0.0.1}:$port" \
		>"$dir/report" 2>"$dir/stderr"
	status=$?
	# The server ends by itself once its connections do; what it still has to say is waited for.
	sleep 0.05
	kill "$server"
	{
		"$SCENARIO_CHECK" "$scenario" "$dir/report" "$status"
		grep '^MISMATCH' "$dir/server"
		if [ -s "$dir/report" ]; then
			same_again "$status"
		fi
		cat "$dir/stderr"
	} >"$dir/result"
}

if [ "${1-}" = --play ]; then
	play "$2"
	exit 0
fi

# The first comment, as far as its first pause.
title_of()
{
	awk '!/^#/ { exit } { sub(/^# */, ""); printf "%s ", $0 }' "$tests/scenarios/$1.smtp" |
		sed 's/ \((\| $\).*//; s/\. .*//'
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export work
for program in "$SMTPPROBE" "$FAKE_SMTPD" "$SCENARIO_CHECK"; do
	if [ ! -x "$program" ]; then
		echo "Bail out! there is no $program"
		exit 99
	fi
done
if ! bash "$tests/support/certs.sh" "$work/certs" >&2; then
	echo 'Bail out! no certificates'
	exit 99
fi

# The prefix that gives a command a network of its own.
alone=()
jobs=1
for way in 'unshare -n' 'unshare -Urn'; do
	if $way ip link set lo up 2>"$work/unshare"; then
		read -ra alone <<<"$way"
		export namespaces=yes
		jobs=$(($(nproc) * 3))
		break
	fi
done

names=("$@")
if [ $# -eq 0 ]; then
	for file in "$tests"/scenarios/*.smtp; do
		file=${file##*/}
		names+=("${file%.smtp}")
	done
fi
echo "1..$((${#names[@]} + 1))"
printf '%s\n' "${names[@]}" |
	xargs -P "$jobs" -I NAME ${alone[@]+"${alone[@]}"} bash "$0" --play NAME

n=0
failed=0
for name in "${names[@]}"; do
	n=$((n + 1))
	title="$name: $(title_of "$name")"
	if [ ! -e "$work/$name/result" ]; then
		echo "not ok $n - $title"
		echo '# was not played'
		failed=1
	elif grep -q '^skip: ' "$work/$name/result"; then
		echo "ok $n - $title # SKIP $(sed -n 's/^skip: //p' "$work/$name/result" | head -n 1)"
	elif [ -s "$work/$name/result" ]; then
		echo "not ok $n - $title"
		sed 's/^/# /' "$work/$name/result"
		failed=1
	else
		echo "ok $n - $title"
	fi
	if [ $# -gt 0 ] && [ -e "$work/$name/report" ]; then
		for part in server report text; do
			echo "# $part:"
			sed 's/^/#   /' "$work/$name/$part"
		done
	fi
done

# Every report against the schema, in one go. Made in the build tree, or as it came in the tarball.
n=$((n + 1))
title='every report fits its JSON Schema'
schema=$build/schema/smtpprobe.report-1.schema.json
[ -f "$schema" ] || schema=${tests%/tests}/schema/smtpprobe.report-1.schema.json
reports=()
for name in "${names[@]}"; do
	[ -s "$work/$name/report" ] && reports+=("$work/$name/report")
done
if [ ${#reports[@]} -eq 0 ]; then
	echo "ok $n - $title # SKIP there is no report"
	exit "$failed"
fi
# The Python in the PATH need not be the system's, for which packages are installed.
for python in python3 /usr/bin/python3; do
	"$python" "$tests/support/schema_check.py" "$schema" "${reports[@]}" >"$work/schema" 2>&1
	result=$?
	case $result in 77 | 127) ;; *) break ;; esac
done
case $result in
0) echo "ok $n - $title" ;;
77 | 127) echo "ok $n - $title # SKIP python3-jsonschema is not installed" ;;
*)
	echo "not ok $n - $title"
	sed "s,$work/,,; s/^/# /" "$work/schema"
	failed=1
	;;
esac
exit "$failed"
