import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ADMIN_KEY } from '../support/client.js';
import { KurrentDbDouble } from '../support/kurrentdb-double/kurrentdb-double.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder.js';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/how-to/run-on-kurrentdb.md'), 'utf8');

afterAll(removeTemporaryFolders);

test('how to run it on a cluster, followed word for word, comes to a server that is ready', async () => {
  const double = await KurrentDbDouble.start({ isSecure: true, users: { calendar: 'p@ss' } });
  const folder = temporaryFolder();
  const [etc, srv] = [join(folder, 'etc'), join(folder, 'srv')];
  const hosts = /@([^?]+)\?/.exec(double.connectionString({ user: 'x', password: 'y' }))?.[1] ?? '';
  const blocks = [...page.matchAll(/^```\n([\s\S]+?)^```$/gm)].map(([, block = '']) => block);
  // Only names of places and secrets are put in; the project has been installed and built for the tests.
  const [keys = '', start = ''] = blocks.map((block) =>
    block
      .replaceAll('/etc/calendar', etc)
      .replaceAll('/srv/maintenance-calendar', srv)
      .replace('node1:2113,node2:2113,node3:2113', hosts)
      .replace('ADMIN_API_KEY=…', `ADMIN_API_KEY=${ADMIN_KEY}`)
      .replace('PORT=3000', 'PORT=0')
      .replace('npm ci && npm run build\n', ''),
  );
  expect(blocks).toHaveLength(2);
  expect((await run(keys)).code).toBe(0);
  expect(statSync(join(etc, 'audit-key.pem')).mode & 0o077).toBe(0);
  mkdirSync(srv);
  copyFileSync(double.authorityFile, join(etc, 'ca.crt'));
  const server = run(start, /Server listening at (http:\/\/127\.0\.0\.1:\d+)/);
  const { found, stop } = await server;
  let ready = await fetch(`${found}/health/ready`);
  while (ready.status !== 200) ready = await fetch(`${found}/health/ready`);
  expect(await ready.json()).toMatchObject({ status: 'ok', replica: { connected: true } });
  await stop();
  await double.stop();
});

interface Run {
  readonly code: number | null;
  readonly found: string;
  stop(): Promise<void>;
}

/** Runs lines as a shell does, to their end or until they say something. @throws Error if they end without having said it */
async function run(lines: string, awaited?: RegExp): Promise<Run> {
  const child = spawn('bash', ['-e', '-c', lines], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const said = Promise.withResolvers<string>();
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += String(chunk);
      const found = awaited?.exec(output)?.[1];
      if (found !== undefined) said.resolve(found);
    });
  const stop = async (): Promise<void> => {
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await ended;
  };
  if (!awaited) return { code: await ended, found: '', stop };
  void ended.then((code) => said.reject(new Error(`it ended with ${String(code)}: ${output}`)));
  return { code: null, found: await said.promise, stop };
}
