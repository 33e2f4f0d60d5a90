import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../../src/catalogue.js';
import { RULES } from '../../src/rulebook/finding.js';

const SOURCES = join(import.meta.dirname, '../../src');

interface Row {
  readonly command: string;
  readonly events: readonly string[];
  readonly clause: string;
  readonly tests: readonly { readonly title: string; readonly file: string }[];
}

/** The acts of a capability: a folder each, with the decision in a file of the folder's name. */
const actsOf = (capability: string): string[] =>
  readdirSync(join(SOURCES, capability), { withFileTypes: true })
    .filter((one) => one.isDirectory() && existsSync(join(SOURCES, capability, one.name, `${one.name}.ts`)))
    .map(({ name }) => name.replace(/(^|-)([a-z])/g, (_, _hyphen, letter: string) => letter.toUpperCase()));

/** The rows of a capability's table: command, events, clause, tests. */
const rowsOf = (capability: string): Row[] =>
  readFileSync(join(SOURCES, capability, 'README.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, command]) => command?.startsWith('`'))
    .map(([, command = '', events = '', clause = '', tests = '']) => ({
      command: command.replaceAll('`', ''),
      events: [...events.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
      clause,
      tests: [...tests.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, title = '', file = '']) => ({ title, file })),
    }));

describe.each(['calendar', 'panel', 'register'])('the table of %s', (capability) => {
  const rows = rowsOf(capability);

  test('has one row for each act', () => {
    expect(rows.map(({ command }) => command).sort()).toEqual(actsOf(capability).sort());
  });

  test.each(rows)('names what $command records', ({ events }) => {
    expect(events.length).toBeGreaterThan(0);
    expect(events.filter((name) => !catalogue().types().includes(name))).toEqual([]);
  });

  test.each(rows)('names the clause of $command', ({ clause }) => {
    const sections = new Set(['A', 'H8.3', ...RULES, 'H8.3(a)', 'H8.4A']);
    if (!clause.startsWith('none: ')) expect(clause.split(', ').filter((one) => !sections.has(one))).toEqual([]);
  });

  test.each(rows)('names a test of $command that there is', ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const { title, file } of tests)
      expect(readFileSync(join(SOURCES, capability, file), 'utf8')).toContain(title.replaceAll("'", "\\'"));
  });
});
