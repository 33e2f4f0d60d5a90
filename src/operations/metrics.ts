import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Projections } from '../event-store/projections.js';
import type { ClusterStatus } from '../event-store/cluster-status.js';
import type { EventStore } from '../event-store/event-store.js';
import type { Scrub } from '../event-store/scrub.js';
import type { Clock } from './clock.js';
import type { ReplicaStanding } from './replica-standing.js';

/** Upper bounds of latency buckets. Seconds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What the server counts and times, as Prometheus reads it. Nothing in it comes from a request but its route. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Histogram({
    name: 'maintenance_calendar_request_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  constructor(store: EventStore, projections: Projections, scrub: Scrub, clock: Clock, standing: ReplicaStanding) {
    collectDefaultMetrics({ register: this.registry });
    const gauge = (name: string, help: string, collect: (gauge: Gauge) => void, labelNames: string[] = []): void => {
      new Gauge({
        name: `maintenance_calendar_${name}`,
        help,
        labelNames,
        registers: [this.registry],
        collect() {
          collect(this);
        },
      });
    };
    gauge('log_head', 'Position of the newest durable record', (one) => one.set(store.head()));
    gauge('log_under_way', 'Records that wait for the disk', (one) => one.set(store.ahead.head() - store.head()));
    gauge('scrub_position', 'Position up to which the stored log has been checked since the start', (one) =>
      one.set(scrub.status.position),
    );
    gauge('scrub_fault', '1 where the check of the stored log has found damage', (one) =>
      one.set(scrub.status.fault === undefined ? 0 : 1),
    );
    gauge('log_halted', '1 where the log is not as it was written and nothing is written any more', (one) =>
      one.set(store.halted === undefined ? 0 : 1),
    );
    gauge('projection_damage', 'How often stored rows were found damaged and a projection made again', (one) =>
      one.set(projections.damage.length),
    );
    const { cluster } = standing;
    if (cluster) {
      gauge('cluster_connected', '1 where the cluster answers and the log is followed', (one) =>
        one.set(cluster().connected ? 1 : 0),
      );
      gauge('cluster_head', 'Newest position on the cluster, as last heard of', (one) =>
        one.set(cluster().clusterHead),
      );
      gauge('replica_lag_events', 'Records on the cluster that are not in the replica, as last heard of', (one) =>
        one.set(Math.max(0, cluster().clusterHead - store.head())),
      );
      gauge('replica_missing_events', 'Records of the replica that the cluster lacks: it was restored', (one) =>
        one.set(cluster().missing),
      );
      gauge(
        'replica_compared_position',
        'Position up to which what the replica had at the start has been compared with the cluster',
        (one) => one.set(cluster().compared),
      );
      gauge('replica_age_seconds', 'Time since the replica last had all that the cluster had', (one) =>
        one.set(standing.age()),
      );
      const counted = (name: string, help: string, of: (status: ClusterStatus) => number): void => {
        new Counter({
          name: `maintenance_calendar_${name}`,
          help,
          registers: [this.registry],
          collect() {
            this.reset();
            this.inc(of(cluster()));
          },
        });
      };
      counted('appends_overtaken_total', 'Appends that another server was before', ({ overtaken }) => overtaken);
      counted('appends_repeated_total', 'Times that an append of unclear outcome was sent again', (of) => of.repeated);
      counted('elections_total', 'Appends that met nodes without a leader', ({ elections }) => elections);
      counted('resubscriptions_total', 'Times that the log was followed anew', ({ resubscribed }) => resubscribed);
    }
    const perProjection = (
      name: string,
      help: string,
      value: (status: ReturnType<Projections['status']>[number]) => number,
    ): void => {
      gauge(
        name,
        help,
        (one) => {
          one.reset();
          for (const status of projections.status())
            one.set({ projection: status.name, version: status.version, state: status.state }, value(status));
        },
        ['projection', 'version', 'state'],
      );
    };
    perProjection('projection_lag_events', 'Records not taken in yet', ({ lag }) => lag);
    perProjection(
      'projection_unsaved_events',
      'Records taken in and not stored yet; they are taken in again after a restart',
      ({ checkpoint, saved }) => checkpoint - saved,
    );
    perProjection('projection_lag_seconds', 'Age of the first record not taken in', ({ behindSince }) =>
      behindSince === null ? 0 : Math.max(0, (Date.parse(clock.now()) - Date.parse(behindSince)) / 1_000),
    );
  }

  /** A request was answered. @param seconds elapsed */
  request(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }
}
