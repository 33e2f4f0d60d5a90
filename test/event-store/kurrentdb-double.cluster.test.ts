import { once } from 'node:events';
import {
  AccessDeniedError,
  type KurrentDBClient,
  NotLeaderError,
  UnavailableError,
  UnknownError,
} from '@kurrent/kurrentdb-client';
import { connect, disconnectAll, failure, newStream, note, notes } from '../support/kurrentdb-double/client.js';
import { KurrentDbDouble, type DoubleOptions } from '../support/kurrentdb-double/kurrentdb-double.js';

const doubles: KurrentDbDouble[] = [];

async function start(options: DoubleOptions = {}): Promise<KurrentDbDouble> {
  const double = await KurrentDbDouble.start(options);
  doubles.push(double);
  return double;
}

afterEach(async () => {
  await disconnectAll();
  await Promise.all(doubles.splice(0).map(async (double) => double.stop()));
});

describe('three nodes', () => {
  let double: KurrentDbDouble;
  let stream: string;
  beforeEach(async () => {
    double = await start({ nodes: 3, electionTakes: 20 });
    stream = newStream();
  });

  /** A client of one node; by default the client requires the leader whenever it reads. */
  const clientOf = (node: number): KurrentDBClient =>
    connect(double.connectionString({ node, parameters: { nodePreference: 'random' } }));

  test.each(['kurrentdb+discover', 'kdb+discover', 'kurrentdb'])('are found through %s://', async (scheme) => {
    const client = connect(double.connectionString({ scheme }));
    await client.appendToStream(stream, note(1));
    expect(await notes(client, stream)).toEqual([1]);
    expect(double.nodes.map(({ state }) => state)).toEqual(['Leader', 'Follower', 'Follower']);
  });

  test('are found through the older name, which the client warns of', async () => {
    const [warn, warnings] = [console.warn, [] as unknown[]];
    console.warn = (warning: unknown) => warnings.push(warning);
    const client = connect(double.connectionString({ scheme: 'esdb+discover' }));
    console.warn = warn;
    await client.appendToStream(stream, note(1));
    expect(warnings).toEqual([expect.stringContaining('deprecated')]);
  });

  test('take an append at a follower, and pass it on', async () => {
    await clientOf(1).appendToStream(stream, note(1));
    expect(await notes(clientOf(2), stream)).toEqual([1]);
  });

  test('name the leader to who requires it, and the client goes there', async () => {
    const client = clientOf(1);
    const error = await failure(client.appendToStream(stream, note(1), { requiresLeader: true }));
    expect(error).toBeInstanceOf(NotLeaderError);
    expect(error).toMatchObject({ leader: { address: '127.0.0.1', port: double.nodes[0]?.port } });
    await client.appendToStream(stream, note(2), { requiresLeader: true });
    expect(double.stream(stream)).toHaveLength(1);
    const reading = notes(connect(double.connectionString({ node: 2 })), stream);
    expect(await failure(reading)).toBeInstanceOf(NotLeaderError);
  });

  test('name another node as the leader on demand', async () => {
    const client = connect(double.url);
    await client.appendToStream(stream, note(1));
    double.fault({ on: 'append', how: 'not-leader' });
    expect(await failure(client.appendToStream(stream, note(2)))).toMatchObject({
      leader: { port: double.nodes[1]?.port },
    });
    double.fault({ on: 'append', how: 'not-leader', leader: 2 });
    expect(await failure(client.appendToStream(stream, note(3)))).toMatchObject({
      leader: { port: double.nodes[2]?.port },
    });
  });

  test('are not ready while they have no leader, and then another leads', async () => {
    const clients = double.nodes.map(({ index }) => clientOf(index));
    double.startElection();
    for (const client of clients) {
      const error = await failure(client.appendToStream(stream, note(1)));
      expect(error).toBeInstanceOf(UnknownError);
      expect(error.message).toContain('Server Is Not Ready');
    }
    double.finishElection();
    expect(double.leader?.index).toBe(1);
    for (const client of clients) await client.appendToStream(stream, note(2));
    expect(double.stream(stream)).toHaveLength(3);
  });

  test('elect another leader when theirs is killed, which comes back as a follower', async () => {
    const client = connect(double.connectionString({ scheme: 'kurrentdb' }));
    await client.appendToStream(stream, note(1));
    const subscription = client.subscribeToStream(stream).resume();
    const lost = once(subscription, 'end');
    await once(subscription, 'caughtUp');
    const { port } = double.nodes[0] ?? {};
    double.kill(0);
    expect(await failure(lost)).toBeInstanceOf(UnavailableError);
    expect((await double.elected()).index).toBe(1);
    await client.appendToStream(stream, note(2)).catch(async () => client.appendToStream(stream, note(2)));
    await double.restart(0);
    expect(double.nodes[0]).toMatchObject({ state: 'Follower', port });
    expect(await notes(clientOf(0), stream)).toEqual([1, 2]);
  });

  test('have no leader without a majority', async () => {
    double.kill(1);
    double.kill(2);
    expect(double.leader).toBeUndefined();
    double.finishElection();
    expect(double.leader).toBeUndefined();
    await double.restart(1);
    expect((await double.elected()).state).toBe('Leader');
  });

  test('forget with their leader the ids of events that expected any revision, and no others', async () => {
    const client = clientOf(1);
    const [one, two] = [note(1), note(2)];
    await client.appendToStream(stream, one);
    await client.appendToStream(stream, two, { streamState: 0n });
    await client.appendToStream(stream, one);
    expect(double.stream(stream)).toHaveLength(2);
    double.startElection();
    double.finishElection();
    await client.appendToStream(stream, one);
    await client.appendToStream(stream, two, { streamState: 0n });
    expect(double.stream(stream).map(({ data }) => data)).toEqual([{ number: 1 }, { number: 2 }, { number: 1 }]);
  });

  test('may have a follower that is behind', async () => {
    const [leader, follower] = [clientOf(0), clientOf(2)];
    await leader.appendToStream(stream, note(1));
    double.stopReplication(2);
    await leader.appendToStream(stream, note(2));
    expect(await notes(follower, stream)).toEqual([1]);
    const subscription = follower.subscribeToStream(stream);
    const brought: unknown[] = [];
    const both = (async () => {
      for await (const { event } of subscription) if (brought.push(event?.revision) === 2) break;
    })();
    await once(subscription, 'caughtUp');
    expect(brought).toEqual([0n]);
    double.resumeReplication(2);
    await both;
    expect(brought).toEqual([0n, 1n]);
  });

  test('may refuse connections for a while', async () => {
    const parameters = { maxDiscoverAttempts: '1' };
    double.refuseConnections();
    const refused = failure(connect(double.connectionString({ parameters })).appendToStream(stream, note(1)));
    expect((await refused).message).toBe('Failed to discover after 1 attempts.');
    const one = connect(double.connectionString({ node: 0 }));
    expect(await failure(one.appendToStream(stream, note(1)))).toMatchObject({ code: 14 });
    await double.acceptConnections();
    await connect(double.url).appendToStream(stream, note(2));
    expect(double.stream(stream)).toHaveLength(1);
  });

  test.each(['gossip', 'features'] as const)('may keep silent about %s', async (on) => {
    const fault = double.fault({ on, how: 'silence', times: 'always' });
    const waiting = connect(double.connectionString({ parameters: { gossipTimeout: '1', maxDiscoverAttempts: '1' } }));
    const append = failure(waiting.appendToStream(stream, note(1)));
    await fault.befallen;
    double.resetConnections();
    await append;
    expect(double.stream(stream)).toEqual([]);
  });
});

