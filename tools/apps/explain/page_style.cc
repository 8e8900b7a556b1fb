#include "tools/apps/explain/page_sections.h"

namespace storyteller::explain {

const std::string_view kLessonStyle = R"css(
h2 { overflow-wrap: anywhere; margin-top: 56px; }
h3 { font-size: 1.12rem; margin: 40px 0 10px; }
h4 { font-size: 1rem; margin: 0 0 6px; }
main p { max-width: 46em; overflow-wrap: anywhere; }
main p.legend { max-width: none; }
.soft { color: var(--soft); font-size: .9rem; }
.head { display: grid; grid-template-columns: minmax(0, 420px) minmax(0, 1fr); gap: 24px;
  padding: 20px; align-items: center; }
.head img, .pair img { display: block; width: 100%; border-radius: 10px; }
.head .text { font-size: 1.6rem; line-height: 1.25; font-weight: 650; margin: 0 0 10px; }
figure { margin: 0; }
figcaption { color: var(--soft); font-size: .85rem; margin-top: 8px; }
.seen { max-width: 520px; }
.seen img { display: block; width: 100%; border-radius: 10px; }
.words { list-style: none; margin: 16px 0 0; padding: 0; display: grid; gap: 16px;
  grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); }
.words > li { padding: 14px; display: grid; gap: 14px; align-content: start; align-items: start; }
.words > li.mapped { grid-template-columns: 96px minmax(0, 1fr); }
.words img { display: block; width: 100%; border-radius: 7px; }
.words .chosen { font-weight: 650; font-size: 1.1rem; margin: 0 0 6px; overflow-wrap: anywhere; }
.words .chosen small { color: var(--soft); font-weight: 400; }
.likely { list-style: none; margin: 0; padding: 0; font-size: .85rem;
  font-variant-numeric: tabular-nums; }
.likely li { display: grid; grid-template-columns: minmax(0, 5.4em) minmax(30px, 1fr) 3.9em; gap: 8px;
  align-items: center; }
.likely span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.likely b { font-weight: 400; text-align: right; }
.likely i { display: block; height: 7px; border-radius: 0 4px 4px 0; background: var(--loss);
  min-width: 1px; }
.likely .said { font-weight: 650; }
.likely .said b { font-weight: 650; }
.likely .said i { background: var(--cider); }
.words .soft { margin: 8px 0 0; font-size: .82rem; }
.scroll { overflow-x: auto; padding: 14px; margin: 14px 0; }
.tree text { font-size: 13px; fill: var(--ink); }
.tree text.small { font-size: 11px; fill: var(--soft); }
.tree path { fill: none; stroke: var(--line); stroke-width: 1.5; }
.tree path.kept { stroke: var(--soft); }
.tree path.way { stroke: var(--cider); stroke-width: 3; }
.tree rect { fill: var(--paper); stroke: var(--line); }
.tree rect.kept { fill: var(--card); stroke: var(--soft); }
.tree rect.way { fill: var(--card); stroke: var(--cider); stroke-width: 2.5; }
.tree .dropped { fill: var(--soft); }
.tree .end { font-style: italic; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(280px, 100%), 1fr));
  gap: 20px; max-width: 760px; margin: 16px 0; }
.key { display: inline-block; width: 12px; height: 12px; border-radius: 3px; vertical-align: -1px; }
.key.less { background: rgb(230 97 1); } .key.more { background: rgb(40 110 200); }
.note { border-left: 4px solid var(--cider); padding: 2px 0 2px 14px; margin: 16px 0; }
.table { padding: 8px 18px; margin: 14px 0; overflow-x: auto; }
.table th { white-space: normal; } .table tbody th { font-weight: 400; }
.equations { list-style: none; margin: 0; padding: 0; display: grid; gap: 14px;
  counter-reset: step; }
.equations > li { padding: 14px 18px; counter-increment: step; }
.equations h4::before { content: counter(step) ". "; }
pre { margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere;
  font: .92rem/1.6 ui-monospace, "DejaVu Sans Mono", monospace; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9em;
  overflow-wrap: anywhere; }
details { margin: 12px 0; } summary { cursor: pointer; padding: 6px 0; font-weight: 600; }
nav ul { padding-left: 1.2em; overflow-wrap: anywhere; }
a { color: var(--loss); }
@media (max-width: 760px) {
  .head { grid-template-columns: minmax(0, 1fr); padding: 14px; }
  .head .text { font-size: 1.3rem; }
}
@media print {
  .words > li, .equations > li, .head, .pair, tr { break-inside: avoid; }
  h3, h2 { break-after: avoid; }
  .scroll { overflow: visible; } .tree svg { max-width: 100%; height: auto; }
}
)css";

}  // namespace storyteller::explain
