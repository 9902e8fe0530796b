// Slash commands as data: finding them, reading what was typed, checking values
// as Discord's client does, and building what is sent. No DOM.
// https://discord.com/developers/docs/interactions/application-commands

export const optionTypes = { subcommand: 1, group: 2, string: 3, integer: 4, boolean: 5, user: 6, channel: 7, role: 8, mentionable: 9, number: 10, attachment: 11 };

// flatten gives one entry per thing that can be run: {command, path, title, description, options}.
export function flatten(commands) {
  const entries = [];
  const walk = (command, node, path) => {
    const inner = (node.options ?? []).filter((o) => o.type === 1 || o.type === 2);
    if (inner.length > 0) for (const o of inner) walk(command, o, [...path, o.name]);
    else entries.push({ command, path, title: `/${path.join(" ")}`, description: node.description ?? "", options: node.options ?? [] });
  };
  for (const command of commands) walk(command, command, [command.name]);
  return entries.sort((a, b) => a.title.localeCompare(b.title));
}

// find ranks the entries for what was typed after the slash.
export function find(entries, typed) {
  const wanted = typed.toLowerCase().trim();
  if (wanted === "") return entries;
  const words = wanted.split(/\s+/);
  const rank = (e) => {
    const title = e.title.slice(1).toLowerCase();
    if (title.startsWith(wanted)) return 0;
    if (words.every((w) => title.split(" ").some((part) => part.startsWith(w)))) return 1;
    if (title.includes(wanted)) return 2;
    return words.every((w) => e.description.toLowerCase().includes(w)) ? 3 : 4;
  };
  const ranked = entries.map((e) => [rank(e), e]).filter(([r]) => r < 4).sort((a, b) => a[0] - b[0]);
  // What is only described so helps where nothing is called so.
  const named = ranked.filter(([r]) => r < 3);
  return (named.length > 0 ? named : ranked).map(([, e]) => e);
}

// read recognises a typed or pasted command: {entry, values: Map(option → text)}, or null
// while no command's whole name and the space after it are there (or, with whole, just the name).
export function read(text, entries, { whole = false } = {}) {
  const typed = text.replace(/^\//, "");
  const matching = entries.filter((e) => {
    const name = e.title.slice(1);
    return typed.startsWith(`${name} `) || (whole && typed.trim() === name);
  }).sort((a, b) => b.title.length - a.title.length);
  const entry = matching[0];
  if (!entry) return null;
  return { entry, values: readValues(typed.slice(entry.title.length - 1).trimStart(), entry.options) };
}

// readValues takes "name: value" parts by name and the words before them as the first option.
function readValues(rest, options) {
  const values = new Map();
  const at = [];
  for (const o of options) {
    const k = ` ${rest}`.toLowerCase().indexOf(` ${o.name.toLowerCase()}:`);
    if (k >= 0) at.push([k, o]);
  }
  at.sort((a, b) => a[0] - b[0]);
  const first = options.find((o) => o.required) ?? options[0];
  const plain = (at.length > 0 ? rest.slice(0, at[0][0]) : rest).trim();
  if (plain !== "" && first) values.set(first.name, plain);
  at.forEach(([k, o], n) => {
    const value = rest.slice(k + o.name.length + 1, at[n + 1]?.[0]).trim();
    values.set(o.name, value);
  });
  return values;
}

// convert turns a field's content into the value Discord would send: {value} or {problem}.
// field: {text, picked: {value} | null}.
export function convert(option, field) {
  const t = optionTypes;
  const text = field.text;
  const needs = (what) => ({ problem: `${option.name}: ${what}` });
  switch (option.type) {
    case t.string: {
      if (option.choices?.length > 0 && !field.picked) return needs("choose one of the list");
      const value = field.picked ? String(field.picked.value) : text;
      const length = [...value].length;
      if (option.min_length && length < option.min_length) return needs(`at least ${option.min_length} characters`);
      if (option.max_length && length > option.max_length) return needs(`at most ${option.max_length} characters`);
      return { value };
    }
    case t.integer: case t.number: {
      if (option.choices?.length > 0 && !field.picked) return needs("choose one of the list");
      const value = Number(field.picked ? field.picked.value : text.trim());
      if (Number.isNaN(value) || text.trim() === "") return needs("a number");
      if (option.type === t.integer && !Number.isSafeInteger(value)) return needs("a whole number");
      if (option.min_value !== undefined && value < option.min_value) return needs(`at least ${option.min_value}`);
      if (option.max_value !== undefined && value > option.max_value) return needs(`at most ${option.max_value}`);
      return { value };
    }
    case t.boolean:
      if (field.picked) return { value: field.picked.value };
      return /^(true|false)$/i.test(text.trim()) ? { value: /^true$/i.test(text.trim()) } : needs("True or False");
    default:
      return field.picked ? { value: field.picked.value } : needs("choose one of the list");
  }
}

// build nests values under the entry's subcommands. values: [{option, value, focused?}].
export function build(entry, values) {
  let options = values.map(({ option, value, focused }) => ({ name: option.name, type: option.type, value, ...(focused ? { focused: true } : {}) }));
  let node = entry.command.options ?? [];
  const types = entry.path.slice(1).map((name) => {
    const found = node.find((o) => o.name === name);
    node = found?.options ?? [];
    return found?.type ?? 1;
  });
  for (let k = entry.path.length - 1; k >= 1; k--) options = [{ name: entry.path[k], type: types[k - 1], options }];
  return { id: entry.command.id, name: entry.command.name, type: 1, options };
}
