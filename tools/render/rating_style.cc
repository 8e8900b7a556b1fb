#include "tools/render/rating_style.h"

namespace storyteller {

const std::string_view kRatingStyle = R"css(
:root { --accent: #7a3ea8; --accent-ink: #ffffff; --key: #efedf3; }
@media (prefers-color-scheme: dark) {
  :root { --accent: #c193e8; --accent-ink: #1b1320; --key: #2b2833; }
}
[hidden] { display: none !important; }
button, input { font: inherit; color: inherit; }
button { cursor: pointer; border: 1px solid var(--line); border-radius: 10px;
  background: var(--card); padding: 9px 16px; }
button:hover { border-color: var(--accent); }
button:disabled { opacity: .45; cursor: default; border-color: var(--line); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink);
  font-weight: 600; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
kbd { font: 600 .8em/1.5 ui-monospace, "DejaVu Sans Mono", monospace; background: var(--key);
  border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 6px; padding: 1px 7px;
  white-space: nowrap; }
main.rating { padding-top: 24px; padding-bottom: 24px; max-width: 1280px; }
.start { max-width: 640px; margin: 6vh auto 0; padding: 36px 40px 40px; }
.start h1 { font-size: 2rem; }
.start p { margin: 0 0 14px; }
.start form { display: flex; gap: 10px; margin: 22px 0 6px; }
.start label { display: block; font-weight: 600; margin: 22px 0 -14px; }
.start input { flex: 1; min-width: 0; padding: 10px 14px; border-radius: 10px;
  border: 1px solid var(--line); background: var(--paper); }
.small { color: var(--soft); font-size: .88rem; }
.keys { display: grid; grid-template-columns: auto 1fr; gap: 7px 14px; margin: 18px 0;
  align-items: baseline; }
.keys dt { display: flex; gap: 5px; } .keys dd { margin: 0; color: var(--soft); }
.warning { border: 1px solid var(--bad); background: var(--bad-bg); color: var(--bad);
  border-radius: 10px; padding: 10px 14px; margin: 0 0 16px; }
.bar { display: flex; align-items: center; gap: 14px; margin-bottom: 18px; }
.bar progress { flex: 1; min-width: 60px; height: 8px; appearance: none; border: 0;
  border-radius: 4px; overflow: hidden; background: var(--line); }
.bar progress::-webkit-progress-bar { background: var(--line); }
.bar progress::-webkit-progress-value { border-radius: 4px;
  background: linear-gradient(90deg, #67026d, #ba0364, #f65031, #feaa4a); }
.bar progress::-moz-progress-bar { border-radius: 4px;
  background: linear-gradient(90deg, #67026d, #ba0364, #f65031, #feaa4a); }
.bar output { font-variant-numeric: tabular-nums; white-space: nowrap; font-weight: 600; }
.bar .who { color: var(--soft); max-width: 12em; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; unicode-bidi: isolate; }
.task { display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 10fr); gap: 36px;
  padding: 24px; align-items: center; }
.task .picture { height: min(70vh, 720px); display: grid; place-items: center; min-height: 220px;
  background: var(--paper); border-radius: 10px; overflow: hidden; }
.task img { display: block; width: 100%; height: min(70vh, 720px); object-fit: contain; }
.task .caption { font-size: clamp(1.3rem, 2.3vw, 1.75rem); margin: 0 0 26px; min-height: 3.9em;
  display: flex; align-items: center; }
fieldset { border: 0; margin: 0 0 22px; padding: 0; min-width: 0; }
legend { padding: 0; margin: 0 0 8px; color: var(--soft); }
legend b { color: var(--ink); }
.active legend b::after { content: " \25C2"; color: var(--accent); }
.scores { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 8px; }
.scores button { display: grid; gap: 1px; justify-items: center; padding: 9px 2px 8px;
  line-height: 1.25; }
.scores button b { font-size: 1.15rem; font-variant-numeric: tabular-nums; }
.scores button span { font-size: .74rem; color: var(--soft); hyphens: auto; text-align: center; }
.active .scores button { border-color: color-mix(in srgb, var(--accent) 55%, var(--line)); }
.scores button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent);
  color: var(--accent-ink); }
.scores button[aria-pressed="true"] span { color: inherit; }
.moves { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.moves button { padding: 7px 13px; font-size: .92rem; }
.moves .said { color: var(--soft); font-size: .88rem; min-height: 1.5em; flex: 1 1 100%;
  margin: 6px 0 0; }
.hints { display: flex; flex-wrap: wrap; gap: 6px 18px; margin: 18px 4px 0; align-items: center; }
.exports { display: flex; flex-wrap: wrap; gap: 10px; margin-top: 20px; }
.plain { border: 0; background: none; padding: 4px 8px; color: var(--soft);
  text-decoration: underline; text-underline-offset: 3px; font-size: .88rem; }
@media (max-width: 760px) {
  main.rating { padding: 12px 12px 28px; }
  .start { padding: 22px 20px 26px; margin-top: 0; }
  .bar { gap: 10px; margin-bottom: 12px; }
  .bar .who { max-width: 6em; }
  .task { grid-template-columns: minmax(0, 1fr); gap: 14px; padding: 14px; }
  .task .picture { height: auto; min-height: 140px; }
  .task img { height: auto; max-height: 38vh; }
  .task .caption { font-size: 1.2rem; min-height: 2.7em; margin-bottom: 12px; }
  fieldset { margin-bottom: 14px; }
  .scores { gap: 6px; }
  .scores button { padding: 8px 0 7px; }
  .scores button span { font-size: .66rem; }
  .moves { gap: 6px; }
  .moves button { padding: 7px 6px; font-size: .85rem; flex: 1 1 auto; }
  .hints { margin-top: 10px; justify-content: center; }
  .hints span { display: none; }
}
)css";

}  // namespace storyteller
