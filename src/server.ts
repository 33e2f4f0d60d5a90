import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import rateLimit from '@fastify/rate-limit';
import { type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { destination, pino, type Logger } from 'pino';
import { Authenticator } from './access/authenticator.js';
import { Gate, limitsOf } from './access/gate.js';
import { AppModule } from './app.module.js';
import { PROJECTIONS } from './catalogue.js';
import { CommandPipeline } from './commands/command-pipeline.js';
import { LogUnavailable, UnreadableRecord, type EventStore } from './event-store/event-store.js';
import { ProjectionBuilding } from './event-store/projection.js';
import { Projections } from './event-store/projections.js';
import { ForeignTables } from './event-store/stored-builds.js';
import { succeedInDataFolder, type DataFolder } from './event-store/sqlite/data-folder.js';
import { UnusableLog } from './event-store/sqlite/open-database.js';
import { TableStore } from './event-store/sqlite/table-store.js';
import { takeCsvOn } from './http/csv-body.js';
import { answerUnreadable } from './http/client-errors.js';
import { refuseCompressed, takeJson } from './http/json-body.js';
import { KnownRoutes } from './http/known-routes.js';
import { describeApi } from './http/openapi.js';
import { Background } from './operations/background.js';
import { Problem } from './http/problem.js';
import { sendProblem } from './http/problem-filter.js';
import { StandingClock, systemClock } from './operations/clock.js';
import type { Configuration } from './operations/configuration.js';
import { issueFirstAdminKey } from './operations/first-admin-key.js';
import { closeGently, listen } from './operations/listening.js';
import { LogOutput } from './operations/log-output.js';
import { Metrics } from './operations/metrics.js';
import { ReplicaStanding } from './operations/replica-standing.js';
import { hearSignals } from './operations/stop.js';
import { openLog, type OpenedLog, type Told } from './open-log.js';
import { Erasures } from './register/erasures.js';

/** Largest body of a command. Bytes. */
const BODY_LIMIT = 256 * 1024;
/** Node takes no more than this of an address and headers together. Bytes. */
const LONGEST_ADDRESS = 16 * 1024;
/** Milliseconds that a request may take to arrive, its body included. */
const REQUEST_TIMEOUT = 300_000;

/** Milliseconds between two looks whether a replica has caught up. */
const LOOK_EVERY = 50;

/** A server that runs. */
export interface Server {
  readonly app: NestFastifyApplication;
  readonly pipeline: CommandPipeline;
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Finishes what it has accepted, for as long as may be waited for, then closes the log. */
  close(): Promise<void>;
}

/** A log that is open, and what works on it. */
export interface OpenedPipeline extends Pick<OpenedLog, 'scrub' | 'cluster'> {
  readonly pipeline: CommandPipeline;
  readonly erasures: Erasures;
  /** Tells the process that would take its place that this one is about to close. */
  stopping(): void;
  close(): Promise<void>;
}

/**
 * Opens the log that the configuration names, for the command line; a replica is caught up with its cluster first.
 * @throws UnusableLog where the data folder, or something in it, or the cluster cannot be used
 */
export async function openPipeline(configuration: Configuration): Promise<OpenedPipeline> {
  // What the command line says itself is on standard output.
  const opened = await openFor(configuration, pino({ level: configuration.logLevel }, destination(2)));
  try {
    await caughtUp(opened);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Waits until a replica has had all that its cluster has. @throws UnusableLog where it cannot be taken in */
async function caughtUp({ cluster, pipeline: { store } }: OpenedPipeline): Promise<void> {
  while (cluster?.().caughtUp === false) {
    if (store.halted !== undefined) throw new UnusableLog(store.halted);
    await setTimeout(LOOK_EVERY);
  }
}

/** @param tell is told what a person should know of the way to a cluster */
async function openFor(configuration: Configuration, tell: Told): Promise<OpenedPipeline> {
  const opened = new AsyncDisposableStack();
  try {
    const folder = await succeedInDataFolder(configuration.dataDir, (message) => tell.info(message));
    opened.defer(() => folder.release());
    const { store, scrub, keys, cluster } = await openLog(configuration, folder, opened, tell);
    // Also those that a crash came before, and those that a restored key file does not know of.
    const erasures = new Erasures(store, keys);
    erasures.apply();
    store.follow((records) => erasures.follow(records));
    const projections = await openProjections(store, folder, cluster !== undefined);
    opened.defer(() => projections.close());
    await hearSignals();
    const clock = configuration.testClock === undefined ? systemClock : new StandingClock(configuration.testClock);
    const pipeline = new CommandPipeline(store, projections, keys, clock, configuration.jurisdiction);
    return {
      scrub,
      cluster,
      erasures,
      pipeline,
      stopping: () => folder.stopping(),
      close: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/** @throws UnusableLog where the stored projections are not of this log, of another program, or cannot be written */
async function openProjections(store: EventStore, folder: DataFolder, isReplica: boolean): Promise<Projections> {
  const tables = new TableStore(folder.projections, true);
  try {
    return new Projections(store, tables, PROJECTIONS, { whenForeign: isReplica ? 'rebuild' : 'refuse' });
  } catch (error) {
    await tables.close();
    // What is damaged has been put aside.
    if (error instanceof ProjectionBuilding) return openProjections(store, folder, isReplica);
    throw new UnusableLog(whyNotOpened(error as Error, folder), { cause: error });
  }
}

/** @throws unknown what nobody can be told what to do about */
function whyNotOpened(error: Error, { log, projections: file }: DataFolder): string {
  if (error instanceof ForeignTables)
    return `${error.message}. Restore the log from its newest backup; if it is as it should be, delete ${file}, which is made again from it`;
  if (error instanceof UnreadableRecord) return `${log} is damaged: ${error.message}. Restore it from a backup`;
  if (error instanceof LogUnavailable)
    return `${file} cannot be used (${error.message}): make sure that the disk works and has room`;
  throw error;
}

/**
 * Starts the server.
 * @param say told what a person is to read once: the admin key that is made on the first start where none is configured
 * @throws UnusableLog where the data folder cannot be used; CannotListen; LogUnavailable where that key cannot be
 * recorded; Error where a route declares no role
 */
export async function startServer(
  configuration: Configuration,
  say: (line: string) => void = () => undefined,
): Promise<Server> {
  const log = pino({ level: configuration.logLevel }, new LogOutput());
  const opened = await openFor(configuration, log);
  const { pipeline, scrub, erasures, cluster } = opened;
  const standing = new ReplicaStanding(cluster, configuration.replicaMaxAge);
  const remedy = cluster
    ? 'stop the server and run "maintenance-calendar replica rebuild"; the cluster has the log'
    : 'restore the log from a backup';
  const background = new Background(pipeline.store, pipeline.projections, scrub, erasures, log, remedy);
  let app: NestFastifyApplication | undefined;
  try {
    if (configuration.adminApiKey === undefined) {
      // Whether there is one is known once everything is here.
      await caughtUp(opened);
      await issueFirstAdminKey(pipeline, say);
    }
    const authenticator = new Authenticator(pipeline, configuration.adminApiKey);
    const metrics = new Metrics(pipeline.store, pipeline.projections, scrub, pipeline.clock, standing);
    const created = (app = await createApplication({ pipeline, authenticator, metrics, standing }, configuration, log));
    await hearSignals();
    const url = await listen(created, configuration);
    // Not before: its threads would make the start wait for them.
    background.start();
    return {
      app: created,
      pipeline,
      url,
      close: async () => {
        opened.stopping();
        // What it has begun may be ended by the same signal.
        background.stop();
        await closeGently(created);
        await opened.close();
      },
    };
  } catch (error) {
    background.stop();
    await app?.close();
    await opened.close();
    throw error;
  }
}

/** What requests are answered with. */
interface Parts {
  readonly pipeline: CommandPipeline;
  readonly authenticator: Authenticator;
  readonly metrics: Metrics;
  readonly standing: ReplicaStanding;
}

async function createApplication(
  { pipeline, authenticator, metrics, standing }: Parts,
  configuration: Configuration,
  log: Logger,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    loggerInstance: log.child({}, { serializers: { req: requestForLog } }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
    // What comes on an open connection while the server stops is answered, and ends that connection.
    return503OnClosing: false,
    requestTimeout: REQUEST_TIMEOUT,
    // What is too long for an id is refused by the field's own check, which names it.
    routerOptions: { maxParamLength: LONGEST_ADDRESS },
    frameworkErrors: sendProblem,
    clientErrorHandler: answerUnreadable,
    // Refused below, as a problem; Node would say nothing.
    http: { requireHostHeader: false },
  });
  const fastify = adapter.getInstance();
  takeJson(fastify);
  takeCsvOn(fastify, ['/imports/forward-schedule']);
  await fastify.register(rateLimit, { global: false });
  const gate = new Gate(authenticator, pipeline.store, limitsOf(fastify, configuration.requestsAMinute), standing);
  const routes = new KnownRoutes();
  fastify.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    if (request.method === 'GET') void reply.headers(standing.headers());
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined)
      throw new Problem(400, 'invalid', 'the request has no Host header');
    // Before the body is read: nobody without a key makes the server parse anything.
    if (request.method !== 'GET' && request.method !== 'HEAD' && request.routeOptions.url !== '/test/clock')
      await gate.admit(request);
    refuseCompressed(request);
    if (request.is404) routes.refuseOtherMethods(request.method, request.url);
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const { url = 'unknown' } = request.routeOptions;
    metrics.request(request.method, url, reply.statusCode, reply.elapsedTime / 1_000);
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(pipeline, gate, { metrics, standing }, configuration),
    adapter,
    {
      logger: nestLogger(log),
      abortOnError: false,
      // Fastify's own JSON parser is the only one: forms and plain text are 415.
      bodyParser: false,
    },
  );
  describeApi(app);
  await app.init();
  return app;
}

/** What the log says of a request: never its address, a header or a body, which can hold secrets and names. */
const requestForLog = (request: { method: string; routeOptions?: { url?: string | undefined } }): object => ({
  method: request.method,
  route: request.routeOptions?.url ?? 'unknown',
});

/** Nest's own messages in the structured log; its start-up chatter at debug level. */
const nestLogger = (log: Logger): LoggerService => ({
  log: (message: unknown) => log.debug(String(message)),
  debug: (message: unknown) => log.debug(String(message)),
  verbose: (message: unknown) => log.trace(String(message)),
  warn: (message: unknown) => log.warn(String(message)),
  error: (message: unknown) => log.error(String(message)),
  fatal: (message: unknown) => log.fatal(String(message)),
});
