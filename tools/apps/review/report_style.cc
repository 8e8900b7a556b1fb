#include "tools/apps/review/report_page.h"

namespace storyteller::review {

const std::string_view kReviewStyle = R"css(
h1, .summary dd, th, summary { overflow-wrap: anywhere; }
.summary { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); }
@media (max-width: 640px) { .summary { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.note { color: var(--soft); font-size: .9rem; margin: -8px 0 12px; max-width: 44em; }
.table { overflow-x: auto; padding: 6px 20px; }
.table:focus-visible { outline: 3px solid var(--loss); outline-offset: 2px; }
th:last-child { padding-right: 0; }
tbody th { white-space: normal; min-width: 6em; }
td small, th small { display: block; color: var(--soft); font-weight: 400; white-space: normal; }
td.value { font-weight: 500; }
td.value b { font-weight: 650; }
.pictures { list-style: none; margin: 0; padding: 0; display: grid; gap: 20px;
  grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr)); align-items: start; }
.picture { display: flex; flex-direction: column; overflow: hidden; break-inside: avoid; }
.picture h3 { margin: 0; padding: 14px 18px 0; font-size: 1rem; display: flex; flex-wrap: wrap;
  gap: 4px 10px; align-items: baseline; order: 1; }
.picture .rules { margin: 4px 18px 0; color: var(--soft); font-size: .9rem; order: 2; }
.picture details { margin: 8px 18px 16px; order: 3; }
.picture .frame { order: 0; overflow: hidden; background: var(--line); display: grid;
  place-items: center; min-height: 120px; }
.picture img { display: block; width: 100%; height: auto; max-height: 300px; object-fit: cover;
  filter: blur(22px); transform: scale(1.15); }
.picture details[open] ~ .frame img { filter: none; transform: none; object-fit: contain; }
.picture .gone { padding: 20px; color: var(--soft); }
summary { cursor: pointer; font-weight: 600; padding: 4px 0; border-radius: 6px; }
summary:focus-visible { outline: 3px solid var(--loss); outline-offset: 2px; }
.picture details p, .picture details ul { margin: 8px 0 0; overflow-wrap: anywhere; }
.picture details ul { padding-left: 1.2em; }
.picture .name { color: var(--soft); font-size: .8rem; }
.mark { font-size: .8rem; font-weight: 600; padding: 1px 9px; border-radius: 1em;
  background: var(--line); }
.mark.reject { background: var(--bad-bg); color: var(--bad); }
.mark.pass { background: var(--good-bg); }
.plain { padding: 14px 20px; }
.plain p:first-child, .plain ul:first-child { margin-top: 0; }
.plain p:last-child, .plain ul:last-child { margin-bottom: 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .82rem; }
footer { color: var(--soft); font-size: .85rem; margin-top: 48px; overflow-wrap: anywhere; }
)css";

}  // namespace storyteller::review
