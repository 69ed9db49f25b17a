#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The JSON Schema that is installed against what `--output json` writes: stored records, with and
# without --client, --expect and --baseline. Reports of live runs are checked by scenarios.sh. TAP.
set -u
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
tests=${here%/cli}
build=$(cd "${top_builddir:-.}" && pwd)
probe=${SMTPPROBE:-$build/smtpprobe}
# Made in the build tree, or as it came in the tarball.
schema=$build/schema/smtpprobe.report-1.schema.json
[ -f "$schema" ] || schema=${tests%/tests}/schema/smtpprobe.report-1.schema.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
# shellcheck disable=SC1091,SC2034  # tap_lib.sh is read there; it uses what is set here
. "$tests/support/tap_lib.sh"

if ! python=$(python_with jsonschema); then
	echo '1..0 # SKIP python3-jsonschema is not installed'
	exit 0
fi

# fits REPORT...: blames what the schema refuses.
fits()
{
	local said
	said=$("$python" "$tests/support/schema_check.py" "$schema" "$@" 2>&1) || blame "$said"
}

fits
verdict 'the schema is a schema of draft 2020-12'

for record in "$tests"/data/obs/*.json; do
	name=$(basename "$record" .json)
	"$probe" --replay "$record" --output json >"plain-$name" 2>err
	[ -s "plain-$name" ] || blame "no report: $(head -n 1 err)"
	"$probe" --replay "$record" --output json --client all >"client-$name" 2>err
	[ -s "client-$name" ] || blame "no report with --client: $(head -n 1 err)"
	"$probe" --replay "$record" --output json --expect 'any: open, starttls, tls>=1.3' \
		--expect '2525: open' --baseline "$tests/data/obs/submission-530.json" >"judged-$name" 2>err
	[ -s "judged-$name" ] || blame "no report with --expect: $(head -n 1 err)"
	"$probe" --replay "judged-$name" --output json >"again-$name" 2>err
	cmp -s "plain-$name" "again-$name" || blame "its record is not what is replayed: $(head -n 1 err)"
	fits "plain-$name" "client-$name" "judged-$name"
	verdict "$name: reports fit the schema, and those with verdicts are replayed"
done

# A change of each class, so that the list of changes is not empty.
python3 - "$tests/data/obs/submission-530.json" <<-'PYTHON'
	import json, sys
	record = json.load(open(sys.argv[1]))
	record["endpoints"][0]["ehlo_tls"]["capabilities"]["AUTH"] = ["PLAIN"]
	json.dump(record, open("worse", "w"))
PYTHON
"$probe" --replay worse --output json --client all --expect '587: tls>=1.3' --expect '2525: open' \
	--baseline "$tests/data/obs/submission-530.json" >changed 2>err
grep -q '"changes":{"known":true,"list":\[{' changed || blame "no change is told: $(head -n 1 err)"
fits changed
verdict 'a report with changes fits the schema'

said=$("$python" "$tests/support/schema_check.py" --mutate "$schema" changed client-* judged-* 2>&1) ||
	blame "$said"
verdict 'a member that is removed, unknown or of another type is refused, whichever it is'

# The check itself can fail.
sed 's/"status":"[a-z]*"/"status":"fine"/' changed >odd
"$python" "$tests/support/schema_check.py" "$schema" odd >said 2>&1 && blame 'an unknown status fits'
grep -q 'status' said || blame "$(cat said)"
verdict 'what does not fit is named'
done_with_all
