// Speed for people who live in the queue. Everything works without this file; single keys can be turned off (WCAG 2.1.4).
(() => {
  "use strict";
  const rows = [...document.querySelectorAll("[data-row]")];
  const toggle = document.getElementById("keys-on");
  const stored = () => localStorage.getItem("umbs-keys") !== "off";
  if (toggle) {
    toggle.checked = stored();
    toggle.addEventListener("change", () => localStorage.setItem("umbs-keys", toggle.checked ? "on" : "off"));
  }
  let at = -1;
  let before = "";
  const select = (next) => {
    if (!rows.length) return;
    if (rows[at]) rows[at].setAttribute("aria-selected", "false");
    at = Math.max(0, Math.min(rows.length - 1, next));
    rows[at].setAttribute("aria-selected", "true");
    rows[at].querySelector("a").focus();
  };
  const act = {
    j: () => select(at + 1),
    k: () => select(at - 1),
    "/": () => document.querySelector("[role=search] input:not([type=hidden])")?.focus(),
    "?": () => { const keys = document.getElementById("keys"); if (keys) { keys.open = !keys.open; keys.scrollIntoView(); } },
    q: () => { if (before === "g") location.assign("/staff/"); },
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !stored()) return;
    if (act[event.key]) { if (event.key !== "q") event.preventDefault(); act[event.key](); }
    before = event.key;
  });
  document.querySelector("[data-tick-all]")?.addEventListener("change", (event) => {
    document.querySelectorAll("input[name=redaction]").forEach((box) => { box.checked = event.target.checked; });
  });
})();
