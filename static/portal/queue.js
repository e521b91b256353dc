// The boxes of the queue: one that ticks the whole page, and how many are ticked. The list works without.
(() => {
  "use strict";
  const boxes = [...document.querySelectorAll(".action-select")];
  const all = document.getElementById("tick-all");
  const counter = document.getElementById("ticked-count");
  if (!boxes.length || !all || !counter) return;
  const master = all.querySelector("input");

  const say = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    master.checked = ticked === boxes.length;
    master.indeterminate = ticked > 0 && ticked < boxes.length;
    counter.textContent = counter.dataset.words.replace("{ticked}", ticked).replace("{rows}", boxes.length);
  };
  master.addEventListener("change", () => {
    for (const box of boxes) box.checked = master.checked;
    say();
  });
  for (const box of boxes) box.addEventListener("change", say);
  // The browser keeps ticks over a step back.
  window.addEventListener("pageshow", say);
  all.hidden = counter.hidden = false;
  document.getElementById("tick-head").hidden = true;
})();
