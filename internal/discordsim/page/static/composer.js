// The box at the bottom: a person's words, or a slash command with its options as fields.

import * as api from "./api.js";
import { build, convert, find, flatten, optionTypes, read } from "./command.js";
import { add, freshId, h, icon } from "./dom.js";
import { Listbox } from "./listbox.js";
import { channels, roles, users } from "./select.js";
import { canWrite, isForum } from "./store.js";
import { upload } from "./upload.js";

const pause = 150; // ms without a key before autocomplete is asked
const longest = 2000; // a message's characters

export class Composer {
  #store;
  #interact;
  #channel = null;
  #command = null; // {entry, fields: [{option, text, picked, input, pill}]}
  #list;
  #field = null; // the field whose suggestions are shown
  #asked = 0; // serial of the latest autocomplete question
  #asking = null; // its AbortController
  #timer = 0;
  #last = null; // what was sent last: {text} or {command}

  constructor(root, store, interact) {
    this.#store = store;
    this.#interact = interact;
    this.#list = new Listbox({ label: "Suggestions", onPick: (item) => this.#picked(item), className: "composer-list" });
    this.input = h("textarea", { id: "composer-input", class: "composer-input", rows: "1", maxlength: String(longest), autocomplete: "off", spellcheck: "true", enterkeyhint: "send", "aria-describedby": "composer-help", dir: "auto" });
    this.line = h("div", { class: "command-line", hidden: true, role: "group" });
    this.problem = h("div", { class: "composer-problem", role: "alert", hidden: true });
    this.send = h("button", { class: "icon-button send", type: "submit", "aria-label": "Send", title: "Send (Enter)" }, icon("send"));
    const slash = h("button", { class: "icon-button", type: "button", "aria-label": "Show the commands", title: "Commands (/)", onclick: () => this.openCommands() }, icon("slash"));
    this.form = h("form", { class: "composer", novalidate: true }, this.#list.element, this.problem,
      h("div", { class: "composer-box" }, slash, this.input, this.line, this.send),
      h("p", { class: "sr-only", id: "composer-help" }, "Type a slash for the application's commands. Enter sends."));
    root.append(this.form);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#textKey(event));
    this.input.addEventListener("focus", () => this.#typed());
    this.form.addEventListener("focusout", (event) => {
      if (!this.form.contains(event.relatedTarget)) this.#list.hide();
    });
    store.addEventListener("commands", () => { if (!this.#command) this.#typed(); });
  }

  setChannel(channel) {
    if (channel?.id !== this.#channel?.id) this.reset();
    this.#channel = channel;
    const open = canWrite(channel);
    const name = channel?.name ? `#${channel.name}` : "this conversation";
    this.input.disabled = !open;
    this.input.placeholder = isForum(channel) ? "Open a post to write in it" : open ? matchMedia("(max-width: 760px)").matches ? `Message ${name}` : `Message ${name} or type / for commands` : "Nothing can be written here";
    this.input.setAttribute("aria-label", `Message ${name}`);
    this.form.classList.toggle("closed", !open);
  }

  // fill puts a text in as if it had been typed; a known command opens its fields.
  fill(text) {
    this.reset();
    const command = read(text, this.#entries(), { whole: true });
    if (command) {
      this.#start(command.entry, command.values);
      return;
    }
    this.input.value = text;
    this.input.focus();
    this.#typed();
  }

  openCommands() {
    this.reset();
    this.input.value = "/";
    this.input.focus();
    this.#typed();
  }

  reset() {
    this.#stopAsking();
    this.#command = null;
    this.#field = null;
    this.line.replaceChildren();
    this.line.hidden = true;
    this.input.hidden = false;
    this.input.value = "";
    this.#grow();
    this.#complain("");
    this.#list.hide();
  }

  #entries() {
    return flatten(this.#store.commands(1, this.#channel));
  }

  #complain(text) {
    this.problem.textContent = text;
    this.problem.hidden = text === "";
  }

  // Words.

  #grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 180)}px`;
    this.form.classList.toggle("empty", this.input.value.trim() === "" && !this.#command);
  }

  #typed() {
    this.#grow();
    const text = this.input.value;
    this.#complain("");
    if (this.#command) return;
    if (!text.startsWith("/") || text.includes("\n") || document.activeElement !== this.input) {
      this.#list.hide();
      return;
    }
    const entries = this.#entries();
    const command = read(text, entries);
    if (command) {
      this.#start(command.entry, command.values);
      return;
    }
    this.#list.attach(this.input);
    const found = find(entries, text.slice(1));
    const bot = this.#store.state.bot?.global_name || this.#store.state.bot?.username || "newsbrief";
    const none = entries.length === 0
      ? this.#store.state.online ? "The application has registered no commands yet." : "The application is offline, so it has no commands."
      : "No such command.";
    this.#list.show(found.map((entry) => ({
      label: entry.title, detail: entry.description, entry, hint: entry.options.filter((o) => o.required).map((o) => o.name).join(" "),
    })), { head: found.length > 0 && h("div", { class: "suggest-title" }, h("strong", null, bot), " commands"), note: found.length === 0 ? none : "" });
  }

  #textKey(event) {
    if (this.#list.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape") {
      this.#list.hide();
    } else if (event.key === "ArrowUp" && this.input.value === "" && this.#last) {
      event.preventDefault();
      this.#again();
    }
  }

