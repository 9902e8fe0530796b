// The server's name, its channels with their threads, and who one is.

import { add, avatar, displayName, h, icon } from "./dom.js";
import { channelIcon } from "./select.js";

export class Sidebar {
  #store;
  #parts;
  #current = null;
  #onPerson;
  #onServer;
  #onDirect;

  constructor(store, { server, channels, me, onPerson, onServer, onDirect, onTheme, onTools }) {
    this.#store = store;
    this.#parts = { server, channels, me };
    this.#onPerson = onPerson;
    this.#onServer = onServer;
    this.#onDirect = onDirect;
    this.tools = { onTheme, onTools };
    for (const name of ["state", "read", "online", "person"]) store.addEventListener(name, () => this.#soon());
    channels.addEventListener("keydown", (event) => this.#key(event));
  }

  #queued = false;

  #soon() {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      this.draw();
    });
  }

  select(channel) {
    this.#current = channel?.id;
    this.draw();
  }

  draw() {
    const { server, channels, me } = this.#parts;
    const store = this.#store;
    const focused = document.activeElement?.dataset?.channel;

    const servers = store.state.guilds;
    server.replaceChildren();
    if (servers.length > 1) {
      const choice = h("select", { class: "server-choice", "aria-label": "Server", onchange: () => this.#onServer(choice.value) }, servers.map((g) => h("option", { value: g.id }, g.name)));
      choice.value = store.guild?.id ?? "";
      add(server, mark(store.guild), choice);
    } else {
      add(server, mark(store.guild), h("h1", { dir: "auto" }, store.guild?.name ?? "newsbrief"));
    }

    const tree = h("div", { class: "tree" });
    const groups = store.channelTree();
    for (const { category, entries } of groups) {
      if (entries.length === 0 && !category) continue;
      const list = h("ul", { "aria-label": category?.name });
      for (const { channel, threads } of entries) {
        const item = h("li", null, this.#row(channel));
        if (threads.length > 0) add(item, h("ul", { class: "threads", "aria-label": `Threads in ${channel.name}` }, threads.map((t) => h("li", null, this.#row(t)))));
        list.append(item);
      }
      add(tree, category && h("h2", { class: "category", dir: "auto" }, category.name), list);
    }
    if (!groups.some((g) => g.category?.id === "direct")) { // nobody has written yet
      const open = h("a", { class: "channel", href: "#direct", id: "open-direct", onclick: (event) => {
        event.preventDefault();
        this.#onDirect();
      } }, icon("at"), h("span", { class: "channel-name", dir: "auto" }, store.title({})));
      add(tree, h("h2", { class: "category", dir: "auto" }, "Direct messages"), h("ul", { "aria-label": "Direct messages" }, h("li", null, open)));
    }
    const scroll = channels.scrollTop;
    channels.replaceChildren(tree);
    channels.scrollTop = scroll;
    if (focused) [...channels.querySelectorAll(".channel")].find((a) => a.dataset.channel === focused)?.focus({ preventScroll: true });

    me.replaceChildren();
    const you = store.people.get(store.person);
    const others = (store.state.users ?? []).filter((u) => !u.bot);
    const who = others.length > 1
      ? h("label", { class: "who" }, h("span", { class: "sr-only" }, "Act as"), personChoice(others, store.person, this.#onPerson))
      : h("span", { class: "who", dir: "auto" }, displayName(you));
    add(me, avatar(you ?? {}), h("div", { class: "who-box" }, who, h("span", { class: "who-role" }, store.guild && store.guild.owner_id === store.person ? "Server owner" : "Member")),
      this.tools.onTools && h("button", { class: "icon-button", type: "button", id: "tools-button", "aria-label": "Simulator tools", title: "Simulator tools", onclick: (e) => this.tools.onTools(e.currentTarget) }, icon("sliders")),
      h("button", { class: "icon-button", type: "button", id: "theme-button", "aria-label": "Switch between light and dark", title: "Light or dark", onclick: this.tools.onTheme }, h("span", { class: "when-dark" }, icon("sun")), h("span", { class: "when-light" }, icon("moon"))));
  }

  #row(channel) {
    const here = channel.id === this.#current;
    const { any, count } = here ? { any: false, count: 0 } : this.#store.unread(channel);
    const name = this.#store.title(channel);
    return h("a", {
      class: `channel${here ? " here" : ""}${any ? " unread" : ""}`, href: `#channel=${channel.id}`, "aria-current": here ? "page" : undefined, dataset: { channel: channel.id },
      "aria-label": `${name}${any ? `, ${count > 0 ? count : ""} unread` : ""}`,
    }, icon(channelIcon(channel)), h("span", { class: "channel-name", dir: "auto" }, name), count > 0 && h("span", { class: "count" }, count > 99 ? "99+" : String(count)));
  }

  #key(event) {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!move) return;
    const rows = [...this.#parts.channels.querySelectorAll(".channel")];
    const k = rows.indexOf(document.activeElement);
    if (k < 0) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, k + move))].focus();
  }
}

function mark(guild) {
  return h("span", { class: "server-mark", "aria-hidden": "true" }, [...(guild?.name ?? "n")][0].toUpperCase());
}

function personChoice(people, person, onPerson) {
  const el = h("select", { class: "person-choice", title: "Act as another person", onchange: () => onPerson(el.value) }, people.map((u) => h("option", { value: u.id }, displayName(u))));
  el.value = person;
  return el;
}
