// Load on a server, from a process of its own: prints what it measured as JSON. Its argument says what to ask, as JSON.
import autocannon from 'autocannon';

const { url, path, key, command, connections, seconds, first = 0 } = JSON.parse(process.argv[2]);
let number = first;

/** A command of its own each time. */
const BODIES = {
  RaiseChange: () => ({
    changeId: `L-${++number}`,
    title: 'Upgrade the message broker of the core',
    class: 'standard',
    serviceProvider: 'DSP',
    environment: 'production',
    services: [{ service: 'self-service-interface', effect: 'disrupted' }],
    plannedStart: '2090-12-05T20:00:00Z',
    plannedEnd: '2090-12-05T22:00:00Z',
    downtimeMinutes: 30,
  }),
};

const headers = { ...(key ? { authorization: `Bearer ${key}` } : {}), 'content-type': 'application/json' };
const urls = Array.isArray(url) ? url : [url];
const results = await Promise.all(
  urls.map((one) =>
    autocannon({
      url: one,
      connections: connections / urls.length,
      duration: seconds,
      requests: [
        command
          ? {
              method: 'POST',
              path: `/commands/${command}`,
              headers,
              setupRequest: (request) => ({ ...request, body: JSON.stringify(BODIES[command]()) }),
            }
          : { path, headers },
      ],
    }),
  ),
);
const sum = (of) => results.reduce((total, one) => total + of(one), 0);
process.stdout.write(
  JSON.stringify({
    rate: sum(({ requests }) => requests.average),
    p50: Math.max(...results.map(({ latency }) => latency.p50)),
    p99: Math.max(...results.map(({ latency }) => latency.p99)),
    failed: sum(({ non2xx, errors }) => non2xx + errors),
    last: number,
  }),
);
