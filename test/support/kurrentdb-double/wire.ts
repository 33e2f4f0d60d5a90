/**
 * Protocol Buffers on the wire, as much of it as the double's messages need: varints (type 0) and length-delimited
 * fields (type 2). Written by hand, so that the double shares no code with the client that it stands against.
 */

/** A varint field: an enumeration, a flag, an int64 (negative: ten bytes) or a uint64. */
export function varint(field: number, value: number | bigint): Buffer {
  return Buffer.concat([varintOf(field << 3), varintOf(value)]);
}

/** A length-delimited field: bytes, a text, or a message inside a message. */
export function bytes(field: number, value: Uint8Array | string): Buffer {
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varintOf((field << 3) | 2), varintOf(content.length), content]);
}

/** A message: its fields one after another. */
export const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields);

/** A message without fields, as the protocol's flags are: `Empty`. */
export const EMPTY: Buffer = Buffer.alloc(0);

function varintOf(value: number | bigint): Buffer {
  if (typeof value === 'number' && value >= 0 && value < 0x80) return Buffer.of(value);
  const digits: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    digits.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  digits.push(Number(rest));
  return Buffer.from(digits);
}

/** A message read field by field. A field that is not there reads as undefined, an unknown one is left alone. */
export class Fields {
  readonly #values = new Map<number, (bigint | Buffer)[]>();

  /** @throws RangeError where the bytes are no message of varints and length-delimited fields */
  constructor(encoded: Buffer) {
    let at = 0;
    const nextVarint = (): bigint => {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = encoded.readUInt8(at);
        at += 1;
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
    };
    while (at < encoded.length) {
      const key = Number(nextVarint());
      const kind = key & 7;
      if (kind !== 0 && kind !== 2) throw new RangeError(`a field of wire type ${kind}`);
      const value = nextVarint();
      if (kind === 2) at += Number(value);
      const known = this.#values.get(key >> 3) ?? [];
      known.push(kind === 0 ? value : encoded.subarray(at - Number(value), at));
      this.#values.set(key >> 3, known);
    }
  }

  has(field: number): boolean {
    return this.#values.has(field);
  }

  /** A varint as it stands; 0 where there is none. */
  integer(field: number): bigint {
    const value = this.#values.get(field)?.at(-1);
    return typeof value === 'bigint' ? value : 0n;
  }

  /** A varint that fits a number, or comes near: revisions and counts. */
  number(field: number): number {
    return Number(this.integer(field));
  }

  /** The bytes of a field; none where it is not there. */
  bytes(field: number): Buffer {
    return this.all(field).at(-1) ?? EMPTY;
  }

  text(field: number): string {
    return this.bytes(field).toString();
  }

  /** A message inside; an empty one where it is not there. */
  message(field: number): Fields {
    return new Fields(this.bytes(field));
  }

  /** A repeated field's values. */
  all(field: number): readonly Buffer[] {
    return (this.#values.get(field) ?? []).filter((value) => typeof value !== 'bigint');
  }
}
