// Building DOM from data that strangers wrote. Strings only ever become text
// nodes or attribute values; addresses go through webURL.

// h makes an element. Props: class, dataset, on<event> listeners, anything else
// is an attribute (true → empty, null/undefined/false → left out). Children are nodes or strings.
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") el.className = value;
    else if (key === "dataset") Object.assign(el.dataset, value);
    else if (key === "value") el.value = value;
    else if (key.startsWith("on")) el.addEventListener(key.slice(2), value);
    else el.setAttribute(key, value === true ? "" : value);
  }
  add(el, children);
  return el;
}

export function add(el, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    el.append(child);
  }
  return el;
}

// webURL returns the normalised address when it is absolute http or https, else null.
export function webURL(address) {
  if (typeof address !== "string") return null;
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}

// link makes an outgoing link, or a plain span when the address is none we'd open.
export function link(address, props, ...children) {
  const url = webURL(address);
  if (!url) return h("span", props, ...children);
  return h("a", { ...props, href: url.href, target: "_blank", rel: "noopener noreferrer nofollow", referrerpolicy: "no-referrer" }, ...children);
}

// picture makes an image from another host, which learns nothing about this
// page. One that can't be loaded leaves a small note instead of a broken icon.
export function picture(address, { alt = "", width, height, className } = {}) {
  const url = webURL(address) ?? (/^data:image\/(png|jpeg|gif|webp|avif);/i.test(address ?? "") ? { href: address } : null);
  if (!url) return h("span", { class: `no-picture ${className ?? ""}` }, "Image address not usable");
  return h("img", {
    src: url.href, alt, width, height, class: className, loading: "lazy", decoding: "async", referrerpolicy: "no-referrer",
    onerror: (event) => event.target.replaceWith(h("span", { class: `no-picture ${className ?? ""}`, title: url.href }, icon("picture"), alt || "Image not available")),
  });
}

const paths = {
  hash: "M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  megaphone: "M4 10v4h3l9 5V5l-9 5H4ZM19 9.5a4 4 0 0 1 0 5M7.5 14.5 9 20",
  forum: "M4 5h11v8H8l-4 3V5ZM9 16h6l5 3.5V9h-2",
  thread: "M6 4v8a4 4 0 0 0 4 4h9M15.5 12.5 19 16l-3.5 3.5",
  speaker: "M4 10v4h3l5 4V6l-5 4H4ZM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  at: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm0 0v1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-4 7.5",
  role: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6l7-3Z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  send: "M5 12h13M12.5 6 19 12l-6.5 6",
  chevron: "M6 9.5l6 6 6-6",
  external: "M9 6H5v13h13v-4M13 5h6v6M19 5l-8.5 8.5",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9h.01",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  sun: "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM12 2v2M12 20v2M2 12h2M20 12h2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  slash: "M15 4 9 20",
  down: "M12 5v13M6 12.5l6 6 6-6",
  reply: "M5 20v-6a5 5 0 0 1 5-5h9M15 5l4 4-4 4",
  brief: "M6 7h12M6 12h12M6 17h7",
  sliders: "M4 8h9M19 8h1M4 16h1M11 16h9M16 8m-2.5 0a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M8 16m-2.5 0a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0",
};

// icon draws one of the page's own line icons; it is decoration, the label is elsewhere.
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", paths[name] ?? paths.hash);
  svg.append(path);
  return svg;
}

const hues = [12, 35, 85, 150, 175, 205, 260, 290, 330];

// avatar draws a person's initial, or the application's mark; no picture is fetched.
export function avatar(user, small) {
  const name = displayName(user);
  const el = h("span", { class: `avatar${user?.bot ? " bot" : ""}${small ? " small" : ""}`, "aria-hidden": "true" });
  if (user?.bot) return add(el, icon("brief"));
  let sum = 0;
  for (const c of String(user?.id ?? "")) sum = (sum * 31 + c.charCodeAt(0)) % 9973;
  el.style.setProperty("--hue", hues[sum % hues.length]);
  return add(el, [...name][0]?.toUpperCase() ?? "?");
}

export function displayName(user) {
  return user?.nick || user?.global_name || user?.username || "Unknown user";
}

let serial = 0;

export function freshId(prefix) {
  return `${prefix}-${++serial}`;
}
