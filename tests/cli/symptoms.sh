#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034  # `why` is used by tap_lib.sh
# Every known symptom has a diagnosis with a test, or a reason (tests/data/symptoms.tsv). TAP.
set -u
export LC_ALL=C
tests=$(cd "$(dirname "$0")/.." && pwd)
probe=${SMTPPROBE:-${top_builddir:-.}/smtpprobe}
# shellcheck disable=SC1091,SC2154,SC2034  # tap_lib.sh is read there; it uses what is set here
. "$(dirname "$0")/../support/tap_lib.sh"

# check_row CODES HOW REASON: says what is wrong.
check_row()
{
	local code
	for code in $1; do
		"$probe" --explain "$code" >/dev/null 2>&1 || echo "$code is not known to --explain"
		case $2 in
		live) grep -q "\"$code\"" "$tests"/unit/rule_cases_*.c || echo "$code has no rule case" ;;
		text) grep -q "\"$code\"" "$tests"/unit/text_cases_*.c || echo "$code has no text case" ;;
		esac
	done
	case $2 in
	live) [ -n "$1" ] || echo 'no code is named' ;;
	text) [ -n "$1" ] && [ -n "$3" ] || echo 'a code and a reason are wanted' ;;
	none) [ -n "$3" ] || echo 'a reason is wanted' ;;
	*) echo "\"$2\" is none of live, text, none" ;;
	esac
}

while IFS='|' read -r symptom codes how reason; do
	why=$(check_row "$codes" "$how" "$reason")
	verdict "symptom $symptom is recognised, or it is said why not"
done < <(grep -v '^#' "$tests/data/symptoms.tsv" | tr '\t' '|')
wanted=$(printf '%s\n' N{01..14} B0{1..7} C{01..19} D{01..15} E{01..12} F{01..12} G{01..25} H{01..12})
why=$(diff <(sort <<<"$wanted") <(grep -v '^#' "$tests/data/symptoms.tsv" | cut -f1 | sort))
verdict 'each symptom stands in the list once'
done_with_all
