import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Endpoint } from "./endpoint.ts";
import { http1Transport } from "./http1.ts";
import { http2Transport } from "./http2.ts";
import type { Transport, WireRequest, WireResponse } from "./transport.ts";
import { abortedBy } from "./transport.ts";

/**
 * The connections to one server: one HTTP/2 session where the server offers it, else kept HTTP/1.1 connections.
 * Nothing is opened before the first request; what ended is opened anew by the next one.
 */
export class Pool implements Transport {
  readonly #endpoint: Endpoint;
  readonly #open: () => Promise<Socket>;
  #opening: Promise<UsableTransport> | undefined;
  #current: UsableTransport | undefined;

  /** `open` makes one socket, ready for requests, and has its own time limit. */
  constructor(endpoint: Endpoint, open: () => Promise<Socket>) {
    this.#endpoint = endpoint;
    this.#open = open;
  }

  async request(request: WireRequest): Promise<WireResponse> {
    const transport = this.#usable() ?? (await unlessAborted(this.#connect(), request.signal));
    return transport.request(request);
  }

  retire(): void {
    this.#current?.retire();
    this.#current = undefined;
  }

  close(): void {
    this.#current?.close();
    this.#current = undefined;
  }

  #usable(): UsableTransport | undefined {
    return this.#current?.usable === true ? this.#current : undefined;
  }

  /** However many wait, one connection is opened. */
  #connect(): Promise<UsableTransport> {
    this.#opening ??= this.#connectOnce().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connectOnce(): Promise<UsableTransport> {
    const socket = await this.#open();
    const http2 = (socket as Partial<TLSSocket>).alpnProtocol === "h2";
    this.#current = http2
      ? http2Transport(this.#endpoint, socket)
      : Object.assign(http1Transport(this.#endpoint, socket, this.#open), { usable: true });
    return this.#current;
  }
}

type UsableTransport = Transport & { readonly usable: boolean };

/** The others who wait for the same connection still get it. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortedBy(signal, false));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
