// What the page knows: the server, its channels, people, commands and messages.
// It is fed by fetched state and by live events, and tells its listeners what
// changed ("state", "commands", "messages", "arrived", "person"). It draws nothing.

export const channelTypes = { text: 0, dm: 1, voice: 2, category: 4, announcement: 5, announcementThread: 10, publicThread: 11, privateThread: 12, stage: 13, forum: 15, media: 16 };

const threadTypes = new Set([10, 11, 12]);
const postTypes = new Set([15, 16]);
export const isThread = (channel) => threadTypes.has(channel?.type);
export const isForum = (channel) => postTypes.has(channel?.type);
export const canWrite = (channel) => channel && !isForum(channel) && channel.type !== 4;

export const flags = { crossposted: 1, suppressEmbeds: 4, hasThread: 32, ephemeral: 64, loading: 128, silent: 4096, componentsV2: 32768 };

const administrator = 8n;

// older orders snowflakes: longer is later, equal lengths compare as text.
export function older(a, b) {
  if (a === b) return 0;
  return a.length !== b.length ? a.length - b.length : a < b ? -1 : 1;
}

export class Store extends EventTarget {
  #messages = new Map(); // channel id → Map(message id → message)
  #fresh = new Set(); // channels whose messages are fetched and kept by events
  #read = new Map(); // channel id → id of the last message seen
  #counts = new Map(); // channel id → messages since it was last open
  #dismissed = new Set();
  #journal = null; // events that arrive while a fetch is under way
  people = new Map();
  channels = new Map();
  guild = null;
  person = null;
  state = { commands: [], guilds: [], users: [], online: false };

