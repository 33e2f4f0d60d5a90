import 'reflect-metadata';
import { UnusableLog } from './event-store/sqlite/open-database.js';
import { ConfigurationError, readConfiguration } from './operations/configuration.js';
import { startServer, type Server } from './server.js';

let stopping = false;

/** Stops once, whatever the number of signals: what was accepted is finished first. */
function stopOn(server: Server): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void server.close().then(() => process.exit(0));
    });
}

try {
  const server = await startServer(readConfiguration(process.env));
  stopOn(server);
  if (server.newAdminKey !== undefined) process.stdout.write(`The admin key, shown this once: ${server.newAdminKey}\n`);
} catch (error) {
  if (error instanceof ConfigurationError || error instanceof UnusableLog) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  throw error;
}
