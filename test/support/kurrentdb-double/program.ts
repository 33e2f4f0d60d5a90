import { parseArgs } from 'node:util';
import { controlOf } from './control.js';
import { KurrentDbDouble } from './kurrentdb-double.js';
import { SERVER_VERSIONS, type VersionName } from './versions.js';

/**
 * The double as a process of its own: `node --import test/support/typescript-hook.ts …/program.ts`, with
 * `--nodes 3 --ports 2113,2114,2115 --server-version 23.10 --secure --user name:password --max-append-size 1048576
 * --election-takes 300 --data FILE`. It writes its connection string on the first line, and on the second the address
 * of its control (`control.ts`); SIGTERM ends it.
 */
const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '1' },
    ports: { type: 'string', default: '' },
    'server-version': { type: 'string', default: '23.10' },
    secure: { type: 'boolean', default: false },
    user: { type: 'string', multiple: true },
    'max-append-size': { type: 'string', default: '1048576' },
    'election-takes': { type: 'string', default: '300' },
    data: { type: 'string' },
  },
});

const userOf = (pair: string): [name: string, password: string] => {
  const colon = pair.indexOf(':');
  return [pair.slice(0, colon), pair.slice(colon + 1)];
};
const isVersion = (name: string): name is VersionName => name in SERVER_VERSIONS;
const version = values['server-version'];
if (!isVersion(version)) throw new RangeError(`--server-version is one of ${Object.keys(SERVER_VERSIONS).join(', ')}`);

const double = await KurrentDbDouble.start({
  nodes: Number(values.nodes),
  ports: values.ports.split(',').filter(Boolean).map(Number),
  version,
  isSecure: values.secure,
  ...(values.user ? { users: Object.fromEntries(values.user.map(userOf)) } : {}),
  maxAppendSize: Number(values['max-append-size']),
  electionTakes: Number(values['election-takes']),
  ...(values.data === undefined ? {} : { data: values.data }),
});
const control = await controlOf(double);
process.stdout.write(`${double.url}\n${control.url}\n`);
process.on('SIGTERM', () => {
  control.close();
  // Not when nothing is left to do: with connections torn down in mid-sentence Node can wait for ever at its end.
  void double.stop().then(() => process.exit());
});
