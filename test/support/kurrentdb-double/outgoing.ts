import type { ServerWritableStream } from '@grpc/grpc-js';
import { statusOf, type Refusal } from './refusals.js';

/** Records that are taken from the store at once, to be sent. */
export const PAGE = 256;

/** The answers of one call that has many: as fast as its reader takes them, until either side ends it. */
export class Outgoing {
  #isOver = false;
  #room: PromiseWithResolvers<undefined> | undefined;
  readonly #over = Promise.withResolvers<undefined>();
  #recordsToSend = Infinity;
  #breakOff: () => void = () => undefined;

  constructor(private readonly call: ServerWritableStream<Buffer, Buffer>) {
    call.on('drain', () => this.#takeOn());
    for (const gone of ['cancelled', 'close', 'finish'] as const) call.on(gone, () => this.#finish());
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Settles when the call is over. */
  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  /** Sends a message. The result, where there is one, settles when the reader has room for the next. */
  send(message: Buffer): Promise<undefined> | undefined {
    if (this.#isOver || this.call.write(message)) return undefined;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** Sends a record, as a message; a fault may break off after it. */
  sendRecord(message: Buffer): Promise<undefined> | undefined {
    const room = this.send(message);
    this.#recordsToSend -= 1;
    if (this.#recordsToSend === 0) this.#breakOff();
    return room;
  }

  /** Lets something befall the call once so many records were sent. */
  breakAfter(records: number, breakOff: () => void): void {
    this.#recordsToSend = records;
    this.#breakOff = breakOff;
  }

  /** Says nothing more, and leaves the call open. */
  fallSilent(): void {
    this.#finish();
  }

  end(): void {
    this.#finish();
    this.call.end();
  }

  refuse(refusal: Refusal): void {
    this.#finish();
    this.call.emit('error', statusOf(refusal));
  }

  #takeOn(): void {
    this.#room?.resolve(undefined);
    this.#room = undefined;
  }

  #finish(): void {
    this.#isOver = true;
    this.#over.resolve(undefined);
    this.#takeOn();
  }
}
