// The five selects of Discord as a button that opens a list with a search field.

import { avatar, displayName, freshId, h, icon } from "./dom.js";
import { Listbox } from "./listbox.js";
import * as popover from "./popover.js";
import { isThread } from "./store.js";

const kinds = { 3: "string", 5: "user", 6: "role", 7: "mentionable", 8: "channel" };
export const isSelect = (component) => component.type in kinds;

// select draws a select menu. onSubmit(values) runs when a choice is made.
export function select(component, store, { onSubmit, busy = false, disabled = false, labelledBy }) {
  const options = optionsOf(component, store);
  const min = component.min_values ?? 1;
  const max = Math.min(component.max_values ?? 1, Math.max(1, options.length));
  let chosen = new Set(options.filter((o) => o.selected).map((o) => o.value));
  const value = h("span", { class: "select-value" });
  const valueId = freshId("select");
  value.id = valueId;
  const button = h("button", {
    class: "select", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false", disabled: component.disabled || disabled || busy,
    "aria-labelledby": labelledBy ? `${labelledBy} ${valueId}` : undefined, dataset: { customId: component.custom_id ?? "" },
  }, value, busy ? h("span", { class: "dots", "aria-label": "Waiting for the application" }) : icon("chevron"));
  const show = () => {
    const labels = options.filter((o) => chosen.has(o.value)).map((o) => o.label);
    value.textContent = labels.length > 0 ? labels.join(", ") : component.placeholder || "Make a selection";
    value.classList.toggle("empty", labels.length === 0);
  };
  show();

  const openList = () => {
    const start = new Set(chosen);
    const input = h("input", { class: "select-search", type: "text", "aria-label": component.placeholder || "Search the options", placeholder: "Search", autocomplete: "off", spellcheck: "false" });
    if (options.length <= 6 && component.type === 3) input.classList.add("sr-only");
    const list = new Listbox({
      label: component.placeholder || "Options", multiple: max > 1,
      onPick: (item) => {
        if (max === 1) {
          chosen = new Set(chosen.has(item.value) && min === 0 ? [] : [item.value]);
          popover.close();
          return;
        }
        if (!chosen.delete(item.value) && chosen.size < max) chosen.add(item.value);
        fill(list.items.indexOf(item));
      },
    });
    list.attach(input);
    const fill = (active = 0) => {
      const wanted = input.value.trim().toLowerCase();
      const found = options.filter((o) => `${o.label} ${o.detail ?? ""}`.toLowerCase().includes(wanted));
      list.show(found.slice(0, 100).map((o) => ({
        ...o, selected: chosen.has(o.value), disabled: max > 1 && !chosen.has(o.value) && chosen.size >= max,
        lead: max > 1 ? h("span", { class: `box${chosen.has(o.value) ? " on" : ""}` }, chosen.has(o.value) && icon("check")) : o.lead?.(),
        hint: max === 1 && chosen.has(o.value) ? "current" : undefined,
      })), { active, note: found.length === 0 ? "Nothing found" : max > 1 ? `Choose ${min === max ? min : `${min} to ${max}`} · Escape when done` : "" });
    };
    input.addEventListener("input", () => fill());
    input.addEventListener("keydown", (event) => {
      if (event.key === "Tab" && max > 1) {
        event.preventDefault();
        popover.close();
        button.focus();
        return;
      }
      list.key(event, { tab: true });
    });
    button.setAttribute("aria-expanded", "true");
    popover.open(button, [input, list.element], {
      className: "select-popover",
      onClose: () => {
        button.setAttribute("aria-expanded", "false");
        if (document.activeElement === document.body || document.activeElement === input) button.focus();
        show();
        const same = start.size === chosen.size && [...start].every((v) => chosen.has(v));
        if (same && !(max === 1 && start.size === 0)) return;
        if (chosen.size < min || same) {
          chosen = start;
          show();
          return;
        }
        onSubmit(options.filter((o) => chosen.has(o.value)).map((o) => o.value));
      },
    });
    fill(Math.max(0, options.findIndex((o) => chosen.has(o.value))));
    input.focus();
  };
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-expanded") === "true") popover.close();
    else openList();
  });
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    openList();
  });
  return button;
}

function optionsOf(component, store) {
  const defaults = new Set((component.default_values ?? []).map((d) => d.id));
  const mark = (o) => ({ ...o, selected: o.selected || defaults.has(o.value) });
  switch (kinds[component.type]) {
    case "string":
      return (component.options ?? []).map((o) => ({ label: o.label, detail: o.description, value: o.value, selected: Boolean(o.default), lead: o.emoji ? () => h("span", { class: "option-emoji" }, o.emoji.id ? `:${o.emoji.name}:` : o.emoji.name) : undefined }));
    case "user": return users(store).map(mark);
    case "role": return roles(store).map(mark);
    case "mentionable": return [...users(store), ...roles(store)].map(mark);
    default: return channels(store, component.channel_types).map(mark);
  }
}

// The people, roles and channels of the server as options, also for the composer.

export function users(store) {
  return [...store.people.values()].map((u) => ({ label: displayName(u), detail: u.username, value: u.id, lead: () => avatar(u, true) }));
}

export function roles(store) {
  return (store.guild?.roles ?? []).map((r) => ({ label: r.id === store.guild.id ? "@everyone" : r.name, value: r.id, lead: () => icon("role") }));
}

export function channels(store, types) {
  return store.channelTree().flatMap((g) => [...(g.category && /^\d+$/.test(g.category.id) ? [g.category] : []), ...g.entries.flatMap((e) => [e.channel, ...e.threads])])
    .filter((c) => c.type !== 1 && c.type !== 3 && (types?.length > 0 ? types.includes(c.type) : true))
    .map((c) => ({ label: c.name, detail: isThread(c) ? `in #${store.channels.get(c.parent_id)?.name ?? "?"}` : undefined, value: c.id, lead: () => icon(channelIcon(c)) }));
}

export function channelIcon(channel) {
  return { 1: "at", 2: "speaker", 3: "at", 4: "chevron", 5: "megaphone", 10: "thread", 11: "thread", 12: "thread", 13: "speaker", 15: "forum", 16: "forum" }[channel.type] ?? "hash";
}
