import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAuditBook, type RecordedTreeHead } from '../../src/audit/audit-book.js';
import { makeAuditKey, readAuditKeys, rotateAuditKey, type AuditKeys } from '../../src/audit/audit-key.js';
import { signTreeHead } from '../../src/audit/sign-tree-head/sign-tree-head.js';
import { headText, introductionText, isSignedBy } from '../../src/audit/tree-head.js';
import { TreeHeadReaction } from '../../src/audit/tree-head-reaction.js';
import { TreeHeads } from '../../src/audit/tree-heads.js';
import type { Outcome } from '../../src/commands/command-pipeline.js';
import { ConfigurationError } from '../../src/operations/configuration.js';
import { TestApi } from '../support/api.js';
import { TestCalendar, window } from '../support/calendar.js';
import { includes, isConsistent } from '../support/proofs.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

afterAll(removeTemporaryFolders);

const newKeys = (): AuditKeys => {
  const file = join(temporaryFolder(), 'audit-key.pem');
  makeAuditKey(file);
  return readAuditKeys(file);
};

describe('a tree head', () => {
  let calendar: TestCalendar;
  let heads: TreeHeads;
  beforeEach(() => {
    calendar = new TestCalendar();
    heads = new TreeHeads(calendar.pipeline, newKeys(), 60);
  });
  const plan = (id: string): Promise<unknown> =>
    calendar.plan(window(id, `2026-12-0${id.slice(1)}T20:00:00Z`, `2026-12-0${id.slice(1)}T22:00:00Z`));
  const signNow = (from = heads): Promise<Outcome> => calendar.submit(signTreeHead, { made: from.make('request') });
  const newest = (): RecordedTreeHead | null => readAuditBook(calendar.pipeline.reading()).newest;

  test('is recorded with its key the first time, alone after that', async () => {
    await plan('M1');
    expect(await signNow()).toMatchObject({ kind: 'answered', answer: { size: 1 } });
    await plan('M2');
    expect(await signNow()).toMatchObject({ kind: 'answered', answer: { size: 4 } });
    expect(calendar.facts('audit-2026')).toEqual(['AuditKeyIntroduced', 'TreeHeadSigned', 'TreeHeadSigned']);
  });

  test('is signed by the key that was introduced', async () => {
    await plan('M1');
    await signNow();
    const { keys, newest: head } = readAuditBook(calendar.pipeline.reading());
    expect(head && isSignedBy(keys[0]?.publicKey ?? '', headText(head), head.signature)).toBe(true);
    expect(head && isSignedBy(keys[0]?.publicKey ?? '', headText({ ...head, size: 2 }), head.signature)).toBe(false);
    expect(keys).toMatchObject([{ replaces: null, endorsement: null }]);
  });

  test('is never over nothing but heads', async () => {
    expect(await signNow()).toMatchObject({ kind: 'conflict', code: 'nothing-to-sign' });
    await plan('M1');
    await signNow();
    expect(await signNow()).toMatchObject({ kind: 'conflict', code: 'nothing-to-sign' });
    await plan('M2');
    await signNow();
    expect(await signNow()).toMatchObject({ kind: 'conflict', code: 'nothing-to-sign' });
    expect(calendar.facts('audit-2026').filter((type) => type === 'TreeHeadSigned')).toHaveLength(2);
  });

  describe('at the interval', () => {
    test('is signed once something has been uncovered for that long', async () => {
      await plan('M1');
      calendar.at('2026-10-01T09:59:59Z');
      expect(await heads.signWhereDue('r')).toBeUndefined();
      calendar.at('2026-10-01T10:00:00Z');
      expect(await heads.signWhereDue('r')).toMatchObject({ kind: 'answered' });
      calendar.at('2026-10-01T18:00:00Z');
      expect(await heads.signWhereDue('r')).toBeUndefined();
      await plan('M2');
      expect(await heads.signWhereDue('r')).toBeUndefined();
      calendar.at('2026-10-01T19:00:00Z');
      expect(await heads.signWhereDue('r')).toMatchObject({ kind: 'answered', answer: { size: 4 } });
    });

    test('is signed by one of several servers, and by none again after a restart', async () => {
      await plan('M1');
      calendar.at('2026-10-01T10:00:00Z');
      const keys = newKeys();
      const heads = [1, 2, 3].map(() => new TreeHeads(calendar.pipeline, keys, 60).make('interval'));
      const outcomes = await Promise.all(heads.map((made) => calendar.submit(signTreeHead, { made })));
      expect(outcomes).toMatchObject([
        { kind: 'answered' },
        { kind: 'conflict', code: 'signed-meanwhile' },
        { kind: 'conflict', code: 'signed-meanwhile' },
      ]);
      expect(await new TreeHeads(calendar.pipeline, keys, 60).signWhereDue('r')).toBeUndefined();
      expect(calendar.facts('audit-2026')).toEqual(['AuditKeyIntroduced', 'TreeHeadSigned']);
    });

    test('is not signed where the interval is 0', async () => {
      await plan('M1');
      calendar.at('2030-01-01T00:00:00Z');
      expect(await new TreeHeads(calendar.pipeline, newKeys(), 0).signWhereDue('r')).toBeUndefined();
    });
  });

  test('goes on over the turn of the year', async () => {
    calendar.at('2026-12-31T23:30:00Z');
    await calendar.plan(window('M1', '2027-03-02T20:00:00Z', '2027-03-02T22:00:00Z'));
    await signNow();
    calendar.at('2027-01-01T00:30:00Z');
    expect(await signNow()).toMatchObject({ code: 'nothing-to-sign' });
    await calendar.plan(window('M2', '2027-03-03T20:00:00Z', '2027-03-03T22:00:00Z'));
    await signNow();
    expect(calendar.facts('audit-2027')).toEqual(['TreeHeadSigned']);
    expect(newest()).toMatchObject({ size: 4, position: 5 });
  });

  test('under another key than before introduces it, vouched for where the one before is at hand', async () => {
    await plan('M1');
    const file = join(temporaryFolder(), 'audit-key.pem');
    makeAuditKey(file);
    const before = readAuditKeys(file);
    await signNow(new TreeHeads(calendar.pipeline, before, 60));
    const rotated = rotateAuditKey(file);
    await plan('M2');
    await signNow(new TreeHeads(calendar.pipeline, readAuditKeys(file), 60));
    await plan('M3');
    await signNow(new TreeHeads(calendar.pipeline, newKeys(), 60));
    const { keys } = readAuditBook(calendar.pipeline.reading());
    expect(keys).toMatchObject([
      { replaces: null },
      { keyId: rotated.keyId, replaces: before.current.keyId },
      { replaces: rotated.keyId, endorsement: null },
    ]);
    const second = keys[1];
    expect(second && isSignedBy(before.current.publicKey, introductionText(second), second.endorsement ?? '')).toBe(
      true,
    );
    await plan('M4');
    const late = await signNow(new TreeHeads(calendar.pipeline, before, 60));
    expect(late).toMatchObject({ kind: 'conflict', code: 'key-replaced' });
  });
});

