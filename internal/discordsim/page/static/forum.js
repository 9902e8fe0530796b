// A forum channel: its posts as cards.

import * as api from "./api.js";
import { add, displayName, h, icon } from "./dom.js";
import { summary } from "./message.js";
import { isThread, older } from "./store.js";
import * as times from "./times.js";

// Enough posts to fill a screen get an excerpt; each costs a request.
const excerpts = 24;

export function forumView(channel, store) {
  const posts = [...store.channels.values()].filter((c) => isThread(c) && c.parent_id === channel.id)
    .sort((a, b) => older(b.last_message_id ?? b.id, a.last_message_id ?? a.id));
  const el = h("div", { class: "forum" }, channel.topic && h("p", { class: "forum-topic", dir: "auto" }, channel.topic));
  if (posts.length === 0) return add(el, h("div", { class: "intro" }, h("div", { class: "intro-mark" }, icon("forum")), h("h3", null, channel.name), h("p", null, "No posts yet. Each brief for this forum becomes a post of its own.")));
  const tags = new Map((channel.available_tags ?? []).map((t) => [t.id, t]));
  posts.forEach((post, k) => {
    const created = createdAt(post.id);
    const text = h("p", { class: "post-text", dir: "auto" });
    add(el, h("a", { class: "post", href: `#channel=${post.id}` },
      h("span", { class: "post-tags" }, (post.applied_tags ?? []).map((id) => tags.get(id)).filter(Boolean).map((t) => h("span", { class: "tag" }, t.emoji_name && `${t.emoji_name} `, t.name))),
      h("h3", { dir: "auto" }, post.name), text,
      h("span", { class: "post-foot" }, icon("thread"), `${post.message_count ?? 0} ${post.message_count === 1 ? "reply" : "replies"}`, " · ", h("time", { datetime: created.toISOString(), dataset: { relative: "" } }, times.relative(created)))));
    if (k >= excerpts) return;
    api.messages(post.id, store.person).then(({ messages }) => {
      const first = messages?.[0];
      if (first) text.textContent = `${displayName(first.author)}: ${summary(first, 160)}`;
    }).catch((error) => console.warn("reading a post's first message:", error.message));
  });
  return el;
}

// A snowflake holds its time in ms since 2015, https://discord.com/developers/docs/reference#snowflakes
function createdAt(id) {
  const ms = Number(BigInt(id) >> 22n) + 1420070400000;
  return new Date(ms);
}
