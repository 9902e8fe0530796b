// Draws markdown trees. Names come from a lookup ({user, role, channel}), so a
// mention shows what it means now.

import { h, link } from "./dom.js";
import { parse, plain } from "./markdown.js";
import * as times from "./times.js";

// richText draws a text with its blocks into a div; extra classes go onto it.
export function richText(source, names, { className = "", everyone = false } = {}) {
  const nodes = parse(source);
  const el = h("div", { class: `rich ${className}`, dir: "auto" });
  if (onlyEmoji(source)) el.classList.add("jumbo");
  draw(el, nodes, { names, everyone });
  return el;
}

// lineText draws a text that allows no blocks (embed titles, field names) into a span.
export function lineText(source, names) {
  const el = h("span", { class: "rich-line", dir: "auto" });
  draw(el, parse(source, { inlineOnly: true }), { names, everyone: false });
  return el;
}

// excerpt is the text without its marks on one line.
export function excerpt(source, length) {
  const text = plain(parse(source)).replace(/\s+/g, " ").trim();
  return text.length <= length ? text : `${[...new Intl.Segmenter().segment(text)].slice(0, length - 1).map((s) => s.segment).join("")}…`;
}

function onlyEmoji(source) {
  return /^(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f\s]){1,60}$/u.test(String(source)) && /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(source);
}

const tags = { strong: "strong", emphasis: "em", underline: "u", strike: "s" };

function draw(parent, nodes, at) {
  for (const node of nodes) parent.append(drawNode(node, at));
}

function wrap(tag, props, node, at) {
  const el = h(tag, props);
  draw(el, node.children, at);
  return el;
}

function drawNode(node, at) {
  switch (node.kind) {
    case "text": return document.createTextNode(node.text);
    case "strong": case "emphasis": case "underline": case "strike": return wrap(tags[node.kind], null, node, at);
    case "code": return h("code", null, node.text);
    case "pre": return h("pre", { dir: "ltr", tabindex: "0", role: "region", "aria-label": node.language ? `Code, ${node.language}` : "Code" }, h("code", null, node.text));
    case "spoiler": return spoiler(node, at);
    case "quote": return wrap("blockquote", null, node, at);
    // h1 and h2 belong to the page; a message's headings start below them.
    case "heading": return wrap(`h${node.level + 2}`, { class: `heading level-${node.level}` }, node, at);
    case "subtext": return wrap("small", { class: "subtext" }, node, at);
    case "list": return drawList(node, at);
    case "link": {
      const el = link(node.href, { title: node.title ? `${node.title}\n${node.href}` : node.href });
      draw(el, node.children, at);
      return el;
    }
    case "user": {
      const name = at.names.user(node.id);
      return h("span", { class: "mention", title: name ? undefined : node.id }, name ? `@${name}` : "@unknown-user");
    }
    case "role": {
      const role = at.names.role(node.id);
      return h("span", { class: "mention" }, role ? `@${role.name}` : "@deleted-role");
    }
    case "channel": {
      const channel = at.names.channel(node.id);
      if (!channel) return h("span", { class: "mention" }, "#unknown");
      return h("a", { class: "mention", href: `#channel=${channel.id}` }, `#${channel.name}`);
    }
    case "command":
      return h("button", { class: "mention", type: "button", dataset: { command: node.name } }, `/${node.name}`);
    case "emoji": return h("span", { class: "custom-emoji", title: `Server emoji ${node.name}` }, `:${node.name}:`);
    case "everyone": return at.everyone ? h("span", { class: "mention" }, node.text) : document.createTextNode(node.text);
    case "time": {
      const date = new Date(node.unix * 1000);
      return h("time", { class: "stamp", datetime: date.toISOString(), title: times.full(date), dataset: node.style === "R" ? { relative: "" } : undefined }, times.styled(date, node.style));
    }
    default: throw new Error(`markdown node ${node.kind}`);
  }
}

function drawList(node, at) {
  const el = h(node.ordered ? "ol" : "ul", { start: node.ordered && node.start !== 1 ? node.start : undefined });
  for (const item of node.items) {
    const li = h("li");
    draw(li, item, at);
    el.append(li);
  }
  return el;
}

function spoiler(node, at) {
  const inner = wrap("span", { class: "spoiler-text", inert: true }, node, at);
  const el = h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler: press to show", "aria-expanded": "false" }, inner);
  const show = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    for (const name of ["role", "tabindex", "aria-label", "aria-expanded"]) el.removeAttribute(name);
    inner.removeAttribute("inert");
    el.classList.add("shown");
    el.removeEventListener("click", show);
    el.removeEventListener("keydown", show);
  };
  el.addEventListener("click", show);
  el.addEventListener("keydown", show);
  return el;
}
