// Keys: "/" to the search box, "g" and a letter to a page, "?" for help. None while one types.
"use strict";
(() => {
  const pages = { h: "/", n: "/network", m: "/matrix", q: "/questions", y: "/years", r: "/reports", v: "/review" };
  let going = false;
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || at.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName)) return;
    if (going) {
      going = false;
      if (pages[event.key]) location.assign(pages[event.key]);
    } else if (event.key === "g") {
      going = true;
      setTimeout(() => { going = false; }, 1200);
    } else if (event.key === "/") {
      const box = document.querySelector(".find input");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    } else if (event.key === "?") {
      document.getElementById("help").showModal();
    }
  });
})();
