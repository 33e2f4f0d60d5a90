// A long forward schedule of change, made of the trial's: the same changes again and again, over many years, under other ids.
import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';

const TRIAL = new URL('../../src/demo/forward-schedule-2019-2020.csv', import.meta.url);
/** Copies are spread over so many times four years, which keeps the leap days, so that no month has far more changes than a real one. */
const SPREAD = 15;

/** Writes `copies` copies of the trial's schedule, the first of them the one after `before`. */
export async function writeSchedule(file, before, copies) {
  const [header, ...rows] = readFileSync(TRIAL, 'utf8').trimEnd().split('\n');
  const out = createWriteStream(file);
  out.write(`${header}\n`);
  for (let copy = before; copy < before + copies; copy += 1)
    for (const row of rows) {
      const line = row
        .replace(/\b(CRQ|INC)(\d{6})\b/g, `$1${copy}-$2`)
        .replace(/\b(20[12]\d)(?=-\d\d-\d\dT)/g, (year) => String(Number(year) + 4 * (copy % SPREAD)));
      if (!out.write(`${line}\n`)) await once(out, 'drain');
    }
  out.end();
  await once(out, 'finish');
}
