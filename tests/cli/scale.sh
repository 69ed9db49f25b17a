#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/scale.md and the recipes of contrib/ for very many targets, as far as a machine without the
# databases and schedulers can try them. TAP.
set -u
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
tests=${here%/cli}
top=${tests%/tests}
build=$(cd "${top_builddir:-.}" && pwd)
probe=${SMTPPROBE:-$build/smtpprobe}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC1091,SC2034  # tap_lib.sh is read there; it uses what is set here
. "$tests/support/tap_lib.sh"
cd "$work" || exit 99

skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# block LANGUAGE N: the N-th block of code in that language.
block()
{
	awk -v start="\`\`\`$1" -v wanted="$2" '/^```/ { inside = $0 == start && ++seen == wanted; next } inside' \
		"$top/docs/scale.md"
}

for record in "$tests"/data/obs/*.json; do
	"$probe" --replay "$record" --output json
done >out.jsonl 2>err

# ---- the databases

if command -v sqlite3 >/dev/null; then
	block sql 1 >load.sql
	block sql 4 >ask.sql
	sqlite3 -bail run.db <load.sql >out 2>err || blame "$(cat err)"
	sqlite3 -bail run.db <ask.sql >out 2>err || blame "$(cat err)"
	[ -s err ] && blame "$(cat err)"
	python3 - >counted <<-'PYTHON' || blame 'Python cannot read the reports'
	import json
	runs = [json.loads(line) for line in open("out.jsonl")]
	print(len(runs), sum(len(r["dns"]["mail_hosts"]) for r in runs), sum(len(r["endpoints"]) for r in runs),
	      sum(len(r["findings"]) for r in runs), sum(e["tls"]["verified"] for r in runs for e in r["endpoints"]))
	PYTHON
	sqlite3 -separator ' ' run.db 'SELECT (SELECT count(*) FROM target), (SELECT count(*) FROM mail_host),
		(SELECT count(*) FROM endpoint), (SELECT count(*) FROM finding),
		(SELECT sum(verified) FROM endpoint)' >selected
	cmp -s counted selected || blame "Python: $(cat counted), SQLite: $(cat selected)"
	for table in target mail_host endpoint finding; do
		for column in $(sqlite3 run.db "SELECT name FROM pragma_table_info('$table')"); do
			echo "$table $column"
			[ -n "$(sqlite3 run.db "SELECT 1 FROM $table WHERE $column IS NOT NULL LIMIT 1")" ] ||
				blame "$table.$column is always null"
		done
	done >columns
	while IFS= read -r question; do
		[ -n "$(sqlite3 run.db "$question")" ] || blame "no answer: $question"
	done < <(grep -v '^--' ask.sql | tr '\n' ' ' | sed 's/; /;\n/g' | grep -v '2026-12-31')
	verdict 'SQLite: the reports are loaded, and every question has an answer'

	block sql 2 >duckdb.sql
	block sql 3 >clickhouse.sql
	python3 - "$build/schema/smtpprobe.report-1.schema.json" "$top" >wrong 2>&1 <<-'PYTHON'
	import json, os, re, sys
	schema = sys.argv[1]
	if not os.path.exists(schema):
	    schema = sys.argv[2] + "/schema/smtpprobe.report-1.schema.json"
	schema = json.load(open(schema))
	base = {"record": [], "target": ["target"], "dns": ["dns"], "endpoints": ["endpoints"], "findings": ["findings"],
	        "m": ["dns", "mail_hosts", 0], "e": ["endpoints", 0], "f": ["findings", 0]}
	def there(path):
	    at = schema
	    for step in path:
	        at = at.get("items") if isinstance(step, int) else at.get("properties", {}).get(step)
	        if at is None:
	            return False
	    return True
	def steps(text):
	    return [int(s) if s.isdigit() else s for s in re.findall(r"\w+", text)]
	duckdb, clickhouse = open("duckdb.sql").read(), open("clickhouse.sql").read()
	paths = [base[b] + steps(p) for b, p in re.findall(r"(\w+)->>?'\$\.([^']*)'", duckdb)]
	paths += [[c] for c in re.findall(r"(\w+): '[A-Z]+'", duckdb)]
	paths += [base[b] + steps(p) for b, p in re.findall(r"JSONExtract\w+\((\w+), ([^()]*)\)", clickhouse)]
	assert len(paths) > 60, len(paths)
	for path in paths:
	    if not there(path):
	        print("no member", path)
	for text in duckdb, clickhouse:
	    tables = {s.split()[2]: s for s in re.sub("--.*", "", text).split(";") if s.strip()}
	    for line in open("columns"):
	        table, column = line.split()
	        if not re.search(r"\b%s\b" % column, tables[table]):
	            print("no column", table, column)
	PYTHON
	[ ! -s wrong ] || blame "$(cat wrong)"
	verdict 'DuckDB, ClickHouse: they name members that there are, and make the same tables'
else
	skip 'SQLite, DuckDB, ClickHouse' 'sqlite3 is not installed'
fi

block python 1 | python3 - 2>err || blame "$(cat err)"
verdict 'the part of a name, in Python'

# ---- the recipes

# In place of the program: says how it was called, and leaves a line in the report.
mkdir -p bin hosts run
cat >bin/smtpprobe <<'STAND_IN'
#!/bin/sh
echo "smtpprobe $*" >>calls
while [ $# -gt 0 ]; do
	case $1 in --shard) shard=$2 ;; --output) file=${2#json=} ;; esac
	shift
done
wc -l <"${LIST:-domains.txt}" | sed "s|.*|$shard of &|" >>"$file"
[ -z "$SLOW" ] || { trap 'echo stopped >>calls; exit 2' TERM; touch waits; sleep 30 & wait; kill $!; }
exit "${STATUS:-1}"
STAND_IN
cat >bin/ssh <<STAND_IN
#!/bin/sh
while [ "\$1" != -- ]; do shift; done
mkdir -p "$work/hosts/\$2" && cd "$work/hosts/\$2" && exec sh -c "\$3"
STAND_IN
chmod +x bin/*
export PATH=$work/bin:$PATH SMTPPROBE=smtpprobe
seq 10 >list
echo example.com >exclude.txt
common='--resume --concurrency 1000'

if parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
	parallel_script=$top/contrib/parallel/smtpprobe-parallel.sh
	LIST=targets.txt RATE=100 WORKERS=2 EXCLUDE=exclude.txt "$parallel_script" list spread a b -- --ehlo 'two words' \
		>out 2>&1 || blame "it ends with $?: $(cat out)"
	for k in 1 2 3 4; do
		[ "$(cat spread/part-$k.jsonl)" = "$k/4 of 10" ] || blame "part $k: $(cat spread/part-$k.jsonl)"
	done
	grep -qxF "smtpprobe --input targets.txt --shard 3/4 --output json=part-3.jsonl $common --rate 25 --exclude exclude.txt --ehlo two words" \
		hosts/b/smtpprobe-run/calls || blame "$(cat hosts/*/smtpprobe-run/calls)"
	verdict 'GNU parallel: every process on every host has its part, and its report comes back'
	LIST=targets.txt "$parallel_script" list here >out 2>&1 || blame "it ends with $?: $(cat out)"
	[ "$(cat here/part-1.jsonl)" = '1/1 of 10' ] || blame "$(cat here/part-1.jsonl)"
	LIST=targets.txt STATUS=70 "$parallel_script" list here >out 2>&1 && blame 'a failure is not told'
	RATE=1 WORKERS=2 "$parallel_script" list here >out 2>&1
	[ $? -eq 64 ] || blame 'a rate of less than one'
	verdict 'GNU parallel: on this host alone; failures are told'
