// What HTML alone cannot do: tabs, menus that close, focus after a part of the page was replaced, passkeys.
// Without this script every page works as one long page.

"use strict";

(() => {
  // Tabs after the ARIA Authoring Practices: one tab in the tab order, arrow keys move, the address keeps the choice.
  function makeTabs(box) {
    const bar = box.querySelector(".tabs__bar");
    const tabs = [...bar.querySelectorAll(".tabs__tab")];
    const panelOf = (tab) => document.getElementById(tab.hash.slice(1));
    box.dataset.ready = "yes";
    bar.setAttribute("role", "tablist");

    function choose(tab, focus) {
      for (const other of tabs) {
        const chosen = other === tab;
        other.setAttribute("aria-selected", String(chosen));
        other.tabIndex = chosen ? 0 : -1;
        panelOf(other).hidden = !chosen;
      }
      if (focus) {
        tab.focus();
      }
      tab.scrollIntoView({ block: "nearest", inline: "nearest" });
      history.replaceState(history.state, "", tab.hash);
    }

    for (const tab of tabs) {
      const panel = panelOf(tab);
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      tab.addEventListener("click", (event) => {
        event.preventDefault();
        choose(tab, false);
      });
      tab.addEventListener("keydown", (event) => {
        const at = tabs.indexOf(tab);
        const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
        if (event.key in steps) {
          event.preventDefault();
          choose(tabs[(steps[event.key] + tabs.length) % tabs.length], true);
        }
        if (event.key === " ") {
          event.preventDefault();
          choose(tab, true);
        }
      });
    }
    for (const link of box.querySelectorAll("[data-tab]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        choose(document.getElementById(`tab-${link.dataset.tab}`), true);
      });
    }
    const wanted = tabs.find((tab) => tab.hash === location.hash) || tabs[0];
    const address = location.hash ? location.hash : location.pathname + location.search;
    choose(wanted, false);
    history.replaceState(history.state, "", address);
  }

  function prepare() {
    for (const box of document.querySelectorAll("[data-tabs]:not([data-ready])")) {
      makeTabs(box);
    }
  }

  // After the region was asked the button that asked has been replaced: keep the focus where it was.
  let focused = "";
  document.addEventListener("htmx:before:swap", () => {
    focused = document.activeElement ? document.activeElement.id : "";
  });
  document.addEventListener("htmx:after:swap", () => {
    prepare();
    const again = focused && document.getElementById(focused);
    if (again && document.activeElement === document.body) {
      again.focus({ preventScroll: true });
    }
  });

  // Menus close by Escape and by a click elsewhere.
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });

  // Passkeys (Web Authentication, level 3): the page says what is wanted, the authenticator's answer goes back in a form.
  const fromWords = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const toWords = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  function wanted(form) {
    const options = JSON.parse(form.dataset.options);
    options.challenge = fromWords(options.challenge);
    if (options.user) {
      options.user.id = fromWords(options.user.id);
      options.excludeCredentials = options.excludeCredentials.map((one) => ({ ...one, id: fromWords(one.id) }));
    }
    return options;
  }

  function answered(credential) {
    const { response } = credential;
    const said = { clientDataJSON: toWords(response.clientDataJSON) };
    if (response.attestationObject) {
      said.attestationObject = toWords(response.attestationObject);
      said.transports = response.getTransports ? response.getTransports() : [];
    } else {
      said.authenticatorData = toWords(response.authenticatorData);
      said.signature = toWords(response.signature);
      said.userHandle = response.userHandle ? toWords(response.userHandle) : null;
    }
    return JSON.stringify({ id: credential.id, rawId: toWords(credential.rawId), type: credential.type, response: said });
  }

  let waiting = null; // what stands ready in the browser's list of logins, until somebody presses the button

  async function ask(form, more) {
    const publicKey = wanted(form);
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey, ...more });
    form.elements.answer.value = answered(credential);
    form.submit();
  }

  async function pressed(form) {
    const trouble = form.querySelector(".passkey__trouble");
    trouble.textContent = "";
    if (waiting) {
      waiting.abort();
      waiting = null;
    }
    try {
      await ask(form, {});
    } catch (error) {
      trouble.textContent = error.name === "InvalidStateError" ? trouble.dataset.known : trouble.dataset.cancelled;
    }
  }

  async function offerInList(form) {
    if (await window.PublicKeyCredential.isConditionalMediationAvailable?.()) {
      waiting = new AbortController();
      ask(form, { mediation: "conditional", signal: waiting.signal }).catch(() => {});
    }
  }

  function preparePasskeys() {
    if (!window.PublicKeyCredential || !navigator.credentials) {
      return;
    }
    for (const form of document.querySelectorAll("form[data-passkey]")) {
      form.hidden = false;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        pressed(form);
      });
      if (form.dataset.autofill) {
        offerInList(form);
      }
    }
    for (const note of document.querySelectorAll("[data-no-passkeys]")) {
      note.hidden = true;
    }
  }

  prepare();
  preparePasskeys();

  // A form that was sent is not sent once more by an impatient second press; coming back to the page frees it.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
    }
  });

  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
})();
