import 'reflect-metadata';
import { prepareDemonstration } from '../../src/demo/prepare.js';
import { GroupedStore } from '../../src/event-store/grouped-store.js';

/** Fills a folder with a demonstration, and dies as if by `kill -9` before it appends for the n-th time. */
const [folder, appends] = process.argv.slice(2);
let left = Number(appends);
const { append } = GroupedStore.prototype;
GroupedStore.prototype.append = function (batch) {
  if ((left -= 1) < 0) process.kill(process.pid, 'SIGKILL');
  return append.call(this, batch);
};
await prepareDemonstration({ DATA_DIR: folder, TEST_CLOCK: '2026-12-15T10:00:00Z' });
