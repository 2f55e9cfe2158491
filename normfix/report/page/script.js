"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripts");

  const remember = (name, value) => {
    try { value ? localStorage.setItem(name, value) : localStorage.removeItem(name); } catch { /* No store: this page only. */ }
  };
  const recall = (name) => {
    try { return localStorage.getItem(name) || ""; } catch { return ""; }
  };
  const themes = [...document.querySelectorAll("[data-theme]")].filter((one) => one.matches("button"));
  const showTheme = (name) => {
    if (name) { root.dataset.theme = name; } else { delete root.dataset.theme; }
    for (const one of themes) { one.setAttribute("aria-pressed", String(one.dataset.theme === name)); }
  };
  for (const one of themes) {
    one.addEventListener("click", () => { showTheme(one.dataset.theme); remember("normfix-theme", one.dataset.theme); });
  }
  const stored = recall("normfix-theme");
  showTheme(themes.some((one) => one.dataset.theme === stored) ? stored : "");

  const form = document.querySelector(".tools");
  if (!form) { return; }
  const keys = ["rule", "severity", "stage", "file"];
  const place = document.getElementById("findings");
  const findings = [...document.querySelectorAll(".finding")];
  const status = form.querySelector("[role=status]");
  const texts = new Map();
  const textOf = (one) => {
    if (!texts.has(one)) { texts.set(one, `${one.dataset.file} ${one.textContent}`.toLowerCase()); }
    return texts.get(one);
  };

  const byFile = [...document.querySelectorAll(".group")];
  const homes = new Map(findings.map((one) => [one, one.parentElement]));
  let byRule = null;
  const makeGroups = () => {
    const made = new Map();
    for (const rule of [...new Set(findings.map((one) => one.dataset.rule))].sort()) {
      const group = document.createElement("section");
      group.className = "group";
      const title = document.createElement("h3");
      const name = document.createElement("span");
      name.className = "rule";
      name.textContent = rule;
      const count = document.createElement("span");
      count.className = "count";
      title.append(name, " ", count);
      group.append(title);
      made.set(rule, group);
    }
    return made;
  };
  let grouped = "";
  const group = (how) => {
    if (how === grouped) { return; }
    grouped = how;
    place.classList.toggle("by-rule", how === "rule");
    if (how === "rule") {
      byRule ||= makeGroups();
      for (const one of findings) { byRule.get(one.dataset.rule).append(one); }
      for (const one of byFile) { one.remove(); }
      place.append(...byRule.values());
    } else {
      for (const one of findings) { homes.get(one).append(one); }
      for (const one of byRule.values()) { one.remove(); }
      place.append(...byFile);
    }
  };

  const shown = () => findings.filter((one) => !one.hidden);
  const update = () => {
    const words = form.elements.text.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = keys.map((key) => [key, form.elements[key].value]).filter(([, value]) => value);
    for (const one of findings) {
      one.hidden = !(wanted.every(([key, value]) => one.dataset[key] === value) && words.every((word) => textOf(one).includes(word)));
    }
    group(form.elements.group.value);
    for (const one of place.querySelectorAll(".group")) {
      const count = one.querySelectorAll(".finding:not([hidden])").length;
      one.hidden = !count;
      one.querySelector(".count").textContent = count === 1 ? "1 finding" : `${count} findings`;
    }
    const count = shown().length;
    status.textContent = count ? `${count} of ${findings.length} findings are shown.` : "No finding fits these filters.";
    for (const key of keys) {
      for (const one of document.querySelectorAll(`[data-set-${key}]`)) {
        one.setAttribute("aria-pressed", String(one.getAttribute(`data-set-${key}`) === form.elements[key].value));
      }
    }
  };
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const key of keys) {
    for (const one of document.querySelectorAll(`[data-set-${key}]`)) {
      one.addEventListener("click", () => {
        const value = one.getAttribute(`data-set-${key}`);
        form.elements[key].value = form.elements[key].value === value ? "" : value;
        update();
      });
    }
  }
  const actions = {
    open: () => shown().forEach((one) => { one.open = true; }),
    close: () => findings.forEach((one) => { one.open = false; }),
    clear: () => { form.reset(); update(); },
  };
  for (const one of form.querySelectorAll("[data-do]")) {
    one.addEventListener("click", actions[one.dataset.do]);
  }

  const openLinked = () => {
    const one = findings.find((finding) => `#${finding.id}` === location.hash);
    if (one) { one.open = true; one.scrollIntoView(); }
  };
  addEventListener("hashchange", openLinked);
  addEventListener("beforeprint", actions.open);
  update();
  openLinked();
})();
