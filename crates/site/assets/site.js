// What a script adds to pages that work without one: copying tables, keeping what was typed, one submit at a time.
"use strict";
(() => {
  const ready = (root) => {
    for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
    for (const slider of root.querySelectorAll("[data-for]")) slider.hidden = false;
    if (window.innerWidth < 900) for (const menu of root.querySelectorAll("nav.about details")) menu.open = false;
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const rows = document.querySelectorAll(`#${CSS.escape(button.dataset.copy)} tr`);
    const cell = (one) => one.innerText.replace(/\s+/g, " ").trim();
    const text = [...rows].map((row) => [...row.cells].filter((one) => !one.classList.contains("tick")).map(cell).join("\t")).join("\n");
    await navigator.clipboard.writeText(text);
    const before = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 1500);
  });

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    // What only gives a file leaves the page as it is: it may be asked for again.
    if (form.method === "post" && !event.submitter?.hasAttribute("data-again")) form.dataset.sent = "1";
    delete form.dataset.typed;
  }, true);
  document.addEventListener("htmx:afterRequest", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // A slider moves its number, and a number its slider.
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form) return;
    const name = event.target.dataset.for;
    if (name) form.elements.namedItem(name).value = event.target.value;
    else for (const slider of form.querySelectorAll("[data-for]")) if (slider.dataset.for === event.target.name) slider.value = event.target.value;
  }, true);

  // Leaving a form with something typed asks first.
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && "keep" in form.dataset) form.dataset.typed = "1";
  });
  const typed = () => document.querySelector("form[data-typed]") !== null;
  window.addEventListener("beforeunload", (event) => { if (typed()) event.preventDefault(); });
  document.addEventListener("htmx:confirm", (event) => {
    if (!typed() || event.detail.elt.tagName === "FORM" || "check" in event.detail.elt.dataset) return;
    if (!window.confirm(document.body.dataset.leave)) event.preventDefault();
  });

  // What opened beside the page: read first, closed by its button or by Escape.
  const panel = () => document.getElementById("panel");
  let before = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id === "panel" && !panel().contains(event.detail.elt)) before = event.detail.elt;
  });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "panel") event.target.focus(); });
  const close = () => { panel().replaceChildren(); before?.focus(); };
  document.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) close(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && panel()?.hasChildNodes()) close(); });

  // A page that came as a piece brings its language and its place to begin reading.
  document.addEventListener("htmx:afterSettle", () => ready(document));
  document.addEventListener("DOMContentLoaded", () => ready(document));
})();
