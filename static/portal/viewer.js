// The paper viewer of the case page: zoom 50-400 %, quarter turns, fit, comparison. Without it the image link opens the original.
(() => {
  "use strict";
  const stage = document.querySelector(".stage");
  const tools = document.querySelector(".vtools");
  if (!stage || !tools) return;
  const shown = document.getElementById("zoom");
  const pictures = [...stage.querySelectorAll("img.z")];
  const pair = stage.querySelector(".pair");
  let zoom = 1, turn = 0;

  const clamp = (value) => Math.min(4, Math.max(0.5, value));
  const paint = () => {
    for (const picture of pictures) picture.style.transform = `scale(${zoom}) rotate(${turn}deg)`;
    if (shown) shown.textContent = Math.round(zoom * 100) + "%";
  };
  const steps = {
    in: () => { zoom = clamp(zoom * 1.25); },
    out: () => { zoom = clamp(zoom / 1.25); },
    fit: () => { zoom = 1; turn = 0; },
  };

  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    steps[button.dataset.z]?.();
    if (button.dataset.r) turn = (turn + Number(button.dataset.r)) % 360;
    if ("pair" in button.dataset && pair) {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      pair.firstElementChild.hidden = !on;
      pair.classList.toggle("one", !on);
    }
    paint();
  });
})();
