import type { LogRecord } from '../../src/event-store/event-store.js';
import { faultsOf } from '../support/hash-chain.js';
import type { Servers } from './servers.js';

/** The log when all is quiet, and what is wrong with it as a file: servers that differ, a chain that is broken. */
export interface FinalLog {
  readonly records: readonly LogRecord[];
  readonly faults: readonly string[];
}

/** Reads the log up to a position from every server. What is refused is noted later on the log, so it goes on growing. */
export async function finalLog(servers: Servers, auditor: string, position: number): Promise<FinalLog> {
  const exports = await Promise.all(servers.all.map((_, index) => exportOf(servers, index, auditor, position)));
  const [first = ''] = exports;
  const records = recordsIn(first);
  const differing = exports.flatMap((text, index) =>
    text === first ? [] : [`server ${index} has another log than server 0 (${recordsIn(text).length} records)`],
  );
  return { records, faults: [...differing, ...faultsOf(records), ...refusedTwice(records)] };
}

/** A refusal is noted once, under the id of its request. */
function refusedTwice(records: readonly LogRecord[]): string[] {
  const noted = records.filter(({ type }) => type === 'CommandRefused');
  return [...Map.groupBy(noted, ({ correlationId }) => correlationId).values()]
    .filter(({ length }) => length > 1)
    .map((same) => `positions ${same.map(({ position }) => position).join(', ')}: one refusal, noted more than once`);
}

async function exportOf(servers: Servers, index: number, auditor: string, position: number): Promise<string> {
  const server = servers.at(index);
  await servers.until(index, async () => {
    const { status } = await server.get(`/months/2030-01?minPosition=${position}`, auditor);
    return status === 200 ? true : undefined;
  });
  return (await server.get(`/events/export?upTo=${position}`, auditor)).text;
}

const recordsIn = (text: string): LogRecord[] =>
  text.split('\n').flatMap((line) => {
    if (!line.startsWith('{"hash":')) return [];
    const { hash, record } = JSON.parse(line) as { hash: string; record: Omit<LogRecord, 'hash'> };
    return [{ ...record, hash }];
  });
