// Starts the page: one store, fed by state and events; the parts listen to it.

import * as api from "./api.js";
import { Composer } from "./composer.js";
import { add, displayName, h, icon } from "./dom.js";
import { forumView } from "./forum.js";
import { Interact } from "./interact.js";
import { Live } from "./live.js";
import { summary } from "./message.js";
import { channelIcon } from "./select.js";
import { Sidebar } from "./sidebar.js";
import { isForum, isThread, Store } from "./store.js";
import { lineText } from "./text.js";
import { Timeline } from "./timeline.js";
import * as times from "./times.js";
import { openTools } from "./tools.js";
import { welcome } from "./welcome.js";

const unknown = new Set(); // channels asked for because a message named them
const $ = (id) => document.getElementById(id);
const store = new Store();
const interact = new Interact(store);
const composer = new Composer($("composer"), store, interact);
const sidebar = new Sidebar(store, {
  server: $("server"), channels: $("channels"), me: $("me"), onPerson: actAs, onServer: openServer, onDirect: openDirect, onTheme: switchTheme, onTools: (button) => openTools(button, store),
});
const timeline = new Timeline(store, {
  store, interact,
  onThread: (message, change) => {
    const done = change ? api.setThread(message.thread.id, change)
      : api.startThread({ channel_id: message.channel_id, message_id: message.id, user_id: store.person, name: summary(message, 80) });
    done.catch((error) => notice(error.message));
  },
  onCommand: (command, message) => {
    const target = store.channels.get(message.channel_id) ?? { id: message.channel_id };
    interact.command(target, { id: command.id, name: command.name, type: 3, target_id: message.id }, command.name).then((refused) => refused && notice(refused.message));
  },
}, { root: $("timeline"), jump: $("jump"), announcer: $("announcer") });
const live = new Live({
  event: (name, data) => {
    // A message for a channel that isn't known yet: its channel_create is missing or still coming.
    if (name === "message_create" && !store.channels.has(data.channel_id) && !unknown.has(data.channel_id)) {
      unknown.add(data.channel_id);
      load();
    }
    store.apply(name, data);
  },
  opened: () => {
    notice("");
    load();
  },
  lost: () => notice("Connection lost. Trying again…"),
});

let current = null; // the open channel
let loading = null;
let again = false;

start();

async function start() {
  times.keepFresh();
  wire();
  try {
    await load();
  } catch {
    // load has said so; the event stream's reconnect tries again.
  }
  live.open(api.eventsURL(store.person));
}

// load fetches the state and the open channel's messages, one load at a time.
function load() {
  if (loading) {
    again = true;
    return loading;
  }
  loading = (async () => {
    try {
      do {
        again = false;
        await store.during(api.state(), (state) => store.setState(state));
        await openFromAddress();
      } while (again);
      document.body.classList.add("ready");
    } catch (error) {
      notice(error.message);
      throw error;
    } finally {
      loading = null;
    }
  })();
  loading.catch(() => {}); // told by notice
  return loading;
}

// openDirect opens the direct messages between the person and the bot.
async function openDirect() {
  try {
    const channel = await api.openDirect(store.person);
    store.apply("channel_create", channel);
    location.hash = `#channel=${channel.id}`;
  } catch (error) {
    notice(error.message);
  }
}