else
	skip 'GNU parallel' 'GNU parallel is not installed'
fi

cp list run/domains.txt
(RUN=run SLURM_ARRAY_TASK_ID=3 bash "$top/contrib/slurm/smtpprobe.sbatch") >out 2>&1 || blame "it ends with $?: $(cat out)"
cp exclude.txt run/
(RUN=run SLURM_ARRAY_TASK_ID=16 STATUS=2 bash "$top/contrib/slurm/smtpprobe.sbatch") >out 2>&1 || blame "it ends with $?"
printf 'smtpprobe --input domains.txt --shard %s/16 --output json=part-%s.jsonl --resume --concurrency 1000 --rate 50%s\n' \
	3 3 '' 16 16 ' --exclude exclude.txt' | cmp -s - run/calls || blame "$(cat run/calls)"
(RUN=run SLURM_ARRAY_TASK_ID=3 STATUS=64 bash "$top/contrib/slurm/smtpprobe.sbatch") >out 2>&1
[ $? -eq 64 ] || blame 'a failure is not told'
verdict 'Slurm: a task has its part, and tells failures from results'

if python=$(python_with yaml); then
	"$python" - "$top/contrib/kubernetes/indexed-job.yaml" >pod.sh <<-'PYTHON' || blame 'not read'
	import sys, yaml
	job = yaml.safe_load(open(sys.argv[1]))["spec"]
	pod = job["template"]["spec"]["containers"][0]
	env = {e["name"]: e["value"] for e in pod["env"]}
	assert env["SHARDS"] == str(job["completions"]), env
	print("\n".join("%s=%s" % e for e in env.items()) + "\n" + pod["args"][0])
	PYTHON
	rm -f run/calls
	(cd run && JOB_COMPLETION_INDEX=15 sh ../pod.sh) >out 2>&1 || blame "it ends with $?: $(cat out)"
	grep -q -e '--shard 16/16 --output json=part-16.jsonl --resume' run/calls || blame "$(cat run/calls)"
	(cd run && JOB_COMPLETION_INDEX=0 STATUS=64 sh ../pod.sh) >out 2>&1
	[ $? -eq 64 ] || blame 'a failure is not told'
	(cd run && JOB_COMPLETION_INDEX=0 SLOW=yes exec sh ../pod.sh) >out 2>&1 &
	pod=$!
	for ((i = 0; i < 600; i++)); do
		[ ! -e run/waits ] || break
		sleep 0.05
	done
	kill -TERM "$pod"
	wait "$pod"
	[ $? -eq 143 ] || blame 'a pod that was stopped looks complete'
	grep -qx stopped run/calls || blame 'the signal does not reach the program'
	verdict 'Kubernetes: a pod has its part, and one that is stopped is not complete'
else
	skip 'Kubernetes' 'python3-yaml is not installed'
fi
done_with_all
