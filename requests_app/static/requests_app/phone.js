// Speed for the phone desk: keep each field when it is left, look up while typing, follow the script. Every page works without it.
(() => {
  "use strict";
  const form = document.getElementById("call");
  if (!form) return;
  const script = document.getElementById("script");
  const saved = document.getElementById("saved");
  const found = document.getElementById("found");
  const typed = () => {
    const data = new FormData(form);
    data.delete("scan");
    data.delete("act");
    return data;
  };
  const post = (address) => fetch(address, { method: "POST", body: typed(), credentials: "same-origin" });

  let part = "begin";
  const follow = () => {
    const lines = [...script.children];
    lines.forEach((line) => line.removeAttribute("aria-current"));
    const said = lines.filter((line) => line.dataset.part === part);
    said.forEach((line) => line.setAttribute("aria-current", "step"));
    const pane = script.parentElement;
    if (said.length) pane.scrollTop = said[0].offsetTop - 60;
  };

  const tell = (answer) => {
    if (answer.refused) { saved.textContent = answer.refused; return; }
    saved.textContent = answer.saved;
    script.innerHTML = answer.script;
    script.lang = form.elements.language.value || "en";
    follow();
    for (const one of answer.read_back) {
      const row = form.querySelector(`[data-item="${one.item}"]`);
      if (!row) continue;
      const box = row.querySelector("input");
      if (box.value === one.value) continue;
      box.value = one.value;
      box.checked = false;
      row.querySelector("label").textContent = one.sentence;
    }
    form.dataset.proof = answer.proof;
    unfold();
  };

  let asked = 0;
  const save = async () => {
    const mine = ++asked;
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await (await post(form.dataset.save)).json();
      if (mine !== asked) return;
      tell(answer);
    } catch {
      saved.textContent = saved.dataset.failed;
    }
    form.setAttribute("aria-busy", "false");
  };

  let looked = 0;
  let timer = 0;
  const lookUp = async () => {
    const mine = ++looked;
    try {
      const answer = await post(form.dataset.lookUp);
      const html = await answer.text();
      if (mine === looked && answer.ok && !found.contains(document.activeElement)) found.innerHTML = html;
    } catch {
      // What was found before stays; the next key asks again.
    }
  };
  const LOOKED_UP = new Set(["family_name", "date_of_birth", "phone", "ring_back", "postal_address", "account_numbers"]);

  const unfold = () => {
    const wanted = {
      agent: form.elements.asker.value !== "self",
      correct: !!form.querySelector("[name=rights][value=correct]:checked"),
      proof: form.dataset.proof !== "none",
    };
    form.querySelectorAll("[data-show]").forEach((more) => {
      more.hidden = !wanted[more.dataset.show];
      if (more.tagName === "DETAILS") more.open = !more.hidden;
    });
    form.elements.practice_id.closest(".usa-form-group").hidden = !["provider", "partner"].includes(form.elements.relationship.value);
  };

  form.addEventListener("focusin", (event) => {
    const at = event.target.closest("[data-part]");
    if (!at) return;
    part = at.dataset.part;
    follow();
  });
  document.addEventListener("change", (event) => {
    if (event.target.form !== form || event.target.type === "file") return;
    unfold();
    save();
  });
  form.addEventListener("input", (event) => {
    if (!LOOKED_UP.has(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(lookUp, 150);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && !event.altKey && !event.metaKey && event.key.toLowerCase() === "d") {
      event.preventDefault();
      document.getElementById("park").click();
    } else if (event.key === "Enter" && event.target.form === form && event.target.matches("input:not([type=file])")) {
      event.preventDefault();
      onward(event.target);
    } else if (event.key === "ArrowDown" && LOOKED_UP.has(event.target.name) && event.target.matches("input")) {
      const chosen = found.querySelector("input:checked");
      if (chosen) { event.preventDefault(); chosen.focus(); }
    } else if (/^[1-9]$/.test(event.key) && event.target.name === "rights") {
      const box = form.querySelectorAll("[name=rights]")[Number(event.key) - 1];
      if (box) { event.preventDefault(); box.focus(); box.click(); }
    }
  });

  // Enter goes to the next question, never sends; from one of the rights it leaves all of them.
  const onward = (from) => {
    const all = [...form.elements].filter((one) => one.type !== "hidden" && one.tabIndex >= 0 && one.offsetParent && !one.disabled && one.tagName !== "FIELDSET");
    const rest = all.slice(all.indexOf(from) + 1);
    const next = rest.find((one) => from.name !== "rights" || one.name !== "rights");
    if (next) next.focus();
  };

  window.addEventListener("resize", follow);
  unfold();
  follow();
  if (!document.querySelector("[role=alert]")) form.querySelector("input:not([type=hidden]), textarea, select").focus();
})();
