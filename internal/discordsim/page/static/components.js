// Buttons, selects and the layout parts of Components V2.
// https://discord.com/developers/docs/components/reference

import { add, h, icon, link, picture, webURL } from "./dom.js";
import { colour, linked } from "./embed.js";
import { isSelect, select } from "./select.js";
import { richText } from "./text.js";

const buttonStyles = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };

// componentsView draws a message's components. at: {message, store, interact}.
export function componentsView(components, at) {
  return (components ?? []).map((c) => view(c, at));
}

function view(component, at) {
  switch (component.type) {
    case 1: return h("div", { class: "action-row" }, (component.components ?? []).map((c) => view(c, at)));
    case 2: return button(component, at);
    case 9: return section(component, at);
    case 10: return richText(component.content, at.store.names, { className: "text-display", everyone: at.message.mention_everyone });
    case 11: return hidden(component.spoiler, h("div", { class: "thumbnail" }, linked(component.media?.url, picture(component.media?.url, { alt: component.description ?? "" }))));
    case 12: return gallery(component);
    case 13: return hidden(component.spoiler, file(component.file?.url, component.name, component.size));
    case 14: return h("hr", { class: `separator${component.divider === false ? " invisible" : ""}${component.spacing === 2 ? " large" : ""}` });
    case 17: {
      const el = h("div", { class: "container", role: "group" }, (component.components ?? []).map((c) => view(c, at)));
      const bar = colour(component.accent_color);
      if (bar) {
        el.classList.add("accented");
        el.style.setProperty("--bar", bar);
      }
      return hidden(component.spoiler, el);
    }
    default:
      if (isSelect(component)) {
        return select(component, at.store, {
          busy: at.interact.busy.get(at.message.id) === component.custom_id,
          onSubmit: (values) => at.interact.component(at.message, { component_type: component.type, custom_id: component.custom_id, values }),
        });
      }
      return h("div", { class: "unsupported" }, `This page can't show component type ${component.type}.`);
  }
}

function button(component, at) {
  const style = buttonStyles[component.style] ?? "secondary";
  const face = [component.emoji && h("span", { class: "button-emoji" }, component.emoji.id ? `:${component.emoji.name}:` : component.emoji.name), component.label && h("span", { dir: "auto" }, component.label)];
  if (style === "link") {
    const url = webURL(component.url);
    if (url && !component.disabled) return link(component.url, { class: "button link", title: url.href }, ...face, icon("external"));
    return h("button", { class: "button link", type: "button", disabled: true }, ...face, icon("external"));
  }
  const waiting = at.interact.busy.get(at.message.id) === component.custom_id;
  return h("button", {
    class: `button ${style}${waiting ? " waiting" : ""}`, type: "button", disabled: component.disabled || style === "premium", "aria-busy": waiting ? "true" : undefined,
    "aria-label": component.label ? undefined : component.emoji?.name, dataset: { customId: component.custom_id ?? "" },
    onclick: () => at.interact.component(at.message, { component_type: 2, custom_id: component.custom_id }),
  }, ...face, waiting && h("span", { class: "dots" }));
}

function section(component, at) {
  return h("div", { class: "section" },
    h("div", { class: "section-text" }, (component.components ?? []).map((c) => view(c, at))),
    component.accessory && h("div", { class: "section-accessory" }, view(component.accessory, at)));
}

function gallery(component) {
  const items = component.items ?? [];
  return h("div", { class: `gallery n${Math.min(items.length, 4)}` }, items.map((item) =>
    hidden(item.spoiler, h("figure", null, linked(item.media?.url, picture(item.media?.url, { alt: item.description ?? "", width: item.media?.width, height: item.media?.height }))))));
}

// file is a card for something attached.
export function file(address, name, size) {
  const url = webURL(address);
  const label = name || url?.pathname.split("/").at(-1) || String(address ?? "file").replace(/^attachment:\/\//, "");
  return h("div", { class: "file" }, icon("file"), h("div", null, url ? link(address, null, label) : h("span", null, label), Number.isFinite(size) && h("div", { class: "file-size" }, bytes(size))));
}

function bytes(n) {
  return n < 1024 ? `${n} bytes` : n < 1024 * 1024 ? `${(n / 1024).toFixed(1)} KB` : `${(n / 1024 / 1024).toFixed(1)} MB`;
}

// hidden covers something marked as a spoiler until it is pressed.
export function hidden(spoiler, content) {
  if (!spoiler) return content;
  content.inert = true;
  const cover = h("button", { class: "cover", type: "button", onclick: () => { content.inert = false; box.classList.add("shown"); cover.remove(); } }, "Spoiler");
  const box = add(h("div", { class: "covered" }), content, cover);
  return box;
}
