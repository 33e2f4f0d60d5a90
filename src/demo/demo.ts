import 'reflect-metadata';
import { UnusableLog } from '../event-store/sqlite/open-database.js';
import { systemClock } from '../operations/clock.js';
import { ConfigurationError, readConfiguration } from '../operations/configuration.js';
import { CannotListen } from '../operations/listening.js';
import { Stop } from '../operations/stop.js';
import { localDate, monthOf } from '../rulebook/local-time.js';
import { startServer } from '../server.js';
import { prepareDemonstration, type Keys } from './prepare.js';

/** Commands worth pasting: a month, a refusal with its suggestions, a dry run, and the history. */
function lines(url: string, keys: Keys, now: string): string {
  const month = monthOf(now);
  const tonight = localDate(now);
  const body = JSON.stringify({
    start: `${tonight}T22:00`,
    end: `${tonight}T23:00`,
    activities: [
      {
        description: 'Deploy a fix',
        serviceProvider: 'DSP',
        services: [{ service: 'self-service-interface', effect: 'disrupted' }],
      },
    ],
    riskToReturn: 'None known',
  });
  return [
    `curl -s -H 'Authorization: Bearer ${keys.reporting ?? ''}' ${url}/months/${month}`,
    `curl -s -H 'Authorization: Bearer ${keys.reporting ?? ''}' ${url}/months/${month}/versions`,
    `curl -s -H 'Authorization: Bearer ${keys.scheduler ?? ''}' -H 'Content-Type: application/json' -d '${body}' '${url}/commands/AddLowImpactWindow?dryRun=true'`,
    `curl -s -H 'Authorization: Bearer ${keys.party ?? ''}' '${url}/changes?month=2020-05&status=closed&limit=5'`,
    `curl -s -H 'Authorization: Bearer ${keys.auditor ?? ''}' '${url}/events?stream=month-${month}'`,
  ].join('\n\n');
}

try {
  const env = { LOG_LEVEL: 'warn', ...process.env };
  const configuration = readConfiguration(env);
  const keys = await prepareDemonstration(env);
  const server = await startServer(configuration);
  process.stdout.write(
    [
      '',
      `The maintenance calendar runs at ${server.url} with a demonstration quarter and the trial's forward schedule (data in ${configuration.dataDir}).`,
      '',
      'Keys by role:',
      ...Object.entries(keys).map(([role, key]) => `  ${role.padEnd(16)} ${key}`),
      '',
      'Worth pasting into another terminal: this month, its issues, a refusal that says what would be lawful, changes of the trial, the history:',
      '',
      lines(server.url, keys, configuration.testClock ?? systemClock.now()),
      '',
      'Stop with Ctrl-C; a second run keeps the data.',
      '',
    ].join('\n'),
  );
  new Stop().finishWith(() => server.close());
} catch (error) {
  if (![ConfigurationError, UnusableLog, CannotListen].some((kind) => error instanceof kind)) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
