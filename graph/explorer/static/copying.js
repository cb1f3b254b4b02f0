// One click copies a fact as a sentence with its citation. The clipboard API exists only on secure origins, so a
// network address without TLS falls back on a selection.
"use strict";
(() => {
  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) {
      try { await navigator.clipboard.writeText(text); return true; } catch { /* refused: the way below */ }
    }
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "skip";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const done = await copy(button.dataset.copy);
    const zh = document.documentElement.lang !== "en";
    const before = button.textContent;
    button.textContent = done ? (zh ? "已复制" : "Copied") : (zh ? "复制不了" : "Could not copy");
    setTimeout(() => { button.textContent = before; }, 1600);
  });
})();
