#include "tools/apps/book/page_style.h"

namespace storyteller::book {

const std::string_view kBookStyle = R"css(
:root { color-scheme: light; --ink: #232029; --soft: #625e6d; --line: #ddd8ce; --paper: #fbf9f4;
  --accent: #a3320b; }
* { box-sizing: border-box; }
body { margin: 0; background: #ebe6db; color: var(--ink);
  font: 20px/1.5 "Atkinson Hyperlegible", "Comic Neue", "Segoe UI", "DejaVu Sans", Verdana, sans-serif; }
.sheet { max-width: 820px; margin: 24px auto; padding: 36px 44px; background: var(--paper);
  border: 1px solid var(--line); border-radius: 18px; }
.cover { text-align: center; padding: 64px 44px; }
h1 { font-size: clamp(2rem, 7vw, 3.4rem); line-height: 1.1; margin: 0 0 32px;
  overflow-wrap: anywhere; }
h2 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 18px; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 0; }
.number { display: inline-block; min-width: 1.7em; height: 1.7em; line-height: 1.7em;
  margin-right: 8px; border-radius: 99px; background: var(--accent); color: #fff;
  text-align: center; font-size: .7em; vertical-align: .18em; padding: 0 .4em; }
figure { margin: 0; text-align: center; }
img { max-width: 100%; height: auto; max-height: 78vh; width: auto; border-radius: 14px; }
.cover img { max-height: 46vh; }
.story { font-size: 1.65rem; line-height: 1.35; margin: 22px 0 14px; overflow-wrap: anywhere; }
.question { color: var(--accent); font-size: 1.2rem; font-weight: 600; margin: 16px 0 0; }
.words { margin: 0; padding: 0; font-size: .95rem; }
ul.words { list-style: none; display: flex; flex-wrap: wrap; gap: 8px; }
ul.words li { border: 2px solid var(--line); border-radius: 99px; padding: 2px 16px; }
dl.words div { display: flex; flex-wrap: wrap; gap: 0 10px; }
dt { font-weight: 700; } dd { margin: 0; color: var(--soft); flex: 1 1 12em; }
.lines { height: 132px; margin-top: 8px; background: repeating-linear-gradient(
  transparent 0 42px, var(--soft) 42px 44px); }
.quiz { padding-left: 1.4em; } .quiz > li { margin-bottom: 18px; break-inside: avoid; }
.quiz p { margin: 0 0 4px; font-weight: 600; }
.quiz ol { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr));
  margin: 0; padding-left: 1.6em; }
.glossary { margin: 0; } .glossary > div { padding: 10px 0; border-top: 1px solid var(--line);
  break-inside: avoid; }
.glossary p { margin: 2px 0; } .example { font-style: italic; }
.where, .small { font-size: .78rem; color: var(--soft); }
a { color: var(--accent); }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .74rem; line-height: 1.35; }
th, td { text-align: left; vertical-align: top; padding: 5px 10px 5px 0; font-weight: 400;
  border-top: 1px solid var(--line); overflow-wrap: anywhere; min-width: 3em; }
thead th { font-weight: 700; border-top: 0; overflow-wrap: normal; }
tr { break-inside: avoid; }
code { font-size: .95em; overflow-wrap: anywhere; }
.answers { margin-top: 28px; font-size: .8rem; }
.answers p { margin: 4px 0; }
@media (max-width: 640px) {
  body { font-size: 18px; } .sheet { margin: 10px; padding: 20px 18px; border-radius: 14px; }
  .story { font-size: 1.4rem; } .cover { padding: 40px 18px; }
}
@page { size: A4; margin: 14mm; }
@media print {
  body { background: none; font-size: 15pt; }
  .sheet { border: 0; border-radius: 0; margin: 0; padding: 0; max-width: none; background: none;
    break-after: page; break-inside: avoid; }
  .sheet.long { break-inside: auto; }
  footer.sheet { break-after: auto; }
  .cover { padding-top: 50mm; }
  img { max-height: 140mm; } .cover img { max-height: 110mm; }
  .story { font-size: 22pt; } .answers { transform: rotate(180deg); }
  .table { overflow: visible; }
  table { font-size: 8.5pt; line-height: 1.25; } th, td { padding: 2px 10px 2px 0; }
}
)css";

}  // namespace storyteller::book
