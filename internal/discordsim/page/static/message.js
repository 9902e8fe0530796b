// One message, as Discord would show it.

import { add, avatar, displayName, freshId, h, icon, picture } from "./dom.js";
import { componentsView, file, hidden } from "./components.js";
import { embedView } from "./embed.js";
import { interactionOf } from "./interact.js";
import * as popover from "./popover.js";
import { flags } from "./store.js";
import { excerpt, richText } from "./text.js";
import * as times from "./times.js";

const systemTexts = {
  1: "added someone to the conversation.", 4: "changed the channel's name.", 6: "pinned a message to this channel.", 7: "joined the server.", 8: "boosted the server.",
  12: "has added a followed channel here. Its messages arrive as they are published.", 18: "started a thread.", 21: "started a thread.",
};

// messageView draws a message. compact leaves out author and avatar, for one
// that follows another of the same author. at: {store, interact, onCommand(command, message),
// onThread(message, change)}: change is what becomes of the message's thread, none starts one.
export function messageView(message, { compact, at }) {
  const { store, interact } = at;
  const has = (flag) => Boolean((message.flags ?? 0) & flag);
  const author = { ...store.people.get(message.author?.id), ...message.author };
  const date = new Date(message.timestamp ?? Date.now());
  const ids = { author: freshId("author"), body: freshId("body") };
  const classes = ["message"];
  if (compact) classes.push("compact");
  if (has(flags.ephemeral)) classes.push("ephemeral");
  if (mentionsPerson(message, store)) classes.push("for-you");
  const el = h("article", { class: classes.join(" "), tabindex: "-1", dataset: { id: message.id }, "aria-labelledby": `${ids.author} ${ids.body}` });

  if (systemTexts[message.type]) {
    add(el, h("div", { class: "gutter" }, icon("chevron")), h("div", { class: "body system", id: ids.body },
      h("span", { id: ids.author, class: "author" }, displayName(author)), " ", systemTexts[message.type], " ", timeView(date)));
    return el;
  }
  const above = aboveLine(message, at);
  if (above) add(el, above);
  add(el, h("div", { class: "gutter" }, compact ? h("time", { class: "side-time", datetime: date.toISOString() }, times.clock(date)) : avatar(author)));
  const body = h("div", { class: "body", id: ids.body });
  add(el, add(h("div", { class: "column" }), compact
    ? h("span", { class: "sr-only", id: ids.author }, `${displayName(author)}, ${times.clock(date)}`)
    : h("div", { class: "head", id: ids.author }, h("span", { class: "author", dir: "auto" }, displayName(author)),
      (author.bot || message.webhook_id) && h("span", { class: "badge" }, "APP"), timeView(date), has(flags.crossposted) && h("span", { class: "published", title: "Sent to the servers that follow this channel" }, "Published")), body));

  if (has(flags.loading)) add(body, thinking(displayName(author)));
  else if (message.content) add(body, richText(message.content, store.names, { className: "content", everyone: message.mention_everyone }));
  for (const attachment of message.attachments ?? []) add(body, attachmentView(attachment));
  if (!has(flags.suppressEmbeds)) for (const embed of message.embeds ?? []) add(body, embedView(embed, store.names));
  add(body, componentsView(message.components, { message, store, interact }));
  if (message.poll) add(body, h("div", { class: "unsupported" }, `Poll: ${message.poll.question?.text ?? ""}`));
  if (message.reactions?.length > 0) {
    add(body, h("div", { class: "reactions" }, message.reactions.map((r) => h("span", { class: "reaction" }, r.emoji?.id ? `:${r.emoji.name}:` : r.emoji?.name ?? "", " ", String(r.count ?? 1)))));
  }
  if (message.thread) {
    add(body, h("a", { class: "thread-link", href: `#channel=${message.thread.id}` }, icon("thread"), h("strong", { dir: "auto" }, message.thread.name), h("span", null, count(message.thread.message_count ?? 0, "message"))));
  }
  if (message.edited_timestamp) {
    const edited = new Date(message.edited_timestamp);
    // Beside the words where there are any, else below everything.
    add(body.querySelector(":scope > .content") ?? body, " ", h("span", { class: "edited", title: times.full(edited) }, "(edited)"));
  }
  const failed = interact.failed.get(message.id);
  if (failed) add(body, h("div", { class: "failure", role: "alert" }, failed));
  if (has(flags.ephemeral)) {
    add(body, h("div", { class: "only-you" }, icon("eye"), h("span", null, "Only you can see this"), " · ",
      h("button", { class: "text-button", type: "button", onclick: () => store.dismiss(message) }, "Dismiss")));
  }
  const more = h("button", { class: "icon-button more", type: "button", tabindex: "-1", "aria-label": "More: apps and actions", "aria-haspopup": "menu", title: "More", onclick: () => openMenu(message, el, more, at) }, icon("more"));
  add(el, h("div", { class: "tools" }, more));
  el.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, img, input, textarea") || String(getSelection()) !== "") return;
    event.preventDefault();
    openMenu(message, el, el, at, event.clientX > 0 ? { x: event.clientX, y: event.clientY } : undefined);
  });
  return el;
}

