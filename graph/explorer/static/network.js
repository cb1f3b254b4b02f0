// The network on Cytoscape's canvas, beside its tables: a choice in one is a choice in the other.
"use strict";
(() => {
  const box = document.getElementById("canvas");
  if (!box || typeof cytoscape === "undefined") return;
  const { network, words, expand, thing } = JSON.parse(document.getElementById("elements").textContent);
  const table = document.getElementById("facts");
  box.textContent = "";
  const said = document.getElementById("canvas-said");
  const MOST = 2000;
  const FONT = 13, WIDE = 112;  // pixels: a name, and its lines
  const CLOSE = 1.2;  // how near the view of a whole network comes
  const NAMES = 300;  // at once
  const SIDES = ["below", "right", "left", "above"];  // of a node, where its name may stand
  const few = network.edges.length <= 400;

  // --- what is drawn: as large on the screen at every zoom under 1, so that a great network is still readable
  let unit = 1;  // canvas units a pixel
  const pixels = (size) => () => size * unit;
  const smaller = (count) => Math.max(0.36, Math.min(1, Math.sqrt(28 / count)));
  let crowd = smaller(network.nodes.length);  // many are drawn smaller
  const short = (name) => (name.length > 22 ? name.slice(0, 21) + "…" : name);
  const shape = (label) => words.shapes[label] || words.shapes[""];
  const node = (one) => ({ group: "nodes", data: { id: one.id, name: one.name, short: short(one.name), label: one.label,
    shape: shape(one.label)[0], colour: shape(one.label)[1] }, position: { x: one.x, y: one.y } });
  const edge = (one) => ({ group: "edges", data: { id: `e${one.id}`, fact: one.id, type: one.type, said: words.relations[one.type] || one.type,
    way: words.symmetric.includes(one.type) ? 0 : 1, source: one.source, target: one.target } });
  const words_of_edges = { label: "data(said)", "font-size": pixels(FONT - 1), color: "#4a5866",
    "text-background-color": "#fff", "text-background-opacity": 0.9, "text-background-padding": 1 };

  const cy = cytoscape({
    container: box, layout: { name: "preset" }, minZoom: 0.05, maxZoom: 4, boxSelectionEnabled: false,
    elements: [...network.nodes.map(node), ...network.edges.map(edge)],
    style: [
      { selector: "node", style: { shape: "data(shape)", "background-color": "data(colour)", "border-width": pixels(1), "border-color": "#fff",
        width: () => 24 * unit * crowd, height: () => 24 * unit * crowd } },
      { selector: "node.centre", style: { width: () => (12 + 22 * crowd) * unit, height: () => (12 + 22 * crowd) * unit } },
      { selector: "node.named", style: { label: "data(short)", "font-size": pixels(FONT), color: "#1b2733", "text-valign": "bottom",
        "text-margin-y": pixels(3), "text-wrap": "wrap", "text-max-width": pixels(WIDE), "text-overflow-wrap": "anywhere",
        "text-background-color": "#fff", "text-background-opacity": 0.85, "text-background-padding": 1 } },
      { selector: "node.right", style: { "text-halign": "right", "text-valign": "center", "text-margin-x": pixels(3), "text-margin-y": 0, "text-justification": "left" } },
      { selector: "node.left", style: { "text-halign": "left", "text-valign": "center", "text-margin-x": pixels(-3), "text-margin-y": 0, "text-justification": "right" } },
      { selector: "node.above", style: { "text-valign": "top", "text-margin-y": pixels(-3) } },
      { selector: "edge", style: { width: pixels(1.2), "line-color": "#b3bfca", "curve-style": "haystack" } },
      // Few edges have room for arrows, which tell who is the subject, and very few for their words.
      ...(few ? [{ selector: "edge", style: { "curve-style": "bezier" } }, { selector: "edge[way > 0]", style: {
        "target-arrow-shape": "triangle", "target-arrow-color": "#9aa9b7", "arrow-scale": 0.7 } }] : []),
      ...(network.edges.length <= 12 ? [{ selector: "edge", style: words_of_edges }] : []),
      { selector: "node.near", style: { "border-width": pixels(3), "border-color": "#f0a500" } },
      { selector: "edge.near, edge:selected", style: { "line-color": "#d98c00", "target-arrow-color": "#d98c00", width: pixels(2.5), "z-index": 9 } },
      { selector: "edge:selected", style: words_of_edges },
      { selector: "node:selected", style: { "border-width": pixels(4), "border-color": "#d1451b", "font-weight": "bold", "z-index": 10 } },
    ],
  });
  window.zhituCanvas = cy;
  for (const id of network.centres || []) cy.getElementById(id).addClass("centre");

  // --- names: those of what matters most first; one that would cover another waits until the view comes nearer
  const weight = (one) => (one.selected() ? 1e6 : 0) + (one.hasClass("centre") ? 1e5 : 0) + (one.hasClass("near") ? 1e4 : 0) + one.degree(false);
  const length = (text) => [...text].reduce((sum, character) => sum + (character > "\u00ff" ? 1 : 0.55), 0);
  function choose_names() {
    const pixel = cy.zoom() * unit, taken = [], view = cy.extent();
    const inside = cy.nodes().filter((one) => {
      const at = one.position();
      return at.x >= view.x1 && at.x <= view.x2 && at.y >= view.y1 && at.y <= view.y2;
    });
    const keep = new Map();
    // No name lies on a node, as long as there are few enough to look at each.
    const blocks = inside.length > 400 ? [] : inside.map((one) => {
      const at = one.renderedPosition(), half = one.renderedHeight() / 2;
      return [at.x - half, at.x + half, at.y - half, at.y + half, one.id()];
    });
    const over = (room, other) => room[0] < other[1] && room[1] > other[0] && room[2] < other[3] && room[3] > other[2];
    for (const one of inside.toArray().sort((a, b) => weight(b) - weight(a))) {
      if (keep.size >= NAMES) break;
      const at = one.renderedPosition(), half = one.renderedHeight() / 2 + 4, whole = length(one.data("short")) * FONT * pixel;
      const wide = Math.min(whole, WIDE * pixel), high = Math.ceil(whole / (WIDE * pixel)) * FONT * pixel * 1.2;
      const rooms = {
        below: [at.x - wide / 2, at.x + wide / 2, at.y + half, at.y + half + high], right: [at.x + half, at.x + half + wide, at.y - high / 2, at.y + high / 2],
        left: [at.x - half - wide, at.x - half, at.y - high / 2, at.y + high / 2], above: [at.x - wide / 2, at.x + wide / 2, at.y - half - high, at.y - half],
      };
      const sure = weight(one) >= 1e5;  // what was chosen, and what the view is about, is named in any case
      const free = (room) => room[0] >= 0 && room[1] <= box.clientWidth && !taken.some((other) => over(room, other)) && !blocks.some((other) => other[4] !== one.id() && over(room, other));
      const side = SIDES.find((name) => free(rooms[name])) || (sure ? "below" : "");
      if (!side) continue;
      taken.push(rooms[side]);
      keep.set(one.id(), side);
    }
    cy.nodes().forEach((one) => {
      const side = keep.get(one.id());
      one.toggleClass("named", Boolean(side));
      for (const name of SIDES) one.toggleClass(name, name === side);
    });
  }
  function dress() {
    unit = 1 / Math.min(cy.zoom(), 1);
    cy.style().update();
    cy.batch(choose_names);
  }
  let drawing = 0;
  const soon = () => { cancelAnimationFrame(drawing); drawing = requestAnimationFrame(dress); };
  function fit() {
    cy.fit(undefined, 46);
    if (cy.zoom() > CLOSE) { cy.zoom(CLOSE); cy.center(); }
    soon();
  }
  fit();
  dress();
  cy.on("zoom pan", soon);
  cy.on("mouseover", "node, edge", (event) => { box.title = telling(event.target); });
  cy.on("mouseout", "node, edge", () => { box.title = ""; });

  // --- linked choice
  let quiet = false;
  const rows = () => document.querySelectorAll("tr[data-edge]");
  const telling = (one) => (one.isNode() ? `${one.data("name")}（${words.labels[one.data("label")] || one.data("label")}）`
    : `${one.source().data("name")} ${one.data("said")} ${one.target().data("name")}`);
  function bring(row) {  // into the table's own window, never by moving the page
    const frame = row && row.closest(".beside .wide");
    if (!frame) return;
    const top = row.offsetTop - (row.closest("table").tHead?.offsetHeight || 0);
    if (top < frame.scrollTop || row.offsetTop + row.offsetHeight > frame.scrollTop + frame.clientHeight) frame.scrollTop = top;
  }
  function tell(one) {
    const near = one.isNode() ? one.connectedEdges() : one;
    cy.elements().removeClass("near");
    near.addClass("near");
    (one.isNode() ? one.neighborhood("node") : one.connectedNodes()).addClass("near");
    const chosen = new Set(near.map((e) => e.data("fact")));
    let first = null;
    for (const row of rows()) {
      const on = row.classList.toggle("chosen", chosen.has(row.dataset.edge));
      if (on && !first) first = row;
    }
    bring(first);
    said.textContent = telling(one) + (one.isNode() ? `：${near.length} ${words.facts}` : "");
    soon();
  }
  function clear() {
    cy.elements().removeClass("near");
    for (const row of rows()) row.classList.remove("chosen");
    said.textContent = "";
    soon();
  }
  cy.on("select", "node, edge", (event) => {
    if (!quiet) tell(event.target);
  });
  cy.on("unselect", () => { if (!cy.$(":selected").length) clear(); });
  function choose(one) {
    quiet = true;
    cy.$(":selected").unselect();
    one.select();
    quiet = false;
    tell(one);
  }
  function chosen_row(event) {
    const row = event.target.closest("tr[data-edge]");
    if (!row || event.target.closest("a")) return;
    const one = cy.getElementById(`e${row.dataset.edge}`);
    if (!one.length) return;
    choose(one);
    cy.animate({ center: { eles: one }, duration: 150 });
  }
  document.addEventListener("click", chosen_row);
  document.addEventListener("keydown", (event) => { if (event.key === "Enter") chosen_row(event); });
  for (const row of rows()) row.tabIndex = 0;

  // --- growing by double click
  const cell = (text) => { const td = document.createElement("td"); td.textContent = text; return td; };
  const address = (id) => thing.replace(/-$/, encodeURIComponent(id));
  function linked(id) {
    const td = document.createElement("td"), a = document.createElement("a");
    a.href = address(id);
    a.textContent = cy.getElementById(id).data("name");
    td.append(a);
    return td;
  }
  function addRow(one) {
    if (!table) return;
    const row = table.tBodies[0].insertRow();
    row.tabIndex = 0;
    Object.assign(row.dataset, { edge: one.id, source: one.source, target: one.target });
    const source = cell(""), a = document.createElement("a");
    a.className = "evidence";
    a.href = `/fact/${one.type}/${one.id}?of=${encodeURIComponent(one.source)}`;
    a.textContent = words.source;
    source.append(a);
    row.append(linked(one.source), cell(words.relations[one.type] || one.type), linked(one.target), cell(one.years.join("、")), source);
  }
  const count = (id, text) => { const place = document.getElementById(id); if (place) place.textContent = text; };
  async function grow(centre) {
    const room = MOST - cy.nodes().length;
    if (room <= 0) { said.textContent = words.full; return; }
    said.textContent = words.loading;
    box.setAttribute("aria-busy", "true");
    const query = new URLSearchParams(location.search);
    for (const name of ["id", "name", "a", "b", "steps", "most"]) query.delete(name);
    query.append("id", centre.id());
    query.append("most", "300");
    const answer = await fetch(`${expand}?${query}`).catch(() => null);
    box.removeAttribute("aria-busy");
    if (!answer || !answer.ok) { said.textContent = words.away; return; }
    const found = (await answer.json()).network;
    const fresh = found.nodes.filter((one) => !cy.getElementById(one.id).length).slice(0, room);
    const at = centre.position();
    fresh.forEach((one, index) => {  // around the centre on a spiral: what stood stays where it is
      const turn = index * 2.4, far = 70 + 9 * Math.sqrt(index * 12);
      Object.assign(one, { x: at.x + far * Math.cos(turn), y: at.y + far * Math.sin(turn) });
    });
    cy.add(fresh.map(node));
    crowd = smaller(cy.nodes().length);
    const edges = found.edges.filter((one) => !cy.getElementById(`e${one.id}`).length && cy.getElementById(one.source).length && cy.getElementById(one.target).length);
    cy.add(edges.map(edge));
    edges.forEach(addRow);
    const total = Math.max(network.total, cy.nodes().length);
    count("shown", words.shown.replace("{n}", cy.nodes().length.toLocaleString("en")).replace("{N}", total.toLocaleString("en")));
    count("edge-count", cy.edges().length.toLocaleString("en"));
    choose(centre);
    const left = found.total - 1 - centre.neighborhood("node").length;
    said.textContent += `，＋${fresh.length}` + (left > 0 ? ` ${words.left.replace("{n}", left)}` : "");
  }
  cy.on("dbltap", "node", (event) => grow(event.target));

  // --- buttons and keys
  function open(one) { if (one.length) location.assign(address(one.id())); }
  function picture() {
    // Twice what the screen has when the whole network fits it.
    const whole = cy.elements().boundingBox(), fits = Math.min(box.clientWidth / whole.w, box.clientHeight / whole.h);
    const saved = cy.png({ full: true, scale: 2 * Math.max(Math.min(1, cy.zoom()), Math.min(CLOSE, fits)), bg: "#ffffff", output: "blob", maxWidth: 12000, maxHeight: 12000 });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(saved);
    link.download = `${document.title.split(" · ")[0]}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  // Paper is narrower than the screen: the canvas is printed as a picture of the whole.
  window.addEventListener("beforeprint", () => {
    const drawn = new Image();
    drawn.className = "drawn";
    drawn.alt = box.getAttribute("aria-label");
    drawn.src = cy.png({ full: true, scale: 2 * Math.min(1, cy.zoom()), bg: "#ffffff", maxWidth: 4000, maxHeight: 4000 });
    box.after(drawn);
  });
  window.addEventListener("afterprint", () => document.querySelectorAll("img.drawn").forEach((one) => one.remove()));
  const chosen = () => cy.$("node:selected").first();
  const zoom = (by) => cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: box.clientWidth / 2, y: box.clientHeight / 2 } });
  const acts = { fit, in: () => zoom(1.3), out: () => zoom(1 / 1.3), png: picture,
    expand: () => (chosen().length ? grow(chosen()) : (said.textContent = words.choose)),
    open: () => (chosen().length ? open(chosen()) : (said.textContent = words.choose)) };
  document.querySelector(".tools").addEventListener("click", (event) => {
    const act = acts[event.target.dataset.act];
    if (act) act();
  });
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  function step([dx, dy]) {  // to the nearest node that lies that way
    const from = chosen();
    if (!from.length) { choose(cy.$("node.centre").first().length ? cy.$("node.centre").first() : cy.nodes().first()); return; }
    const at = from.position();
    let best = null, least = Infinity;
    cy.nodes().forEach((one) => {
      const x = one.position().x - at.x, y = one.position().y - at.y, along = x * dx + y * dy;
      const cost = along + 2 * Math.abs(x * dy + y * dx);
      if (along > 1 && cost < least) { best = one; least = cost; }
    });
    if (best) { choose(best); cy.animate({ center: { eles: best }, duration: 120 }); }
  }
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key;
    if (ways[key]) step(ways[key]);
    else if (key === "Enter") open(chosen());
    else if (key === " ") acts.expand();
    else if (key === "+" || key === "=") acts.in();
    else if (key === "-") acts.out();
    else if (key === "0") acts.fit();
    else if (key === "Escape") { cy.$(":selected").unselect(); clear(); }
    else return;
    event.preventDefault();
  });
})();
