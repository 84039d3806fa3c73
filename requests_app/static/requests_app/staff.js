// Speed for people who live in the queue. Everything works without this file; single keys can be turned off (WCAG 2.1.4).
(() => {
  "use strict";
  const rows = [...document.querySelectorAll("[data-row]")];
  const keys = document.getElementById("keys");
  const toggle = document.getElementById("keys-on");
  const on = () => localStorage.getItem("umbs-keys") !== "off";
  toggle.checked = on();
  toggle.addEventListener("change", () => localStorage.setItem("umbs-keys", toggle.checked ? "on" : "off"));

  let before = "";
  const step = (by) => {
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by));
    const row = rows[next];
    (row.querySelector("a, input[type=checkbox]") || row).focus();
  };
  const act = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => document.querySelector("[role=search] input:not([type=hidden])")?.focus(),
    "?": () => { keys.open = !keys.open; keys.querySelector("summary").focus(); },
    q: () => { if (before === "g") document.querySelector(".umbs-staffbar__brand").click(); },
    p: () => { if (before === "g") document.querySelector("[data-go=p]")?.click(); },
    n: () => document.querySelector("[data-key=n]")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !on()) return;
    if (act[event.key]) { event.preventDefault(); act[event.key](); }
    before = event.key;
  });

  const all = document.querySelector("[data-tick-all]");
  if (all) {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => {
      document.querySelectorAll("input[name=redaction]").forEach((box) => { box.checked = all.checked; });
    });
  }
})();
