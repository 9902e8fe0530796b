// Discord's markdown → a tree of plain objects. It knows no DOM and no names;
// text.js draws the tree. Hand-written scanners, one pass per nesting level,
// depth capped, so that no text can make it slow.
//
// https://support.discord.com/hc/en-us/articles/210298617 and
// https://discord.com/developers/docs/reference#message-formatting

const deepest = 8;
const word = /[\p{L}\p{N}_]/u;
const space = /\s/;

// parse returns the nodes of a text. With inlineOnly, headings, lists, quotes
// and code blocks stay as they are written (titles, field names).
export function parse(source, { inlineOnly = false } = {}) {
  const text = String(source ?? "").replace(/\r\n?/g, "\n");
  const whole = { depth: 0, quoted: false, linked: false };
  return inlineOnly ? inline(text.trim(), whole) : blocks(text.replace(/^\n+|\s+$/g, ""), whole);
}

// plain is the readable text of nodes, for labels and one-line excerpts.
export function plain(nodes) {
  return nodes.map((n) => {
    if (n.items) return n.items.map((item) => plain(item)).join(" ");
    if (n.children) return plain(n.children) + (n.kind === "heading" || n.kind === "quote" ? " " : "");
    return n.text ?? (n.kind === "command" ? `/${n.name}` : n.kind === "emoji" ? `:${n.name}:` : "");
  }).join("");
}

function blocks(source, at) {
  const nodes = [];
  let pending = "";
  // A block breaks the line by itself: the newline before it would be a second one.
  const flush = (beforeBlock) => {
    const text = beforeBlock ? pending.replace(/\n$/, "") : pending;
    if (text !== "") nodes.push(...inline(text, at));
    pending = "";
  };
  let i = 0;
  let lineStart = true;
  while (i < source.length) {
    if (lineStart) {
      const block = blockAt(source, i, at);
      if (block) {
        flush(true);
        nodes.push(block.node);
        i = block.next;
        continue;
      }
    }
    const c = source[i];
    if (c === "\\" && i + 1 < source.length) {
      pending += c + source[i + 1];
      lineStart = source[i + 1] === "\n";
      i += 2;
    } else if (source.startsWith("```", i)) {
      const code = fence(source, i);
      if (!code) {
        const run = runLength(source, i, "`");
        pending += source.slice(i, i + run);
        i += run;
        lineStart = false;
        continue;
      }
      flush(true);
      nodes.push(code.node);
      i = code.next;
      lineStart = true;
    } else if (c === "`") {
      const end = codeEnd(source, i);
      pending += source.slice(i, end.next);
      i = end.next;
      lineStart = false;
    } else {
      pending += c;
      lineStart = c === "\n";
      i++;
    }
  }
  flush(false);
  return nodes;
}

