// Small comforts for pages that work without them. Every word shown comes from the page, already translated.
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // The error summary takes the focus, and its links put it into the field they name.
  document.querySelector("[data-focus]")?.focus();
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".errsum a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });

  // A link to one field (…#id_address, from a correction) lands in that field.
  const named = location.hash.startsWith("#id_") && document.getElementById(location.hash.slice(1));
  if (named) named.focus();

  for (const button of all("[data-copy]")) {
    button.hidden = false;
    const label = button.querySelector("span");
    const words = label.textContent;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).textContent.trim();
      try {
        await navigator.clipboard.writeText(text);
        label.textContent = button.dataset.done;
      } catch {
        label.textContent = button.dataset.failed;
      }
      label.setAttribute("role", "status");
      setTimeout(() => { label.textContent = words; }, 4000);
    });
  }

  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  for (const button of all("[data-show-password]")) {
    const field = document.getElementById(button.dataset.showPassword);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
    });
  }

  // A second press while the first is on its way is swallowed here; the idempotency key guards the server all the same.
  // The button stays enabled: its name and value must travel, and a failed request must be repeatable.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    const since = Date.now() - Number(form.dataset.sentAt || 0);
    // A form that hands out files leaves the page as it is: another button of it is no second press, and nothing ends its being busy.
    const handsOut = "handsOut" in form.dataset;
    const by = event.submitter?.value ?? "";
    if (since < 4000 && !(handsOut && form.dataset.sentBy !== by)) { event.preventDefault(); return; }
    form.dataset.sentAt = Date.now();
    form.dataset.sentBy = by;
    if (!handsOut) form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of all("form[data-sent-at]")) { delete form.dataset.sentAt; form.removeAttribute("aria-busy"); }
  });

  const menu = document.querySelector(".user-menu");
  if (menu) {
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
    });
  }

  keepDraftAcrossLanguages();
  warnBeforeTheSessionEnds();

  // What was typed but not yet saved survives the switch: it waits in this tab only, for one page load.
  function keepDraftAcrossLanguages() {
    const key = "draft:" + location.pathname;
    const keepable = () => all("main form[method=post] :is(input, select, textarea)[name]")
      .filter((field) => !["hidden", "password", "file", "submit"].includes(field.type));
    const kept = sessionStorage.getItem(key);
    if (kept) {
      sessionStorage.removeItem(key);
      const values = JSON.parse(kept);
      keepable().forEach((field, index) => {
        const was = values[index];
        if (!was || was.name !== field.name) return;
        if (field.type === "checkbox" || field.type === "radio") field.checked = was.checked;
        else field.value = was.value;
      });
    }
    document.querySelector("form.lang")?.addEventListener("submit", () => {
      const values = keepable().map(({ name, value, checked }) => ({ name, value, checked }));
      if (values.length) sessionStorage.setItem(key, JSON.stringify(values));
    });
  }

  function warnBeforeTheSessionEnds() {
    const dialog = document.querySelector("[data-session-warning]");
    if (!dialog) return;
    const lead = 180;
    let timer;
    const arm = () => {
      clearTimeout(timer);
      timer = setTimeout(() => dialog.showModal(), Math.max(0, Number(dialog.dataset.endsIn) - lead) * 1000);
    };
    dialog.querySelector("[data-session-continue]").addEventListener("click", async () => {
      await fetch(dialog.dataset.keep, { credentials: "same-origin", cache: "no-store" }).catch(() => {});
      dialog.close();
      arm();
    });
    arm();
  }
  // One cached page for the time without a network (templates/service-worker.js).
  if ("serviceWorker" in navigator && location.protocol !== "file:") navigator.serviceWorker.register("/service-worker.js").catch(() => {});
})();