  constructor() {
    super();
    try {
      this.#read = new Map(Object.entries(JSON.parse(localStorage.getItem("read") ?? "{}")));
      this.#dismissed = new Set(JSON.parse(sessionStorage.getItem("dismissed") ?? "[]"));
    } catch {
      // Storage is off or holds something else: nothing counts as read.
    }
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  // setState takes an answer of GET /sim/state whole.
  setState(state) {
    this.state = { commands: [], users: [], ...state, guilds: state.guilds ?? [] };
    this.person ??= this.state.you;
    this.guild = this.state.guilds.find((g) => g.id === this.guild?.id) ?? this.state.guilds[0] ?? null;
    this.people = new Map();
    this.channels = new Map();
    for (const user of [...this.state.users, this.state.bot]) if (user?.id) this.people.set(user.id, user);
    for (const guild of this.state.guilds) {
      for (const member of guild.members ?? []) {
        if (member.user) this.people.set(member.user.id, { ...this.people.get(member.user.id), ...member.user, nick: member.nick ?? undefined });
      }
      for (const channel of [...(guild.channels ?? []), ...(guild.threads ?? [])]) this.channels.set(channel.id, { ...channel, guild_id: guild.id });
    }
    for (const channel of this.state.dms ?? []) this.channels.set(channel.id, channel);
    // Whatever was shown before may have missed events.
    this.#fresh.clear();
    this.tell("state");
  }

  setPerson(id) {
    this.person = id;
    this.#messages.clear();
    this.#fresh.clear();
    this.tell("person");
  }

  // during runs a fetch and replays the events that arrived meanwhile on top of its result.
  async during(fetching, take) {
    const own = [];
    const outer = this.#journal;
    this.#journal = { push: (event) => { own.push(event); outer?.push(event); } };
    try {
      take(await fetching);
    } finally {
      this.#journal = outer;
    }
    for (const [name, data] of own) this.#apply(name, data);
  }

  setMessages(channelId, list) {
    const messages = new Map();
    for (const message of list) messages.set(message.id, message);
    this.#messages.set(channelId, messages);
    this.#fresh.add(channelId);
    for (const message of list) this.#meet(message);
    this.tell("messages", { channelId });
  }

  isFresh(channelId) {
    return this.#fresh.has(channelId);
  }

  messages(channelId) {
    return [...(this.#messages.get(channelId)?.values() ?? [])]
      .filter((m) => !this.#dismissed.has(m.id))
      .sort((a, b) => older(a.id, b.id));
  }

  message(channelId, id) {
    return this.#messages.get(channelId)?.get(id);
  }

  // put adds or replaces a message that came as an answer rather than an event.
  put(message) {
    if (message?.id && message.channel_id) this.apply(this.message(message.channel_id, message.id) ? "message_update" : "message_create", message);
  }

  dismiss(message) {
    this.#dismissed.add(message.id);
    try {
      sessionStorage.setItem("dismissed", JSON.stringify([...this.#dismissed].slice(-200)));
    } catch {
      // It comes back after a reload, that is all.
    }
    this.tell("messages", { channelId: message.channel_id });
  }

  // apply takes one live event.
  apply(name, data) {
    this.#journal?.push([name, data]);
    this.#apply(name, data);
  }

  #apply(name, data) {
    switch (name) {
      case "message_create": case "message_update": return this.#message(name, data);
      case "message_delete": {
        if (this.#messages.get(data.channel_id)?.delete(data.id)) this.tell("messages", { channelId: data.channel_id });
        return;
      }
      case "channel_create": case "channel_update": case "thread_create": case "thread_update":
        this.channels.set(data.id, { ...this.channels.get(data.id), ...data });
        return this.tell("state");
      case "channel_delete": case "thread_delete":
        this.channels.delete(data.id);
        for (const channel of [...this.channels.values()]) if (isThread(channel) && channel.parent_id === data.id) this.channels.delete(channel.id);
        return this.tell("state");
      case "commands":
        this.state.commands = Array.isArray(data) ? data : data.commands ?? [];
        return this.tell("commands");
      case "online":
        this.state.online = data.online;
        return this.tell("online");
      case "interaction": return this.tell("interaction", data);
    }
  }

  #message(name, message) {
    if (!this.#messages.has(message.channel_id)) this.#messages.set(message.channel_id, new Map());
    const known = this.#messages.get(message.channel_id);
    const before = known.get(message.id);
    known.set(message.id, { ...before, thread: undefined, ...message });
    this.#meet(message);
    const channel = this.channels.get(message.channel_id);
    if (channel && (!channel.last_message_id || older(channel.last_message_id, message.id) < 0)) channel.last_message_id = message.id;
    if (!before && name === "message_create") this.tell("arrived", { message });
    this.tell("messages", { channelId: message.channel_id });
  }

  #meet(message) {
    for (const user of [message.author, ...(message.mentions ?? [])]) if (user?.id && !message.webhook_id && !this.people.has(user.id)) this.people.set(user.id, user);
  }

  // Reading.

  lastRead(channelId) {
    return this.#read.get(channelId);
  }

  markRead(channelId) {
    const last = this.messages(channelId).at(-1)?.id ?? this.channels.get(channelId)?.last_message_id;
    const changed = this.#counts.delete(channelId) || (last && this.#read.get(channelId) !== last);
    if (last) this.#read.set(channelId, last);
    if (!changed) return;
    try {
      localStorage.setItem("read", JSON.stringify(Object.fromEntries([...this.#read].slice(-500))));
    } catch {
      // Kept for this page only.
    }
    this.tell("read");
  }

  countUnread(channelId) {
    this.#counts.set(channelId, (this.#counts.get(channelId) ?? 0) + 1);
    this.tell("read");
  }

  // unread is {any, count}: count only what arrived while the page was open.
  unread(channel) {
    const last = channel.last_message_id;
    const read = this.#read.get(channel.id);
    const count = this.#counts.get(channel.id) ?? 0;
    return { any: count > 0 || Boolean(last && (!read || older(read, last) < 0)), count };
  }

  unreadTotal() {
    return [...this.#counts.values()].reduce((a, b) => a + b, 0);
  }

  // Looking up.

  get names() {
    return {
      user: (id) => this.people.has(id) ? nameOf(this.people.get(id)) : null,
      role: (id) => (this.guild?.roles ?? []).find((r) => r.id === id) ?? null,
      channel: (id) => this.channels.get(id) ?? null,
    };
  }

  // channelTree is what the sidebar lists: categories with their channels, each with its threads.
  channelTree() {
    const all = [...this.channels.values()].filter((c) => !this.guild || c.guild_id === this.guild.id || !c.guild_id);
    const place = (a, b) => (a.position ?? 0) - (b.position ?? 0) || older(a.id, b.id);
    const threadsOf = (id) => all.filter((c) => isThread(c) && c.parent_id === id && !c.thread_metadata?.archived).sort((a, b) => older(b.id, a.id));
    const roots = all.filter((c) => !isThread(c) && c.type !== 4).sort(place).map((channel) => ({ channel, threads: threadsOf(channel.id) }));
    const categories = all.filter((c) => c.type === 4).sort(place);
    const direct = roots.filter((r) => r.channel.type === 1 && (r.channel.recipients ?? []).some((u) => u.id === this.person));
    const inGuild = roots.filter((r) => r.channel.guild_id);
    return [
      { category: null, entries: inGuild.filter((r) => !categories.some((c) => c.id === r.channel.parent_id)) },
      ...categories.map((category) => ({ category, entries: inGuild.filter((r) => r.channel.parent_id === category.id) })),
      ...(direct.length > 0 ? [{ category: { id: "direct", name: "Direct messages" }, entries: direct }] : []),
    ];
  }

  // title is what a channel is called; a direct message by whom one talks with.
  title(channel) {
    if (!channel) return "";
    return channel.name || nameOf(this.state.bot ?? {});
  }

  // firstChannel: #climate, else the first text channel that has messages, else the first one to write in.
  firstChannel() {
    const order = this.channelTree().flatMap((g) => g.entries.map((e) => e.channel)).filter((c) => c.type === 0 || c.type === 5);
    return order.find((c) => c.name === "climate") ?? order.find((c) => c.last_message_id) ?? order[0] ?? [...this.channels.values()].find(canWrite) ?? null;
  }

  // mayUse mirrors Discord's hiding of commands from where they don't work, and from members without the command's default permissions; in
  // direct messages nobody needs any.
  mayUse(command, channel) {
    const direct = channel?.type === 1;
    if (command.guild_id && (direct || command.guild_id !== this.guild?.id)) return false;
    if (command.contexts && !command.contexts.includes(direct ? 1 : 0)) return false;
    if (direct) return true;
    const needed = command.default_member_permissions;
    if (needed === null || needed === undefined || !this.guild) return true;
    if (this.guild.owner_id === this.person) return true;
    const member = (this.guild.members ?? []).find((m) => m.user?.id === this.person);
    let has = 0n;
    for (const role of this.guild.roles ?? []) {
      if (role.id === this.guild.id || member?.roles?.includes(role.id)) has |= BigInt(role.permissions ?? 0);
    }
    if (has & administrator) return true;
    const want = BigInt(needed);
    return want !== 0n && (has & want) === want;
  }

  commands(type, channel) {
    return (this.state.commands ?? []).filter((c) => (c.type ?? 1) === type && this.mayUse(c, channel));
  }
}

function nameOf(user) {
  return user.nick || user.global_name || user.username || "Unknown user";
}
