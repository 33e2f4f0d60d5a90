import fc from 'fast-check';
import type { EventStore } from '../../../src/event-store/event-store.js';
import { faultsOf } from '../../support/hash-chain.js';
import { batches, NaiveLog } from '../naive-log.js';
import { appendingContract } from './appending.js';
import { LogUnderTest } from './log-under-test.js';
import { orderContract } from './order.js';
import { readingContract } from './reading.js';
import { validityContract } from './validity.js';

/**
 * What every adapter of the log promises.
 * @param open gives an empty log that knows the invented facts and kinds
 * @param histories how many random histories it is held against a naive log on
 */
export function eventStoreContract(name: string, open: () => EventStore | Promise<EventStore>, histories = 150): void {
  describe(`the log ${name}`, () => {
    const subject = new LogUnderTest(open);
    beforeEach(() => subject.begin());
    afterEach(() => subject.log.close());

    appendingContract(subject);
    orderContract(subject);
    readingContract(subject);
    validityContract(subject);

    test('agrees with a naive log on whatever is appended to both', async () => {
      await fc.assert(
        fc.asyncProperty(batches, async (steps) => {
          const real = await open();
          const naive = new NaiveLog();
          try {
            for (const step of steps) {
              const attempt = naive.batchOf(step);
              const expected = naive.append(attempt);
              const actual = await real.append(attempt).then(
                (recorded) =>
                  recorded.map(({ id, position, revision, recordedAt }) => ({ id, position, revision, recordedAt })),
                (error: unknown) => (error as Error).name,
              );
              expect(actual).toEqual(expected);
            }
            const records = [...real.read({})];
            expect(records).toMatchObject(naive.records);
            expect(faultsOf(records)).toEqual([]);
            for (const stream of naive.streams())
              expect(real.readStream(stream).map(({ position }) => position)).toEqual(naive.positionsIn(stream));
          } finally {
            await real.close();
          }
        }),
        { numRuns: histories },
      );
    });
  });
}
