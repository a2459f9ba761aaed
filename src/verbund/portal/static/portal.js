// What HTML alone cannot do: tabs, menus that close, focus after a part of the page was replaced.
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

  prepare();

  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
})();
