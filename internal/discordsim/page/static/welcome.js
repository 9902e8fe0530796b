// The strip that says what this page is and what to try first.

import { add, h, icon } from "./dom.js";

const standard = {
  title: "Try newsbrief without Discord",
  text: "This is a stand-in for a Discord server with the real bot connected to it. Briefs arrive in the channels; ask for more with a slash command:",
  tips: ["/brief climate", "/search summit", "/subscribe"],
};

// welcome fills the strip. trial is the simulator's {title?, text?, tips?}, which replaces the standard words.
export function welcome(el, trial, onTip) {
  const words = { ...standard, ...Object.fromEntries(Object.entries(trial ?? {}).filter(([, value]) => value)) };
  const key = `welcome:${words.title}`;
  try {
    if (localStorage.getItem(key) === "seen") return;
  } catch {
    // Shown each time.
  }
  const hide = () => {
    el.hidden = true;
    try {
      localStorage.setItem(key, "seen");
    } catch {
      // Shown again next time.
    }
    document.getElementById("composer-input")?.focus();
  };
  el.replaceChildren();
  add(el, h("div", { class: "welcome-text" }, h("h2", null, words.title), h("p", null, words.text)),
    h("div", { class: "tips" }, words.tips.map((tip) => h("button", { class: "tip", type: "button", onclick: () => onTip(tip) }, tip))),
    h("button", { class: "icon-button welcome-close", type: "button", "aria-label": "Dismiss the welcome", title: "Dismiss", onclick: hide }, icon("close")));
  el.hidden = false;
}