  // again brings back what was sent last.
  #again() {
    if (this.#last.text !== undefined) {
      this.input.value = this.#last.text;
      this.#grow();
    } else {
      const entry = this.#entries().find((e) => e.title === this.#last.title);
      if (entry) this.#start(entry, this.#last.values);
    }
  }

  // Commands.

  // start shows a command's fields. values: option name → text or {text, picked}.
  #start(entry, values = new Map()) {
    this.#command = { entry, fields: [] };
    this.#complain("");
    this.input.hidden = true;
    this.line.hidden = false;
    this.line.setAttribute("aria-label", `${entry.title}: ${entry.description}`);
    this.form.classList.remove("empty");
    for (const option of entry.options) {
      if (option.required || values.has(option.name)) this.#addField(option, values.get(option.name));
    }
    this.#drawLine();
    const empty = this.#command.fields.find((f) => f.text === "");
    const field = empty ?? this.#command.fields.at(-1);
    if (field) {
      this.#focus(field);
    } else {
      this.line.querySelector(".command-name").focus();
      this.#showHead();
    }
  }

  #addField(option, value) {
    const given = typeof value === "object" && value !== null ? value : { text: value ?? "", picked: null };
    const field = { option, text: given.text, picked: given.picked };
    const id = freshId("field");
    const about = `${option.name}${option.required ? ", required" : ""}: ${option.description ?? ""}`;
    if (option.type === optionTypes.attachment) {
      field.input = h("input", { id, type: "file", class: "field-input", "aria-label": about });
      field.input.addEventListener("change", () => {
        field.file = field.input.files[0] ?? null;
        field.text = field.file?.name ?? "";
        field.picked = field.file ? { value: null } : null;
        this.#mark(field, "");
      });
    } else {
      field.input = h("input", {
        id, type: "text", class: "field-input", value: field.text, autocomplete: "off", spellcheck: "false", autocapitalize: "none", enterkeyhint: "send", "aria-label": about, dir: "auto",
        inputmode: option.type === optionTypes.integer ? "numeric" : option.type === optionTypes.number ? "decimal" : undefined,
      });
    }
    field.input.addEventListener("focus", () => this.#suggest(field));
    field.input.addEventListener("input", () => {
      if (option.type === optionTypes.attachment) return;
      field.text = field.input.value;
      field.picked = null;
      this.#fit(field);
      this.#mark(field, "");
      this.#suggest(field);
    });
    field.input.addEventListener("keydown", (event) => this.#fieldKey(event, field));
    field.pill = h("label", { class: "pill", for: id }, h("span", { class: "pill-name" }, option.name), field.input);
    this.#command.fields.push(field);
    const order = this.#command.entry.options;
    this.#command.fields.sort((a, b) => order.indexOf(a.option) - order.indexOf(b.option));
    this.#fit(field);
    return field;
  }

  #fit(field) {
    if (field.option.type !== optionTypes.attachment) field.input.style.width = `${Math.max(4, Math.min(40, [...field.input.value].length + 2))}ch`;
  }

  #drawLine() {
    const { entry, fields } = this.#command;
    const rest = entry.options.filter((o) => !fields.some((f) => f.option === o));
    const name = h("span", { class: "command-name", tabindex: fields.length === 0 ? "0" : undefined, role: fields.length === 0 ? "textbox" : undefined, "aria-readonly": fields.length === 0 ? "true" : undefined, "aria-label": fields.length === 0 ? `${entry.title}: Enter sends` : undefined }, entry.title);
    name.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#submit();
      else if (event.key === "Backspace" || event.key === "Escape") this.#backToText(event.key === "Escape" ? "" : entry.title);
      else return;
      event.preventDefault();
    });
    this.line.replaceChildren(name, ...fields.map((f) => f.pill), ...rest.map((o) =>
      h("button", { class: "chip", type: "button", title: o.description, "aria-label": `Add option ${o.name}: ${o.description ?? ""}`, onclick: () => this.#more(o) }, `+ ${o.name}`)));
  }

  #more(option) {
    const field = this.#addField(option);
    this.#drawLine();
    this.#focus(field);
  }

  #focus(field) {
    if (document.activeElement === field.input) this.#suggest(field);
    else field.input.focus();
    const end = field.input.value.length;
    if (field.option.type !== optionTypes.attachment) field.input.setSelectionRange(end, end);
  }

  #backToText(text) {
    this.reset();
    this.input.value = text;
    this.input.focus();
    this.#typed();
  }

  #fieldKey(event, field) {
    if (event.isComposing) return;
    const resolved = this.#resolved(field);
    // A value that already names its choice needs no second Enter.
    if (!(event.key === "Enter" && resolved) && this.#list.key(event)) return;
    const { fields, entry } = this.#command;
    if (event.key === "Enter") {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Backspace" && field.input.value === "" && !event.repeat) {
      event.preventDefault();
      const k = fields.indexOf(field);
      if (field.option.required) {
        if (k === 0) this.#backToText(entry.title);
        else this.#focus(fields[k - 1]);
        return;
      }
      fields.splice(k, 1);
      this.#drawLine();
      const other = fields[k - 1] ?? fields[0];
      if (other) this.#focus(other);
      else this.line.querySelector(".command-name").focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.#stopAsking();
      if (this.#list.open) this.#list.hide();
      else this.#backToText("");
    }
  }

  #resolved(field) {
    if (field.picked) return true;
    const text = field.text.trim().toLowerCase();
    if (text === "" || !this.#list.open) return false;
    const exact = this.#list.items.find((i) => String(i.value).toLowerCase() === text) ?? this.#list.items.find((i) => i.label.toLowerCase() === text);
    if (exact && field === this.#field) field.picked = { value: exact.value };
    return Boolean(exact);
  }

  #showHead(items = [], note = "", active = 0) {
    const entry = this.#command.entry;
    const option = this.#field?.option;
    const head = h("div", { class: "suggest-head" }, h("div", { class: "suggest-title" }, h("strong", null, entry.title), " ", entry.description),
      option && h("div", { class: "suggest-option" }, h("b", null, option.name), option.required && h("span", { class: "required-mark" }, "required"), " ", option.description));
    this.#list.show(items, { head, note, active });
  }

  // suggest fills the list for a field: fixed choices, the server's things, or the application's answer.
  #suggest(field) {
    const changed = this.#field !== field;
    this.#field = field;
    this.#stopAsking();
    const { option } = field;
    if (option.type !== optionTypes.attachment) this.#list.attach(field.input);
    const text = field.picked ? "" : field.text.trim().toLowerCase();
    const filtered = (items) => {
      const found = items.filter((i) => `${i.label} ${i.detail ?? ""}`.toLowerCase().includes(text.replace(/^[#@]/, "")));
      found.sort((a, b) => Number(b.label.toLowerCase().startsWith(text)) - Number(a.label.toLowerCase().startsWith(text)));
      const at = field.picked ? found.findIndex((i) => i.value === field.picked.value) : 0;
      this.#showHead(found.slice(0, 25).map((i) => ({ ...i, lead: i.lead?.() })), found.length === 0 ? "Nothing fits" : "", at);
    };
    const t = optionTypes;
    if (option.choices?.length > 0) return filtered(option.choices.map((c) => ({ label: c.name, value: c.value })));
    switch (option.type) {
      case t.boolean: return filtered([{ label: "True", value: true }, { label: "False", value: false }]);
      case t.user: return filtered(users(this.#store));
      case t.role: return filtered(roles(this.#store));
      case t.mentionable: return filtered([...users(this.#store), ...roles(this.#store)]);
      case t.channel: return filtered(channels(this.#store, option.channel_types));
    }
    if (!option.autocomplete) return this.#showHead();
    if (changed) this.#showHead([], "Loading options…");
    this.#timer = setTimeout(() => this.#ask(field), changed ? 0 : pause);
  }

  #stopAsking() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
    this.#asked++;
  }

  // ask sends the half-typed command; only the latest answer is shown.
  async #ask(field) {
    const serial = this.#asked;
    const controller = new AbortController();
    this.#asking = controller;
    const values = [];
    for (const other of this.#command.fields) {
      if (other === field) values.push({ option: other.option, value: other.text, focused: true });
      else if (other.text !== "" && !other.file) {
        const { value } = convert(other.option, other);
        if (value !== undefined) values.push({ option: other.option, value });
      }
    }
    try {
      const found = await this.#interact.choices(this.#channel, build(this.#command.entry, values), controller.signal);
      if (serial !== this.#asked || !this.#command) return;
      const items = found.map((c) => ({ label: c.name, value: c.value }));
      // Nothing typed: the list is an offer, Enter must not take its first line.
      this.#showHead(items, items.length === 0 && field.text !== "" ? "No options fit" : "", field.text.trim() === "" && !field.option.required ? -1 : 0);
    } catch (error) {
      if (error.name === "AbortError" || serial !== this.#asked || !this.#command) return;
      this.#showHead([], `Loading options failed: ${error.message}`);
    } finally {
      if (this.#asking === controller) this.#asking = null;
    }
  }

  #picked(item) {
    if (!this.#command) {
      this.#start(item.entry);
      return;
    }
    const field = this.#field;
    field.picked = { value: item.value };
    field.text = item.label;
    field.input.value = item.label;
    this.#fit(field);
    this.#mark(field, "");
    this.#stopAsking();
    const next = this.#command.fields.find((f) => f.option.required && f.text === "" && f !== field);
    if (next) this.#focus(next);
    else this.#list.hide();
  }

  #mark(field, problem) {
    field.pill.classList.toggle("wrong", problem !== "");
    field.input.setAttribute("aria-invalid", problem === "" ? "false" : "true");
    this.#complain(problem);
  }

  // Sending.

  async #submit() {
    if (this.#command) return this.#sendCommand();
    const text = this.input.value.trim();
    if (text === "") return;
    const command = text.startsWith("/") && read(text, this.#entries(), { whole: true });
    if (command) {
      this.#start(command.entry, command.values);
      return;
    }
    const channel = this.#channel;
    this.input.value = "";
    this.#last = { text };
    this.#typed();
    try {
      const answer = await api.say({ channel_id: channel.id, user_id: this.#store.person, content: text });
      this.#store.put(answer.message ?? answer);
    } catch (error) {
      if (this.input.value === "" && !this.#command) this.input.value = text;
      this.#grow();
      this.#complain(error.message);
    }
  }

  async #sendCommand() {
    const { entry, fields } = this.#command;
    const values = [];
    for (const field of fields) {
      if (field.text === "") {
        if (field.option.required) {
          this.#mark(field, `${field.option.name} is required`);
          field.input.focus();
          this.#mark(field, `${field.option.name} is required`);
          return;
        }
        continue;
      }
      this.#resolved(field);
      if (field.file) {
        values.push({ option: field.option, value: await upload(field.file) });
        continue;
      }
      const { value, problem } = convert(field.option, field);
      if (problem) {
        field.input.focus();
        this.#mark(field, problem);
        return;
      }
      values.push({ option: field.option, value });
    }
    const kept = new Map(fields.filter((f) => f.text !== "" && !f.file).map((f) => [f.option.name, { text: f.text, picked: f.picked }]));
    const data = build(entry, values);
    this.#last = { title: entry.title, values: kept };
    this.reset();
    this.input.focus();
    const refused = await this.#interact.command(this.#channel, data, entry.title);
    if (!refused) return;
    if (!this.#command && this.input.value === "") this.#start(entry, kept);
    this.#complain(refused.message);
  }
}
