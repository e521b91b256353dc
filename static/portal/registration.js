// Folds away what does not apply: data-shown-when="field=value,value" names the answer under which a part is asked.
// Without this script everything is shown under its heading, and the server ignores what does not apply.
(() => {
  "use strict";
  const parts = [...document.querySelectorAll("[data-shown-when]")];
  const answer = (form, name) => {
    const field = form.elements[name];
    if (!field) return null;
    if (field.type === "checkbox") return field.checked ? "on" : "";
    return field.value;
  };
  const fold = () => {
    for (const part of parts) {
      const [name, values] = part.dataset.shownWhen.split("=");
      const given = answer(part.closest("form"), name);
      part.hidden = given !== null && !values.split(",").includes(given) && !part.querySelector(".has-error");
    }
  };
  document.addEventListener("change", fold);
  window.addEventListener("pageshow", fold);
  fold();
})();
