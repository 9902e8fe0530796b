// The HTTP side of the simulator's control surface (/sim/…), relative to the page.

const base = new URL("sim/", document.baseURI);

// SimError carries the sentence the simulator answered with.
export class SimError extends Error {
  constructor(message, status) {
    super(message);
    this.name = "SimError";
    this.status = status;
  }
}

async function ask(path, { method = "GET", query, body, signal } = {}) {
  const url = new URL(path, base);
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null) url.searchParams.set(key, value);
  }
  let response;
  try {
    response = await fetch(url, {
      method, signal,
      headers: body === undefined ? undefined : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new SimError("The simulator can't be reached.", 0);
  }
  const text = await response.text();
  let answer = null;
  try {
    answer = text === "" ? {} : JSON.parse(text);
  } catch {
    answer = null;
  }
  if (!response.ok) throw new SimError(answer?.error || `The simulator answered ${response.status}.`, response.status);
  if (answer === null) throw new SimError("The simulator's answer could not be read.", response.status);
  return answer;
}

// What the server sent along with the page: good for the first questions only, since events move on from there.
let first = JSON.parse(document.getElementById("first")?.textContent || "null");

export const state = async () => first?.state ?? ask("state");

export async function messages(channelId, userId) {
  const sent = first?.messages?.[channelId];
  first = null;
  return sent ?? ask("messages", { query: { channel_id: channelId, user_id: userId } });
}

export const interact = (interaction, signal) => ask("interactions", { method: "POST", body: interaction, signal });
export const say = (message) => ask("messages", { method: "POST", body: message });
export const startThread = (thread) => ask("threads", { method: "POST", body: thread });
export const setThread = (id, thread) => ask(`threads/${id}`, { method: "PATCH", body: thread });
export const openDirect = (userId) => ask("dms", { method: "POST", body: { user_id: userId } });
export const fault = (fault) => ask("faults", { method: "POST", body: fault });
export const requests = () => ask("requests");

export function eventsURL(userId) {
  const url = new URL("events", base);
  if (userId) url.searchParams.set("user_id", userId);
  return url;
}
