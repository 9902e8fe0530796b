// A small panel for the simulator itself: make Discord misbehave, see what the bot asked.

import * as api from "./api.js";
import { add, h, icon } from "./dom.js";

const faults = [
  ["http_502", "Discord answers 502"], ["commit_then_502", "It posts, then answers 502"], ["reset", "The connection is reset"], ["commit_then_reset", "It posts, then the connection is reset"],
  ["hang", "Discord hangs"], ["global_429", "Global rate limit"], ["user_429", "Rate limit"], ["shared_429", "Shared rate limit"], ["html_429", "Rate limit from the proxy (HTML)"],
  ["op7", "Gateway asks to reconnect"], ["op9", "Gateway session is invalid"], ["silence", "Gateway goes silent"], ["no_ack", "Heartbeats aren't acknowledged"], ["tcp_cut", "Gateway connection is cut"],
];

export function openTools(button) {
  const choice = h("select", { id: "fault-kind" }, faults.map(([kind, text]) => h("option", { value: kind }, text)));
  const times = h("input", { id: "fault-count", type: "number", min: "1", max: "100", value: "1" });
  const said = h("p", { class: "tools-said", role: "status" });
  const figures = h("div", { class: "tools-figures" });
  const dialog = h("dialog", { class: "modal tools-dialog", "aria-labelledby": "tools-title" },
    h("div", { class: "modal-head" }, h("h2", { id: "tools-title" }, "Simulator"), h("button", { class: "icon-button", type: "button", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"))),
    h("div", { class: "modal-body" },
      h("form", { class: "tools-form", onsubmit: async (event) => {
        event.preventDefault();
        try {
          await api.fault({ kind: choice.value, count: Number(times.value) || 1 });
          said.textContent = "Done. Watch how the bot takes it.";
        } catch (error) {
          said.textContent = error.message;
        }
      } },
      h("p", { class: "modal-description" }, "Let Discord misbehave and see that nothing is lost and nothing is posted twice."),
      h("div", { class: "tools-row" }, h("label", { class: "modal-field" }, h("span", { class: "modal-label" }, "Fault"), choice), h("label", { class: "modal-field narrow" }, h("span", { class: "modal-label" }, "Times"), times),
        h("button", { class: "button danger", type: "submit" }, "Make it so")), said),
      h("h3", { class: "modal-label" }, "What the bot asked of Discord"), figures));
  dialog.addEventListener("close", () => {
    clearInterval(timer);
    dialog.remove();
    if (button.isConnected) button.focus();
    else document.getElementById("tools-button")?.focus();
  });
  const refresh = async () => {
    try {
      const { requests = [], counts = {}, identifies = 0, resumes = 0 } = await api.requests();
      figures.replaceChildren();
      const cell = (value, name) => h("div", null, h("b", null, String(value)), h("span", null, name));
      add(figures, cell(requests.length, "requests"), cell(counts["429"] ?? 0, "rate limited"), cell(Object.entries(counts).filter(([s]) => s >= "500").reduce((n, [, c]) => n + c, 0), "server errors"), cell(identifies, "logins"), cell(resumes, "resumes"));
    } catch (error) {
      figures.textContent = error.message;
    }
  };
  const timer = setInterval(refresh, 2000);
  refresh();
  document.body.append(dialog);
  dialog.showModal();
}
