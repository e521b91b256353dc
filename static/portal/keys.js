// Single keys of the desk. An element says in data-key which key presses it; with data-takes-focus the key only takes the focus there.
// Off for good when the person says so (WCAG 2.1.4), silent while typing and while an input method composes.
(() => {
  "use strict";
  const help = document.getElementById("keys");
  if (!help) return;
  const switching = help.querySelector("form[data-switch]");
  const on = () => switching.querySelector("input[type=checkbox]").checked;
  const TYPING = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]";

  const composing = (event) => event.isComposing || event.keyCode === 229;
  const find = (key) => [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key.split(" ").includes(key) && ("mark" in element.dataset || element.getClientRects().length),
  );

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || composing(event) || event.defaultPrevented) return;
    if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (!on()) return;
    if (key === "?") { event.preventDefault(); help.showModal(); return; }
    const element = find(key);
    if (!element) return;
    event.preventDefault();
    if (!("takesFocus" in element.dataset)) { if (!element.disabled) element.click(); return; }
    if (element.disabled) element.dispatchEvent(new CustomEvent("desk:why", { bubbles: true }));
    else element.focus();
  });

  for (const opener of document.querySelectorAll("[data-help]")) {
    opener.hidden = false;
    opener.addEventListener("click", (event) => { event.preventDefault(); help.showModal(); });
  }
  // The switch is kept with the person, for every device; the page stays as it is.
  switching.addEventListener("change", async () => {
    const said = switching.querySelector("[data-said]");
    const answer = await fetch(switching.action, { method: "POST", body: new FormData(switching), headers: { Accept: "application/json" } })
      .catch(() => null);
    said.textContent = answer?.ok ? said.dataset.saved : said.dataset.failed;
  });
})();
