/* SPDX-License-Identifier: MIT
 *
 * The style sheet of the HTML report: the system's font, both colour schemes with a contrast of at
 * least 4.5:1, a phone, paper. */
#include "base/mem.h"
#include "report/report_html.h"

static const char *const parts[] = {
	":root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--text:#1b1f24;--quiet:#59636e;"
	"--line:#d8dee4;--good:#17692f;--good-back:#e3f4e7;--warn:#7a4d00;--warn-back:#fff2d1;"
	"--bad:#a8201a;--bad-back:#fde7e5;--note:#0b5394;--note-back:#e2effc;--unknown:#6b2f8a;"
	"--unknown-back:#f3e8f9;--bar:#3b78c4;--bar-bad:#c2362b}\n"
	"@media (prefers-color-scheme:dark){:root{--page:#0f1318;--card:#181d24;--text:#e4e8ed;"
	"--quiet:#9ba6b2;--line:#323a44;--good:#7ddc97;--good-back:#15301d;--warn:#f2c25c;"
	"--warn-back:#382a08;--bad:#ff9d94;--bad-back:#421a17;--note:#8fc4ff;--note-back:#132c47;"
	"--unknown:#d9a8f2;--unknown-back:#331b40;--bar:#6aa3ea;--bar-bad:#f0776c}}\n",
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;padding:1rem;max-width:68rem;background:var(--page);color:var(--text);"
	"font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif;overflow-wrap:anywhere}\n"
	"h1{font-size:1rem;font-weight:600;color:var(--quiet);margin:.25rem 0 1rem}\n"
	"h2{font-size:1.3rem;line-height:1.35;margin:0 0 .25rem}\n"
	"h3{font-size:1.05rem;margin:2rem 0 .6rem}\n"
	"p{margin:.4rem 0}ul{margin:.4rem 0;padding-left:1.25rem}\n"
	"article{margin-bottom:3rem}\n"
	".verdict{background:var(--card);border:1px solid var(--line);border-left:6px solid var(--quiet);"
	"border-radius:6px;padding:1rem 1.25rem}\n"
	".verdict.good{border-left-color:var(--good)}.verdict.warn{border-left-color:var(--warn)}"
	".verdict.bad{border-left-color:var(--bad)}.verdict.unknown{border-left-color:var(--unknown)}\n"
	".quiet{color:var(--quiet)}.origin{font-size:.875rem;margin-top:2rem}\n"
	".badge{display:inline-block;font-size:.72rem;font-weight:700;letter-spacing:.03em;padding:.05rem .45rem;"
	"border-radius:4px;vertical-align:.1em;white-space:nowrap;color:var(--unknown);"
	"background:var(--unknown-back)}\n"
	".badge.good{color:var(--good);background:var(--good-back)}"
	".badge.warn{color:var(--warn);background:var(--warn-back)}"
	".badge.bad{color:var(--bad);background:var(--bad-back)}"
	".badge.note{color:var(--note);background:var(--note-back)}\n",
	".scroll{overflow-x:auto;margin:.5rem 0;background:var(--card);border:1px solid var(--line);"
	"border-radius:6px;overflow-wrap:break-word}.chain td{overflow-wrap:anywhere}\n"
	".scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--note);"
	"outline-offset:2px}\n"
	"table{border-collapse:collapse;width:100%;font-size:.9rem}\n"
	"th,td{text-align:left;vertical-align:top;padding:.4rem .75rem;border-top:1px solid var(--line)}\n"
	"thead th,thead td{border-top:0;color:var(--quiet);font-weight:600;white-space:nowrap}\n"
	"tbody th{font-weight:600}td ul{margin:0}\n"
	"caption{text-align:left;padding:.5rem .75rem;font-weight:600;font-size:.9rem}\n"
	".scroll th,.scroll td{min-width:6rem}.path th,.path td,.ports td{overflow-wrap:normal}\n"
	".path th{min-width:3rem}.path td{padding-top:0;padding-bottom:0;line-height:2;white-space:nowrap}"
	".hop{vertical-align:middle;margin-right:.25rem}\n"
	"td.good{color:var(--good)}td.warn{color:var(--warn)}td.bad{color:var(--bad)}\n"
	"code,.address{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.85em}\n",
	"details{background:var(--card);border:1px solid var(--line);border-radius:6px;margin:.5rem 0;"
	"padding:.6rem 1rem}\n"
	"summary{cursor:pointer;font-weight:600}\n"
	"dl{display:grid;grid-template-columns:7rem 1fr;gap:.4rem 1rem;margin:.75rem 0 .25rem}\n"
	"dt{color:var(--quiet)}dd{margin:0;min-width:0}dd ul{margin:0;padding-left:1.1rem}\n"
	".cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr));gap:1rem;"
	"align-items:start}\n"
	".timing{background:var(--card);border:1px solid var(--line);border-radius:6px;"
	"border-collapse:separate;border-spacing:0}\n"
	".timing th,.timing td{padding:.2rem .75rem;border-top:0;white-space:nowrap}.timing .bar{width:50%}\n"
	".timing .time{text-align:right;font-variant-numeric:tabular-nums}\n"
	".fine{fill:var(--bar)}.failed{fill:var(--bar-bad)}\n"
	".log{margin-top:.5rem}.log td{padding:.15rem .5rem}.log td:last-child{width:75%}\n"
	".log code{white-space:pre-wrap}a{color:var(--note)}\n"
	"footer{border-top:1px solid var(--line);padding-top:1rem}\n",
	"@media (max-width:40rem){body{padding:.75rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}"
	".timing .bar{width:35%}.timing th,.timing td{white-space:normal;padding:.2rem .5rem}}\n"
	"@media print{:root{--page:#fff;--card:#fff;--text:#000;--quiet:#444}body{max-width:none;padding:0;"
	"font-size:10pt}.scroll{overflow:visible}table,details{break-inside:auto}tr,.verdict,.timing{"
	"break-inside:avoid}h3{break-after:avoid}details:not([open])>*{display:block}"
	"details::details-content{content-visibility:visible;display:block}}\n",
};

const char *report_html_style(size_t i)
{
	return i < COUNT(parts) ? parts[i] : NULL;
}
