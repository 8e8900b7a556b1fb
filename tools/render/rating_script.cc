#include "tools/render/rating_script.h"

namespace storyteller {

const std::string_view kRatingScriptHash = "e7RanTr55QoHKheFEc9JdRAvq6/audiv1SxXPHeLEiA=";

const std::string_view kRatingScript = R"js(
"use strict";
(() => {
  const sheet = JSON.parse(document.getElementById("sheet").textContent);
  const element = id => document.getElementById(id);
  const scales = sheet.scales.map(scale => scale.name);
  const prefix = "storyteller-rating:" + sheet.sheet + ":";
  const maxUndo = 200;

  // state.ratings: item number -> {scale: 1..5, or null where the rater could not judge, seconds}.
  let state = null;
  let active = 0;         // index of the scale that the next digit rates
  let shownAt = 0;
  let memory = {};        // stands in where the browser stores nothing

  function stored(key) {
    try { return localStorage.getItem(prefix + key); } catch { return memory[key] ?? null; }
  }
  function store(key, text) {
    memory[key] = text;
    try {
      localStorage.setItem(prefix + key, text);
      element("unsaved").hidden = true;
    } catch {
      element("unsaved").hidden = false;
    }
  }
  const save = () => store("rater:" + state.rater, JSON.stringify(state));

  function open(rater) {
    let old = null;
    try { old = JSON.parse(stored("rater:" + rater)); } catch { old = null; }
    const now = new Date().toISOString();
    state = old && old.ratings ? old
      : {rater, started: now, saved: now, at: 0, ratings: {}, undo: []};
    store("last", rater);
    save();
    show(Math.min(state.at, sheet.items.length));
  }

  const isDone = number => {
    const rated = state.ratings[number];
    return rated !== undefined && scales.every(scale => rated[scale] !== undefined);
  };
  const doneCount = () => sheet.items.filter((_, i) => isDone(i + 1)).length;
  const firstOpen = () => sheet.items.findIndex((_, i) => !isDone(i + 1));

  function view(name) {
    for (const id of ["start", "rate", "done"]) element(id).hidden = id !== name;
  }

  function show(at) {
    state.at = at;
    shownAt = performance.now();
    const count = doneCount();
    element("progress").value = count;
    element("who").textContent = state.rater;
    if (at >= sheet.items.length) return showDone(count);
    view("rate");
    const item = sheet.items[at];
    const rated = state.ratings[at + 1] ?? {};
    active = Math.max(0, scales.findIndex(scale => rated[scale] === undefined));
    element("position").textContent = (at + 1) + " / " + sheet.items.length;
    element("picture").src = sheet.pictures[item.picture];
    element("caption").textContent = item.caption || "(no words)";
    draw();
    element("back").disabled = at === 0;
    element("next").disabled = false;
  }

  function draw() {
    const rated = state.ratings[state.at + 1] ?? {};
    scales.forEach((scale, s) => {
      const set = element("scale-" + s);
      set.classList.toggle("active", s === active);
      set.querySelectorAll("button").forEach((button, i) =>
        button.setAttribute("aria-pressed", String(rated[scale] === i + 1)));
    });
    element("undo").disabled = state.undo.length === 0;
  }

  function showDone(count) {
    view("done");
    const open = sheet.items.length - count;
    element("summary").textContent = open === 0
      ? "You rated all " + sheet.items.length + " captions."
      : "You rated " + count + " of " + sheet.items.length + " captions; " + open + " are open.";
    element("resume").hidden = open === 0;
    element("position").textContent = "";
    save();
  }

  function say(text) {
    element("said").textContent = element("said-2").textContent = text;
  }

  // Remembers the item on show as it is, for undo().
  function remember() {
    const before = state.ratings[state.at + 1];
    state.undo.push({number: state.at + 1, active, before: before ? {...before} : null});
    if (state.undo.length > maxUndo) state.undo.shift();
  }

  function setScores(scores) {
    const number = state.at + 1;
    const rated = state.ratings[number] = {...state.ratings[number], ...scores};
    if (isDone(number)) {
      const seconds = (performance.now() - shownAt) / 1000;
      rated.seconds = Math.round(Math.min(seconds, 600) * 10) / 10;
    }
    state.saved = new Date().toISOString();
  }

  function described(number) {
    const rated = state.ratings[number];
    return "Caption " + number + ": " + scales.map(scale =>
      scale + " " + (rated[scale] ?? "not judged")).join(", ");
  }

  // The next caption comes once all scales are rated; where they were before, after the last scale.
  function rate(s, value) {
    const number = state.at + 1;
    const wasDone = isDone(number);
    remember();
    setScores({[scales[s]]: value});
    if (wasDone ? s === scales.length - 1 : isDone(number)) {
      say(described(number));
      show(state.at + 1);
    } else {
      active = wasDone ? s + 1
        : scales.findIndex(scale => state.ratings[number][scale] === undefined);
      draw();
    }
    save();
  }

  function skip() {
    remember();
    setScores(Object.fromEntries(scales.map(scale => [scale, null])));
    say(described(state.at + 1));
    show(state.at + 1);
    save();
  }

  function undo() {
    const last = state.undo.pop();
    if (!last) return;
    if (last.before) state.ratings[last.number] = last.before;
    else delete state.ratings[last.number];
    show(last.number - 1);
    active = last.active;
    draw();
    say("Taken back: caption " + last.number + ", " + scales[active]);
    save();
  }

  function move(step) {
    const at = state.at + step;
    if (at < 0 || at > sheet.items.length) return;
    say("");
    show(at);
    save();
  }

  function exported() {
    const ratings = [];
    sheet.items.forEach((_, i) => {
      const rated = state.ratings[i + 1];
      if (rated) ratings.push({item: i + 1, ...rated});
    });
    return {format: "storyteller ratings 1", sheet: sheet.sheet, rater: state.rater, scales,
      started: state.started, saved: state.saved, items: sheet.items.length, ratings};
  }

  const quoted = value => {
    const text = String(value ?? "");
    return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };

  function csv() {
    const rows = [["sheet", "rater", "item", ...scales, "seconds"]];
    for (const rated of exported().ratings) {
      rows.push([sheet.sheet, state.rater, rated.item, ...scales.map(scale => rated[scale]),
        rated.seconds]);
    }
    return rows.map(row => row.map(quoted).join(",") + "\r\n").join("");
  }

  function download(extension, type, text) {
    const link = document.createElement("a");
    const url = URL.createObjectURL(new Blob([text], {type}));
    const rater = state.rater.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "") || "rater";
    link.href = url;
    link.download = "ratings-" + sheet.sheet.slice(0, 8) + "-" + rater + "." + extension;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    say("Saved " + link.download);
  }
  const exportJson = () =>
    download("json", "application/json", JSON.stringify(exported(), null, 1) + "\n");
  const exportCsv = () => download("csv", "text/csv", csv());

  function leave() {
    state = null;
    view("start");
    const input = element("rater");
    input.value = stored("last") ?? "";
    element("known").hidden = input.value === "";
    input.focus();
    input.select();
  }

  function onKey(event) {
    if (state === null || event.altKey || event.metaKey) return;
    if (event.ctrlKey && event.key !== "z") return;
    const rating = !element("rate").hidden;
    // By the key's place as well: some layouts want Shift for digits.
    const digit = /^[0-5]$/.exec(event.key) ?? /(?<=^Digit)[0-5]$/.exec(event.code);
    if (digit && rating) {
      if (event.repeat) return;
      if (digit[0] === "0") skip();
      else rate(active, Number(digit[0]));
    }
    else if (event.key === "Backspace" || event.key === "u" || event.key === "z") undo();
    else if (event.key === "ArrowLeft") move(-1);
    else if (event.key === "ArrowRight" && rating) move(1);
    else return;
    event.preventDefault();
  }

  // Another tab with the same sheet and rater must not undo what was done here.
  function onStorage(event) {
    if (state === null || event.key !== prefix + "rater:" + state.rater || !event.newValue) return;
    state = JSON.parse(event.newValue);
    show(state.at);
    say("Continued in another tab");
  }

  element("progress").max = sheet.items.length;
  scales.forEach((_, s) => element("scale-" + s).querySelectorAll("button").forEach((button, i) =>
    button.addEventListener("click", event => {
      if (event.detail > 0) button.blur();  // a mouse: Enter shall not press it again
      rate(s, i + 1);
    })));
  element("name").addEventListener("submit", event => {
    event.preventDefault();
    const rater = element("rater").value.trim();
    if (rater !== "") open(rater);
  });
  for (const [id, action] of Object.entries({back: () => move(-1), next: () => move(1), undo, skip,
    resume: () => show(Math.max(0, firstOpen())), change: leave, "change-2": leave,
    review: () => move(-1), json: exportJson, csv: exportCsv, "json-2": exportJson,
    "csv-2": exportCsv})) {
    element(id).addEventListener("click", action);
  }
  document.addEventListener("keydown", onKey);
  window.addEventListener("storage", onStorage);
  element("noscript").hidden = true;
  leave();
})();
)js";

}  // namespace storyteller
