import { readFileSync } from 'node:fs';
import type { LogRecord } from '../../src/event-store/event-store.js';
import {
  begins,
  counts,
  day,
  following,
  highLimit,
  lasting,
  month,
  months,
  providersOf,
  sum,
  type Counted,
  type CountedWindow,
  type Range,
} from './recount.js';

/** The windows of a provider, or all of them. */
const worked = (windows: Counted['windows'], provider?: string): CountedWindow[] =>
  [...windows.values()].filter((window) => provider === undefined || providersOf(window).includes(provider));

const everyProvider = (windows: Counted['windows']): string[] =>
  [...new Set([...windows.values()].flatMap(providersOf))].sort();

/** GET /reports/maintenance-performance */
export function maintenancePerformance({ windows }: Counted, range: Range): object {
  const figures = (of: readonly CountedWindow[]): Record<string, number> => ({
    planned: of.length,
    completedInTime: of.filter(({ plan, done }) => done && Date.parse(done.actualEnd) <= Date.parse(plan.end)).length,
    overran: of.filter(({ plan, done }) => done && Date.parse(done.actualEnd) > Date.parse(plan.end)).length,
    cancelled: of.filter(({ cancelled }) => cancelled).length,
    open: of.filter(({ cancelled, done }) => !cancelled && !done).length,
    minutesPlanned: sum(of, ({ plan, cancelled }) => (cancelled ? 0 : lasting(plan))),
    minutesActual: sum(of, ({ done }) => done?.minutes ?? 0),
  });
  const of = (from: string, to: string): object => {
    const those = (impact: string, provider?: string): CountedWindow[] =>
      worked(windows, provider).filter(
        ({ plan }) => plan.impact === impact && from <= month(plan.start) && month(plan.start) <= to,
      );
    return {
      all: ['High', 'Low'].map((impact) => ({ impact, ...figures(those(impact)) })),
      providers: everyProvider(windows).flatMap((serviceProvider) =>
        ['High', 'Low'].flatMap((impact) => {
          const found = those(impact, serviceProvider);
          return found.length === 0 ? [] : [{ serviceProvider, impact, ...figures(found) }];
        }),
      ),
    };
  };
  return {
    ...range,
    months: months(range).map((name) => ({ month: name, ...of(name, name) })),
    total: of(range.from, range.to),
  };
}

/** GET /reports/high-impact-minutes */
export function highImpactMinutes(counted: Counted, range: Range): object {
  const { windows, unplanned } = counted;
  const figures = (name: string, provider?: string): Record<string, number> => {
    const high = worked(windows, provider).filter(({ plan, cancelled }) => !cancelled && plan.impact === 'High');
    const own = high.filter((window) => month(counts(window).start) === name);
    const before = high.filter((window) => following(month(counts(window).start)) === name);
    return {
      windows: own.length,
      used: sum(own, (window) => lasting(counts(window))),
      carriedIn: sum(before, (window) => Math.max(0, lasting({ start: begins(name), end: counts(window).end }))),
      planned: sum(
        high.filter(({ plan }) => month(plan.start) === name),
        ({ plan }) => lasting(plan),
      ),
      actual: sum(own, ({ done }) => done?.minutes ?? 0),
    };
  };
  const total = (provider?: string): object => {
    const all = months(range).map((name) => figures(name, provider));
    const of = (figure: string): number => sum(all, (one) => one[figure] ?? 0);
    return { windows: of('windows'), used: of('used'), planned: of('planned'), actual: of('actual') };
  };
  const shown = (figuresOf: object): boolean => Object.values(figuresOf).some((value) => value !== 0);
  const beside = (names: readonly string[]): object => {
    const those = [...unplanned.values()].filter(({ declared }) => names.includes(month(declared.start)));
    return {
      count: those.length,
      underWay: those.filter(({ ended }) => !ended).length,
      minutes: sum(those, ({ ended }) => ended?.minutes ?? 0),
      plannedBeforeMonth: those.filter(({ declared }) => declared.plannedBeforeMonth).length,
    };
  };
  const everyone = everyProvider(windows);
  return {
    ...range,
    months: months(range).map((name) => ({
      month: name,
      limit: highLimit(counted, name),
      ...figures(name),
      providers: everyone
        .filter((serviceProvider) => shown(figures(name, serviceProvider)))
        .map((serviceProvider) => ({ serviceProvider, ...figures(name, serviceProvider) })),
      unplanned: beside([name]),
    })),
    total: {
      ...total(),
      providers: everyone
        .filter((provider) => months(range).some((name) => shown(figures(name, provider))))
        .map((serviceProvider) => ({ serviceProvider, ...total(serviceProvider) })),
      unplanned: beside(months(range)),
    },
  };
}

