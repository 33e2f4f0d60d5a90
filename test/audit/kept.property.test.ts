import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { readAuditKeys, rotateAuditKey } from '../../src/audit/audit-key.js';
import { keptHeads, keptKeys, UnusableKept } from '../../src/audit/verify/kept.js';
import { forged } from '../support/forgery.js';
import { exportOf, History, newKeyFile, steps, verified } from '../support/histories.js';
import { removeTemporaryFolders } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

const RUNS = { numRuns: 60 };
const event = { party: 1, text: 'x', minutes: 1 };

/** A history that goes on after a head that an auditor keeps. */
async function keptHistory(
  before: Parameters<typeof History.of>[0],
  after: typeof before,
): Promise<{
  readonly history: History;
  readonly head: ReturnType<History['head']>;
}> {
  const history = await History.of([...before, event, 'sign']);
  const head = history.head();
  for (const step of after) await history.go(step);
  return { history, head };
}

describe('against a head that an auditor kept', () => {
  test('nothing is reported where the history has only gone on', async () => {
    await fc.assert(
      fc.asyncProperty(steps(20), steps(20), async (before, after) => {
        const { history, head } = await keptHistory(before, after);
        const { faults, shown } = verified(await history.export(), { heads: [head], keys: [head.publicKey] });
        expect(faults).toEqual([]);
        expect(shown.join()).toContain('that you kept fits');
        // The very history that it was signed over does not have it yet.
        expect(verified(await history.export(head.size), { heads: [head] }).faults).toEqual([]);
      }),
      RUNS,
    );
  });

  test('every truncation is found', async () => {
    await fc.assert(
      fc.asyncProperty(steps(20), fc.nat(), async (before, some) => {
        const { history, head } = await keptHistory(before, []);
        const cut = await history.export(some % head.size);
        expect(verified(cut).faults).toEqual([]);
        expect(verified(cut, { heads: [head] }).faults).toMatchObject([{ kind: 'truncated' }]);
      }),
      RUNS,
    );
  });

  test('every rewriting is found, even by somebody who has the private key', async () => {
    await fc.assert(
      fc.asyncProperty(steps(20), steps(20), fc.nat(), fc.boolean(), async (before, after, some, owner) => {
        const keys = readAuditKeys(newKeyFile());
        const history = await History.of([...before, event, 'sign'], keys);
        const head = history.head();
        for (const step of after) await history.go(step);
        const events = [...history.log.read({ upTo: head.size, type: 'PartyRemoved' })];
        const position = events[some % events.length]?.position ?? 0;
        const forger = owner ? keys.current : readAuditKeys(newKeyFile()).current;
        const bytes = await exportOf(forged(history.log, { position, key: forger }), history.log.head());
        // It fits in itself, and the check says that it cannot rule this out.
        const alone = verified(bytes);
        expect(alone.faults).toEqual([]);
        expect(alone.notRuledOut[0]).toContain('written anew');
        const kinds = verified(bytes, { heads: [head] }).faults.map(({ kind }) => kind);
        expect(kinds[0]).toBe('rewritten');
        const byKey = verified(bytes, { keys: [head.publicKey] }).faults.map(({ kind }) => kind);
        expect(byKey).toEqual(owner ? [] : ['re-signed']);
      }),
      RUNS,
    );
  });

  test('a rewriting without new signatures is found from the file alone', async () => {
    await fc.assert(
      fc.asyncProperty(steps(20), fc.nat(), async (before, some) => {
        const { history } = await keptHistory(before, []);
        const events = [...history.log.read({ type: 'PartyRemoved' })];
        const position = events[some % events.length]?.position ?? 0;
        const bytes = await exportOf(forged(history.log, { position }), history.log.head());
        expect(verified(bytes).faults).toMatchObject([{ kind: 'head' }]);
      }),
      RUNS,
    );
  });
});

describe('where the key has been changed', () => {
  test('a key for which the one before vouched is as good as that', async () => {
    const file = newKeyFile();
    const { history, head } = await keptHistory([], []);
    history.useKeys(readAuditKeys(file));
    await history.go(event);
    await history.sign();
    // An unknown key has taken over.
    expect(verified(await history.export(), { heads: [head] }).faults).toMatchObject([{ kind: 're-signed' }]);
    expect(verified(await history.export()).notRuledOut.join()).toContain('has not vouched for it');
    const second = history.head();
    rotateAuditKey(file);
    history.useKeys(readAuditKeys(file));
    await history.go(event);
    await history.sign();
    const bytes = await history.export();
    expect(verified(bytes, { heads: [second] }).faults).toEqual([]);
    expect(verified(bytes, { keys: [second.publicKey] }).faults).toEqual([]);
    expect(verified(bytes, { keys: [head.publicKey] }).faults).toMatchObject([{ kind: 're-signed' }]);
    expect(verified(bytes, { keys: [head.publicKey, second.publicKey] }).faults).toEqual([]);
  });
});

describe('what an auditor kept', () => {
  let head: ReturnType<History['head']>;
  beforeAll(async () => {
    head = (await keptHistory([], [])).head;
  });

  test('can be an answer of the server, or lines of its log', () => {
    expect(keptHeads(JSON.stringify({ ...head, position: '9' }, null, 2))).toMatchObject([{ size: head.size }]);
    const log = `{"msg":"started"}\n${JSON.stringify({ level: 30, treeHead: head })}\nnot JSON\n`;
    expect(keptHeads(log)).toEqual([head]);
    expect(keptKeys(JSON.stringify({ items: [{ publicKey: head.publicKey }] }))).toEqual([head.publicKey]);
    expect(keptKeys(`-----BEGIN PUBLIC KEY-----\n${head.publicKey}\n-----END PUBLIC KEY-----\n`)).toEqual([
      head.publicKey,
    ]);
  });

  test('is refused where it was changed, or is something else', () => {
    expect(() => keptHeads(JSON.stringify({ ...head, size: head.size + 1 }))).toThrow(UnusableKept);
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    expect(() => keptHeads(JSON.stringify({ ...head, publicKey: other }))).toThrow('not signed by its key');
    expect(() => keptHeads('{}')).toThrow('holds no tree head');
    expect(() => keptKeys('{}')).toThrow('holds no public key');
    expect(() => keptKeys('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----')).toThrow(UnusableKept);
  });
});
