#include "tools/render/report_style.h"

namespace storyteller {

const std::string_view kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --paper: #f6f5f2; --card: #ffffff; --ink: #1d1c22; --soft: #6a6875; --line: #e4e2dc;
  --loss: #7a3ea8; --cider: #d2491c; --good: #1a7f4b; --good-bg: #e3f4ea; --bad: #b3261e;
  --bad-bg: #fbe7e5; --shadow: 0 1px 2px rgb(30 20 50 / .06), 0 6px 20px rgb(30 20 50 / .05);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131217; --card: #1d1b23; --ink: #eceaf1; --soft: #9d99aa; --line: #322f3b;
    --loss: #c193e8; --cider: #ff9063; --good: #6fd6a0; --good-bg: #173626; --bad: #ff9a92;
    --bad-bg: #43201e; --shadow: none;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
main { max-width: 1120px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font-size: clamp(1.7rem, 4vw, 2.5rem); line-height: 1.15; letter-spacing: -.02em; margin: 0; }
h1::after {
  content: ""; display: block; width: 120px; height: 5px; margin: 16px 0; border-radius: 3px;
  background: linear-gradient(90deg, #20014c, #67026d, #ba0364, #f65031, #feaa4a, #fff19c);
}
h2 { font-size: 1.3rem; margin: 48px 0 16px; letter-spacing: -.01em; }
.intro { color: var(--soft); font-size: 1.08rem; max-width: 44em; margin: 0 0 24px; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  box-shadow: var(--shadow);
}
.summary { display: flex; flex-wrap: wrap; gap: 1px; margin: 0; overflow: hidden;
  background: var(--line); }
.summary div { flex: 1 1 150px; background: var(--card); padding: 14px 18px; }
.summary .wide { flex-basis: 100%; }
.summary dt { color: var(--soft); font-size: .8rem; }
.summary dd { margin: 2px 0 0; font-weight: 600; overflow-wrap: anywhere; }
.run { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 20px;
  align-items: start; }
.run > :only-child { grid-column: 1 / -1; }
.run .card { padding: 18px 20px; display: grid; align-items: center; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; white-space: nowrap; }
td.value { text-align: right; font-weight: 650; white-space: nowrap; }
td.note { color: var(--soft); font-size: .85rem; }
th, td { padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
td:last-child { padding-right: 0; }
tr.part th, tr.part td { padding-top: 3px; padding-bottom: 3px; color: var(--soft);
  font-size: .85rem; font-weight: 400; }
tr.part th { padding-left: 14px; }
tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-size: .8rem; font-weight: 500; }
thead th.value { text-align: right; }
.curve { display: block; width: 100%; height: auto; }
.curve text { font-size: 12.5px; fill: var(--soft); }
.curve text.strong { font-weight: 600; }
.curve text.loss { fill: var(--loss); } .curve text.cider { fill: var(--cider); }
.curve polyline { fill: none; stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: round; }
.curve polyline.loss { stroke: var(--loss); } .curve polyline.cider { stroke: var(--cider); }
.curve circle.loss { fill: var(--loss); } .curve circle.cider { fill: var(--cider); }
.curve circle.best { fill: none; stroke: var(--cider); stroke-width: 2; }
.curve .grid { stroke: var(--line); }
.section { padding: 14px 20px; overflow-x: auto; }
.bars { list-style: none; margin: 0 0 6px; padding: 0; font-size: .8rem; color: var(--soft); }
.bars li { display: grid; grid-template-columns: 4em minmax(0, 1fr); gap: 10px; align-items: center;
  font-variant-numeric: tabular-nums; }
.bars span { text-align: right; }
.bars i { display: block; height: 6px; border-radius: 0 3px 3px 0; }
.bars .ours { background: var(--loss); }
.bars .theirs { background: var(--line); height: 5px; }
.section .legend { margin: 18px 0 8px; }
.items { display: grid; gap: 20px; }
.item { display: grid; grid-template-columns: minmax(0, 260px) minmax(0, 1fr); gap: 24px;
  padding: 20px; break-inside: avoid; }
.item > figure { margin: 0; }
.item > figure img { display: block; width: 100%; border-radius: 10px; }
.item > figure figcaption { color: var(--soft); font-size: .8rem; margin-top: 8px;
  overflow-wrap: anywhere; }
.caption { font-size: 1.35rem; line-height: 1.3; font-weight: 600; letter-spacing: -.01em;
  margin: 0 0 8px; overflow-wrap: anywhere; unicode-bidi: isolate; }
.meta { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; margin: 0;
  color: var(--soft); font-size: .85rem; }
.flag { border-radius: 99px; padding: 2px 11px; font-weight: 600; font-size: .8rem; }
.flag.right { color: var(--good); background: var(--good-bg); }
.flag.wrong { color: var(--bad); background: var(--bad-bg); }
.references { margin: 12px 0 0; padding: 0 0 0 14px; list-style: none; color: var(--soft);
  border-left: 3px solid var(--line); font-size: .92rem; }
.references li { overflow-wrap: anywhere; unicode-bidi: isolate; }
.maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(104px, 1fr)); gap: 12px 10px;
  margin: 18px 0 0; padding: 0; list-style: none; }
.maps img { display: block; width: 100%; border-radius: 7px; transition: transform .15s; }
.maps img:hover { transform: scale(1.9); position: relative; z-index: 2;
  box-shadow: 0 8px 30px rgb(0 0 0 / .5); }
.maps span { display: block; text-align: center; font-size: .9rem; margin-top: 4px;
  overflow-wrap: anywhere; unicode-bidi: isolate; }
.hit::after { content: " \25CE"; color: var(--good); font-weight: 700; }
.unplaced { text-decoration: underline dotted; text-underline-offset: 3px; }
.miss::after { content: " \25CB"; color: var(--bad); font-weight: 700; }
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; color: var(--soft);
  font-size: .85rem; margin: -8px 0 18px; }
.legend i { width: 110px; height: 9px; border-radius: 5px;
  background: linear-gradient(90deg, #20014c, #67026d, #ba0364, #f65031, #feaa4a, #fff19c); }
footer { color: var(--soft); font-size: .85rem; margin-top: 48px; padding-top: 16px;
  border-top: 1px solid var(--line); }
footer code { overflow-wrap: anywhere; font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
@media (max-width: 760px) {
  main { padding: 24px 14px 40px; }
  .run, .item { grid-template-columns: minmax(0, 1fr); }
  .item { padding: 14px; gap: 16px; }
  .run .card { padding: 14px; }
  .curve text { font-size: 20px; }
  .maps { grid-template-columns: repeat(auto-fill, minmax(84px, 1fr)); }
}
@media (prefers-reduced-motion: reduce) { .maps img { transition: none; } }
@media print { .card { box-shadow: none; } body { background: #fff; } }
)css";

}  // namespace storyteller
