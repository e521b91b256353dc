// A passkey is made or shown by the browser; the form carries to the portal what the browser said. Words come from the page.
(() => {
  "use strict";
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const says = form.querySelector("[data-passkey-says]");
  const button = form.querySelector("[data-passkey-go]");
  form.querySelector("[data-passkey-off]").hidden = true;
  const known = {
    NotAllowedError: "cancelled",
    AbortError: "cancelled",
    InvalidStateError: "known",
    SecurityError: "address",
    NotSupportedError: "unsupported",
  };

  const say = (which) => {
    const sentence = document.createElement("p");
    sentence.className = "field-error";
    sentence.textContent = says.dataset[which];
    says.replaceChildren(sentence);
  };

  if (!window.isSecureContext) return say("address");
  if (!window.PublicKeyCredential || !navigator.credentials) return say("unsupported");
  button.hidden = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    says.replaceChildren();
    try {
      const options = JSON.parse(document.getElementById("passkey_options").textContent);
      const brought = await window.webauthnJSON[form.dataset.passkey](options);
      form.elements.credential.value = JSON.stringify(brought);
      form.submit();
    } catch (error) {
      form.removeAttribute("aria-busy");
      say(known[error.name] || "failed");
      button.focus();
    }
  });
})();
