#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""schema_check.py SCHEMA REPORT...: holds every line of the reports against the schema of JSON
reports and prints what does not fit. --mutate: changes each kind of member of each line in every
way that the schema must notice, and prints what it did not notice. Exit status: 0 where nothing was
printed, 77 where the package jsonschema is not installed."""
import copy
import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(77)


def lines_of(paths):
    for path in paths:
        with open(path, encoding="utf-8") as f:
            for n, line in enumerate(f, 1):
                yield f"{path}:{n}", json.loads(line)


def names_of(path):
    return ".".join("[]" if isinstance(p, int) else p for p in path)


def walk(value, path=()):
    """Every place of the value, of each list its first element only."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, path + (key,))
    elif isinstance(value, list) and value:
        yield from walk(value[0], path + (0,))


def changed(record, path, how):
    record = copy.deepcopy(record)
    at = record
    for step in path[:-1]:
        at = at[step]
    if how == "removed":
        del at[path[-1]]
    elif how == "of another type":
        at[path[-1]] = 1 if isinstance(at[path[-1]], dict) else {"no": "such"}
    elif how == "a word that is none":
        at[path[-1]] = "no such word"
    else:
        (at[path[-1]] if path else record)["no_such_member"] = None
    return record


# What may hold any member, or be left out.
FREE = ("capabilities",)
OPTIONAL = ("advice.[].clients",)
WORDS = ("status", "target.kind", "endpoints.[].connect.outcome", "findings.[].severity",
         "verdicts.[].state", "expectations.[].state", "changes.list.[].severity", "schema")


def mutations(record):
    for path, value in walk(record):
        names = names_of(path)
        free = any(name in path[:-1] for name in FREE)
        if isinstance(value, dict) and not (path and path[-1] in FREE) and not free:
            yield names, path, "with an unknown member"
        if path and isinstance(path[-1], str) and not free and names not in OPTIONAL:
            yield names, path, "removed"
        if path:
            yield names, path, "of another type"
        if names in WORDS:
            yield names, path, "a word that is none"


def mutate(validator, paths):
    seen = set()
    for where, record in lines_of(paths):
        for names, path, how in mutations(record):
            if (names, how) in seen:
                continue
            seen.add((names, how))
            if validator.is_valid(changed(record, path, how)):
                yield f"{where}: {names} {how} is valid"
    if len(seen) < 300:
        yield f"only {len(seen)} changes were tried"


def check(validator, paths):
    for where, record in lines_of(paths):
        for error in list(validator.iter_errors(record))[:5]:
            yield f"{where}: {error.json_path}: {error.message[:200]}"


def main(args):
    way = check
    if args[0] == "--mutate":
        way = mutate
        args = args[1:]
    with open(args[0], encoding="utf-8") as f:
        schema = json.load(f)
    Draft202012Validator.check_schema(schema)
    wrong = list(way(Draft202012Validator(schema), args[1:]))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
