import { writeSync } from 'node:fs';
import { takeDataFolder } from '../../src/event-store/sqlite/data-folder.js';

/** Takes a data folder and holds it for as long as it lives. */
takeDataFolder(process.argv[2] ?? '');
writeSync(1, 'held\n');
setInterval(() => undefined, 60_000);