describe('the file of the audit key', () => {
  test('is made once, for its owner alone, and is refused where it holds something else', () => {
    const file = join(temporaryFolder(), 'audit-key.pem');
    makeAuditKey(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const made = readFileSync(file, 'utf8');
    makeAuditKey(file);
    expect(readFileSync(file, 'utf8')).toBe(made);
    writeFileSync(file, 'nothing of the kind');
    expect(() => readAuditKeys(file)).toThrow(ConfigurationError);
    rmSync(file);
    expect(() => readAuditKeys(file)).toThrow(file);
  });
});

describe('a server', () => {
  let api: TestApi;
  beforeEach(() => {
    api = new TestApi();
  });
  afterEach(() => api.stop());
  const types = (): string[] => [...api.server.pipeline.store.read({})].map(({ type }) => type);

  test('signs a head by itself once the interval has passed by its clock, and not again for the head alone', async () => {
    await api.restart('2026-10-01T09:00:00Z', { TREE_HEAD_INTERVAL: '5' });
    await api.keyOf('party');
    await api.moveClock('2026-10-01T09:05:00Z');
    expect(await api.server.pipeline.store.reaches(3, 30_000)).toBe(true);
    await api.moveClock('2027-10-01T09:05:00Z');
    await api.server.app.get(TreeHeadReaction, { strict: false }).work();
    expect(types()).toEqual(['ApiKeyIssued', 'AuditKeyIntroduced', 'TreeHeadSigned']);
    expect((await api.get('/audit/head', 'party')).body).toMatchObject({ size: 1, at: '2026-10-01T09:05:00Z' });
  });

  test('whose clock is moved by hand records nothing by itself, unless it is told an interval', async () => {
    await api.restart('2026-10-01T09:00:00Z');
    await api.keyOf('party');
    await api.moveClock('2027-10-01T09:00:00Z');
    await api.server.app.get(TreeHeadReaction, { strict: false }).work();
    expect(types()).toEqual(['ApiKeyIssued']);
  });
});

describe('over HTTP', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await TestApi.start();
  });
  afterAll(() => api.stop());

  test('there is no head before one is signed, and an admin signs one', async () => {
    expect(await api.get('/audit/head', 'party')).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await api.command('SignTreeHead', {}, 'auditor')).toMatchObject({ status: 403 });
    const signed = await api.command('SignTreeHead', {}, 'admin');
    expect(signed).toMatchObject({ status: 201, body: { events: [{ type: 'AuditKeyIntroduced' }, {}] } });
    const head = (await api.get('/audit/head', 'party')).body as unknown as RecordedTreeHead & { publicKey: string };
    expect(head).toMatchObject({ size: signed.body.size, rootHash: signed.body.rootHash });
    expect(isSignedBy(head.publicKey, headText(head), head.signature)).toBe(true);
    expect((await api.get('/audit/keys', 'party')).body).toMatchObject({ items: [{ publicKey: head.publicKey }] });
    expect(await api.command('SignTreeHead', {}, 'admin')).toMatchObject({
      status: 409,
      body: { code: 'nothing-to-sign' },
    });
  });

  test('proofs show a record to be included, and a kept head to be the beginning of the newest', async () => {
    const kept = (await api.get('/audit/head')).body as { size: number; rootHash: string };
    for (let index = 0; index < 300; index += 1)
      await api.command('IssueApiKey', { name: `key ${index}`, roles: ['party'] }, 'admin');
    await api.command('SignTreeHead', {}, 'admin');
    const inclusion = (await api.get('/audit/inclusion?position=2', 'auditor')).body as {
      leaf: string;
      size: number;
      rootHash: string;
      path: string[];
      head: { rootHash: string };
    };
    const { leaf, size, rootHash, path } = inclusion;
    expect(includes(rootHash, size, 1, leaf, path)).toBe(true);
    expect(inclusion.head.rootHash).toBe(rootHash);
    const proof = (await api.get(`/audit/consistency?from=${kept.size}`)).body as {
      from: { size: number; rootHash: string };
      to: { size: number; rootHash: string };
      path: string[];
    };
    expect(proof.from.rootHash).toBe(kept.rootHash);
    expect(proof.to.rootHash).toBe(rootHash);
    const asRoot = (one: { size: number; rootHash: string }): { size: number; root: string } => ({
      size: one.size,
      root: one.rootHash,
    });
    expect(isConsistent(asRoot(proof.from), asRoot(proof.to), proof.path)).toBe(true);
  });

  test('what the log does not have is refused by name', async () => {
    expect(await api.get('/audit/inclusion?position=99999', 'auditor')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/position' }] },
    });
    expect(await api.get('/audit/inclusion?position=9&size=8', 'auditor')).toMatchObject({ status: 400 });
    expect(await api.get('/audit/consistency?from=9&to=99999')).toMatchObject({
      body: { errors: [{ pointer: '/to' }] },
    });
    expect(await api.get('/audit/consistency?from=9&to=8')).toMatchObject({ body: { errors: [{ pointer: '/from' }] } });
    expect(await api.get('/audit/consistency?from=0')).toMatchObject({ status: 400 });
  });
});
