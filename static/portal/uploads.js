// One paper, one request: a chosen file is checked, sent with progress, and the server's card takes the place of the old one.
// Without this script the card's own button sends the form. Words come from the data attributes of the card.
(() => {
  "use strict";
  const PAUSES = [0, 3, 5, 10, 20];
  const live = document.createElement("div");
  live.className = "visually-hidden";
  live.setAttribute("aria-live", "polite");
  document.body.append(live);

  document.addEventListener("change", (event) => taken(event.target));
  // On a slow line a person may have chosen before this script arrived; nobody is told twice.
  for (const field of document.querySelectorAll(".upload form[data-upload] input[type=file]")) taken(field);

  function taken(field) {
    if (field.type !== "file" || !field.files.length) return;
    const card = field.closest(".upload");
    if (card?.querySelector("form[data-upload]")) choose(card, field);
  }

  function choose(card, field) {
    const file = field.files[0];
    const refusal = refuse(card, file);
    say(card, refusal);
    if (refusal) { field.value = ""; return; }
    send(card, field.form, file);
  }

  // Size and kind are known before anything travels; what is inside only the server can judge.
  function refuse(card, file) {
    if (file.size === 0) return card.dataset.empty;
    if (file.size > Number(card.dataset.maxBytes)) return card.dataset.tooBig.replace("{size}", megabytes(file.size));
    const known = /\.(jpe?g|png|heic|heif|webp|pdf)$/i.test(file.name) || /^(image\/|application\/pdf)/.test(file.type);
    return known ? "" : card.dataset.wrongType;
  }

  function say(card, sentence) {
    const place = card.querySelector("[data-problem]");
    place.hidden = !sentence;
    place.querySelector("[data-words]").textContent = sentence;
    card.classList.toggle("invalid", Boolean(sentence));
    if (sentence) live.textContent = sentence;
  }

  function send(card, form, file) {
    const box = card.querySelector("[data-sending]");
    const bar = box.querySelector("progress");
    const words = box.querySelector("[data-progress-words]");
    const body = new FormData(form);
    body.delete("file");
    body.append("file", file, file.name);
    let attempt = 0, request, timer, stopped = false;

    show();
    live.textContent = card.dataset.started;
    go();

    function show() {
      card.querySelector("[data-pick]").hidden = true;
      card.querySelector("[data-kept]")?.setAttribute("hidden", "");
      box.hidden = false;
      box.querySelector(".fname").textContent = file.name;
      const thumb = box.querySelector("img");
      thumb.hidden = !file.type.startsWith("image/") || /hei[cf]/.test(file.type);
      if (!thumb.hidden) {
        thumb.src = URL.createObjectURL(file);
        thumb.onload = () => URL.revokeObjectURL(thumb.src);
        thumb.onerror = () => { thumb.hidden = true; };
      }
      box.querySelector("[data-retry]").onclick = () => { attempt = 0; go(); };
      box.querySelector("[data-cancel]").onclick = cancel;
      window.addEventListener("online", go);
    }

    function go() {
      if (stopped || request) return;
      clearTimeout(timer);
      card.classList.remove("interrupted");
      box.querySelector("[data-broken]").hidden = true;
      box.querySelector("[data-retry]").hidden = true;
      let half = false;
      request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("X-Requested-With", "fetch");
      request.timeout = 120000;
      request.upload.onprogress = ({ loaded, total }) => {
        const percent = Math.round((loaded / total) * 100);
        bar.value = percent;
        words.textContent = card.dataset.sent
          .replace("{percent}", percent + "%").replace("{sent}", megabytes(loaded)).replace("{total}", megabytes(total));
        if (!half && percent >= 50 && percent < 100) { half = true; live.textContent = card.dataset.half; }
      };
      request.onload = arrived;
      request.onerror = request.ontimeout = interrupted;
      request.send(body);
    }

    function arrived() {
      const { status, responseText } = request;
      request = null;
      if (status >= 500 || status === 429) { interrupted(); return; }
      const fresh = new DOMParser().parseFromString(responseText, "text/html").querySelector(".upload");
      if (!fresh) { leave(); say(card, card.dataset.failed); restore(); return; }
      leave();
      card.replaceWith(document.adoptNode(fresh));
      const problem = fresh.querySelector("[data-problem]:not([hidden])");
      live.textContent = problem ? problem.textContent.trim() : fresh.dataset.done;
      if (problem) chooser(fresh).focus(); else fresh.querySelector("h2").focus();
    }

    function interrupted() {
      request = null;
      if (stopped) return;
      card.classList.add("interrupted");
      box.querySelector("[data-broken]").hidden = false;
      box.querySelector("[data-retry]").hidden = false;
      words.textContent = card.dataset.waiting;
      live.textContent = card.dataset.waiting;
      if (attempt < PAUSES.length) timer = setTimeout(go, PAUSES[attempt++] * 1000);
    }

    function cancel() {
      stopped = true;
      request?.abort();
      leave();
      restore();
      live.textContent = card.dataset.cancelled;
      chooser(card).focus();
    }

    function leave() {
      stopped = true;
      clearTimeout(timer);
      window.removeEventListener("online", go);
    }

    function restore() {
      box.hidden = true;
      card.querySelector("[data-pick]").hidden = false;
      card.querySelector("[data-kept]")?.removeAttribute("hidden");
      for (const field of card.querySelectorAll("input[type=file]")) field.value = "";
    }
  }

  // The control that every device shows; beside an earlier file it sits in a closed fold.
  function chooser(card) {
    const field = card.querySelector(".drop input");
    const fold = field.closest("details");
    if (fold) fold.open = true;
    return field;
  }

  const megabytes = (bytes) => (bytes / 1048576).toFixed(1);
})();
