// The demonstration POS: keypad and screen in the page, the real device API behind them. Without a script the form posts.
(() => {
  "use strict";
  const sim = document.getElementById("sim");
  const pos = document.getElementById("pos");
  const form = document.getElementById("sim-form");
  if (!sim || !pos || !window.crypto?.subtle) return;
  const words = sim.dataset;
  const english = words.language.startsWith("en");
  const other = document.getElementById("id_other_serial");
  const cells = [...document.querySelectorAll("#cells .cell")];
  const count = document.getElementById("count");
  const log = document.getElementById("log");
  const encoder = new TextEncoder();
  let code = "";
  let attempt = "";

  document.querySelector("[data-without-script]").hidden = true;

  const device = () => other.value.trim() || form.querySelector("input[name=serial_number]:checked").value;
  const state = () => sim.querySelector("input[name=state]:checked").value;
  const show = (name) => { document.getElementById(`st-${name}`).checked = true; };
  const write = (name, text) => { for (const place of sim.querySelectorAll(`[data-${name}]`)) place.textContent = text; };
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const keyOf = (number) => JSON.parse(sessionStorage.getItem(`pos:${number}`) || "null");

  const draw = () => {
    cells.forEach((cell, place) => {
      cell.textContent = code[place] || "";
      cell.classList.toggle("caret", place === code.length);
    });
    count.textContent = words.count.replace("{n}", code.length);
  };

  const note = (say, verb, path, reply, sent) => {
    document.getElementById("log-empty")?.remove();
    const item = document.createElement("li");
    const line = (className, text, tag = "p") => {
      const element = document.createElement(tag);
      element.className = className;
      element.textContent = text;
      return element;
    };
    const call = line("call", "");
    const tone = reply.status < 300 && reply.status ? "ok" : reply.status === 401 ? "warn" : "bad";
    call.append(line("verb", verb, "span"), " ", line("path", path, "span"), " ", line(`http ${tone}`, reply.status || "-", "span"),
      line("", new Date().toLocaleTimeString("zh-CN", { hour12: false }), "time"));
    const body = structuredClone(reply.body);
    if (body.device_key) body.device_key = { id: "…", secret: "…" };
    const shown = document.createElement("pre");
    shown.tabIndex = 0;
    shown.append(line("", JSON.stringify(sent ? { sent, answer: body } : body, null, 1), "code"));
    item.append(line("say", say), call, shown);
    log.prepend(item);
    while (log.children.length > 8) log.lastElementChild.remove();
  };

  const ask = async (path, options) => {
    try {
      const answer = await fetch(path, { credentials: "omit", cache: "no-store", ...options });
      return { status: answer.status, body: await answer.json().catch(() => ({})) };
    } catch {
      return { status: 0, body: {} };
    }
  };

  const refusal = (reply) => {
    const error = reply.body.error;
    if (!error) return { code: "", head: words.sayOffline, text: "" };
    return { code: error.response_code, head: english ? error.message_en : error.message, text: english ? error.next_step_en : error.next_step };
  };

  // The self-check is asked about this device and the code on its screen; where nothing is refused there is nothing to ask.
  const why = document.getElementById("why");
  const askWhy = (number) => {
    if (!why) return;
    why.hidden = !number;
    const chosen = form.querySelector("input[name=serial_number]:checked");
    const terminal = other.value.trim() || chosen.dataset.number || chosen.value;
    why.firstElementChild.href = `${why.dataset.check}?${new URLSearchParams({ terminal, code: number })}`;
  };

  const showRefusal = (screen, reply) => {
    const { code: number, head, text } = refusal(reply);
    askWhy(number);
    write(`${screen}-code`, number);
    write(`${screen}-head`, head);
    write(`${screen}-text`, text);
    show(screen);
  };

  const signed = async (key) => {
    const path = words.me;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const sequence = String(Date.now());
    const digest = hex(await crypto.subtle.digest("SHA-256", new Uint8Array()));
    const secret = Uint8Array.from(atob(key.secret), (char) => char.charCodeAt(0));
    const signer = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const lines = ["GET", path, key.id, timestamp, sequence, digest].join("\n");
    const signature = hex(await crypto.subtle.sign("HMAC", signer, encoder.encode(lines)));
    return { "X-Key-Id": key.id, "X-Timestamp": timestamp, "X-Sequence": sequence, "X-Signature": signature };
  };

  // Signing in: with a key the terminal asks what it is; without one the host answers 97.
  const boot = async () => {
    const key = keyOf(device());
    const reply = await ask(words.me, { headers: key ? await signed(key) : {} });
    note(words.sayBoot, "GET", words.me, reply);
    if (reply.status === 200) {
      write("merchant", reply.body.merchant_name);
      write("tid", reply.body.terminal_number);
      write("done-text", words.live);
      askWhy("");
      show("done");
    } else if (reply.status === 410) {
      showRefusal("stop", reply);
    } else {
      write("boot-code", refusal(reply).code || "97");
      askWhy(refusal(reply).code || "97");
      show("boot");
    }
  };

  const activate = async () => {
    if (code.length < 12) {
      count.textContent = words.short.replace("{n}", 12 - code.length);
      return;
    }
    const number = device();
    const sent = { serial_number: number, registration_code: code };
    show("work");
    const headers = { "Content-Type": "application/json", "Idempotency-Key": attempt };
    const reply = await ask(words.activations, { method: "POST", headers, body: JSON.stringify(sent) });
    note(words.sayActivate, "POST", words.activations, reply, { serial_number: number, registration_code: "**** **** ****" });
    if (reply.status) { code = ""; attempt = crypto.randomUUID(); }
    draw();
    if (reply.status === 201) {
      sessionStorage.setItem(`pos:${number}`, JSON.stringify(reply.body.device_key));
      write("merchant", reply.body.merchant_name);
      write("tid", reply.body.terminal_number);
      write("done-text", "");
      askWhy("");
      show("done");
    } else if (reply.status === 410) {
      showRefusal("stop", reply);
    } else {
      showRefusal("wrong", reply);
    }
  };

  const enter = (digits = "") => {
    if (state() !== "enter") { code = ""; attempt = crypto.randomUUID(); show("enter"); }
    code = (code + digits).slice(0, 12);
    draw();
  };

  const press = (key) => {
    const now = state();
    if (now === "work") return;
    if (/^[0-9]+$/.test(key)) {
      if (now !== "stop" && now !== "done") enter(key);
    } else if (key === "clear") {
      if (now === "enter") { code = code.slice(0, -1); draw(); }
    } else if (key === "cancel") {
      code = "";
      draw();
      boot();
    } else if (key === "ok") {
      if (now === "enter") activate();
      else if (now === "done" || now === "stop") boot();
      else enter();
    }
    const button = pos.querySelector(`[data-key="${key}"]`);
    button?.classList.add("down");
    setTimeout(() => button?.classList.remove("down"), 110);
  };

  pos.addEventListener("click", (event) => {
    const button = event.target.closest("[data-key]");
    if (button) press(button.dataset.key);
  });
  // A mouse press keeps the focus on the device, so that Enter still means OK.
  pos.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-key]")) { event.preventDefault(); pos.focus({ preventScroll: true }); }
  });
  pos.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (/^[0-9]$/.test(event.key)) press(event.key);
    else if (event.key === "Backspace") press("clear");
    else if (event.key === "Escape") press("cancel");
    else if (event.key === "Enter" && !event.target.closest("[data-key]")) press("ok");
    else return;
    event.preventDefault();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "serial_number") other.value = "";
    if (event.target.name === "serial_number" || event.target === other) { code = ""; draw(); boot(); }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  draw();
  boot();
})();
