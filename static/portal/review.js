// The review on the case page: counts and the buttons they allow, reasons and their words, hidden values, the draft.
// Sentences come from the page, written by the server; the server decides again whatever this page allows.
(() => {
  "use strict";
  const form = document.getElementById("case-form");
  if (!form) return;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const items = all(".item[data-item]");
  const told = document.getElementById("why-not");
  const sentences = told && JSON.parse(told.textContent);
  const why = document.getElementById("why-no");
  const checkedIn = (root, selector) => root.querySelector(`${selector}:checked`);

  // ---- verdicts, counts, buttons -------------------------------------------------------------------------------------
  const verdictOf = (item) => checkedIn(item, "[data-verdict]")?.value || "";
  const tally = () => {
    const whole = document.querySelector(".whole [data-reason]:checked");
    const chosen = items.filter((item) => verdictOf(item) === "fix").map((item) => checkedIn(item, "[data-reason]"));
    const named = whole?.value ? [...chosen, whole] : chosen;
    return {
      all: items.length,
      open: items.filter((item) => !verdictOf(item)).length,
      faults: named.length,
      isFinal: named.some((reason) => reason?.dataset.final !== undefined),
      isWhole: Boolean(whole?.value),
    };
  };
  // As `applications.verdicts.why_not` has it: a final reason first, then faults, then what nobody has looked at.
  const objections = ({ open, faults, isFinal, isWhole }) => {
    const unjudged = isWhole ? "" : sentences.unjudged[open];
    if (isFinal) return { returned: sentences.final, approved: sentences.final, rejected: "" };
    return {
      returned: faults ? unjudged : sentences.no_fault,
      approved: faults ? sentences.faults[Math.min(faults, sentences.faults.length - 1)] : unjudged,
      rejected: sentences.no_final,
    };
  };
  const count = () => {
    if (!sentences) return;
    const now = tally();
    const says = objections(now);
    const fill = (words) => words.replace("{done}", now.all - now.open).replace("{all}", now.all).replace("{faults}", now.faults);
    for (const button of all("[data-outcome]")) {
      const sentence = button.dataset.fixed || says[button.dataset.outcome];
      button.disabled = Boolean(button.dataset.fixed) || (button.dataset.outcome !== "rejected" && Boolean(sentence));
      button.title = sentence;
      const number = button.querySelector("[data-count]");
      if (number) number.textContent = now.faults ? number.dataset.count.replace("{n}", now.faults) : "";
    }
    const fixed = (outcome) => document.querySelector(`[data-outcome=${outcome}]`)?.dataset.fixed;
    const say = new Set([fixed("approved") || says.approved, now.faults ? fixed("returned") || says.returned : ""]);
    why.textContent = [fill(why.dataset.tally), ...say].filter(Boolean).join(why.dataset.space);
    for (const item of items) {
      const verdict = verdictOf(item);
      item.classList.toggle("flag", verdict === "fix");
      const tab = item.dataset.document && document.querySelector(`[data-paper="${item.dataset.document}"]`);
      if (tab) tab.dataset.marked = verdict;
    }
    const rest = document.querySelector("[data-rest]");
    if (rest) rest.hidden = !now.open;
  };
  const explain = (button) => {
    why.textContent = button.title;
    why.focus();
  };
  document.addEventListener("desk:why", (event) => explain(event.target));

  // The words of the reason stand in the box until somebody writes their own.
  const fillIn = (reason) => {
    const box = reason.closest(".why-box").querySelector("textarea");
    if (!box) return;
    const own = box.value.trim() && box.value !== box.dataset.filled;
    if (!own) { box.value = reason.dataset.text || ""; box.dataset.filled = box.value; }
  };
  for (const reason of all("[data-reason]:checked")) {
    const box = reason.closest(".why-box").querySelector("textarea");
    if (box && box.value === reason.dataset.text) box.dataset.filled = box.value;
    else if (box && !box.value) fillIn(reason);
  }

  form.closest(".desk-main")?.addEventListener("change", (event) => {
    if (event.target.form !== form) return;
    if (event.target.matches("[data-reason]")) fillIn(event.target);
    touched = true;
    count();
  });
  form.closest(".desk-main")?.addEventListener("input", (event) => { if (event.target.form === form) touched = true; });

  const focusOn = (item) => (checkedIn(item, "[data-verdict]") || item.querySelector("[data-verdict]"))?.focus();
  const nextOpen = (from) => {
    const order = from ? [...items.slice(items.indexOf(from) + 1), ...items] : items;
    return order.find((item) => !verdictOf(item));
  };
  document.querySelector("[data-rest]")?.addEventListener("click", () => {
    for (const item of items) if (!verdictOf(item)) item.querySelector("[data-verdict][value=ok]").checked = true;
    touched = true;
    count();
    const approve = document.querySelector("[data-outcome=approved]:not(:disabled), [data-outcome=returned]:not(:disabled)");
    (approve || why).focus();
  });
  // Y and N judge the item the focus is in and go on; they are marked here so that the same switch turns them off.
  for (const button of all("[data-mark]")) {
    button.addEventListener("click", () => {
      const at = document.activeElement?.closest(".item[data-item]") || nextOpen();
      if (!at) return;
      const radio = at.querySelector(`[data-verdict][value="${button.dataset.mark}"]`);
      const was = radio.checked;
      // Among its reasons an item has its verdict already: there Y only goes on.
      if (!document.activeElement.closest(".why-box")) radio.checked = true;
      touched = true;
      count();
      if (button.dataset.mark === "fix") {
        (checkedIn(at, "[data-reason]") || at.querySelector("[data-reason]"))?.focus();
        return;
      }
      const next = nextOpen(at) || (was ? items[items.indexOf(at) + 1] : null);
      if (next) { showPaperOf(next); focusOn(next); } else document.querySelector("[data-outcome]:not(:disabled)")?.focus();
    });
  }
  const showPaperOf = (item) => {
    if (item.offsetParent === null && item.dataset.document) document.querySelector(`[data-paper="${item.dataset.document}"]`)?.click();
  };
  // Enter in a radio would press the form's first button; it goes on to the next item instead.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.form !== form || !event.target.matches("input")) return;
    event.preventDefault();
    const at = event.target.closest(".item[data-item]");
    const next = at && items[items.indexOf(at) + 1];
    if (next) { showPaperOf(next); focusOn(next); }
  });
  // From what a check found to its item; viewer.js has brought a paper into view by then.
  document.addEventListener("click", (event) => {
    const item = document.getElementById(event.target.closest("a.about")?.hash.slice(1));
    if (!item || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    item.scrollIntoView({ block: "center" });
    item.focus({ preventScroll: true });
    item.classList.add("pointed");
    item.addEventListener("blur", () => item.classList.remove("pointed"), { once: true });
  });
  // A refusal without its reason goes to where reasons are.
  document.querySelector("[data-outcome=rejected]")?.addEventListener("click", (event) => {
    if (tally().isFinal || !sentences) return;
    event.preventDefault();
    why.textContent = event.currentTarget.title;
    document.querySelector(".whole [data-reason]:checked, .whole [data-reason]")?.focus();
  });

  // ---- the draft ------------------------------------------------------------------------------------------------------
  let touched = form.dataset.unsaved !== undefined;
  const draft = form.dataset.draft;
  const saved = document.getElementById("draft-saved");
  const BETWEEN = 30_000;
  const SIGN_OF_LIFE = 5 * 60_000;
  let lastSaved = Date.now(), lastTried = lastSaved, lastActive = 0, leaving = false;
  for (const kind of ["keydown", "pointerdown", "wheel"]) {
    document.addEventListener(kind, () => {
      lastActive = Date.now();
      // Whoever comes back hears at once whether the case is still theirs.
      if (lastActive - lastTried > SIGN_OF_LIFE) save();
    }, { passive: true });
  }
  const body = () => {
    const data = new FormData(form);
    data.delete("idempotency_key");
    return data;
  };
  const save = async () => {
    if (!draft) return;
    const was = touched;
    touched = false;
    lastTried = Date.now();
    const answer = await fetch(draft, { method: "POST", body: body(), headers: { Accept: "application/json" } })
      .then((response) => (response.ok ? response.json() : null)).catch(() => null);
    if (!answer) { touched ||= was; saved.textContent = saved.dataset.failed; return; }
    lastSaved = Date.now();
    saved.textContent = answer.said;
    tellLoss(answer);
  };
  // The notice is the server's; it is put in once, so that it is announced once. Nothing that was written is touched.
  const lost = document.getElementById("lost");
  let lossTold = "";
  const tellLoss = (answer) => {
    if (answer.lost === lossTold) return;
    lossTold = answer.lost;
    lost.innerHTML = answer.lost;
    for (const button of all("[data-outcome]")) {
      button.dataset.own ??= button.dataset.fixed;
      button.dataset.fixed = answer.objection || button.dataset.own;
    }
    count();
  };
  if (draft) {
    setInterval(() => {
      const lives = lastActive > lastSaved && Date.now() - lastSaved > SIGN_OF_LIFE;
      if (touched || lives) save();
    }, Number(form.dataset.every || BETWEEN));
    const leave = () => {
      if (leaving || !touched) return;
      touched = false;
      navigator.sendBeacon(draft, body());
    };
    window.addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
    form.addEventListener("submit", () => { leaving = true; });
    window.addEventListener("pageshow", () => { leaving = false; });
    all("[data-save]").forEach((button) => button.addEventListener("click", (event) => { event.preventDefault(); save(); }));
  }

  // ---- hidden values ---------------------------------------------------------------------------------------------------
  const shownNow = new Set();
  const hide = (place) => {
    place.textContent = place.dataset.masked;
    place.classList.remove("revealed");
    shownNow.delete(place);
  };
  for (const button of all("button[name=reveal]")) {
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      const box = button.closest(".reveal");
      const place = document.getElementById(`value-${button.value}`);
      const purpose = box.querySelector("select");
      const problem = box.querySelector("[data-problem]");
      if (!purpose.value) { problem.textContent = problem.dataset.missing; purpose.focus(); return; }
      const data = new FormData();
      data.set("reveal", button.value);
      data.set(purpose.name, purpose.value);
      data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      const answer = await fetch(button.formAction, { method: "POST", body: data, headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer?.ok) { problem.textContent = problem.dataset.failed; return; }
      const { value, seconds } = await answer.json();
      problem.textContent = problem.dataset.shown;
      place.dataset.masked ??= place.textContent;
      place.textContent = value;
      place.classList.add("revealed");
      shownNow.add(place);
      setTimeout(() => { hide(place); problem.textContent = ""; }, seconds * 1000);
    });
  }
  const hideAll = () => shownNow.forEach(hide);
  window.addEventListener("beforeprint", hideAll);
  window.addEventListener("pagehide", hideAll);

  count();
})();
