// What a person does to the bot: commands, buttons, selects, dialogs. It sends
// the interaction, keeps what is under way, and shows how it ended.

import * as api from "./api.js";
import { SimError } from "./api.js";
import { freshId } from "./dom.js";
import { openModal } from "./modal.js";

// An interaction's token is good for this long; a reply can't come later.
// https://discord.com/developers/docs/interactions/receiving-and-responding
const tokenLife = 15 * 60_000;

const callback = { reply: 4, deferredReply: 5, deferredUpdate: 6, update: 7, modal: 9 };

export class Interact {
  #store;
  pending = []; // commands that have no message yet: {key, channelId, title, name, after, id?, state, error?}
  busy = new Map(); // message id → custom_id whose answer is awaited
  failed = new Map(); // message id → why the last press failed

  constructor(store) {
    this.#store = store;
    store.addEventListener("arrived", ({ detail }) => this.#settle(detail.message));
    store.addEventListener("interaction", ({ detail }) => {
      if (detail.state !== "failed") return;
      const entry = this.pending.find((p) => p.id === detail.id);
      if (entry && entry.state !== "failed") this.#fail(entry, detail.reason);
    });
  }

  // command sends a command's data. It resolves to null, or to the error when
  // the data itself was refused, so that the person can correct it.
  async command(channel, data, title) {
    const entry = { key: freshId("pending"), channelId: channel.id, title, name: data.name, state: "sending", after: this.#store.messages(channel.id).at(-1)?.id ?? "" };
    this.pending.push(entry);
    this.#changed(entry.channelId);
    try {
      this.#answered(await api.interact({ ...this.#where(channel), type: 2, data }), entry, channel);
      return null;
    } catch (error) {
      if (error instanceof SimError && error.status >= 400 && error.status < 500 && error.status !== 408) {
        this.drop(entry);
        return error;
      }
      this.#fail(entry, error.message);
      return null;
    }
  }

  // component sends a press of a button or a choice in a select.
  async component(message, data) {
    if (this.busy.has(message.id)) return;
    this.busy.set(message.id, data.custom_id);
    this.failed.delete(message.id);
    this.#changed(message.channel_id);
    const channel = this.#store.channels.get(message.channel_id) ?? { id: message.channel_id };
    try {
      const answer = await api.interact({ ...this.#where(channel), type: 3, message_id: message.id, data });
      this.#take(answer, channel);
    } catch (error) {
      this.failed.set(message.id, error instanceof SimError && error.status !== 504 ? error.message : "This interaction failed");
    } finally {
      this.busy.delete(message.id);
      this.#changed(message.channel_id);
    }
  }

  // choices asks for autocomplete choices.
  async choices(channel, data, signal) {
    const answer = await api.interact({ ...this.#where(channel), type: 4, data }, signal);
    return answer.choices ?? [];
  }

  drop(entry) {
    this.pending = this.pending.filter((p) => p !== entry);
    this.#changed(entry.channelId);
  }

  #where(channel) {
    return { guild_id: channel.guild_id, channel_id: channel.id, user_id: this.#store.person };
  }

  #answered(answer, entry, channel) {
    entry.id = answer.id;
    this.#take(answer, channel);
    if (answer.type === callback.deferredReply && !answer.message) {
      if (this.#store.messages(channel.id).some((m) => interactionOf(m)?.id === answer.id)) return this.drop(entry);
      if (!this.pending.includes(entry)) return;
      entry.state = "thinking";
      setTimeout(() => {
        if (entry.state === "thinking" && this.pending.includes(entry)) this.#fail(entry);
      }, tokenLife);
      this.#changed(entry.channelId);
      return;
    }
    this.drop(entry);
  }

  // take shows what an answer carries itself; the rest arrives as events.
  #take(answer, channel) {
    if (answer.message) this.#store.put(answer.message);
    if (answer.type === callback.modal && answer.modal) {
      openModal(answer.modal, this.#store, async (components) => {
        const reply = await api.interact({ ...this.#where(channel), type: 5, message_id: answer.message_id, interaction_id: answer.id, data: { custom_id: answer.modal.custom_id, components } });
        this.#take(reply, channel);
      });
    }
  }

  #settle(message) {
    const from = interactionOf(message);
    if (!from) return;
    const entry = this.pending.find((p) => p.id === from.id && p.state !== "failed") ??
      this.pending.find((p) => !p.id && p.state !== "failed" && p.channelId === message.channel_id && from.user?.id === this.#store.person && (from.name ?? "").split(" ")[0] === p.name.split(" ")[0]);
    if (entry) this.drop(entry);
  }

  #fail(entry, reason) {
    entry.state = "failed";
    entry.error = reason || "The application did not respond";
    this.#changed(entry.channelId);
  }

  #changed(channelId) {
    this.#store.tell("messages", { channelId });
  }
}

// interactionOf is {id, name, user} of the command a message answers, or null.
export function interactionOf(message) {
  const meta = message.interaction_metadata;
  const old = message.interaction;
  if (!meta && !old) return null;
  return { id: meta?.id ?? old.id, name: old?.name ?? meta?.name, user: meta?.user ?? old?.user, type: meta?.type ?? old?.type };
}
