import type { Impact } from '../../src/rulebook/classification.js';
import { activity, CORE, SSI } from './calendar.js';
import * as change from './change-facts.js';
import * as told from './report-facts.js';
import { CLASSES, NIGHTS, OUTCOMES, pick, plus, PROVIDERS, recent, type Step } from './steps.js';
import { londonMonth, minutesBetween, type Told } from './told-log.js';

/** Facts that are recorded together, and when. */
export interface Recording {
  readonly at: string;
  readonly facts: readonly Told[];
}

interface Window extends told.WindowFact {
  start: string;
  end: string;
  impact: Impact;
  status: 'planned' | 'running' | 'over';
  startedAt: string;
}

interface Change {
  readonly id: string;
  status: 'raised' | 'given up' | 'made';
}

/** Makes a history of lawful facts from steps; what cannot be done is passed over. */
export class Teller {
  readonly recordings: Recording[] = [];
  readonly #windows: Window[] = [];
  readonly #changes: Change[] = [];
  readonly #unplanned: { id: string; start: string; open: boolean }[] = [];
  readonly #versions = new Map<string, number>();
  #now = '2019-01-02T09:00:00Z';
  #names = 0;

  tell({ act, a, b, c }: Step): void {
    this.#now = plus(this.#now, { hours: 1 + ((a + b) % 200) });
    const facts = this.#facts(act, a, b, c);
    if (facts.length > 0) this.recordings.push({ at: this.#now, facts });
  }

  #name(letter: string): string {
    this.#names += 1;
    return `${letter}${String(this.#names)}`;
  }

  #facts(act: Step['act'], a: number, b: number, c: number): Told[] {
    switch (act) {
      case 'plan':
        return this.#plan(a, b, c);
      case 'raise':
        return this.#raise(a, b, c);
      case 'publish':
        return this.#publish(a, b);
      case 'declare':
        return this.#declare(a, b, c);
      case 'derogate': {
        const month = londonMonth(pick(NIGHTS, a));
        const minutes = pick([undefined, 300, 420, 480], b);
        return [told.derogated(this.#name('D'), `${month}-10`, pick([null, `${month}-20`, '2020-02-15'], c), minutes)];
      }
      case 'holiday': {
        const date = plus(this.#now, { hours: 24 * (3 + (a % 20)) }).slice(0, 10);
        return [told.holiday(date, this.#now.slice(0, 10))];
      }
      case 'end': {
        const open = this.#unplanned.filter((one) => one.open);
        const one = open[a % Math.max(1, open.length)];
        if (!one) return [];
        one.open = false;
        const end = plus(one.start, { minutes: 1 + (c % 500) });
        return [told.ended(one.id, { start: one.start, end, ssi: (a + c) % 300 }, this.#perhapsBreach(b))];
      }
      default:
        return this.#changes.length > 0 && ['withdraw', 'reject', 'make', 'link', 'close', 'place'].includes(act)
          ? this.#toChange(recent(this.#changes, a), act, b, c)
          : this.#windows.length > 0
            ? this.#toWindow(recent(this.#windows, a), act, b, c)
            : [];
    }
  }

  #perhapsBreach(number: number): told.FindingFact[] {
    return number % 4 === 0
      ? [
          {
            rule: pick(['H8.4', 'H8.7', 'H8.3(c)', 'H8.6'], number >> 2),
            outcome: 'breach',
            detail: `n ${String(number)}`,
          },
        ]
      : [];
  }

  /** The notice that a change to a published month needed. */
  #notice(window: { impact: Impact }, number: number): told.FindingFact[] {
    const needed = window.impact === 'High' ? 20 : 10;
    return [
      { rule: 'H8.3(d)', outcome: 'pass', detail: 'one of six', limit: 6, value: 1 },
      {
        rule: window.impact === 'High' ? 'H8.4A(b)' : 'H8.4A(a)',
        outcome: 'pass',
        detail: 'enough',
        limit: needed,
        value: needed + (number % 9),
      },
    ];
  }

  #reissue(month: string, because: string, maintenanceId: string, number: number): Told[] {
    const version = this.#versions.get(month);
    if (version === undefined) return [];
    this.#versions.set(month, version + 1);
    return [told.reissued(month, version + 1, because, maintenanceId, number % 30)];
  }

  #plan(a: number, b: number, c: number): Told[] {
    const start = plus(pick(NIGHTS, a), { minutes: b % 300 });
    const minutes = 10 + (c % 400);
    const impact = (a + b + c) % 2 === 0 ? 'High' : 'Low';
    const window: Window = {
      maintenanceId: this.#name('M'),
      start,
      end: plus(start, { minutes }),
      impact,
      status: 'planned',
      startedAt: start,
      activities: Array.from({ length: 1 + (b % 3) }, (_, index) =>
        activity(impact === 'High' ? CORE : SSI, {
          serviceProvider: pick(PROVIDERS, a + index * c),
          ssiOutageMinutes: (c * (index + 1)) % (minutes + 1),
        }),
      ),
    };
    this.#windows.push(window);
    const month = londonMonth(start);
    const additional = this.#versions.has(month);
    const findings = additional ? this.#notice(window, c) : [];
    return [
      told.scheduled({ ...window }, { additional, findings }),
      ...this.#reissue(month, 'MaintenanceScheduled', window.maintenanceId, b),
    ];
  }

  #publish(a: number, b: number): Told[] {
    const month = londonMonth(pick(NIGHTS, a));
    if (this.#versions.has(month)) return [];
    this.#versions.set(month, 1);
    const margin = b % 40;
    return [told.published(month, { margin, ...(margin < 20 ? { lateReason: `late ${String(b)}` } : {}) })];
  }

  #declare(a: number, b: number, c: number): Told[] {
    const start = plus(pick(NIGHTS, a), { minutes: b % 300, seconds: c % 40 });
    const id = this.#name('U');
    this.#unplanned.push({ id, start, open: true });
    const [awareAt, notifiedAt] = [plus(start, { minutes: -(b % 60) }), plus(start, { minutes: c % 90 })];
    return [told.declared(id, start, { awareAt, notifiedAt, before: c % 2 === 0, findings: this.#perhapsBreach(a) })];
  }

  #toWindow(window: Window, act: Step['act'], b: number, c: number): Told[] {
    const { maintenanceId } = window;
    const month = londonMonth(window.start);
    if (act === 'complete') return this.#complete(window, b, c);
    if (window.status !== 'planned') return [];
    switch (act) {
      case 'move': {
        const before = { ...window };
        const length = minutesBetween(window.start, window.end);
        const start = plus(pick(NIGHTS, b), { minutes: c % 300 });
        const to = { start, end: plus(start, { minutes: length + (c % 20) }) };
        const published = [month, londonMonth(start)].some((one) => this.#versions.has(one));
        const facts = told.moved(before, to, published && c % 3 > 0 ? this.#notice(window, c) : []);
        Object.assign(window, to);
        const touched = new Set([month, londonMonth(start)]);
        return [
          ...facts,
          ...[...touched].flatMap((one) => this.#reissue(one, 'MaintenanceRescheduled', maintenanceId, b)),
        ];
      }
      case 'cancel':
        window.status = 'over';
        return [
          told.cancelled(month, maintenanceId),
          ...this.#reissue(month, 'MaintenanceCancelled', maintenanceId, b),
        ];
      case 'add work': {
        const more = activity(SSI, { serviceProvider: pick(PROVIDERS, b), ssiOutageMinutes: c % 200 });
        // The plan of a later move between months must hold it too.
        Object.assign(window, { activities: [...(window.activities ?? []), more] });
        return [
          told.activityAdded(month, maintenanceId, more, this.#perhapsBreach(c)),
          ...this.#reissue(month, 'MaintenanceActivityAdded', maintenanceId, b),
        ];
      }
      case 'reclassify':
        window.impact = window.impact === 'High' ? 'Low' : 'High';
        return [
          told.reclassified(
            month,
            maintenanceId,
            window.impact,
            window.impact === 'High' ? this.#notice(window, b) : [],
          ),
          ...this.#reissue(month, 'MaintenanceReclassified', maintenanceId, c),
        ];
      case 'start':
        window.status = 'running';
        window.startedAt = plus(window.start, { minutes: (b % 150) - 30, seconds: c % 60 });
        return [told.started(month, maintenanceId, window.startedAt, this.#perhapsBreach(b))];
      default:
        return [];
    }
  }

  #complete(window: Window, b: number, c: number): Told[] {
    if (window.status === 'over') return [];
    const { maintenanceId, startedAt, impact } = window;
    const start = window.status === 'running' ? startedAt : window.start;
    window.status = 'over';
    // In time to the second, early, or late by up to seven hours.
    const ends = [
      window.end,
      plus(window.end, { seconds: 1 }),
      plus(window.end, { minutes: c % 420 }),
      plus(start, { seconds: 1 + c }),
    ];
    const end = ends.filter((one) => one > start)[b % 4] ?? plus(start, { minutes: 5 });
    const unexpected = impact === 'Low' && c % 3 === 0;
    return [
      told.completed(
        londonMonth(window.start),
        maintenanceId,
        { start, end, ssi: (b * 7 + c) % 400, disrupted: unexpected ? [SSI, CORE] : [SSI], unexpected },
        this.#perhapsBreach(c),
      ),
    ];
  }

  #raise(a: number, b: number, c: number): Told[] {
    const id = this.#name('C');
    this.#changes.push({ id, status: 'raised' });
    const raisedAt = plus(pick(NIGHTS, c), { minutes: b });
    return [
      change.raised(id, {
        class: pick(CLASSES, a),
        serviceProvider: pick(PROVIDERS, b),
        environment: c % 5 === 0 ? 'uit' : 'production',
        ...(raisedAt < this.#now ? { raisedAt } : {}),
      }),
    ];
  }

  #toChange(one: Change, act: Step['act'], b: number, c: number): Told[] {
    switch (act) {
      case 'place': {
        const open = this.#windows.filter(({ status }) => status === 'planned');
        return one.status === 'raised' && open.length > 0 ? [change.placed(one.id, { ...recent(open, b) })] : [];
      }
      case 'withdraw':
      case 'reject':
        if (one.status !== 'raised') return [];
        one.status = 'given up';
        return [act === 'reject' ? change.rejected(one.id) : change.withdrawn(one.id)];
      case 'make': {
        if (one.status !== 'raised') return [];
        one.status = 'made';
        const start = plus(pick(NIGHTS, b), { minutes: c % 300, seconds: b % 60 });
        const end = plus(start, { minutes: 1 + (c % 350) });
        return [change.outcome(one.id, end, { start, outcome: pick(OUTCOMES, b + c), ssi: (b + c) % 250 })];
      }
      case 'link':
        return [change.incident(one.id, `INC${String(b % 3)}`, 1 + (c % 5))];
      case 'close':
        return one.status === 'made' ? [change.closed(one.id)] : [];
      default:
        return [];
    }
  }
}
