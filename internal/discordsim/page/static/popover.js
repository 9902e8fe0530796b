// A floating box beside an anchor: menus and the lists of selects. One at a time.

import { add, h } from "./dom.js";

let current = null;

// open shows content beside the anchor and returns a function that closes it.
// onClose runs once, also when something else closes the box.
export function open(anchor, content, { onClose, at, className = "" } = {}) {
  close();
  // Inside a modal dialog everything outside it is inert and below it.
  const host = anchor.closest("dialog") ?? document.body;
  const box = h("div", { class: `popover ${className}` });
  add(box, content);
  host.append(box);
  const place = () => {
    const from = at ? { left: at.x, right: at.x, top: at.y, bottom: at.y, width: 0 } : anchor.getBoundingClientRect();
    const room = { width: document.documentElement.clientWidth, height: window.innerHeight };
    if (!at) box.style.minWidth = `${Math.min(from.width, room.width - 16)}px`;
    const size = box.getBoundingClientRect();
    const below = room.height - from.bottom - 8;
    const top = below >= Math.min(size.height, 260) || below >= from.top ? from.bottom + 4 : from.top - Math.min(size.height, from.top - 12) - 4;
    box.style.top = `${Math.max(8, top)}px`;
    box.style.maxHeight = `${Math.max(120, top >= from.bottom ? below - 4 : from.top - 12)}px`;
    box.style.left = `${Math.max(8, Math.min(at ? from.left : from.left, room.width - size.width - 8))}px`;
  };
  place();

  const outside = (event) => {
    if (!box.contains(event.target) && !anchor.contains(event.target)) close();
  };
  const start = anchor.getBoundingClientRect();
  const scrolled = (event) => {
    // A scroll from before the box was there, or elsewhere, leaves the anchor in its place.
    const now = anchor.getBoundingClientRect();
    if (!box.contains(event.target) && Math.abs(now.top - start.top) + Math.abs(now.left - start.left) > 4) close();
  };
  const key = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
    anchor.focus();
  };
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("scroll", scrolled, true);
  window.addEventListener("resize", close);
  box.addEventListener("keydown", key);
  const mine = {
    end() {
      document.removeEventListener("pointerdown", outside, true);
      document.removeEventListener("scroll", scrolled, true);
      window.removeEventListener("resize", close);
      box.remove();
      onClose?.();
    },
  };
  current = mine;
  return () => {
    if (current === mine) close();
  };
}

export function close() {
  const closing = current;
  current = null;
  closing?.end();
}

// menu shows actions [{label, detail, run}] under headings and moves focus through them.
export function menu(anchor, groups, { at, label }) {
  const items = [];
  const list = h("div", { class: "menu", role: "menu", "aria-label": label });
  for (const group of groups) {
    if (group.items.length === 0) continue;
    if (group.heading) list.append(h("div", { class: "menu-heading", role: "presentation" }, group.heading));
    for (const item of group.items) {
      const el = h("button", { class: "menu-item", type: "button", role: "menuitem", tabindex: "-1", onclick: () => { close(); anchor.focus(); item.run(); } },
        h("span", null, item.label), item.detail && h("span", { class: "menu-detail" }, item.detail));
      items.push(el);
      list.append(el);
    }
  }
  list.addEventListener("keydown", (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const k = items.indexOf(document.activeElement);
    if (move) items[(k + move + items.length) % items.length].focus();
    else if (event.key === "Home") items[0].focus();
    else if (event.key === "End") items.at(-1).focus();
    else if (event.key === "Tab") close();
    else return;
    event.preventDefault();
  });
  open(anchor, list, { at });
  items[0]?.focus();
}
