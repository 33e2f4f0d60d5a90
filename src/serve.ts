import 'reflect-metadata';
import { LogUnavailable } from './event-store/event-store.js';
import { UnusableLog } from './event-store/sqlite/open-database.js';
import { ConfigurationError, readConfiguration } from './operations/configuration.js';
import { CannotListen } from './operations/listening.js';
import { hearSignals, type Stop } from './operations/stop.js';
import { startServer } from './server.js';

/** What a start can be refused with: the message says what to do. Anything else is a fault in this program. */
const REFUSALS = [ConfigurationError, UnusableLog, CannotListen, LogUnavailable];

/** Runs the server until it is stopped. Where it cannot start, one message on standard error, and exit code 1. */
export async function serve(stop: Stop): Promise<void> {
  // Loading the program is one long turn of the event loop.
  await hearSignals();
  try {
    const server = await startServer(readConfiguration(process.env), (line) => process.stdout.write(`${line}\n`));
    stop.finishWith(() => server.close());
  } catch (error) {
    if (!REFUSALS.some((kind) => error instanceof kind)) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}
