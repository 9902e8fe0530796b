// The event stream, kept open. EventSource reconnects by itself after a dropped
// connection but gives up on an error answer; then a new one is made, later each time.

const names = ["message_create", "message_update", "message_delete", "channel_create", "channel_update", "channel_delete",
  "thread_create", "thread_update", "thread_delete", "commands", "interaction", "online"];

export class Live {
  #source = null;
  #timer = 0;
  #wait = 500;
  #url;
  #handlers;

  // handlers: event(name, data), opened() after every connect, lost() when the connection breaks.
  constructor(handlers) {
    this.#handlers = handlers;
  }

  open(url) {
    this.close();
    this.#url = url;
    const source = new EventSource(url);
    this.#source = source;
    source.addEventListener("open", () => {
      this.#wait = 500;
      this.#handlers.opened();
    });
    source.addEventListener("error", () => {
      this.#handlers.lost();
      if (source.readyState !== EventSource.CLOSED || source !== this.#source) return;
      this.#timer = setTimeout(() => this.open(this.#url), this.#wait);
      this.#wait = Math.min(this.#wait * 2, 10_000);
    });
    for (const name of names) {
      source.addEventListener(name, (event) => {
        let data;
        try {
          data = JSON.parse(event.data);
        } catch (error) {
          console.error(`event ${name} is not JSON`, error);
          return;
        }
        this.#handlers.event(name, data);
      });
    }
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}
