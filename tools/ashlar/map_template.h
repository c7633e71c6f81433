#pragma once

// The page that map_page() fills in: the map of frames on a canvas, the two chosen mappings as
// strips above and below it, and lines from each page of theirs to its frame.
namespace ashlar::tool {

inline constexpr const char* kMapTemplate = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Physical memory, frame by frame</title>
<style>
  body { margin: 0; background: #fbfaf7; color: #22262b; font: 15px/1.45 system-ui, sans-serif; }
  main { width: 1120px; margin: 26px auto 40px; }
  h1 { font-size: 25px; font-weight: 650; margin: 0 0 4px; letter-spacing: -0.01em; }
  p { margin: 0 0 14px; max-width: 900px; color: #4a525c; }
  #stage { position: relative; }
  svg { position: absolute; left: 0; top: 0; pointer-events: none; }
  canvas { display: block; margin-left: 76px; border: 1px solid #d8d4ca; background: #fff; }
  .strip { margin: 0 0 0 77px; display: flex; }
  .strip i { display: block; height: 22px; box-sizing: border-box; border-right: 1px solid #fff; }
  .label { margin: 0 0 5px 77px; font-size: 14px; }
  .label b { font-size: 15px; }
  .label code, #tip code { font: 12.5px ui-monospace, monospace; color: #5a636e; }
  .gap { height: 58px; }
  .zone { position: absolute; left: 0; width: 68px; text-align: right; font-size: 12.5px; color: #6a727c;
          border-top: 1px solid #b9b4a6; padding-top: 1px; }
  #legend { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 16px 0 20px 77px; font-size: 13.5px; }
  #legend span { display: flex; align-items: center; gap: 7px; }
  #legend i { width: 13px; height: 13px; border: 1px solid rgba(0,0,0,.18); box-sizing: border-box; }
  #tip { position: fixed; display: none; background: #22262b; color: #fff; padding: 6px 10px; border-radius: 5px;
         font-size: 13px; pointer-events: none; max-width: 420px; }
  #tip code { color: #cfd6de; }
  table { border-collapse: collapse; margin-left: 77px; font-size: 13px; }
  td, th { padding: 3px 14px 3px 6px; text-align: left; border-bottom: 1px solid #e6e2d8; }
  tbody tr { cursor: pointer; }
  tbody tr:hover, tbody tr.on { background: #f1ece0; }
  td { font-family: ui-monospace, monospace; font-size: 12.5px; }
  h2 { font-size: 16px; margin: 26px 0 6px 77px; }
</style>
<main>
<h1>Physical memory, frame by frame</h1>
<p id="intro"></p>
<div id="stage">
  <div class="label" id="top"></div><div class="strip" id="kstrip"></div>
  <div class="gap"></div>
  <canvas id="map"></canvas>
  <div class="gap"></div>
  <div class="strip" id="vstrip"></div><div class="label" id="bottom" style="margin-top:5px"></div>
  <svg id="lines"></svg>
</div>
<div id="legend"></div>
<h2>vmalloc areas: choose one to see its frames</h2>
<table><thead><tr><th>address</th><th>KiB</th><th>runs of frames</th><th>vmallocinfo</th></tr></thead>
<tbody id="areas"></tbody></table>
</main>
<div id="tip"></div>
<script>
const data = @DATA@;
const FREE = 0, LISTED = 1, PAGES = 2, SLAB = 3, KMALLOC = 4, VMALLOC = 5;
const names = ["free, in the buddy", "free, on a CPU's list", "page frames (alloc_pages)", "slabs (kmem_cache, small kmalloc)",
               "kmalloc blocks above 8 KiB", "frames of other vmalloc areas"];
const colours = ["#ffffff", "#e9eef2", "#d3d8dd", "#b9d9b4", "#c5bce6", "#f2d9a0"];
const $ = id => document.getElementById(id);
const hex = n => "0x" + n.toString(16);
const grown = n => n.toLocaleString("en");
const cols = data.frames <= 16384 ? 256 : data.frames <= 131072 ? 512 : 1024;
const rows = Math.ceil(data.frames / cols);
const W = 1024 / cols, H = Math.max(1, Math.floor(448 / rows));
const use = new Uint8Array(data.frames), cache = new Uint16Array(data.frames);
for (const [first, count, u, c] of data.blocks) { use.fill(u, first, first + count); cache.fill(c, first, first + count); }
// From light to dark along the addresses: what is in order looks in order.
const blue = t => `hsl(214 ${70 + 25 * t}% ${64 - 34 * t}%)`, red = t => `hsl(${22 - 22 * t} ${86}% ${58 - 22 * t}%)`;
let area = data.area;

const canvas = $("map"), pen = canvas.getContext("2d");
canvas.width = cols * W; canvas.height = rows * H;
const place = f => [(f % cols) * W, Math.floor(f / cols) * H];
function cell(f, colour) { const [x, y] = place(f); pen.fillStyle = colour; pen.fillRect(x, y, W, H); }
function frame_colour(f) {
  // Caches differ a little, so that one can tell them apart.
  return use[f] === SLAB ? `hsl(${95 + cache[f] * 37 % 80} 38% ${74 + cache[f] * 7 % 9}%)` : colours[use[f]];
}
function outline(f, colour) {
  const [x, y] = place(f);
  pen.fillStyle = colour; pen.fillRect(x - 1, y - 1, W + 2, H + 2);
}
function paint() {
  for (let f = 0; f < data.frames; f++) cell(f, frame_colour(f));
  if (W >= 4) {
    pen.fillStyle = "rgba(120,120,110,.13)";
    for (let x = 1; x < cols; x++) pen.fillRect(x * W - 0.5, 0, 0.5, canvas.height);
    for (let y = 1; y < rows; y++) pen.fillRect(0, y * H - 0.5, canvas.width, 0.5);
  }
  for (const [m, ramp, edge] of [[data.block, blue, "#0a2d66"], [area, red, "#5c1206"]]) {
    m.frames.forEach(f => outline(f, edge));
    m.frames.forEach((f, i) => cell(f, ramp(i / m.frames.length)));
  }
}
function strip(id, m, ramp) {
  $(id).innerHTML = m.frames.map((f, i) =>
    `<i data-f="${f}" style="width:${1024 / m.frames.length}px;background:${ramp(i / m.frames.length)}"></i>`).join("");
}
function text(m) {
  return `<b>${m.what}</b> <code>${m.address}</code> &nbsp; ${m.frames.length} pages, ` +
    (m.runs === 1 ? "one run of frames" : `${m.runs} runs of frames`);
}
function lines() {
  const stage = $("stage").getBoundingClientRect(), map = canvas.getBoundingClientRect();
  const left = map.left - stage.left + 1, top = map.top - stage.top + 1;
  const svg = [];
  const draw = (m, id, ramp, down) => {
    const box = $(id).getBoundingClientRect(), n = m.frames.length;
    m.frames.forEach((f, i) => {
      const [x, y] = place(f);
      const x1 = box.left - stage.left + (i + 0.5) * 1024 / n, y1 = (down ? box.bottom : box.top) - stage.top;
      const x2 = left + x + W / 2, y2 = top + y + H / 2, bend = down ? 34 : -34;
      svg.push(`<path d="M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}" fill="none" ` +
               `stroke="${ramp(i / n)}" stroke-width="${n > 96 ? 0.5 : 0.9}" opacity="${n > 96 ? 0.35 : 0.6}"/>`);
    });
  };
  draw(data.block, "kstrip", blue, true);
  draw(area, "vstrip", red, false);
  $("lines").setAttribute("width", stage.width); $("lines").setAttribute("height", stage.height);
  $("lines").innerHTML = svg.join("");
}
function zones() {
  const stage = $("stage").getBoundingClientRect(), map = canvas.getBoundingClientRect();
  for (const z of data.zones) {
    const e = document.createElement("div");
    e.className = "zone"; e.style.top = map.top - stage.top + 1 + Math.floor(z.first / cols) * H + "px";
    e.innerHTML = `${z.name}<br>from<br>${grown(z.first / 256)} MiB`;
    $("stage").append(e);
  }
}
function show() {
  paint();
  strip("kstrip", data.block, blue); strip("vstrip", area, red);
  $("top").innerHTML = data.block.frames.length ? text(data.block) + ": physical addresses are its own addresses less a constant"
                                                : `<b>${data.block.what}</b> NULL: no run that long is free`;
  $("bottom").innerHTML = text(area) + (area.runs > 1 ? ": page tables make them neighbours" : "");
  [...$("areas").children].forEach((r, i) => r.className = data.areas[i].address === area.address ? "on" : "");
  lines();
}
function legend() {
  const counts = names.map(() => 0);
  use.forEach(u => counts[u]++);
  counts[KMALLOC] -= data.block.frames.length; counts[VMALLOC] -= data.area.frames.length;
  const item = (c, t, n) => `<span><i style="background:${c}"></i>${t}: ${grown(n)}</span>`;
  $("legend").innerHTML =
    item(blue(0.5), data.block.what, data.block.frames.length) + item(red(0.4), data.area.what, data.area.frames.length) +
    names.map((t, u) => item(colours[u], t, counts[u])).join("");
}
$("intro").innerHTML =
  `Each cell is one frame of 4 KiB, in the order of physical addresses: ${grown(data.frames)} frames, ${grown(data.free)} of ` +
  `them free, at most ${grown(data.longest)} in a row. ` + (data.again ? "" :
  `So <b>${data.block.what}</b>${data.block.frames.length ? " once more" : ""} returned NULL, while <b>${data.area.what}</b> took whatever frames there were.`);
$("areas").innerHTML = data.areas.map(a => `<tr><td>${a.address}</td><td>${a.bytes / 1024}</td><td>${a.runs}</td><td></td></tr>`).join("");
[...$("areas").children].forEach((r, i) => {
  r.lastChild.textContent = data.areas[i].what.replace(/^\S+ +\d+ /, "");
  r.onclick = () => { const a = data.areas[i];
    area = a.address === data.area.address ? data.area : {...a, what: `vmalloc(${a.bytes / 1024} KiB)`}; show(); };
});
canvas.onmousemove = e => {
  const f = Math.floor(e.offsetY / H) * cols + Math.floor(e.offsetX / W);
  if (f < 0 || f >= data.frames) return;
  const at = m => m.frames.indexOf(f);
  const what = at(data.block) >= 0 ? `page ${at(data.block)} of ${data.block.what}` : at(area) >= 0 ? `page ${at(area)} of ${area.what}` :
    use[f] === SLAB ? "slab of " + data.caches[cache[f]] : names[use[f]];
  $("tip").innerHTML = `${what}<br><code>frame ${f}, physical ${hex(f * 4096)}</code>`;
  $("tip").style.cssText = `display:block;left:${e.clientX + 14}px;top:${e.clientY + 14}px`;
};
canvas.onmouseleave = () => $("tip").style.display = "none";
show(); legend(); zones();
</script>
</html>
)html";

}  // namespace ashlar::tool
