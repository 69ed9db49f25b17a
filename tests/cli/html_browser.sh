#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# --output html on stored records: well-formed, accessible, without scripts or requests; and in a
# browser, without a network: no error, no page wider than a phone. TAP.
set -u
export LC_ALL=C.UTF-8
probe=${SMTPPROBE:-${top_builddir:-.}/smtpprobe}
records=${top_srcdir:-.}/tests/data/obs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC1091,SC2154,SC2034  # tap_lib.sh is read there; it uses what is set here
. "$(dirname "$0")/../support/tap_lib.sh"

if ! command -v python3 >"$work/where"; then
	echo '1..0 # SKIP no python3'
	exit 0
fi

cat >"$work/judge.py" <<'END'
import sys
from html.parser import HTMLParser
VOID = {'meta', 'link', 'br', 'img'}
class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.bad = [], set(), []
    def judge(self, tag, attributes):
        a = dict(attributes)
        if tag in ('script', 'img', 'iframe', 'link', 'object', 'form'):
            self.bad.append('<%s>' % tag)
        for name in a:
            if name in ('src', 'style') or name.startswith('on'):
                self.bad.append('%s= of <%s>' % (name, tag))
        if 'href' in a and not (tag == 'a' and a['href'].startswith('#')):
            self.bad.append('href=' + a['href'])
        if tag == 'th' and a.get('scope') not in ('row', 'col'):
            self.bad.append('<th> without scope')
        if a.get('id') in self.ids:
            self.bad.append('id twice: ' + a['id'])
        self.ids.update([a['id']] if 'id' in a else [])
    def handle_starttag(self, tag, attributes):
        self.judge(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)
    def handle_startendtag(self, tag, attributes):
        self.judge(tag, attributes)
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append('out of order: </%s>' % tag)
page = Page()
page.feed(open(sys.argv[1], encoding='utf-8').read())
page.close()
print('\n'.join(page.bad + ['not closed: <%s>' % t for t in page.open]), end='')
END

# page RECORD ARGUMENT...: its report is $work/page.html.
page()
{
	local record=$1
	shift
	timeout 60 "$probe" --replay "$record" "$@" --output "html=$work/page.html" >"$work/out" 2>&1
	if [ ! -s "$work/page.html" ]; then
		blame "no page: $(head -c 300 "$work/out")"
	fi
}

# Pages with more than a record: a name, the record, arguments.
python3 - "$records" "$work" <<'END'
import json, sys
records, work = sys.argv[1:]
changed = json.load(open(records + '/submission-530.json'))
changed['endpoints'][0]['ehlo_tls']['capabilities']['AUTH'] = ['PLAIN']
changed['endpoints'][0]['ehlo_tls']['capabilities']['SIZE'] = ['<b>1</b>']
json.dump(changed, open(work + '/changed', 'w'))
with open(work + '/several', 'w') as f:
    for name in 'healthy-domain', 'silent-25', 'hostile-texts', 'nxdomain':
        f.write(json.dumps(json.load(open(records + '/' + name + '.json'))) + '\n')
END
pages=(
	"expectations of every end|$records/submission-530.json|--expect|587: starttls, auth=GSSAPI, reply~\"<script>\"|--expect|25: open"
	"changes since a baseline|$work/changed|--baseline|$records/submission-530.json"
	"a baseline that lacks the target|$work/changed|--baseline|$records/silent-25.json"
	"four targets|$work/several"
)

for one in "${pages[@]}"; do
	IFS='|' read -ra words <<<"$one"
	page "${words[@]:1}"
	bad=$(python3 "$work/judge.py" "$work/page.html" 2>&1)
	[ -z "$bad" ] || blame "$bad"
	verdict "the page of ${words[0]} is well-formed, labelled and asks for nothing"
done
page "$records/submission-530.json" --expect '587: auth=GSSAPI'
grep -q 'verdict bad' "$work/page.html" || blame 'the verdict is not that of the check'
grep -q 'All is well' "$work/page.html" && blame 'all is well'
grep -q '<strong>Do</strong> Switch the log-in method on' "$work/page.html" || blame 'it does not say what to do'
verdict 'a check that fails is headed by that, and says what to do'
page "$work/several"
[ "$(grep -c '<article ' "$work/page.html")" -eq 4 ] && [ "$(grep -c '<li>.* <a href="#t[0-9]' "$work/page.html")" -eq 4 ] ||
	blame 'not four targets, each in the list'
verdict 'several targets are listed, each with a link to its own part'

for record in "$records"/*.json; do
	page "$record"
	bad=$(python3 "$work/judge.py" "$work/page.html" 2>&1)
	if [ -n "$bad" ]; then
		blame "$bad"
	fi
	verdict "the page of ${record##*/} is well-formed, labelled and asks for nothing"
