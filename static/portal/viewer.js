// The paper viewer of the case page: zoom 50-400 %, fit, quarter turns, the next paper, comparison with the version before.
// Without it every paper is a link or a button of the form, and the picture is a link to itself.
(() => {
  "use strict";
  const viewer = document.querySelector("[data-viewer]");
  if (!viewer) return;
  const all = (selector, root = viewer) => [...root.querySelectorAll(selector)];
  const tabs = all("[data-paper]");
  const sheets = new Map(all(".sheet").map((sheet) => [sheet.dataset.sheet, sheet]));
  const tools = viewer.querySelector(".vtools");
  const shown = viewer.querySelector("#zoom");
  const told = viewer.querySelector("[data-told]");
  const original = viewer.querySelector("[data-original-link]");
  const pairing = viewer.querySelector("[data-pair]");
  const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4];
  // Each paper keeps its own zoom and turn while the page is open: { zoom, turn, pair }.
  const kept = new Map();
  let current = all(".sheet").find((sheet) => !sheet.hidden) || null;
  if (!current) return;

  const state = () => {
    if (!kept.has(current)) kept.set(current, { zoom: 1, turn: 0, pair: Boolean(current.querySelector(".was")) });
    return kept.get(current);
  };
  const frames = () => all(".frame", current).filter((frame) => !frame.closest("figure").hidden);

  // 100 % is the whole paper in its frame; the layout grows with the zoom, so scrolling and the arrow keys pan.
  const paintOne = (frame) => {
    const picture = frame.querySelector("img.z");
    if (!picture?.naturalWidth || !frame.clientWidth) return;
    const { zoom, turn } = state();
    const sideways = turn % 180 !== 0;
    const [width, height] = [picture.naturalWidth, picture.naturalHeight];
    const [across, down] = sideways ? [height, width] : [width, height];
    const scale = Math.min(frame.clientWidth / across, frame.clientHeight / down) * zoom;
    const middle = [
      (frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth,
      (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight,
    ];
    const room = picture.parentElement;
    room.style.width = `${across * scale}px`;
    room.style.height = `${down * scale}px`;
    picture.style.width = `${width * scale}px`;
    picture.style.height = `${height * scale}px`;
    picture.style.left = `${((across - width) * scale) / 2}px`;
    picture.style.top = `${((down - height) * scale) / 2}px`;
    picture.style.transform = `rotate(${turn}deg)`;
    frame.scrollLeft = middle[0] * frame.scrollWidth - frame.clientWidth / 2;
    frame.scrollTop = middle[1] * frame.scrollHeight - frame.clientHeight / 2;
  };
  const paint = () => {
    for (const frame of frames()) paintOne(frame);
    shown.textContent = `${Math.round(state().zoom * 100)}%`;
  };

  const say = () => {
    const { zoom, turn, pair } = state();
    const place = `${tabs.findIndex((tab) => tab.dataset.paper === current.dataset.sheet) + 1} / ${tabs.length}`;
    const parts = [`${current.dataset.label} ${place}`, `${told.dataset.zoom} ${Math.round(zoom * 100)}%`];
    if (turn) parts.push(`${told.dataset.turn} ${turn}°`);
    if (pair && current.querySelector(".was")) parts.push(told.dataset.pair);
    told.textContent = parts.join(told.dataset.comma);
  };

  // A picture is asked for when it is first looked at: every answer is a look on record.
  const fetchPictures = () => {
    for (const frame of frames()) {
      const picture = frame.querySelector("img.z");
      if (!picture) continue;
      if (!picture.src && picture.dataset.src) picture.src = picture.dataset.src;
      if (!picture.complete || !picture.naturalWidth) picture.addEventListener("load", paint, { once: true });
    }
  };
  const arrange = () => {
    const was = current.querySelector(".was");
    const { pair } = state();
    if (was) was.hidden = !pair;
    current.querySelector(".pair")?.classList.toggle("one", !was || !pair);
    const isPicture = Boolean(current.querySelector("img.z"));
    for (const button of all("[data-z], [data-r]", tools)) button.disabled = !isPicture;
    pairing.hidden = !was;
    pairing.setAttribute("aria-pressed", String(Boolean(was && pair)));
    original.href = current.dataset.original;
    fetchPictures();
    paint();
  };

  const show = (tab, { focus = false } = {}) => {
    const sheet = sheets.get(tab?.dataset.paper);
    if (!sheet) return;
    for (const other of sheets.values()) other.hidden = other !== sheet;
    for (const other of tabs) {
      if (other === tab) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    }
    for (const line of all(".paper-line[data-document]")) line.classList.toggle("current", line.dataset.document === tab.dataset.paper);
    current = sheet;
    tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    const address = new URL(location.href);
    address.searchParams.set("doc", tab.dataset.paper);
    history.replaceState(history.state, "", address);
    arrange();
    say();
    if (focus) tab.focus({ preventScroll: true });
  };
  const step = (by) => {
    const at = tabs.findIndex((tab) => tab.dataset.paper === current.dataset.sheet);
    show(tabs[(at + by + tabs.length) % tabs.length]);
  };
  const zoomTo = (zoom) => { state().zoom = zoom; };
  const acts = {
    in: () => zoomTo(STEPS.find((one) => one > state().zoom + 0.001) || STEPS.at(-1)),
    out: () => zoomTo(STEPS.findLast((one) => one < state().zoom - 0.001) || STEPS[0]),
    fit: () => zoomTo(1),
  };

  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.step) { step(Number(button.dataset.step)); return; }
    acts[button.dataset.z]?.();
    if (button.dataset.r) state().turn = (state().turn + Number(button.dataset.r) + 360) % 360;
    if ("pair" in button.dataset) state().pair = !state().pair;
    arrange();
    say();
  });
  // Tabs of the papers, and the buttons beside their names in the list, wherever they stand on the page.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-paper], [data-shows]");
    const tab = opener && tabs.find((one) => one.dataset.paper === (opener.dataset.paper || opener.dataset.shows));
    if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(tab);
  });

  for (const frame of all(".frame")) {
    for (const link of all("a", frame)) {
      if (!link.querySelector("img.z")) continue;
      link.tabIndex = -1;
      link.addEventListener("click", (event) => event.preventDefault());
      link.addEventListener("dragstart", (event) => event.preventDefault());
    }
    // Two versions side by side move together.
    frame.addEventListener("scroll", () => {
      for (const other of frames()) {
        if (other === frame || !frame.matches(":hover, :focus")) continue;
        other.scrollTo(frame.scrollLeft, frame.scrollTop);
      }
    });
    // A mouse may also drag.
    frame.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse" && event.buttons === 1) frame.scrollBy(-event.movementX, -event.movementY);
    });
  }
  // Beside the data it is as high as there is room above the decision, wherever the page is scrolled to.
  const beside = matchMedia("(min-width: 1100px)");
  const decision = document.querySelector(".decide");
  let asked = false;
  const fillRoom = () => {
    asked = false;
    const end = decision ? Math.min(decision.getBoundingClientRect().top, innerHeight) : innerHeight;
    const room = end - Math.max(viewer.getBoundingClientRect().top, 0) - 12;
    viewer.style.height = beside.matches ? `${Math.max(room, 400)}px` : "";
  };
  const later = () => { if (!asked) { asked = true; requestAnimationFrame(fillRoom); } };
  for (const kind of ["scroll", "resize"]) window.addEventListener(kind, later, { passive: true });
  if (decision) new ResizeObserver(later).observe(decision);
  viewer.classList.add("alive");
  fillRoom();
  new ResizeObserver(paint).observe(viewer);
  arrange();
})();