/** GET /reports/unexpected-core-disruption: what it lists of each month. */
export function unexpectedCoreDisruption({ windows }: Counted, range: Range): object {
  const core = ['end-to-end-communications', 'install-and-commission', 'smets1-migrations'];
  return months(range).map((name) => {
    const low = [...windows.values()].filter(
      ({ plan, done }) => done && plan.impact === 'Low' && month(done.actualStart) === name,
    );
    return {
      month: name,
      completed: low.length,
      disrupted: low
        .filter(({ done }) => done?.servicesDisrupted.some((service) => core.includes(service)))
        .map(({ plan }) => plan.maintenanceId)
        .sort(),
    };
  });
}

const published = JSON.parse(
  readFileSync(new URL('../data/bank-holidays-england-wales.json', import.meta.url), 'utf8'),
) as { holidays: string[] };

/** Clear Working Days between two dates, as known on a third: counted day by day. */
export function clearDays({ holidays }: Counted, from: string, to: string, known: string): number {
  const off = new Set(published.holidays);
  if (known < '2022-09-10') off.delete('2022-09-19');
  for (const { date, announcedOn } of holidays) if (announcedOn <= known) off.add(date);
  let count = 0;
  for (let date = Temporal.PlainDate.from(from).add({ days: 1 }); date.toString() < to; date = date.add({ days: 1 }))
    if (date.dayOfWeek < 6 && !off.has(date.toString())) count += 1;
  return count;
}

/** What GET /reports/notice lists: one line for each notice and breach, in the order in which they were recorded. */
export function notices(counted: Counted, records: readonly LogRecord[], range: Range, now: string): object[] {
  const starts = new Map<string, string>();
  const listed: { month: string; what: string; of: string; margins?: number[] }[] = [];
  const margins = (at: string, event: string, judged: number): number[] => [
    judged,
    clearDays(counted, day(at), event, day(now)),
  ];
  const unplannedMonths = new Map<string, string>();
  for (const { type, data: raw, occurredAt } of records) {
    const data = raw as Record<string, unknown>;
    const text = (name: string): string => String(data[name]);
    const plan = data.maintenance as { maintenanceId: string; start: string } | undefined;
    const id = plan?.maintenanceId ?? text('maintenanceId');
    if (plan) starts.set(id, plan.start);
    if (type === 'MaintenanceRescheduled') starts.set(id, (data.to as { start: string }).start);
    if (type === 'UnplannedMaintenanceDeclared') unplannedMonths.set(text('unplannedId'), text('month'));
    const findings = ((data.reckoning as { findings?: unknown } | undefined)?.findings ?? []) as {
      rule: string;
      outcome: string;
      value: number;
    }[];
    const name = unplannedMonths.get(text('unplannedId')) ?? String(data.month ?? data.toMonth);
    const judged = Number(data.marginWorkingDays);
    if (type === 'MonthlySchedulePublished')
      listed.push({
        month: name,
        what: 'schedule',
        of: String(data.lateReason),
        margins: margins(occurredAt, `${name}-01`, judged),
      });
    if (type === 'ScheduleReissued')
      listed.push({
        month: name,
        what: `reissue ${text('version')}`,
        of: id,
        margins: margins(occurredAt, day(starts.get(id) ?? ''), judged),
      });
    if (type === 'MaintenanceScheduled' && data.additional) {
      const value = findings.find(({ rule }) => rule.startsWith('H8.4A'))?.value ?? NaN;
      listed.push({
        month: name,
        what: 'additional-window',
        of: id,
        margins: margins(occurredAt, day(starts.get(id) ?? ''), value),
      });
    }
    if (type === 'UnplannedMaintenanceDeclared')
      listed.push({ month: name, what: 'unplanned', of: text('unplannedId') });
    if (!type.startsWith('Change'))
      for (const { rule, outcome } of findings)
        if (outcome === 'breach' && !rule.startsWith('H8.3'))
          listed.push({ month: name, what: `breach ${rule}`, of: type });
  }
  return listed.filter((one) => range.from <= one.month && one.month <= range.to);
}
