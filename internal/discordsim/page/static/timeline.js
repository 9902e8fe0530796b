// The messages of one channel: drawn once, kept in step, scrolled only when the
// person is already at the end.

import { displayName, h, icon } from "./dom.js";
import { interactionOf } from "./interact.js";
import { messageView, pendingView, summary } from "./message.js";
import { isThread, older } from "./store.js";
import * as times from "./times.js";

const together = 7 * 60_000; // messages of one author within this time share a head
const atOnce = 150; // drawn at first; earlier ones on request
const nearEnd = 80; // pixels

export class Timeline {
  #store;
  #at;
  #root;
  #inner;
  #jump;
  #announcer;
  #channel = null;
  #shown = new Map(); // key → {el, source, compact, stamp}
  #limit = atOnce;
  #newFrom = null;
  #missed = 0;
  #stick = true; // keep to the end as messages come
  #top = 0; // where the last scroll left it

  constructor(store, at, { root, jump, announcer }) {
    this.#store = store;
    this.#at = at;
    this.#root = root;
    this.#jump = jump;
    this.#announcer = announcer;
    this.#inner = h("div", { class: "timeline-inner" });
    root.append(this.#inner);
    root.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("focusin", (event) => this.#rove(event.target.closest(".message")));
    jump.addEventListener("click", () => {
      this.toEnd();
      document.getElementById("composer-input")?.focus();
    });
    // Pictures that load and fonts that swap change heights; stay at the end meanwhile.
    new ResizeObserver(() => { if (this.#stick) this.#scrollDown(); }).observe(this.#inner);
    new ResizeObserver(() => { if (this.#stick) this.#scrollDown(); }).observe(root);
    store.addEventListener("messages", ({ detail }) => { if (detail.channelId === this.#channel?.id) this.draw(); });
    store.addEventListener("arrived", ({ detail }) => this.#arrived(detail.message));
  }

  // show switches to a channel.
  show(channel) {
    this.#channel = channel;
    this.#limit = atOnce;
    this.#missed = 0;
    this.#stick = true;
    this.#shown.clear();
    this.#inner.replaceChildren();
    const read = this.#store.lastRead(channel.id);
    const unread = read ? this.#store.messages(channel.id).filter((m) => older(m.id, read) > 0) : [];
    this.#newFrom = unread[0]?.id ?? null;
    this.#root.setAttribute("role", "group");
    this.#root.setAttribute("aria-label", `Messages in ${this.#store.title(channel)}`);
    this.draw();
    this.#scrollDown();
  }

  // settleNew sets the line above new messages once the first fetch is there.
  settleNew() {
    const read = this.#store.lastRead(this.#channel?.id);
    this.#newFrom = read ? this.#store.messages(this.#channel.id).find((m) => older(m.id, read) > 0)?.id ?? null : null;
    this.draw();
  }

  get atEnd() {
    return this.#root.scrollHeight - this.#root.scrollTop - this.#root.clientHeight < nearEnd;
  }

  toEnd() {
    this.#stick = true;
    this.#scrollDown();
    this.#scrolled();
  }

  draw() {
    const channel = this.#channel;
    if (!channel) return;
    const all = this.#store.messages(channel.id);
    const messages = all.slice(-this.#limit);
    const pending = this.#at.interact.pending.filter((p) => p.channelId === channel.id);
    const loaded = this.#store.isFresh(channel.id) || all.length > 0;
    const wanted = [];
    if (!loaded) {
      wanted.push(["loading", null, () => h("div", { class: "skeleton", "aria-label": "Loading messages" }, [1, 2, 3].map(() => h("div", { class: "skeleton-row" }, h("span"), h("div", null, h("i"), h("i")))))]);
    } else if (all.length > messages.length) {
      wanted.push(["earlier", all.length, () => h("button", { class: "button secondary earlier", type: "button", onclick: () => this.#earlier() }, `Show ${Math.min(atOnce, all.length - messages.length)} earlier messages`)]);
    } else {
      wanted.push(["intro", channel.name, () => intro(channel, this.#store)]);
    }
    let previous = null;
    // A command stands where it was sent: below the message that was last then.
    const showPending = (before) => {
      while (pending.length > 0 && (!before || older(pending[0].after, before.id) < 0)) {
        const entry = pending.shift();
        wanted.push([entry.key, entry, () => pendingView(entry, this.#at), `${entry.state}${entry.error ?? ""}`]);
        previous = null;
      }
    };
    for (const message of messages) {
      const above = previous;
      showPending(message);
      const date = new Date(message.timestamp ?? Date.now());
      const newDay = !above || !times.sameDay(new Date(above.timestamp), date);
      const isNew = message.id === this.#newFrom;
      if (newDay || isNew) {
        const label = newDay ? times.day(date) : "";
        wanted.push([`line-${message.id}`, `${label}${isNew}`, () => h("div", { class: `line${isNew ? " new" : ""}`, role: "separator", "aria-label": isNew ? `New messages${label && `, ${label}`}` : label }, label && h("span", null, label), isNew && h("b", null, "New"))]);
      }
      const compact = !newDay && !isNew && follows(message, previous);
      const stamp = `${this.#at.interact.busy.get(message.id) ?? ""}|${this.#at.interact.failed.get(message.id) ?? ""}|${compact}`;
      wanted.push([message.id, message, () => messageView(message, { compact, at: this.#at }), stamp]);
      previous = message;
    }
    showPending(null);
    this.#reconcile(wanted);
    if (this.#stick) this.#scrollDown();
  }

  // redraw makes every message anew, when names or people changed.
  redraw() {
    this.#shown.clear();
    this.draw();
  }

  #reconcile(wanted) {
    const focused = focusOf(this.#inner);
    const keep = new Map();
    let cursor = this.#inner.firstChild;
    for (const [key, source, make, stamp = ""] of wanted) {
      let row = this.#shown.get(key);
      if (!row || row.source !== source || row.stamp !== stamp) {
        const el = make();
        // Whoever had opened a spoiler doesn't want it closed by an update; everything else starts anew.
        row = { el, source, stamp };
      }
      keep.set(key, row);
      if (row.el === cursor) cursor = cursor.nextSibling;
      else this.#inner.insertBefore(row.el, cursor);
    }
    while (cursor) {
      const next = cursor.nextSibling;
      cursor.remove();
      cursor = next;
    }
    this.#shown = keep;
    refocus(this.#inner, focused);
    if (!this.#inner.querySelector(".message[tabindex='0']")) this.#rove([...this.#inner.querySelectorAll(".message")].at(-1));
  }

  #earlier() {
    const height = this.#root.scrollHeight;
    this.#limit += atOnce;
    this.#stick = false;
    this.draw();
    this.#root.scrollTop += this.#root.scrollHeight - height;
  }

  #arrived(message) {
    if (message.channel_id !== this.#channel?.id) {
      if (message.author?.id !== this.#store.person) this.#store.countUnread(message.channel_id);
      return;
    }
    const own = message.author?.id === this.#store.person || interactionOf(message)?.user?.id === this.#store.person;
    if (own) this.#stick = true;
    if (!this.#stick || document.hidden) {
      this.#missed++;
      this.#newFrom ??= message.id;
      this.#showJump();
      if (document.hidden) this.#store.countUnread(message.channel_id);
    } else {
      queueMicrotask(() => this.#store.markRead(message.channel_id));
    }
    const line = h("p", null, `${displayName(message.author)}: ${summary(message, 200)}`);
    this.#announcer.append(line);
    while (this.#announcer.childElementCount > 5) this.#announcer.firstChild.remove();
  }

  // seen is called when the page comes to the front again.
  seen() {
    if (this.#channel && this.atEnd) this.#store.markRead(this.#channel.id);
  }

  #scrolled() {
    // Only a person scrolls up; a page that changes its height doesn't count.
    const top = this.#root.scrollTop;
    if (this.atEnd) this.#stick = true;
    else if (top < this.#top - 1) this.#stick = false;
    this.#top = top;
    if (this.#stick && this.#channel) {
      this.#missed = 0;
      if (!document.hidden) this.#store.markRead(this.#channel.id);
    }
    this.#showJump();
  }

  #scrollDown() {
    this.#root.scrollTop = this.#root.scrollHeight;
  }

  #showJump() {
    const far = this.#root.scrollHeight - this.#root.scrollTop - this.#root.clientHeight > 400;
    this.#jump.hidden = !(far || (this.#missed > 0 && !this.atEnd));
    this.#jump.replaceChildren(this.#missed > 0 ? `${this.#missed} new` : "Jump to the end", icon("down"));
    this.#jump.classList.toggle("news", this.#missed > 0);
  }

  // One message is in the tab order; arrows move between them.
  #rove(message) {
    if (!message) return;
    for (const old of this.#inner.querySelectorAll(".message[tabindex='0']")) {
      if (old === message) continue;
      old.tabIndex = -1;
      old.querySelector(".more")?.setAttribute("tabindex", "-1");
    }
    message.tabIndex = 0;
    message.querySelector(".more")?.setAttribute("tabindex", "0");
  }

  #key(event) {
    const message = event.target.closest(".message");
    if (!message || event.target !== message) return;
    const all = [...this.#inner.querySelectorAll(".message")];
    const k = all.indexOf(message);
    const to = { ArrowDown: k + 1, ArrowUp: k - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[Math.max(0, Math.min(all.length - 1, to))].focus();
    } else if (event.key === "Escape") {
      document.getElementById("composer-input")?.focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      message.querySelector(".more")?.click();
    }
  }
}

function follows(message, previous) {
  return previous && previous.author?.id === message.author?.id && previous.author?.username === message.author?.username &&
    (previous.type ?? 0) === (message.type ?? 0) && (message.type ?? 0) === 0 && !interactionOf(message) && !interactionOf(previous) && !message.message_reference &&
    ((message.flags ?? 0) & 64) === ((previous.flags ?? 0) & 64) && !previous.components?.length &&
    new Date(message.timestamp) - new Date(previous.timestamp) < together;
}

function focusOf(root) {
  const el = document.activeElement;
  if (!root.contains(el)) return null;
  const message = el.closest(".message");
  return { el, id: message?.dataset.id, customId: el.dataset?.customId };
}

// refocus keeps the keyboard's place when the focused message was drawn anew.
function refocus(root, focused) {
  if (!focused?.id || focused.el.isConnected) return;
  const message = [...root.querySelectorAll(".message")].find((m) => m.dataset.id === focused.id);
  const same = focused.customId && [...(message?.querySelectorAll("[data-custom-id]") ?? [])].find((el) => el.dataset.customId === focused.customId && !el.disabled);
  if (same) same.focus({ preventScroll: true });
  else if (message) message.focus({ preventScroll: true });
  else document.getElementById("composer-input")?.focus({ preventScroll: true });
}

function intro(channel, store) {
  const thread = isThread(channel);
  const parent = thread && store.channels.get(channel.parent_id);
  const name = store.title(channel);
  return h("div", { class: "intro" },
    h("div", { class: "intro-mark" }, icon(thread ? "thread" : channel.type === 5 ? "megaphone" : channel.type === 1 ? "at" : "hash")),
    h("h3", { dir: "auto" }, thread ? name : channel.type === 1 ? name : `#${name}`),
    h("p", null, thread ? ["A thread in ", h("a", { href: `#channel=${channel.parent_id}` }, `#${parent?.name ?? "unknown"}`), "."] : channel.topic || "This is where the channel begins. Nothing older has been posted here."));
}