done

# WCAG 2.2, 1.4.3: text against what is behind it, 4.5 to 1; in both schemes, and on paper.
python3 - "$work/page.html" >"$work/contrast" 2>&1 <<'END'
import re, sys
style = re.search(r'<style>(.*?)</style>', open(sys.argv[1], encoding='utf-8').read(), re.S).group(1)
roots = [dict(re.findall(r'--([a-z-]+):(#[0-9a-f]+)', r)) for r in re.findall(r':root\{(.*?)\}', style)]
light, dark, paper = roots[0], {**roots[0], **roots[1]}, {**roots[0], **roots[2]}
def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else ''.join(c * 2 for c in colour[1:])
    parts = [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    r, g, b = [p / 12.92 if p <= .04045 else ((p + .055) / 1.055) ** 2.4 for p in parts]
    return .2126 * r + .7152 * g + .0722 * b
def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + .05) / (low + .05)
pairs = [(t, b) for t in ('text', 'quiet', 'note') for b in ('page', 'card')]
pairs += [(t, 'card') for t in ('good', 'warn', 'bad', 'unknown')]
pairs += [(t, t + '-back') for t in ('good', 'warn', 'bad', 'note', 'unknown')]
used = set(re.findall(r'[^-]color:var\(--([a-z-]+)\)', style))
assert used <= {t for t, _ in pairs}, used
for name, scheme in ('light', light), ('dark', dark), ('print', paper):
    for text, back in pairs:
        ratio = contrast(scheme[text], scheme[back])
        if ratio < 4.5:
            print('%s: %s on %s is %.2f to 1' % (name, text, back, ratio))
END
[ ! -s "$work/contrast" ] || blame "$(cat "$work/contrast")"
verdict 'all text stands out from what is behind it by 4.5 to 1, light, dark and in print'

if ! command -v chromium >"$work/where"; then
	echo "ok $((n + 1)) - in a browser # SKIP no chromium"
	n=$((n + 1))
	done_with_all
fi
alone=
if unshare -n true 2>"$work/err"; then
	alone='unshare -n'
fi

# browse FILE: what the browser made of it is in $work/dom, what it said in $work/said.
browse()
{
	# shellcheck disable=SC2086  # two words or none
	$alone timeout 60 chromium --headless=new --no-sandbox --disable-gpu \
		--user-data-dir="$work/profile" --allow-file-access-from-files --enable-logging=stderr \
		--v=0 --dump-dom "file://$1" >"$work/dom" 2>"$work/said"
	if ! grep -q '</html>' "$work/dom"; then
		blame "no document: $(tail -n 2 "$work/said")"
	fi
	if grep -q CONSOLE "$work/said"; then
		blame "$(grep CONSOLE "$work/said")"
	fi
}

# A frame is as narrow as a phone, which a window of Chromium cannot be. The page itself has no
# script: the one around it measures.
cat >"$work/phone.html" <<'END'
<!DOCTYPE html><html><body><iframe id="f" width="390" height="800" src="page.html"></iframe><script>
onload = function () {
	var e = document.getElementById("f").contentDocument.documentElement;
	document.body.setAttribute("data-over", e.scrollWidth - e.clientWidth);
};
</script></body></html>
END

for one in "${pages[@]}"; do
	IFS='|' read -ra words <<<"$one"
	page "${words[@]:1}"
	browse "$work/page.html"
	browse "$work/phone.html"
	grep -q 'data-over="0"' "$work/dom" || blame 'wider than 390 pixels'
	verdict "a browser shows ${words[0]} without errors, and on a phone without scrolling aside"
done
for record in "$records"/*.json; do
	page "$record"
	browse "$work/page.html"
	if grep -qi '<script' "$work/dom"; then
		blame 'a script is in the document'
	fi
	browse "$work/phone.html"
	if ! grep -q 'data-over="0"' "$work/dom"; then
		blame "wider than 390 pixels: $(grep -o 'data-over="[^"]*"' "$work/dom")"
	fi
	verdict "a browser shows ${record##*/} without errors, and on a phone without scrolling aside"
done
done_with_all
