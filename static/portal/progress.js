// The progress of an export or an import goes on by itself; without this a reload shows it.
(() => {
  "use strict";
  const EVERY = 2000;
  const place = document.getElementById("job-progress");
  if (!place) return;

  const look = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("job-progress");
    // Made, called off or not made: the page has other things to say now.
    if (!fresh) { location.reload(); return; }
    place.replaceChildren(...fresh.childNodes);
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
})();