describe('a server that checks names and passwords', () => {
  const users = { admin: 'changeit', 'Zoë@ops': 'p:/?#[]@!%25 w&=+' };
  const appends = async (double: KurrentDbDouble, user?: string, password?: string): Promise<unknown> =>
    connect(double.connectionString(user === undefined ? {} : { user, password: password ?? '' })).appendToStream(
      newStream(),
      note(1),
    );

  test('knows its users, whatever their names and passwords are made of', async () => {
    const double = await start({ isSecure: true, nodes: 3, users });
    for (const [user, password] of Object.entries(users))
      expect(await appends(double, user, password)).toMatchObject({ success: true });
  });

  test('refuses a wrong password, an unknown user, and nobody at all', async () => {
    const double = await start({ isSecure: true, users });
    const wrong = await failure(appends(double, 'admin', 'changed'));
    expect(wrong).toBeInstanceOf(AccessDeniedError);
    expect(wrong.message).toBe('16 UNAUTHENTICATED: Unauthenticated');
    expect(await failure(appends(double, 'nobody', 'changeit'))).toBeInstanceOf(AccessDeniedError);
    expect(await failure(appends(double))).toBeInstanceOf(AccessDeniedError);
    const reading = notes(connect(double.connectionString()), newStream());
    expect(await failure(reading)).toBeInstanceOf(AccessDeniedError);
  });

  test('lets only admin write to the streams of the system', async () => {
    const double = await start({ isSecure: true, users });
    const [admin, user] = Object.entries(users).map(([name, password]) =>
      connect(double.connectionString({ user: name, password })),
    );
    expect(await admin?.appendToStream('$settings', note(1))).toMatchObject({ success: true });
    const credentials = { username: 'Zoë@ops', password: users['Zoë@ops'] };
    expect(await failure(user?.appendToStream('$settings', note(1)) ?? Promise.resolve())).toBeInstanceOf(
      AccessDeniedError,
    );
    expect(await failure(notes(admin ?? connect(''), '$settings', { credentials }))).toBeInstanceOf(AccessDeniedError);
  });

  test('of version 22.10 lets nobody in particular use streams', async () => {
    const double = await start({ isSecure: true, version: '22.10' });
    expect(await appends(double)).toMatchObject({ success: true });
  });

  test('is not trusted without its authority', async () => {
    const double = await start({ isSecure: true });
    const [other, url] = [await start({ isSecure: true }), double.url];
    const distrusting = connect(
      url.replace(encodeURIComponent(double.authorityFile), encodeURIComponent(other.authorityFile)),
    );
    const error = await failure(distrusting.appendToStream(newStream(), note(1)));
    expect(error).toMatchObject({ code: 14 });
    expect(error.message).toMatch(/certificate/);
  });
});
