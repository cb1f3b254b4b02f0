// Help for forms and tables: choices apply at once, names are suggested, a header sorts its table, missing pages are said.
"use strict";
(() => {

  // A choice applies at once; empty fields stay out of the address.
  for (const form of document.querySelectorAll("form.auto")) {
    form.addEventListener("change", () => form.requestSubmit());
  }
  for (const form of document.querySelectorAll("form:not([method])")) {
    form.addEventListener("submit", () => {
      for (const field of form.querySelectorAll("input, select")) if (!field.value) field.disabled = true;
      setTimeout(() => form.querySelectorAll(":disabled").forEach((field) => { field.disabled = false; }), 500);
    });
  }

  // Names as one types, from the same search as the page.
  let asked = 0;
  for (const field of document.querySelectorAll("input[data-suggest], .filters input[name=name], .filters input[name=a], .filters input[name=b]")) {
    const list = document.createElement("datalist");
    list.id = `names-${field.name}`;
    field.after(list);
    field.setAttribute("list", list.id);
    field.autocomplete = "off";
    let wait;
    field.addEventListener("input", () => {
      clearTimeout(wait);
      if (field.value.trim().length < 2) return;
      wait = setTimeout(async () => {
        const turn = ++asked;
        const labels = (field.dataset.suggest || "").split(" ");
        const label = labels.length === 1 && labels[0] ? `&label=${labels[0]}` : "";
        const answer = await fetch(`/search.json?q=${encodeURIComponent(field.value)}${label}`).catch(() => null);
        if (!answer || !answer.ok || turn !== asked) return;
        const found = (await answer.json()).found.hits.slice(0, 12);
        list.replaceChildren(...found.map((hit) => new Option(hit.name)));
      }, 200);
    });
  }

  // A header sorts by its column: numbers as numbers, text as Chinese.
  const order = new Intl.Collator("zh-CN", { numeric: true });
  for (const head of document.querySelectorAll("table.sortable thead th")) {
    head.tabIndex = 0;
    const sort = () => {
      const table = head.closest("table");
      const column = [...head.parentNode.children].indexOf(head);
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].textContent.trim();
      const value = (text) => (/^[-+]?[\d,]+(\.\d+)?$/.test(text) ? Number(text.replaceAll(",", "")) : NaN);
      const rows = [...table.tBodies[0].rows].sort((one, other) => {
        const a = key(one), b = key(other), x = value(a), y = value(b);
        return (Number.isNaN(x) || Number.isNaN(y) ? order.compare(a, b) : x - y) * (down ? -1 : 1);
      });
      table.tBodies[0].append(...rows);
    };
    head.addEventListener("click", sort);
    head.addEventListener("keydown", (event) => { if (event.key === "Enter") sort(); });
  }

  // On a narrow screen the results come before what narrows them.
  if (window.matchMedia("(max-width: 60rem)").matches) document.querySelectorAll("details.facets").forEach((one) => { one.open = false; });

  // A page's picture that is not there is said, not shown broken.
  const missing = (image) => {
    const note = document.createElement("p");
    note.className = "note";
    note.textContent = image.dataset.missing;
    image.closest("figure").replaceWith(note);
  };
  for (const image of document.querySelectorAll("img[data-missing]")) {
    if (image.complete && !image.naturalWidth && image.loading !== "lazy") missing(image);
    else image.addEventListener("error", () => missing(image));
  }

  // Print from a long page: details open.
  window.addEventListener("beforeprint", () => document.querySelectorAll("details:not(.mark):not(.choose)").forEach((one) => { one.open = true; }));
})();
