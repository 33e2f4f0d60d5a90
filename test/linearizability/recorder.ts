import type { Answer as HttpAnswer } from '../support/client.js';
import { bodyOf, roleOf } from './commands.js';
import type { Answer, Invocation, Request } from './history.js';
import { lineOf } from './views.js';
import type { Servers } from './servers.js';

/** The keys that the clients send, one for each role: together they are one caller. */
export interface Keys {
  readonly scheduler: string;
  readonly panel: string;
}

/** What an answer tells beside what is checked. */
export interface Told {
  readonly etag?: string;
  readonly requestId?: string;
}

/** Sends requests, and writes down when each was sent and answered, and what the answer was. */
export class Recorder {
  readonly invocations: Invocation[] = [];
  readonly #began = process.hrtime.bigint();
  #sent = 0;

  constructor(
    private readonly servers: Servers,
    private readonly keys: Keys,
  ) {}

  async invoke(client: number, server: number, request: Request): Promise<Invocation & { readonly told: Told }> {
    this.#sent += 1;
    const id = this.#sent;
    const invoked = this.#now();
    const { answer, told } = await this.#send(server, request);
    const invocation = { id, client, server, invoked, answered: this.#now(), request, answer };
    this.invocations.push(invocation);
    return { ...invocation, told };
  }

  #now(): number {
    return Number(process.hrtime.bigint() - this.#began) / 1e6;
  }

  async #send(index: number, request: Request): Promise<{ readonly answer: Answer; readonly told: Told }> {
    try {
      const server = this.servers.at(index);
      if (request.is === 'read') {
        const { month, minPosition } = request;
        const query = minPosition === undefined ? '' : `?minPosition=${minPosition}`;
        const answer = await server.get(`/months/${month}${query}`, `Bearer ${this.keys.scheduler}`);
        const etag = answer.headers.get('etag');
        return { answer: readOf(answer), told: etag === null ? {} : { etag } };
      }
      const { command, token, key, ifMatch, dryRun } = request;
      const answer = await server.request('POST', `/commands/${command.name}${dryRun === true ? '?dryRun=true' : ''}`, {
        as: `Bearer ${this.keys[roleOf(command)]}`,
        body: bodyOf(command, token),
        headers: {
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(ifMatch === undefined ? {} : { 'if-match': ifMatch.etag }),
        },
      });
      const { requestId } = answer.body;
      return { answer: answerOf(answer), told: typeof requestId === 'string' ? { requestId } : {} };
    } catch (error) {
      return { answer: { is: 'unknown', why: reasonOf(error) }, told: {} };
    }
  }
}

const reasonOf = (error: unknown): string => {
  const { cause, message } = error as Error;
  return (cause as { code?: string } | undefined)?.code ?? message;
};

/** What came back for a command. What is not an answer that a client may build on is unknown. */
function answerOf({ status, body, text }: HttpAnswer): Answer {
  if (status === 201) {
    const positions = (body.events as { position: string }[]).map(({ position }) => Number(position));
    return { is: 'accepted', commandId: String(body.id), positions };
  }
  if (status === 200) return { is: 'would-accept' };
  const code = typeof body.code === 'string' ? body.code : text;
  if (code === 'log-unavailable' || code === 'race-lost') return { is: 'not-recorded', code };
  if (status === 503) return { is: 'unknown', why: code };
  return { is: 'refused', status, code, ...(typeof body.rule === 'string' ? { rule: body.rule } : {}) };
}

interface UsedBody {
  readonly used: number;
  readonly carriedIn: number;
}
interface MonthBody {
  readonly month: string;
  readonly version: number;
  readonly budget: {
    readonly high: { readonly windows: UsedBody; readonly minutes: UsedBody };
    readonly low: { readonly windows: UsedBody };
  };
  readonly maintenance: readonly {
    readonly maintenanceId: string;
    readonly impact: string;
    readonly status: string;
    readonly start: string;
    readonly end: string;
  }[];
}

function readOf({ status, body, text }: HttpAnswer): Answer {
  if (status === 503) return { is: 'unknown', why: String(body.code) };
  if (status !== 200) return { is: 'read', view: `${status} ${text}` };
  const { month, version, budget, maintenance } = body as unknown as MonthBody;
  const sums = [budget.high.windows, budget.high.minutes, budget.low.windows].map((one) => one.used + one.carriedIn);
  return { is: 'read', view: lineOf(month, version, sums, maintenance) };
}
