// What a page must hold at the width that it has now, beside axe; one line for each thing that does not hold.
() => {
  const wrong = [];
  const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const named = (element) => `${element.tagName.toLowerCase()} “${(element.textContent || element.name || "").trim().slice(0, 30)}”`;

  if (document.documentElement.scrollWidth > window.innerWidth + 1) wrong.push("scrolls sideways");

  // WCAG 2.5.8: 24 by 24 px, or as much room around it; a link in a sentence may be as high as its line.
  const target = (element) =>
    ["radio", "checkbox"].includes(element.type) && element.labels && element.labels[0] ? element.labels[0] : element;
  const inSentence = (element) =>
    element.tagName === "A" && getComputedStyle(element).display === "inline" && element.parentElement.textContent.trim() !== element.textContent.trim();
  const targets = [...new Set([...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].map(target))]
    .filter((element) => shown(element) && element.getBoundingClientRect().width > 1 && element.getBoundingClientRect().left > -900)
    .map((element) => ({ element, box: element.getBoundingClientRect() }));
  const away = (one, other) => {
    const x = one.box.left + one.box.width / 2, y = one.box.top + one.box.height / 2;
    const dx = Math.max(other.box.left - x, 0, x - other.box.right), dy = Math.max(other.box.top - y, 0, y - other.box.bottom);
    return Math.hypot(dx, dy);
  };
  for (const one of targets) {
    if ((one.box.width >= 24 && one.box.height >= 24) || inSentence(one.element)) continue;
    if (targets.some((other) => other !== one && !one.element.contains(other.element) && !other.element.contains(one.element) && away(one, other) < 12)) {
      wrong.push(`too small to hit: ${named(one.element)}, ${Math.round(one.box.width)} x ${Math.round(one.box.height)}`);
    }
  }

  // Without a script: each form can be sent, and no button waits for a script to answer it.
  for (const form of document.querySelectorAll("form")) {
    const sends = [...document.querySelectorAll("button, input[type=submit]")].filter((one) => one.form === form && one.type === "submit");
    if ([...form.elements].some((one) => one.type !== "hidden" && shown(one)) && !sends.some(shown)) wrong.push(`no button sends the form ${form.getAttribute("action") || ""}`);
  }
  return wrong;
}
