#include "tools/apps/album/gallery.h"

namespace storyteller::album {

std::string gallery_style() {
  return R"(:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --card: #f4f4f6;
  --quiet: #55555c; --link: #0b57d0; --line: #d9d9de; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf0; --paper: #141416; --card: #1f1f23;
  --quiet: #b0b0b8; --link: #9ac1ff; --line: #38383e; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header, main, footer { max-width: 84rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; padding-top: 1.25rem; }
h1 { margin: 0; font-size: 1.6rem; overflow-wrap: anywhere; }
header p { margin: 0; color: var(--quiet); }
form { flex: 1 1 16rem; display: flex; gap: .5rem; align-items: center; justify-content: flex-end; }
form[hidden] { display: none; }
input { font: inherit; width: min(24rem, 100%); padding: .5rem .75rem; color: inherit;
  background: var(--card); border: 1px solid var(--quiet); border-radius: .5rem; }
#found { flex-basis: 100%; min-height: 1.45em; }
a { color: var(--link); }
a:focus-visible, input:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.cards { list-style: none; margin: 1rem 0; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  overflow: hidden; display: flex; flex-direction: column; }
.card a { display: block; }
.card img { display: block; width: 100%; height: auto; aspect-ratio: 4 / 3; object-fit: cover; }
.card p { margin: 0; padding: .25rem .75rem; overflow-wrap: anywhere; }
.card .text { padding-top: .6rem; }
.tags { display: flex; flex-wrap: wrap; gap: .25rem; }
.tags span { font-size: .8rem; padding: .05rem .5rem; border: 1px solid var(--line);
  border-radius: 1rem; background: var(--paper); color: var(--quiet); }
.card .name { margin-top: auto; padding-bottom: .6rem; font-size: .8rem; color: var(--quiet); }
.pages { list-style: none; display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; padding: 0; }
.pages a { display: block; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem;
  text-decoration: none; }
.pages a[aria-current] { background: var(--card); font-weight: 600; }
footer { color: var(--quiet); font-size: .85rem; padding-bottom: 2rem; }
)";
}

std::string gallery_script() {
  return R"("use strict";
// Finds pictures whose words begin with all that was typed. Texts are set as text, never as HTML.
const form = document.getElementById("search");
const query = document.getElementById("query");
const found = document.getElementById("found");
const cards = document.getElementById("cards");
const all = Array.from(cards.children);
const most = 200;
const words = pictures.map((p) => (" " + p[5] + " " + p[6] + " " + p[4]).toLowerCase()
  .replace(/[^\p{L}\p{N}]+/gu, " "));
function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
function card([thumbnail, width, height, link, name, text, tags]) {
  const image = element("img", {src: thumbnail, alt: text, width, height, loading: "lazy"});
  const shown = element("p", {className: "text"}, text);
  shown.setAttribute("aria-hidden", "true");
  const marks = tags.split(" ").filter(Boolean).map((tag) => element("span", {}, tag));
  return element("li", {className: "card"},
    link ? element("a", {href: link}, image) : image, shown,
    element("p", {className: "tags"}, ...marks), element("p", {className: "name"}, name));
}
function search() {
  const asked = query.value.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  for (const nav of document.querySelectorAll("nav")) nav.hidden = asked.length > 0;
  if (asked.length === 0) {
    found.textContent = "";
    cards.replaceChildren(...all);
    return;
  }
  const hits = pictures.filter((_, i) => asked.every((word) => words[i].includes(" " + word)));
  found.textContent = hits.length === 0 ? "No match"
    : hits.length + (hits.length === 1 ? " picture" : " pictures")
      + (hits.length > most ? ", the first " + most + " shown" : "");
  cards.replaceChildren(...hits.slice(0, most).map(card));
}
form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
query.addEventListener("input", search);
)";
}

}  // namespace storyteller::album
