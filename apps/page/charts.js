// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the scripts of all pages share.
// Okabe and Ito's colours: told apart by everybody.
const colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#7f7f7f"];
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
Chart.defaults.color = dark ? "#9aa7b8" : "#5b6675";
Chart.defaults.borderColor = dark ? "#2c3645" : "#dde3ea";
Chart.defaults.animation = false;
const $ = id => document.getElementById(id);
const text = (tag, content, parent) => { const e = document.createElement(tag); e.textContent = content; parent.append(e); return e; };
const si = (v, unit) => {
  if (!(v > 0)) return "0 " + unit;
  const prefixes = ["p", "n", "u", "m", "", "k", "M", "G", "T", "P"];
  const e = Math.max(-4, Math.min(5, Math.floor(Math.log10(v) / 3)));
  return (v / 1000 ** e).toPrecision(3) + " " + prefixes[e + 4] + unit;
};

function card(title, parent, height) {
  const box = document.createElement("div"); box.className = "card"; text("h3", title, box);
  const holder = document.createElement("div"); holder.style.position = "relative"; holder.style.height = height + "px"; box.append(holder);
  const canvas = document.createElement("canvas"); canvas.setAttribute("role", "img"); canvas.setAttribute("aria-label", title); holder.append(canvas); parent.append(box); return canvas;
}

function figure(value, name, box) { const f = document.createElement("div"); f.className = "figure"; text("b", value, f); text("span", name, f); box.append(f); }

// A card with a table: `rows` are lists of cells, the first a name; `foot`, if given, is the last row.
function table(title, parent, head, rows, foot) {
  const box = document.createElement("div"); box.className = "card"; parent.append(box);
  text("h3", title, box);
  const t = document.createElement("table"); box.append(t);
  const section = (name, cell, lines) => { const part = document.createElement(name); t.append(part);
    lines.forEach(cells => { const r = document.createElement("tr"); cells.forEach(c => text(cell, c, r)); part.append(r); }); };
  section("thead", "th", [head]); section("tbody", "td", rows); if (foot) section("tfoot", "td", [foot]);
}
