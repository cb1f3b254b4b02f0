// The network on Cytoscape's canvas, beside its table: a choice in one is a choice in the other.
"use strict";
(() => {
  const box = document.getElementById("canvas");
  const table = document.getElementById("facts");
  if (!box || typeof cytoscape === "undefined") return;
  const { network, words, expand, thing } = JSON.parse(document.getElementById("elements").textContent);
  const MOST = 2000;
  const said = document.getElementById("canvas-said");
  const short = (name) => (name.length > 14 ? name.slice(0, 13) + "…" : name);
  const shape = (label) => words.shapes[label] || words.shapes[""];
  const node = (one) => ({ group: "nodes", data: { id: one.id, name: one.name, short: short(one.name), label: one.label,
    shape: shape(one.label)[0], colour: shape(one.label)[1] }, position: { x: one.x, y: one.y } });
  const edge = (one) => ({ group: "edges", data: { id: `e${one.id}`, fact: one.id, type: one.type, source: one.source, target: one.target } });

  const cy = cytoscape({
    container: box, layout: { name: "preset", fit: true, padding: 40 }, minZoom: 0.05, maxZoom: 4, boxSelectionEnabled: false,
    elements: [...network.nodes.map(node), ...network.edges.map(edge)],
    style: [
      { selector: "node", style: { label: "data(short)", shape: "data(shape)", "background-color": "data(colour)", width: 26, height: 26,
        "font-size": 16, "text-valign": "bottom", "text-margin-y": 3, color: "#1b2733", "min-zoomed-font-size": 7,
        "text-background-color": "#fff", "text-background-opacity": 0.8, "text-background-padding": 1 } },
      { selector: "edge", style: { width: 1.2, "line-color": "#b3bfca", "curve-style": "haystack" } },
      { selector: "node.near", style: { "border-width": 3, "border-color": "#f0a500" } },
      { selector: "edge.near, edge:selected", style: { "line-color": "#d98c00", width: 2.5, "z-index": 9 } },
      { selector: "node:selected", style: { "border-width": 4, "border-color": "#d1451b", "font-weight": "bold", "font-size": 19, "min-zoomed-font-size": 0, "z-index": 10 } },
    ],
  });
  window.zhituCanvas = cy;
  for (const id of network.centres || []) cy.getElementById(id).style({ width: 40, height: 40, "font-size": 19 });

  // --- linked choice
  let quiet = false;
  function tell(one) {
    const near = one.isNode() ? one.connectedEdges() : one;
    cy.elements().removeClass("near");
    near.addClass("near");
    (one.isNode() ? one.neighborhood("node") : one.connectedNodes()).addClass("near");
    const chosen = new Set(near.map((e) => e.data("fact")));
    for (const row of table.tBodies[0].rows) row.classList.toggle("chosen", chosen.has(row.dataset.edge));
    said.textContent = one.isNode()
      ? `${one.data("name")}（${words.labels[one.data("label")] || one.data("label")}）：${near.length} ${words.facts}`
      : `${one.source().data("name")} ${words.relations[one.data("type")]} ${one.target().data("name")}`;
  }
  function clear() {
    cy.elements().removeClass("near");
    for (const row of table.tBodies[0].rows) row.classList.remove("chosen");
    said.textContent = "";
  }
  cy.on("select", "node, edge", (event) => {
    if (!quiet) tell(event.target);
  });
  cy.on("unselect", () => { if (!cy.$(":selected").length) clear(); });
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-edge]");
    if (!row || event.target.closest("a")) return;
    const one = cy.getElementById(`e${row.dataset.edge}`);
    if (!one.length) return;
    choose(one);
    cy.animate({ center: { eles: one }, duration: 150 });
  });
  function choose(one) {
    quiet = true;
    cy.$(":selected").unselect();
    one.select();
    quiet = false;
    tell(one);
  }

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
    const row = table.tBodies[0].insertRow();
    Object.assign(row.dataset, { edge: one.id, source: one.source, target: one.target });
    const source = cell(""), a = document.createElement("a");
    a.className = "evidence";
    a.href = `/fact/${one.type}/${one.id}?of=${encodeURIComponent(one.source)}`;
    a.textContent = words.source;
    source.append(a);
    row.append(linked(one.source), cell(words.relations[one.type] || one.type), linked(one.target), cell(""), cell(one.years.join("、")), source);
  }
  async function grow(centre) {
    const room = MOST - cy.nodes().length;
    if (room <= 0) { said.textContent = words.full; return; }
    const query = new URLSearchParams(location.search);
    for (const name of ["id", "name", "steps", "most", "a", "b", "lang"]) query.delete(name);
    query.append("id", centre.id());
    query.append("most", "300");
    const answer = await fetch(`${expand}?${query}`).catch(() => null);
    if (!answer || !answer.ok) { said.textContent = words.away; return; }
    const found = (await answer.json()).network;
    const fresh = found.nodes.filter((one) => !cy.getElementById(one.id).length).slice(0, room);
    const at = centre.position();
    fresh.forEach((one, index) => {  // around the centre on a spiral: what stood stays where it is
      const turn = index * 2.4, far = 70 + 9 * Math.sqrt(index * 12);
      Object.assign(one, { x: at.x + far * Math.cos(turn), y: at.y + far * Math.sin(turn) });
    });
    cy.add(fresh.map(node));
    const edges = found.edges.filter((one) => !cy.getElementById(`e${one.id}`).length && cy.getElementById(one.source).length && cy.getElementById(one.target).length);
    cy.add(edges.map(edge));
    edges.forEach(addRow);
    const total = Math.max(network.total, cy.nodes().length);
    document.getElementById("shown").textContent = words.shown.replace("{n}", cy.nodes().length.toLocaleString("en")).replace("{N}", total.toLocaleString("en"));
    document.getElementById("edge-count").textContent = cy.edges().length.toLocaleString("en");
    choose(centre);
    const left = found.total - 1 - centre.neighborhood("node").length;
    said.textContent += `，＋${fresh.length}` + (left > 0 ? ` ${words.left.replace("{n}", left)}` : "");
  }
  cy.on("dbltap", "node", (event) => grow(event.target));

  // --- buttons and keys
  function open(one) { if (one.length) location.assign(address(one.id())); }
  function picture() {
    const saved = cy.png({ full: true, scale: 2, bg: "#ffffff", output: "blob", maxWidth: 12000, maxHeight: 12000 });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(saved);
    link.download = `${document.title.split(" · ")[0]}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  const chosen = () => cy.$("node:selected").first();
  const zoom = (by) => cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: box.clientWidth / 2, y: box.clientHeight / 2 } });
  const acts = { fit: () => cy.fit(undefined, 40), in: () => zoom(1.3), out: () => zoom(1 / 1.3), png: picture,
    expand: () => chosen().length && grow(chosen()), open: () => open(chosen()) };
  document.querySelector(".tools").addEventListener("click", (event) => {
    const act = acts[event.target.dataset.act];
    if (act) act();
  });
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  function step([dx, dy]) {  // to the nearest node that lies that way
    const from = chosen();
    if (!from.length) { choose(cy.nodes().first()); return; }
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
