#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What HACKING.md asks of the sources and a machine can see. TAP. make check sets LINT_CC to the
# compiler with the build's own flags; a check whose tool is absent is skipped.
set -u
build_dir=$PWD
cd "${top_srcdir:-.}" || exit 99
shopt -s nullglob globstar lastpipe

sources=(src/**/*.[ch])
all_c=("${sources[@]}" tests/unit/*.[ch] tests/support/*.[ch] tests/lab/*.[ch] tests/lab/*.[ch] fuzz/*.[ch] schema/*.[ch])
scripts=(bootstrap .ci/run tests/**/*.sh fuzz/*.sh bench/*.sh contrib/**/*.sh contrib/slurm/*.sbatch)
n=0

# verdict NAME: a line of TAP; what stands on standard input is what is wrong.
verdict()
{
	local wrong
	wrong=$(cat)
	n=$((n + 1))
	if [ -z "$wrong" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "# ${wrong//$'\n'/$'\n# '}"
	fi
}

skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# includes_beyond PATTERN FOLDER...: every #include of the pattern beyond those folders.
includes_beyond()
{
	local pattern=$1 allowed
	shift
	allowed=$(printf '|^src/%s' "$@")
	grep -nE "^#include [<\"]${pattern}[>\"]" "${sources[@]}" | grep -vE "${allowed#|}"
}

# The dependency rule: a folder, then the folders that its files may include. app.c and
# its like know every stage and have no row; exit_code.h is a list of numbers, anybody's.
layers()
{
	local folder allowed
	while read -r folder allowed; do
		grep -nE '^#include "[a-z]+/' src/"$folder"/*.[ch] |
			grep -vE "#include \"(options/exit_code.h|($folder${allowed:+|}${allowed// /|})/)"
	done <<-'ROWS'
	base
	record base
	plan base record
	dns base record
	smtp base record
	path base record
	diagnose base record path
	expect base record diagnose smtp
	baseline base record diagnose smtp
	report base record smtp diagnose expect baseline
	explain base record diagnose expect baseline report
	options base plan record diagnose expect baseline report
	exporter base plan record diagnose expect report options
	net base record dns path
	probe base record dns path plan smtp net
	ROWS
}

long_functions()
{
	awk 'FNR == 1 { start = 0 }
		/^\{/ { start = FNR }
		/^\}/ && start { if (FNR - start > 60)
			print FILENAME ":" start ": function of " FNR - start " lines"; start = 0 }' \
		"${all_c[@]}"
}

unlisted()
{
	local f
	for f in "${sources[@]}"; do
		grep -qF "$f" src/local.mk || echo "$f is not in src/local.mk"
	done
	for f in tests/unit/*.[ch] tests/support/*.[ch] tests/*.sh tests/cli/*.sh tests/lab/*.[ch] tests/lab/*.sh; do
		grep -qF "$f" tests/local.mk fuzz/local.mk || echo "$f is in no local.mk"
	done
	for f in fuzz/*.c; do
		grep -qF "$f" fuzz/local.mk || echo "$f is not in fuzz/local.mk"
	done
}

lonely_headers()
{
	local h
	local headers=(src/**/*.h)
	cd "$build_dir" || return
	for h in "${headers[@]}"; do
		$LINT_CC -fsyntax-only -x c - <<<"#include \"${h#src/}\"" 2>&1
	done
}

# What is of Linux alone has another way behind #ifdef; only that it compiles is seen here.
without_linux()
{
	local f
	local files=(src/net/*.c)
	cd "$build_dir" || return
	for f in "${files[@]}"; do
		$LINT_CC -U__linux__ -fsyntax-only "${top_srcdir:-.}/$f" 2>&1
	done
}

grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol)[[:space:]]*\(' "${all_c[@]}" |
	verdict 'no banned function'
grep -nE '\b(TODO|FIXME|XXX|HACK)\b' "${all_c[@]}" | verdict 'no unfinished words'
grep -nE '^[[:space:]]*//' "${all_c[@]}" | verdict 'no // comments'
grep -LE '^/\* SPDX-License-Identifier: MIT' "${all_c[@]}" | verdict 'every file names its licence'
awk 'FNR == 601 { print FILENAME }' "${sources[@]}" |
	verdict 'no file over 600 lines'
long_functions | verdict 'no function over 60 lines'
includes_beyond 'uv\.h' net/ probe/ 'app\.' 'engine\.' 'exporter' 'list_progress\.' 'progress\.' 'target_source\.' |
	verdict 'only net, probe and the application know libuv'
includes_beyond '(gnutls/.*|ares.*)' net/ | verdict 'only net knows GnuTLS and c-ares'
includes_beyond 'microhttpd\.h' exporter/http_service | verdict 'only one file knows libmicrohttpd'
layers | verdict 'the folders depend one way'
unlisted | verdict 'every source and test stands in a local.mk'

if [ -n "${LINT_CC:-}" ]; then
	lonely_headers | verdict 'every header stands alone'
	without_linux | verdict 'src/net compiles without what is of Linux alone'
else
	skip 'every header stands alone' 'make check sets LINT_CC'
fi
if command -v shellcheck >/dev/null; then
	for script in "${scripts[@]}"; do
		shellcheck -x -S warning "$script" | verdict "shellcheck: $script"
	done
else
	skip 'shellcheck' 'shellcheck is not installed'
fi
if command -v mandoc >/dev/null; then
	# Made in the build tree, or as it came in the tarball. STYLE would complain of a reference to
	# smtpprobe(1) that is not installed.
	diagnoses=${top_builddir:-.}/man/smtpprobe-diagnoses.7
	[ -f "$diagnoses" ] || diagnoses=man/smtpprobe-diagnoses.7
	mandoc -Tlint -Wwarning man/smtpprobe.1 "$diagnoses" | verdict 'the manual pages pass mandoc -Tlint'
else
	skip 'the manual pages pass mandoc -Tlint' 'mandoc is not installed'
fi
echo "1..$n"
