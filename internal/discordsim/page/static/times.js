// Times as a person reads them, in the browser's language and zone.

const format = (options) => new Intl.DateTimeFormat(undefined, options);
// The styles of <t:UNIX:style>, https://discord.com/developers/docs/reference#message-formatting-timestamp-styles
const styles = {
  t: format({ hour: "numeric", minute: "2-digit" }),
  T: format({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
  d: format({ year: "numeric", month: "2-digit", day: "2-digit" }),
  D: format({ dateStyle: "long" }),
  f: format({ dateStyle: "long", timeStyle: "short" }),
  F: format({ dateStyle: "full", timeStyle: "short" }),
  s: format({ year: "numeric", month: "2-digit", day: "2-digit", hour: "numeric", minute: "2-digit" }),
  S: format({ year: "numeric", month: "2-digit", day: "2-digit", hour: "numeric", minute: "2-digit", second: "2-digit" }),
};
const relativeFormat = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const steps = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

export function relative(date, now = Date.now()) {
  const seconds = (date.getTime() - now) / 1000;
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return relativeFormat.format(Math.trunc(seconds / length), unit);
  }
  return Math.abs(seconds) < 10 ? "just now" : relativeFormat.format(Math.trunc(seconds), "second");
}

export function styled(date, style) {
  return style === "R" ? relative(date) : (styles[style] ?? styles.f).format(date);
}

export const clock = (date) => styles.t.format(date);
export const full = (date) => styles.F.format(date);
export const day = (date) => styles.D.format(date);
export const sameDay = (a, b) => a.toDateString() === b.toDateString();

// stamp is the time beside a message's author.
export function stamp(date, now = new Date()) {
  if (sameDay(date, now)) return `Today at ${clock(date)}`;
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (sameDay(date, yesterday)) return `Yesterday at ${clock(date)}`;
  return styles.s.format(date);
}

// keepFresh rewrites every <time data-relative> and <time data-stamp> while the page is open.
export function keepFresh() {
  setInterval(() => {
    for (const el of document.querySelectorAll("time[data-relative]")) setText(el, relative(new Date(el.dateTime)));
    for (const el of document.querySelectorAll("time[data-stamp]")) setText(el, stamp(new Date(el.dateTime)));
  }, 10_000);
}

function setText(el, text) {
  if (el.textContent !== text) el.textContent = text;
}
