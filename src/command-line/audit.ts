import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { newestHead } from '../audit/audit-book.js';
import { auditKeyFileIn, mayReplaceAuditKey, openAuditKeys, rotateAuditKey } from '../audit/audit-key.js';
import { exportToFile, UnusableExport } from '../audit/export/export-file.js';
import { DamagedLog } from '../audit/export/export-lines.js';
import { replay } from '../audit/replay.js';
import { signTreeHead } from '../audit/sign-tree-head/sign-tree-head.js';
import { TreeHeads } from '../audit/tree-heads.js';
import { UnusableKept } from '../audit/verify/kept.js';
import type { Judgement } from '../audit/verify/judgement.js';
import { readKept, verifyFile } from '../audit/verify/verify-file.js';
import { grouped } from '../audit/verify/words.js';
import { ConfigurationError, readConfiguration } from '../operations/configuration.js';
import { readTime } from '../rulebook/local-time.js';
import { withLogOf } from './data-folder-log.js';
import { progressBar } from './progress.js';

/** Who acts at the command line: whoever can write the data folder. */
const AT_THE_COMMAND_LINE = { id: 'command-line', role: 'admin' };

/** Exit codes of `verify`; 0 is for a history in which nothing is wrong. */
const WRONG = 1;
const NOT_CHECKED = 2;

/** Adds what an auditor does at the command line. */
export function registerAudit(program: Command): void {
  program
    .command('export')
    .description(
      'write the history into one file, while a server may be running; an interrupted export is gone on with',
    )
    .argument('<file>', 'where to; nothing is overwritten')
    .action(exportLog);
  program
    .command('verify')
    .description(
      'check an export, without server or data folder. Exit code 0: nothing is wrong, 1: something is, 2: not checked',
    )
    .argument('<file>', 'the export')
    .option('--head <file>', 'a tree head that you kept (can be repeated)', collect, [])
    .option('--key <file>', 'a public key that you kept (can be repeated)', collect, [])
    .action(verify);
  program
    .command('replay')
    .description("tell a stream's life in plain sentences, while a server may be running")
    .requiredOption('--stream <name>', 'the stream: month-2026-12')
    .option('--until <time>', 'only what had been recorded by then: an instant, or a time in London without an offset')
    .action(tell);
  program
    .command('sign-head')
    .description(
      'sign a tree head and print it, while no server holds the data folder; where one does, POST /commands/SignTreeHead does the same',
    )
    .action(signHead);
  program
    .command('rotate-audit-key')
    .description('put a new key before the one that signs tree heads; the server takes it up at its next start')
    .action(rotateKey);
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

async function exportLog(file: string): Promise<void> {
  const bar = progressBar('exporting', 'events');
  try {
    const { dataDir } = readConfiguration(process.env);
    const exported = await withLogOf(dataDir, (log) => exportToFile(log, file, (done, all) => bar.update(done, all)));
    bar.stop();
    const resumed = exported.resumedAfter > 0 ? `, after ${grouped(exported.resumedAfter)} of an earlier attempt` : '';
    process.stdout.write(`${grouped(exported.records)} events written to ${file}${resumed}\n`);
  } catch (error) {
    bar.stop();
    if (!(error instanceof UnusableExport || error instanceof DamagedLog)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function verify(file: string, options: { head: string[]; key: string[] }): Promise<void> {
  const bar = progressBar('verifying');
  try {
    const kept = readKept(options.head, options.key);
    const { size } = statSync(file);
    const judgement = await verifyFile(file, kept, (read) => bar.update(read, size));
    bar.stop();
    process.stdout.write(asText(judgement));
    if (judgement.faults.length > 0) process.exitCode = WRONG;
  } catch (error) {
    bar.stop();
    if (!(error instanceof UnusableKept) && (error as { code?: string }).code === undefined) throw error;
    process.stderr.write(`not checked: ${(error as Error).message}\n`);
    process.exitCode = NOT_CHECKED;
  }
}

async function tell(options: { stream: string; until?: string }): Promise<void> {
  const { stream, until } = options;
  const time = until === undefined ? undefined : readTime(until);
  if (time && 'problem' in time) throw new ConfigurationError(`--until ${time.problem}`);
  const { dataDir } = readConfiguration(process.env);
  await withLogOf(dataDir, async (log) => {
    if (log.revisionOf(stream) < 0) throw new ConfigurationError(`there is no stream ${stream}`);
    for (const line of replay(log, stream, time?.instant)) await written(`${line}\n`);
  });
}

async function signHead(): Promise<void> {
  const configuration = readConfiguration(process.env);
  // The server is loaded only where it is needed: `verify` is not to wait for it.
  const { openPipeline } = await import('../server.js');
  const opened = await openPipeline(configuration);
  try {
    const { pipeline } = opened;
    await pipeline.projections.finish();
    const heads = new TreeHeads(pipeline, openAuditKeys(configuration), 0, mayReplaceAuditKey(configuration));
    const outcome = await pipeline.submit(
      signTreeHead,
      { made: heads.make('request') },
      {
        actor: AT_THE_COMMAND_LINE,
        requestId: randomUUID(),
        body: null,
        dryRun: false,
      },
    );
    if (outcome.kind === 'conflict') throw new ConfigurationError(outcome.detail);
    if (outcome.kind !== 'answered') throw new Error(`no head was signed: ${outcome.kind}`);
    process.stdout.write(`${JSON.stringify(newestHead(pipeline.reading()))}\n`);
  } finally {
    await opened.close();
  }
}

function rotateKey(): void {
  const { auditKeyFile, dataDir } = readConfiguration(process.env);
  const { keyId, publicKey } = rotateAuditKey(auditKeyFile ?? auditKeyFileIn(dataDir));
  process.stdout.write(
    `Tree heads are signed with the key ${keyId} from the next start of the server on. Hand out its public key:\n` +
      `-----BEGIN PUBLIC KEY-----\n${publicKey}\n-----END PUBLIC KEY-----\n`,
  );
}

/** Waits where the reader is slower. */
const written = (text: string): Promise<void> =>
  new Promise((resolve) => {
    if (process.stdout.write(text)) resolve();
    else process.stdout.once('drain', resolve);
  });

/** A judgement for a person to read. */
function asText({ faults, shown, notRuledOut }: Judgement): string {
  const wrong = faults.map(
    ({ kind, line, detail }) => `${kind.toUpperCase()}${line === null ? '' : ` (line ${grouped(line)})`}: ${detail}.`,
  );
  return [
    faults.length > 0 ? `SOMETHING IS WRONG with this history.` : 'Nothing is wrong with this history.',
    ...wrong,
    ...shown,
    ...(notRuledOut.length > 0 ? ['', 'What this check cannot tell:', ...notRuledOut.map((one) => `- ${one}`)] : []),
    '',
  ].join('\n');
}
