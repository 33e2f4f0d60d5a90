import {
  counts,
  minutesIn,
  month,
  months,
  plannedOutage,
  rate,
  sum,
  type Counted,
  type CountedChange,
  type Range,
} from './recount.js';

/** GET /reports/ssi-outage */
export function ssiOutage({ windows, changes, unplanned }: Counted, range: Range): object {
  const kept = [...windows.values()].filter(({ cancelled }) => !cancelled);
  const of = (name: string): Record<'planned' | 'actual' | 'high' | 'low' | 'unplanned' | 'changes', number> => {
    const inWindows = (impact: string): number =>
      sum(kept, ({ plan, done }) =>
        done && plan.impact === impact ? minutesIn(name, done.actualStart, done.ssiOutageMinutes) : 0,
      );
    const high = inWindows('High');
    const low = inWindows('Low');
    const beside = sum(unplanned.values(), ({ ended }) =>
      ended ? minutesIn(name, ended.start, ended.ssiOutageMinutes) : 0,
    );
    const ofChanges = sum(changes.values(), ({ made, window, raised }) =>
      made && window === undefined && raised.environment === 'production'
        ? minutesIn(name, made.actualStart, made.ssiOutageMinutes)
        : 0,
    );
    return {
      planned: sum(kept, (window) => minutesIn(name, window.plan.start, plannedOutage(window))),
      actual: high + low + beside + ofChanges,
      high,
      low,
      unplanned: beside,
      changes: ofChanges,
    };
  };
  const listed = months(range).map((name) => ({ month: name, ...of(name) }));
  const total = (figure: keyof ReturnType<typeof of>): number => sum(listed, (one) => one[figure]);
  return {
    ...range,
    months: listed.map((one) => ({ ...one, limit: one.month < '2019-04' ? 240 : null })),
    total: {
      planned: total('planned'),
      actual: total('actual'),
      high: total('high'),
      low: total('low'),
      unplanned: total('unplanned'),
      changes: total('changes'),
    },
  };
}

/** GET /reports/change-performance */
export function changePerformance({ changes }: Counted, range: Range, serviceProvider?: string): object {
  const all = [...changes.values()].filter(
    ({ raised }) => serviceProvider === undefined || raised.serviceProvider === serviceProvider,
  );
  const implemented = all.filter(
    ({ raised, made }) =>
      raised.environment === 'production' &&
      made &&
      range.from <= month(made.actualEnd) &&
      month(made.actualEnd) <= range.to,
  );
  const adverse = ({ incidents }: CountedChange): boolean => [...incidents.values()].some((category) => category < 3);
  const performance = (of: readonly CountedChange[]): object => {
    const good = of.filter(({ made }) => made?.outcome === 'successful');
    const bad = of.filter(({ made }) => made?.outcome === 'failed' || made?.outcome === 'backed-out');
    const hurt = of.filter(adverse);
    const mild = bad.filter((one) => !adverse(one));
    const ofClass = (name: string): number => of.filter(({ raised }) => raised.class === name).length;
    return {
      implemented: of.length,
      successful: good.length,
      failed: bad.length,
      adverseImpact: hurt.length,
      failedWithMinimalImpact: mild.length,
      standard: ofClass('standard'),
      normal: ofClass('normal'),
      emergency: ofClass('emergency'),
      latent: ofClass('latent'),
      noImpact: ofClass('no-impact'),
      standardShare: rate(ofClass('standard'), of.length),
      successRate: rate(good.length, of.length),
      adverseImpactRate: rate(hurt.length, of.length),
      minimalImpactShare: rate(mild.length, bad.length),
      meets: {
        success: of.length === 0 ? null : good.length / of.length > 0.95,
        adverseImpact: of.length === 0 ? null : hurt.length / of.length < 0.03,
        minimalImpact: bad.length === 0 ? null : mild.length / bad.length > 0.8,
      },
    };
  };
  const providers = [...new Set(implemented.map(({ raised }) => raised.serviceProvider))].sort();
  return {
    ...range,
    serviceProvider: serviceProvider ?? null,
    months: months(range).map((name) => ({
      month: name,
      ...performance(implemented.filter(({ made }) => made && month(made.actualEnd) === name)),
    })),
    providers: providers.map((provider) => ({
      serviceProvider: provider,
      ...performance(implemented.filter(({ raised }) => raised.serviceProvider === provider)),
    })),
    total: performance(implemented),
    visibleChanges: all.length,
  };
}

/** GET /reports/throughput, the limits left out. */
export function throughput({ windows, changes }: Counted, range: Range): object {
  const all = [...changes.values()];
  const kept = [...windows.values()].filter(({ cancelled }) => !cancelled);
  const of = (from: string, to: string): Record<string, unknown> => {
    const within = (name: string): boolean => from <= name && name <= to;
    const made = all.filter(
      ({ raised, made: done }) => raised.environment === 'production' && done && within(month(done.actualEnd)),
    );
    const standard = made.filter(({ raised }) => raised.class === 'standard').length;
    const used = (impact: string): string[] =>
      kept
        .filter((window) => window.plan.impact === impact && within(month(counts(window).start)))
        .map(({ plan }) => plan.maintenanceId);
    const inside = (impact: string): number =>
      all.filter(({ window }) => window !== undefined && used(impact).includes(window)).length;
    return {
      raised: all.filter(({ raisedAt }) => within(month(raisedAt))).length,
      visible: all.filter(({ raisedAt }) => month(raisedAt) <= to).length,
      implemented: made.length,
      standard,
      standardShare: rate(standard, made.length),
      windows: { high: { used: used('High').length }, low: { used: used('Low').length } },
      changesInWindows: { high: inside('High'), low: inside('Low') },
      changesPerWindow: {
        high: rate(inside('High'), used('High').length),
        low: rate(inside('Low'), used('Low').length),
      },
    };
  };
  const total = of(range.from, range.to);
  return {
    ...range,
    months: months(range).map((name) => ({ month: name, ...of(name, name) })),
    total: { ...total, implementedPerMonth: Number(total.implemented) / months(range).length },
  };
}
