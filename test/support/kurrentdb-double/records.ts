import { randomUUID } from 'node:crypto';
import type { ProposedEvent, StoredRecord } from './messages.js';

/** A record as a test sees it: JSON parsed, anything else as bytes. */
export interface SeenRecord {
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
  readonly created: Date;
}

/** An event that another program writes. */
export interface InjectedEvent {
  readonly type: string;
  /** JSON; bytes are written as they are. */
  readonly data: unknown;
  readonly metadata?: unknown;
  readonly id?: string;
}

export function seen({ revision, id, type, isJson, data, metadata, created }: StoredRecord): SeenRecord {
  return {
    revision,
    id,
    type,
    data: isJson ? readJson(data) : data,
    metadata: metadata.length === 0 ? undefined : readJson(metadata),
    created: new Date(created),
  };
}

export function proposed({ id = randomUUID(), type, data, metadata }: InjectedEvent): ProposedEvent {
  return {
    id,
    type,
    isJson: !(data instanceof Uint8Array),
    data: toBytes(data),
    metadata: metadata === undefined ? Buffer.alloc(0) : toBytes(metadata),
  };
}

const toBytes = (value: unknown): Buffer => Buffer.from(value instanceof Uint8Array ? value : JSON.stringify(value));

function readJson(encoded: Buffer): unknown {
  try {
    return JSON.parse(encoded.toString());
  } catch {
    return encoded;
  }
}