function blockAt(source, i, at) {
  const end = lineEnd(source, i);
  const line = source.slice(i, end);
  const next = Math.min(end + 1, source.length);
  let m;
  if ((m = /^(#{1,3})[ \t]+(\S.*)$/.exec(line))) {
    return { node: { kind: "heading", level: m[1].length, children: inline(m[2].trimEnd(), at) }, next };
  }
  if ((m = /^-#[ \t]+(\S.*)$/.exec(line))) return { node: { kind: "subtext", children: inline(m[1].trimEnd(), at) }, next };
  if (!at.quoted && line.startsWith(">>> ")) {
    return { node: { kind: "quote", children: blocks(source.slice(i + 4), { ...at, quoted: true }) }, next: source.length };
  }
  if (!at.quoted && line.startsWith("> ")) {
    const lines = [];
    let from = i;
    while (from < source.length && (source.startsWith("> ", from) || source.slice(from, lineEnd(source, from)) === ">")) {
      const to = lineEnd(source, from);
      lines.push(source.slice(from + 2, to));
      from = Math.min(to + 1, source.length);
    }
    return { node: { kind: "quote", children: blocks(lines.join("\n"), { ...at, quoted: true }) }, next: from };
  }
  if (listItem(line)) return list(source, i, at);
  return null;
}

function listItem(line) {
  const m = /^( {0,20})(?:([-*])|(\d{1,9})\.) +(\S.*)$/.exec(line);
  return m && { indent: m[1].length, ordered: m[3] !== undefined, start: Number(m[3] ?? 1), text: m[4].trimEnd() };
}

function list(source, i, at) {
  const items = [];
  while (i < source.length) {
    const end = lineEnd(source, i);
    const line = source.slice(i, end);
    const item = listItem(line);
    if (item && items.length > 0 && item.indent <= items[0].indent && item.ordered !== items[0].ordered) break;
    if (item) items.push(item);
    else if (items.length > 0 && /^ {2,}\S/.test(line)) items.at(-1).text += `\n${line.trim()}`;
    else break;
    i = Math.min(end + 1, source.length);
    if (end === source.length) break;
  }
  return { node: nest(items, 0, items[0].indent, at, 0).node, next: i };
}

// nest turns the flat run of items from position k into a tree by indentation.
function nest(items, k, indent, at, depth) {
  const node = { kind: "list", ordered: items[k].ordered, start: items[k].start, items: [] };
  while (k < items.length && items[k].indent >= indent) {
    if (items[k].indent > indent + 1 && node.items.length > 0 && depth < deepest) {
      const inner = nest(items, k, items[k].indent, at, depth + 1);
      node.items.at(-1).push(inner.node);
      k = inner.next;
      continue;
    }
    node.items.push(inline(items[k].text, at));
    k++;
  }
  return { node, next: k };
}

function fence(source, i) {
  const close = source.indexOf("```", i + 3);
  if (close <= i + 3) return null;
  let body = source.slice(i + 3, close);
  let language = "";
  const m = /^([A-Za-z0-9_+\-.#]{1,30})\n(?=[^]*\S)/.exec(body);
  if (m) {
    language = m[1];
    body = body.slice(m[0].length);
  }
  body = body.replace(/^\n+|\n+$/g, "");
  if (body === "") return null;
  let next = close + 3;
  while (source[next] === "`") next++;
  if (source[next] === "\n") next++;
  return { node: { kind: "pre", language, text: body }, next };
}

function inline(source, at) {
  const nodes = [];
  let text = "";
  const push = (node) => {
    if (text !== "") nodes.push({ kind: "text", text });
    text = "";
    nodes.push(node);
  };
  if (at.depth > deepest) return [{ kind: "text", text: source }];
  const inside = (from, to, more) => inline(source.slice(from, to), { ...at, depth: at.depth + 1, ...more });
  // Where a delimiter has no closing partner from here on, later ones haven't either.
  const hopeless = new Set();
  const span = (i, delimiter, kind, ok) => {
    if (hopeless.has(delimiter)) return 0;
    const from = i + delimiter.length;
    const close = closing(source, from, delimiter);
    if (close < 0) {
      hopeless.add(delimiter);
      return 0;
    }
    if (ok && !ok(from, close)) return 0;
    push({ kind, children: inside(from, close) });
    return close + delimiter.length;
  };

  let i = 0;
  while (i < source.length) {
    const c = source[i];
    let next = 0;
    switch (c) {
      case "\\": {
        const escaped = String.fromCodePoint(source.codePointAt(i + 1) ?? 0x5c);
        if (i + 1 < source.length && !/[0-9A-Za-z\s]/.test(escaped)) {
          text += escaped;
          next = i + 1 + escaped.length;
        }
        break;
      }
      case "`": {
        const code = codeEnd(source, i);
        if (code.text !== undefined) push({ kind: "code", text: code.text });
        else text += source.slice(i, code.next);
        next = code.next;
        break;
      }
      case "*":
        if (source[i + 1] === "*") next = span(i, "**", "strong");
        else if (source[i + 1] !== undefined && !space.test(source[i + 1])) next = span(i, "*", "emphasis");
        break;
      case "_":
        if (source[i + 1] === "_") next = span(i, "__", "underline");
        else if (!word.test(before(source, i))) next = span(i, "_", "emphasis");
        break;
      case "~":
        if (source[i + 1] === "~") next = span(i, "~~", "strike");
        break;
      case "|":
        if (source[i + 1] === "|") next = span(i, "||", "spoiler");
        break;
      case "[":
        if (!at.linked) {
          const masked = maskedLink(source, i);
          if (masked) {
            push({ kind: "link", href: masked.href, title: masked.title, children: inside(i + 1, masked.labelEnd, { linked: true }) });
            next = masked.next;
          }
        }
        break;
      case "<": {
        const found = angle(source, i, at.linked);
        if (found) {
          push(found.node);
          next = found.next;
        }
        break;
      }
      case "h":
        if (!at.linked && !word.test(before(source, i))) {
          const found = bareLink(source, i);
          if (found) {
            push(found.node);
            next = found.next;
          }
        }
        break;
      case "@": {
        const m = /^@(everyone|here)/.exec(source.slice(i, i + 9));
        if (m) {
          push({ kind: "everyone", text: m[0] });
          next = i + m[0].length;
        }
        break;
      }
    }
    if (next > i) {
      i = next;
      continue;
    }
    // An unmatched pair stays together, or its second half would open something.
    const run = "*_~|".includes(c) && source[i + 1] === c ? 2 : 1;
    text += source.slice(i, i + run);
    i += run;
  }
  if (text !== "") nodes.push({ kind: "text", text });
  return nodes;
}

// closing finds the delimiter's partner, stepping over escapes and code.
function closing(source, from, delimiter) {
  const single = delimiter.length === 1;
  const c = delimiter[0];
  let i = from;
  while (i < source.length) {
    if (source[i] === "\\") {
      i += 2;
      continue;
    }
    if (source[i] === "`") {
      i = codeEnd(source, i).next;
      continue;
    }
    if (source[i] !== c) {
      i++;
      continue;
    }
    const run = runLength(source, i, c);
    if (single) {
      if (run % 2 === 1 && i > from) {
        const at = i + run - 1;
        if (c === "*" ? !space.test(source[at - 1]) : !word.test(source[at + 1] ?? " ")) return at;
      }
    } else if (run >= 2) {
      // The last two of the run: **a *b*** closes both.
      const at = i + run - 2;
      if (at > from) return at;
    }
    i += run;
  }
  return -1;
}

// codeEnd reads a run of backticks and, where the same run closes it, the code between.
function codeEnd(source, i) {
  const run = runLength(source, i, "`");
  let from = i + run;
  while (from < source.length) {
    const tick = source.indexOf("`", from);
    if (tick < 0) break;
    const other = runLength(source, tick, "`");
    if (other === run && tick > i + run) {
      let text = source.slice(i + run, tick);
      if (run > 1 || /^ *`|` *$/.test(text)) text = text.replace(/^ (?=`)|(?<=`) $/g, "");
      return { text, next: tick + run };
    }
    from = tick + other;
  }
  return { next: i + run };
}

// maskedLink reads [label](address "title"). A label that itself looks like an
// address stays as written: it is how a false link is dressed up.
function maskedLink(source, i) {
  let depth = 0;
  let labelEnd = -1;
  for (let k = i; k < source.length && k < i + 1000; k++) {
    if (source[k] === "\\") k++;
    else if (source[k] === "[") depth++;
    else if (source[k] === "]" && --depth === 0) {
      labelEnd = k;
      break;
    }
  }
  if (labelEnd < 0 || source[labelEnd + 1] !== "(") return null;
  const label = source.slice(i + 1, labelEnd);
  if (label.trim() === "" || /https?:\/\/|^\s*www\.|discord\.gg\//i.test(label.replaceAll("\\", ""))) return null;
  let k = labelEnd + 2;
  while (source[k] === " ") k++;
  let address = "";
  if (source[k] === "<") {
    const close = source.indexOf(">", k);
    if (close < 0) return null;
    address = source.slice(k + 1, close);
    k = close + 1;
  } else {
    let open = 0;
    for (; k < source.length && !space.test(source[k]); k++) {
      if (source[k] === "\\" && k + 1 < source.length && !/[0-9A-Za-z\s]/.test(source[k + 1])) k++;
      else if (source[k] === "(") open++;
      else if (source[k] === ")" && --open < 0) break;
      address += source[k];
    }
  }
  let title = "";
  const m = /^\s+(?:"([^"\n]*)"|'([^'\n]*)')\s*/.exec(source.slice(k, k + 600));
  if (m) {
    title = m[1] ?? m[2];
    k += m[0].length;
  }
  while (source[k] === " ") k++;
  if (source[k] !== ")" || !usable(address)) return null;
  return { labelEnd, href: address, title, next: k + 1 };
}

function usable(address) {
  return /^https?:\/\/[^\s<>]+$/i.test(address) && URL.canParse(address);
}

function bareLink(source, i) {
  const m = /^https?:\/\/[^\s<]+[^<.,:;"'\]\s*_~|`]/i.exec(source.slice(i, i + 2048));
  if (!m) return null;
  let address = m[0];
  // (see https://example.org/a_(b)) keeps the address's own bracket only.
  while (address.endsWith(")") && address.split(")").length > address.split("(").length) address = address.slice(0, -1);
  if (!usable(address)) return null;
  return { node: { kind: "link", href: address, title: "", children: [{ kind: "text", text: address }] }, next: i + address.length };
}

const angled = [
  [/^<@!?(\d{1,20})>/, (m) => ({ kind: "user", id: m[1] })],
  [/^<@&(\d{1,20})>/, (m) => ({ kind: "role", id: m[1] })],
  [/^<#(\d{1,20})>/, (m) => ({ kind: "channel", id: m[1] })],
  [/^<\/([-_'\p{L}\p{N}]{1,32}(?: [-_'\p{L}\p{N}]{1,32}){0,2}):(\d{1,20})>/u, (m) => ({ kind: "command", name: m[1], id: m[2] })],
  [/^<a?:(\w{1,32}):(\d{1,20})>/, (m) => ({ kind: "emoji", name: m[1], id: m[2] })],
  [/^<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/, (m) => Math.abs(Number(m[1])) <= 8.64e12 && { kind: "time", unix: Number(m[1]), style: m[2] ?? "f" }],
];

function angle(source, i, linked) {
  const rest = source.slice(i, i + 2048);
  for (const [pattern, make] of angled) {
    const m = pattern.exec(rest);
    const node = m && make(m);
    if (node) return { node, next: i + m[0].length };
  }
  const m = !linked && /^<(https?:\/\/[^\s<>]+)>/i.exec(rest);
  if (m && usable(m[1])) return { node: { kind: "link", href: m[1], title: "", children: [{ kind: "text", text: m[1] }] }, next: i + m[0].length };
  return null;
}

function lineEnd(source, i) {
  const end = source.indexOf("\n", i);
  return end < 0 ? source.length : end;
}

function runLength(source, i, c) {
  let n = 0;
  while (source[i + n] === c) n++;
  return n;
}

function before(source, i) {
  return i === 0 ? " " : source[i - 1];
}
