// A list of suggestions that belongs to an input: the combobox pattern of the
// ARIA practices. The input keeps the focus; the list shows what is active.

import { add, freshId, h } from "./dom.js";

export class Listbox {
  #items = [];
  #active = -1;
  #input = null;
  #onPick;
  #multiple;

  constructor({ label, onPick, multiple = false, className = "" }) {
    this.#onPick = onPick;
    this.#multiple = multiple;
    this.id = freshId("list");
    this.list = h("ul", { class: "listbox", role: "listbox", id: this.id, "aria-label": label, "aria-multiselectable": multiple ? "true" : undefined });
    this.head = h("div", { class: "listbox-head" });
    this.note = h("div", { class: "listbox-note", role: "status" });
    this.element = h("div", { class: `suggestions ${className}`, hidden: true }, this.head, this.list, this.note);
    // A press must not take the focus from the input.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
  }

  get open() {
    return !this.element.hidden;
  }

  get active() {
    return this.#items[this.#active] ?? null;
  }

  get items() {
    return this.#items;
  }

  attach(input) {
    if (this.#input !== input) this.#release();
    this.#input = input;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.id);
    input.setAttribute("aria-expanded", String(this.open));
  }

  #release() {
    this.#input?.setAttribute("aria-expanded", "false");
    this.#input?.removeAttribute("aria-activedescendant");
  }

  // show replaces the list. items: {label, detail?, hint?, lead? (node), selected?, disabled?, group?}.
  show(items, { head = null, note = "", active = 0 } = {}) {
    this.#items = items;
    this.list.replaceChildren();
    let group;
    items.forEach((item, k) => {
      if (item.group && item.group !== group) this.list.append(h("li", { class: "listbox-group", role: "presentation" }, item.group));
      group = item.group;
      const el = h("li", {
        class: "option", role: "option", id: `${this.id}-${k}`,
        "aria-selected": this.#multiple ? String(Boolean(item.selected)) : "false",
        "aria-disabled": item.disabled ? "true" : undefined,
        onclick: () => this.#pick(k),
        onmousemove: () => { if (this.#active !== k) this.#activate(k, false); },
      }, item.lead, h("span", { class: "option-text" }, h("span", { class: "option-label", dir: "auto" }, item.label), item.detail && h("span", { class: "option-detail", dir: "auto" }, item.detail)),
      item.hint && h("span", { class: "option-hint" }, item.hint));
      this.list.append(el);
    });
    this.head.replaceChildren();
    add(this.head, head);
    this.head.hidden = !head;
    this.note.textContent = note;
    this.note.hidden = note === "";
    this.list.hidden = items.length === 0;
    this.element.hidden = items.length === 0 && note === "" && !head;
    this.#input?.setAttribute("aria-expanded", String(this.open && items.length > 0));
    this.#activate(Math.min(active, items.length - 1), true);
  }

  hide() {
    this.element.hidden = true;
    this.#items = [];
    this.#active = -1;
    this.#release();
  }

  #activate(k, scroll) {
    this.list.querySelector(".option.active")?.classList.remove("active");
    if (!this.#multiple) this.list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    this.#active = k;
    const el = k >= 0 ? document.getElementById(`${this.id}-${k}`) : null;
    if (!el) {
      this.#input?.removeAttribute("aria-activedescendant");
      return;
    }
    el.classList.add("active");
    if (!this.#multiple) el.setAttribute("aria-selected", "true");
    this.#input?.setAttribute("aria-activedescendant", el.id);
    if (scroll) el.scrollIntoView({ block: "nearest" });
  }

  #pick(k) {
    const item = this.#items[k];
    if (item && !item.disabled) this.#onPick(item);
  }

  // key handles arrows, Page keys and (with pick) Enter and Tab; true when it used the key.
  key(event, { tab = true } = {}) {
    if (!this.open || this.#items.length === 0 || event.isComposing) return false;
    const n = this.#items.length;
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (move) {
      let next = this.#active + move;
      if (Math.abs(move) === 1) next = this.#active < 0 && move < 0 ? n - 1 : (next + n) % n;
      this.#activate(Math.max(0, Math.min(n - 1, next)), true);
    } else if ((event.key === "Enter" || (tab && event.key === "Tab" && !event.shiftKey)) && this.#active >= 0) {
      this.#pick(this.#active);
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }
}
