import { writeSync } from 'node:fs';
import { takeDataFolder } from '../../src/event-store/sqlite/data-folder.js';

/** Takes a data folder and holds it for as long as it lives. */
const folder = takeDataFolder(process.argv[2] ?? '');
writeSync(1, 'held\n');
// The lock is held as long as the folder is: what nobody refers to is closed.
setInterval(() => folder, 60_000);