// pendingView is a command on its way: sent, being worked on, or failed.
export function pendingView(entry, at) {
  const { store, interact } = at;
  const bot = store.state.bot ?? { username: "newsbrief", bot: true };
  const el = h("article", { class: `message pending ${entry.state}`, tabindex: "-1", dataset: { id: entry.key } }, usedLine(store.people.get(store.person), entry.title, "You"),
    h("div", { class: "gutter" }, avatar({ ...bot, bot: true })));
  const body = h("div", { class: "body" });
  add(el, h("div", { class: "column" }, h("div", { class: "head" }, h("span", { class: "author" }, displayName(bot)), h("span", { class: "badge" }, "APP")), body));
  if (entry.state === "failed") {
    add(body, h("div", { class: "failure", role: "alert" }, entry.error), h("div", { class: "only-you" }, icon("eye"), "Only you can see this", " · ",
      h("button", { class: "text-button", type: "button", onclick: () => interact.drop(entry) }, "Dismiss")));
  } else {
    add(body, entry.state === "thinking" ? thinking(displayName(bot)) : h("div", { class: "thinking" }, h("span", { class: "dots" }), "Sending command…"));
  }
  return el;
}

function thinking(name) {
  return h("div", { class: "thinking", role: "status" }, h("span", { class: "dots" }), `${name} is thinking…`);
}

function timeView(date) {
  return h("time", { class: "when", datetime: date.toISOString(), title: times.full(date), dataset: { stamp: "" } }, times.stamp(date));
}

function mentionsPerson(message, store) {
  return message.author?.id !== store.person && (message.mention_everyone || (message.mentions ?? []).some((u) => u.id === store.person));
}

// aboveLine says what a message answers: a command, or another message.
function aboveLine(message, at) {
  const from = interactionOf(message);
  if (from?.name && (from.type === undefined || from.type === 2)) {
    const own = from.user?.id === at.store.person;
    const contextMenu = message.type === 23;
    return usedLine(from.user, contextMenu ? from.name : `/${from.name}`, own ? "You" : displayName(from.user));
  }
  if (message.message_reference && (message.type === 19 || message.referenced_message)) {
    const { channel_id: channel, message_id: id } = message.message_reference ?? {};
    const original = message.referenced_message ?? at.store.message(channel, id);
    if (!original) return h("div", { class: "above" }, icon("reply"), h("em", null, "The original message was deleted"));
    return h("div", { class: "above" }, icon("reply"), avatar(original.author, true), h("span", { class: "above-author" }, displayName(original.author)),
      h("span", { class: "above-text", dir: "auto" }, summary(original, 90)));
  }
  return null;
}

function usedLine(user, title, who) {
  return h("div", { class: "above" }, icon("reply"), avatar(user ?? {}, true), h("span", { class: "above-author", dir: "auto" }, who), " used ", h("span", { class: "mention" }, title));
}

// summary is one line about a message, for replies, lists and the screen reader.
export function summary(message, length) {
  if (message.content) return excerpt(message.content, length);
  const embed = message.embeds?.[0];
  if (embed?.title || embed?.description) return excerpt(embed.title || embed.description, length);
  const text = texts(message.components ?? []).join(" ");
  if (text) return excerpt(text, length);
  return message.attachments?.length > 0 ? "Attachment" : "Message";
}

function texts(components) {
  return components.flatMap((c) => [...(c.type === 10 ? [c.content] : []), ...texts(c.components ?? [])]);
}

function attachmentView(attachment) {
  const isPicture = /^image\//.test(attachment.content_type ?? "") && attachment.url;
  const covered = attachment.filename?.startsWith("SPOILER_");
  return hidden(covered, isPicture ? h("div", { class: "embed-image alone" }, picture(attachment.url, { alt: attachment.description ?? attachment.filename, width: attachment.width, height: attachment.height })) : file(attachment.url, attachment.filename, attachment.size));
}

function openMenu(message, el, anchor, at, point) {
  const commands = at.store.commands(3, at.store.channels.get(message.channel_id));
  popover.menu(anchor, [
    { heading: "Apps", items: commands.map((c) => ({ label: c.name, detail: displayName(at.store.state.bot ?? { username: "newsbrief" }), run: () => at.onCommand(c, message) })) },
    { heading: "Thread", items: threadItems(message, at) },
    { items: [{ label: "Copy text", run: () => navigator.clipboard?.writeText(el.querySelector(".body")?.innerText ?? "").catch((error) => console.warn("copying", error)) }] },
  ], { label: "Message actions", at: point });
}

// threadItems start a thread from a message, or do with it what a moderator may.
function threadItems(message, at) {
  if (!message.thread) {
    const here = at.store.channels.get(message.channel_id)?.type;
    const may = (here === 0 || here === 5) && !((message.flags ?? 0) & (flags.ephemeral | flags.hasThread));
    return may ? [{ label: "Start a thread", run: () => at.onThread(message) }] : [];
  }
  const { archived = false, locked = false } = message.thread.thread_metadata ?? {};
  return [
    { label: locked ? "Unlock the thread" : "Lock the thread", run: () => at.onThread(message, { archived, locked: !locked }) },
    { label: archived ? "Open the thread again" : "Archive the thread", run: () => at.onThread(message, { archived: !archived, locked }) },
  ];
}

function count(n, noun) {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
