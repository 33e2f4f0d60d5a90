import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { readAuditBook } from '../../src/audit/audit-book.js';
import { makeAuditKey, readAuditKeys, type AuditKeys } from '../../src/audit/audit-key.js';
import { exportBytes } from '../../src/audit/export/export-lines.js';
import { signTreeHead } from '../../src/audit/sign-tree-head/sign-tree-head.js';
import { TreeHeads } from '../../src/audit/tree-heads.js';
import { ExportCheck } from '../../src/audit/verify/export-check.js';
import { judge, type Judgement } from '../../src/audit/verify/judgement.js';
import type { Kept, KeptHead } from '../../src/audit/verify/kept.js';
import type { LogReader } from '../../src/event-store/event-store.js';
import { TestCalendar } from './calendar.js';
import { temporaryFolder } from './temporary-folder.js';

/** What happens in an invented history: something is recorded in a stream, or a head is signed. */
export type Step = { readonly party: number; readonly text: string; readonly minutes: number } | 'sign';

/** Histories of some steps; heads are signed now and then. */
export const steps = (maxLength = 40): fc.Arbitrary<Step[]> =>
  fc
    .array(
      fc.oneof(
        {
          weight: 5,
          arbitrary: fc.record({ party: fc.nat(4), text: fc.string({ unit: 'grapheme' }), minutes: fc.nat(90) }),
        },
        { weight: 1, arbitrary: fc.constant('sign' as const) },
      ),
      { minLength: 1, maxLength },
    )
    .filter((all) => all.some((step) => step !== 'sign'));

/** A new key file. */
export const newKeyFile = (): string => {
  const file = join(temporaryFolder(), 'audit-key.pem');
  makeAuditKey(file);
  return file;
};

/** An invented history on a log in memory. */
export class History {
  readonly calendar = new TestCalendar('2026-10-01T09:00:00Z');

  constructor(private keys: AuditKeys = readAuditKeys(newKeyFile())) {}

  static async of(all: readonly Step[], keys?: AuditKeys): Promise<History> {
    const history = new History(keys);
    for (const step of all) await history.go(step);
    return history;
  }

  get log(): LogReader {
    return this.calendar.store;
  }

  /** Heads are signed with other keys from now on. */
  useKeys(keys: AuditKeys): void {
    this.keys = keys;
  }

  async go(step: Step): Promise<void> {
    if (step === 'sign') await this.sign();
    else {
      const { clock, store } = this.calendar;
      clock.moveTo(new Date(Date.parse(clock.now()) + step.minutes * 60_000).toISOString());
      await store.append({
        records: [
          {
            id: randomUUID(),
            stream: `party-${step.party}`,
            type: 'PartyRemoved',
            version: 1,
            data: { partyId: step.text },
            occurredAt: '2026-10-01T09:00:00Z',
            actor: { id: 'key-admin', role: 'admin' },
            commandId: randomUUID(),
            correlationId: randomUUID(),
            causationId: randomUUID(),
          },
        ],
        checks: [],
        now: clock.now(),
      });
    }
  }

  /** Signs a head, where there is anything to sign. */
  async sign(): Promise<void> {
    const { pipeline } = this.calendar;
    await this.calendar.submit(signTreeHead, { made: new TreeHeads(pipeline, this.keys, 0).make('request') });
  }

  /** The newest head, as an auditor keeps it. */
  head(): KeptHead {
    const { newest, keys } = readAuditBook(this.calendar.pipeline.reading());
    if (!newest) throw new Error('this history has no head');
    const { size, rootHash, at, keyId, signature } = newest;
    const publicKey = keys.find((key) => key.keyId === keyId)?.publicKey ?? '';
    return { size, rootHash, at, keyId, signature, publicKey };
  }

  async export(records = this.log.head()): Promise<Buffer> {
    return exportOf(this.log, records);
  }
}

/** An export as one piece. */
export async function exportOf(log: Pick<LogReader, 'readWritten'>, records: number, after?: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of exportBytes(log, { records, after })) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Verifies an export that comes in pieces of some size. */
export function verified(bytes: Buffer, kept: Partial<Kept> = {}, piece = 65_536): Judgement {
  const { heads = [], keys = [] } = kept;
  const check = new ExportCheck(new Set(heads.map(({ size }) => size)));
  for (let start = 0; start < bytes.length; start += piece) check.push(bytes.subarray(start, start + piece));
  return judge(check.finish(), { heads, keys });
}

/** The lines of an export, each with its LF. */
export const linesOf = (bytes: Buffer): string[] => bytes.toString('utf8').match(/[^\n]*\n/g) ?? [];
