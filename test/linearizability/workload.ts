import { dateAfter, daysIn, minutesAfter, monthAfter, monthOf } from './calendar-time.js';
import type { Command, DerogationLimits, Impact, Times } from './commands.js';
import type { Invocation, Precondition, Request } from './history.js';
import type { Random } from './random.js';

/** The first month that commands are about: so far ahead that no notice is ever too short. */
export const FIRST_MONTH = '2030-01';
/** Months that are in play at a time, and for how many requests. */
const MONTHS_AT_A_TIME = 3;
const REQUESTS_IN_MONTHS = 60;
/** How much of what there is commands are about: the newest. */
const REMEMBERED = 12;

/** A thing in the calendar, as far as the clients know. */
interface Known {
  readonly windows: string[];
  readonly requests: string[];
  readonly derogations: { readonly id: string; readonly from: string; readonly to: string }[];
  readonly published: Set<string>;
  readonly tags: Map<string, Precondition>;
  /** Keyed requests to which no answer came. */
  readonly unanswered: Request[];
  position: number;
}

/** Makes requests that compete, out of random numbers and what earlier answers told. */
export class Workload {
  readonly #known: Known = {
    windows: [],
    requests: [],
    derogations: [],
    published: new Set(),
    tags: new Map(),
    unanswered: [],
    position: 0,
  };
  #tokens = 0;
  #ids = 0;
  #made = 0;

  /** @param reads how many of the requests are reads, from 0 to 1 */
  constructor(private readonly reads = 0.2) {}

  /** What a client sends next: one request, or several at once, each to another server. */
  next(random: Random): Request[] {
    const { unanswered } = this.#known;
    const again = random.chance(0.3) ? unanswered.pop() : undefined;
    const requests = again ? [again] : random.chance(0.1) ? this.#rush(random) : this.#one(random);
    this.#made += requests.length;
    return requests;
  }

  /** A token that no other body has. */
  token(): string {
    this.#tokens += 1;
    return `T${this.#tokens}`;
  }

  /** Takes in what an answer tells. */
  learn({ id, request, answer }: Invocation, told: { readonly etag?: string; readonly requestId?: string }): void {
    const known = this.#known;
    if (request.is === 'read') {
      const { month } = request;
      if (answer.is === 'read' && told.etag !== undefined)
        known.tags.set(month, { etag: told.etag, read: id, month, view: answer.view });
      return;
    }
    if (answer.is === 'unknown' && request.key !== undefined) known.unanswered.push(request);
    if (answer.is !== 'accepted') return;
    known.position = Math.max(known.position, ...answer.positions);
    const { command } = request;
    if (told.requestId !== undefined && command.name === 'RequestReschedule') known.requests.push(told.requestId);
    if (command.name === 'PublishMonthlySchedule') known.published.add(command.month);
    if (command.name === 'GrantDerogation')
      known.derogations.push({ id: command.derogationId, from: command.from, to: command.to });
  }

  get #months(): string[] {
    const first = Math.floor(this.#made / REQUESTS_IN_MONTHS) * MONTHS_AT_A_TIME;
    return Array.from({ length: MONTHS_AT_A_TIME }, (_, index) => monthAfter(FIRST_MONTH, first + index));
  }

  /** Windows in one month and cancellations, all at once: of both classes, or more of Low Impact than a month holds. */
  #rush(random: Random): Request[] {
    const month = random.pick(this.#months);
    const impact = random.chance(0.3) ? 'Low' : undefined;
    const count = (impact === 'Low' ? 6 : 3) + random.below(3);
    return Array.from({ length: count }, (_, index) =>
      index > 0 && this.#known.windows.length > 0 && random.chance(0.2)
        ? this.#command({ name: 'CancelMaintenance', maintenanceId: this.#window(random) })
        : this.#command(this.#plan(random, month, impact)),
    );
  }

  #one(random: Random): Request[] {
    if (random.chance(this.reads)) {
      const { position } = this.#known;
      const minPosition = random.chance(0.5) && position > 0 ? position : undefined;
      return [{ is: 'read', month: random.pick(this.#months), minPosition }];
    }
    const command = this.#any(random);
    if (random.chance(0.06)) return this.#twice(command, random);
    return [this.#with(this.#command(command), random)];
  }

  /** The same `Idempotency-Key` to two servers at once, for the same body or for another. */
  #twice(command: Command, random: Random): Request[] {
    const key = this.#id('K');
    const first = { ...this.#command(command), key };
    return [first, random.chance(0.6) ? first : { ...this.#command(command), key }];
  }

  #with(request: Extract<Request, { is: 'command' }>, random: Random): Request {
    const { command } = request;
    if (random.chance(0.04)) return { ...request, dryRun: true };
    const keyed = random.chance(0.3) ? { ...request, key: this.#id('K') } : request;
    const tag = this.#known.tags.get('start' in command ? monthOf(command.start) : random.pick(this.#months));
    const takesTag =
      command.name !== 'GrantDerogation' && command.name !== 'RevokeDerogation' && !('requestId' in command);
    return takesTag && tag && random.chance(0.2) ? { ...keyed, ifMatch: tag } : keyed;
  }

  #command(command: Command): Extract<Request, { is: 'command' }> {
    if ('maintenanceId' in command && 'impact' in command) {
      const { windows } = this.#known;
      if (!windows.includes(command.maintenanceId)) windows.push(command.maintenanceId);
    }
    return { is: 'command', command, token: this.token() };
  }

  #any(random: Random): Command {
    const { requests, derogations, windows } = this.#known;
    const dice = random.below(100);
    const month = random.pick(this.#months);
    if (dice < 36 || windows.length === 0) return this.#plan(random, month);
    if (dice < 52) return { name: 'CancelMaintenance', maintenanceId: this.#window(random) };
    if (dice < 64)
      return { name: 'RescheduleMaintenance', maintenanceId: this.#window(random), ...times(random, month, 'High') };
    if (dice < 69) return { name: 'PublishMonthlySchedule', month };
    if (dice < 77) return { name: 'RequestReschedule', maintenanceId: this.#window(random) };
    if (dice < 84 && requests.length > 0)
      return { name: 'RescheduleAtPanelRequest', requestId: recent(random, requests), ...times(random, month, 'High') };
    if (dice < 88 && requests.length > 0) return { name: 'DeclinePanelRequest', requestId: recent(random, requests) };
    if (dice < 94 && derogations.length > 0) {
      const { id, from, to } = recent(random, derogations);
      // Never from its first date on: a derogation that never applied reads in ways that the model does not know.
      return {
        name: 'RevokeDerogation',
        derogationId: id,
        from: random.chance(0.9) ? dateAfter(from, 1) : dateAfter(to, 1),
      };
    }
    return this.#grant(random, month);
  }

  #plan(random: Random, month: string, asked?: Impact): Command {
    const impact = asked ?? (random.chance(0.5) ? 'High' : 'Low');
    const isPublished = this.#known.published.has(month) !== random.chance(0.1);
    const name = !isPublished
      ? 'ScheduleMaintenance'
      : impact === 'High'
        ? 'AddHighImpactWindow'
        : 'AddLowImpactWindow';
    const { windows } = this.#known;
    const maintenanceId = windows.length > 0 && random.chance(0.06) ? this.#window(random) : this.#id('W');
    return { name, maintenanceId, impact, ...times(random, month, impact) };
  }

  #grant(random: Random, month: string): Command {
    const impact: Impact = random.chance(0.7) ? 'High' : 'Low';
    const limits: readonly (DerogationLimits | undefined)[] =
      impact === 'High' ? [{ highWindows: 3 }, { highWindows: 3, highMinutes: 480 }, undefined] : [{ lowWindows: 7 }];
    const { derogations } = this.#known;
    return {
      name: 'GrantDerogation',
      derogationId: derogations.length > 0 && random.chance(0.1) ? recent(random, derogations).id : this.#id('D'),
      impact,
      limits: random.pick(limits),
      from: `${month}-01`,
      to: random.chance(0.7) ? `${month}-${daysIn(month)}` : `${month}-15`,
    };
  }

  #window(random: Random): string {
    return recent(random, this.#known.windows);
  }

  #id(letter: string): string {
    this.#ids += 1;
    return `${letter}${this.#ids}`;
  }
}

const recent = <Item>(random: Random, items: readonly Item[]): Item => random.pick(items.slice(-REMEMBERED));

/** Days on which windows start: few for High Impact, so that windows meet; more for Low, so that six fit. */
const NIGHTS: Readonly<Record<Impact, readonly string[]>> = {
  High: ['04', '11', '18', '25'],
  Low: ['02', '04', '06', '09', '11', '14', '18', '22', '25', '27'],
};

/** A window in one of a few nights of a month, the last among them. */
export function times(random: Random, month: string, impact: Impact): Times {
  const day = random.pick([...NIGHTS[impact], String(daysIn(month))]);
  const start = `${month}-${day}T${random.pick(['20', '21', '22'])}:00:00Z`;
  const minutes = random.pick(impact === 'High' ? [60, 120, 180, 180, 240] : [60, 120, 180, 360]);
  return { start, end: minutesAfter(start, minutes) };
}
