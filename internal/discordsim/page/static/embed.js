// Embeds as Discord draws them.
// https://discord.com/developers/docs/resources/message#embed-object

import { add, h, link, picture, webURL } from "./dom.js";
import { lineText, richText } from "./text.js";
import * as times from "./times.js";

export function colour(value) {
  return Number.isInteger(value) && value >= 0 && value <= 0xffffff ? `#${value.toString(16).padStart(6, "0")}` : null;
}

export function embedView(embed, names) {
  const bar = colour(embed.color);
  const el = h("div", { class: "embed", role: "group", "aria-label": embed.title ? `Embed: ${embed.title}` : "Embed" });
  if (bar) el.style.setProperty("--bar", bar);
  const body = h("div", { class: "embed-body" });
  if (embed.provider?.name) add(body, h("div", { class: "embed-provider" }, embed.provider.name));
  if (embed.author?.name) {
    add(body, h("div", { class: "embed-author" }, embed.author.icon_url && picture(embed.author.icon_url, { className: "embed-icon" }),
      embed.author.url ? link(embed.author.url, { dir: "auto" }, embed.author.name) : h("span", { dir: "auto" }, embed.author.name)));
  }
  if (embed.title) add(body, h("div", { class: "embed-title" }, embed.url ? link(embed.url, null, lineText(embed.title, names)) : lineText(embed.title, names)));
  if (embed.description) add(body, richText(embed.description, names, { className: "embed-description" }));
  if (embed.fields?.length > 0) {
    add(body, h("dl", { class: "embed-fields" }, embed.fields.map((field) =>
      h("div", { class: field.inline ? "field inline" : "field" }, h("dt", null, lineText(field.name, names)), h("dd", null, richText(field.value, names))))));
  }
  add(el, body);
  const thumbnail = embed.thumbnail?.url;
  if (thumbnail) add(el, h("div", { class: "embed-thumbnail" }, linked(thumbnail, picture(thumbnail, { alt: embed.thumbnail.description ?? "" }))));
  if (embed.image?.url) {
    add(el, h("div", { class: "embed-image" }, linked(embed.image.url, picture(embed.image.url, { alt: embed.image.description ?? "", width: embed.image.width, height: embed.image.height }))));
  }
  if (embed.footer?.text || embed.timestamp) {
    const date = embed.timestamp ? new Date(embed.timestamp) : null;
    const dated = date && !Number.isNaN(date.getTime());
    add(el, h("div", { class: "embed-footer" }, embed.footer?.icon_url && picture(embed.footer.icon_url, { className: "embed-icon" }),
      embed.footer?.text && h("span", { dir: "auto" }, embed.footer.text), embed.footer?.text && dated && h("span", { "aria-hidden": "true" }, "•"),
      dated && h("time", { datetime: date.toISOString(), title: times.full(date), dataset: { stamp: "" } }, times.stamp(date))));
  }
  return el;
}

// linked lets a press on a picture open it alone.
export function linked(address, image) {
  return webURL(address) ? link(address, { class: "picture-link", "aria-label": image.alt || "Open the picture" }, image) : image;
}