// openFromAddress opens the channel the address names, or the first useful one.
async function openFromAddress() {
  const id = /[#&]channel=(\d+)/.exec(location.hash)?.[1];
  const channel = store.channels.get(id) ?? store.channels.get(current?.id) ?? store.firstChannel();
  if (channel) await openChannel(channel);
  welcome($("welcome"), store.state.trial, (tip) => composer.fill(tip));
}

async function openChannel(channel) {
  const changed = current?.id !== channel.id;
  current = channel;
  drawTop();
  composer.setChannel(channel);
  sidebar.select(channel);
  $("timeline").classList.toggle("is-forum", isForum(channel));
  if (isForum(channel)) {
    showForum();
    return;
  }
  if (changed || !$("timeline").querySelector(".timeline-inner")) {
    showTimeline();
    timeline.show(channel);
  }
  if (!store.isFresh(channel.id)) {
    try {
      await store.during(api.messages(channel.id, store.person), ({ messages }) => store.setMessages(channel.id, messages ?? []));
    } catch (error) {
      notice(error.message);
      return;
    }
    if (current?.id !== channel.id) return;
    if (changed) {
      timeline.settleNew();
      timeline.toEnd();
    }
  }
  if (timeline.atEnd && !document.hidden) store.markRead(channel.id);
}

let inner = null;

function showForum() {
  inner ??= $("timeline").querySelector(".timeline-inner");
  $("timeline").replaceChildren(forumView(current, store));
  $("jump").hidden = true;
  store.markRead(current.id);
}

function showTimeline() {
  inner ??= $("timeline").querySelector(".timeline-inner");
  $("timeline").replaceChildren(inner);
}

function drawTop() {
  const bar = $("topbar");
  const bot = store.state.bot;
  const parent = isThread(current) ? store.channels.get(current.parent_id) : null;
  const name = store.title(current);
  bar.replaceChildren();
  add(bar, h("button", { class: "icon-button menu-button", type: "button", id: "menu-button", "aria-label": "Channels", "aria-expanded": "false", "aria-controls": "sidebar", onclick: () => drawer(true) }, icon("menu")),
    h("h2", { class: "where" }, parent && [h("a", { href: `#channel=${parent.id}`, dir: "auto" }, icon(channelIcon(parent)), parent.name), h("span", { class: "sep", "aria-hidden": "true" }, "›")],
      h("span", { class: "where-name", dir: "auto" }, icon(channelIcon(current ?? {})), name)),
    current?.topic && h("span", { class: "topic", title: current.topic }, lineText(current.topic, store.names)),
    h("span", { class: `presence${store.state.online ? " on" : ""}`, title: store.state.online ? "Connected to the gateway" : "Not connected to the gateway" },
      h("i", { "aria-hidden": "true" }), h("span", { class: "presence-name" }, displayName(bot ?? { username: "newsbrief" })), h("span", { class: "presence-state" }, store.state.online ? "online" : "offline")));
  drawTitle();
}

function drawTitle() {
  const unread = store.unreadTotal();
  document.title = `${unread > 0 ? `(${unread}) ` : ""}${current?.name ? `#${current.name} · ` : ""}${store.guild?.name ?? "newsbrief"}`;
}

// notice shows a line below the top bar; an empty one hides it.
function notice(text) {
  $("strip").textContent = text;
  $("strip").hidden = text === "";
}

function drawer(open) {
  $("app").classList.toggle("drawer-open", open);
  $("scrim").hidden = !open;
  $("main").inert = open;
  $("menu-button")?.setAttribute("aria-expanded", String(open));
  if (open) ($("channels").querySelector(".here") ?? $("channels").querySelector(".channel"))?.focus();
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // For this page only.
  }
}

function actAs(id) {
  store.setPerson(id);
  live.open(api.eventsURL(id)); // its open event loads everything anew
  timeline.redraw();
}

function openServer(id) {
  store.guild = store.state.guilds.find((g) => g.id === id) ?? store.guild;
  const channel = store.firstChannel();
  store.tell("state");
  if (channel) location.hash = `#channel=${channel.id}`;
}

function wire() {
  addEventListener("hashchange", () => {
    const channel = store.channels.get(/[#&]channel=(\d+)/.exec(location.hash)?.[1]);
    if (!channel) return;
    const fromDrawer = $("app").classList.contains("drawer-open");
    drawer(false);
    openChannel(channel).then(() => {
      if (fromDrawer) $("menu-button")?.focus();
      else if (matchMedia("(hover: hover)").matches && !isForum(channel)) composer.input.focus();
    });
  });
  // A press on the open channel changes no address but still means "go there".
  $("channels").addEventListener("click", (event) => {
    if (event.target.closest(".channel.here")) drawer(false);
  });
  $("scrim").addEventListener("click", () => drawer(false));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) timeline.seen();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && $("app").classList.contains("drawer-open")) {
      drawer(false);
      $("menu-button")?.focus();
      return;
    }
    const typing = event.target.closest("input, textarea, select, [contenteditable], dialog, .popover");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      composer.openCommands();
    }
  });
  // </command:id> in a message puts that command into the box.
  $("timeline").addEventListener("click", (event) => {
    const command = event.target.closest("[data-command]");
    if (command) composer.fill(`/${command.dataset.command}`);
  });
  store.addEventListener("state", () => {
    if (!current) return;
    const known = store.channels.get(current.id);
    if (!known) {
      const next = store.firstChannel();
      if (next) openChannel(next);
      return;
    }
    current = known;
    drawTop();
    composer.setChannel(known);
    if (isForum(known) && !loading) showForum();
  });
  store.addEventListener("online", () => {
    drawTop();
  });
  store.addEventListener("read", drawTitle);
}
