/**
 * The dependency rule of docs/adr/0005-layout.md, checked in the tests.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const CAPABILITIES = 'calendar|panel|changes|slots|unplanned|register|reports|audit';

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'rulebook-is-pure',
      comment: 'The rules import nothing: no clock, no I/O, no framework, no other folder.',
      severity: 'error',
      from: { path: '^src/rulebook/' },
      to: { pathNot: '^src/rulebook/' },
    },
    {
      name: 'event-store-knows-no-capability',
      severity: 'error',
      from: { path: '^src/event-store/' },
      to: { path: '^src/', pathNot: '^src/event-store/' },
    },
    {
      name: 'adapters-apart',
      comment: 'Only what opens the log knows which adapter it is.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot:
          '^src/(event-store/|open-log\\.ts|server\\.ts|serve\\.ts|command-line|demo/|operations/configuration\\.ts)',
      },
      to: { path: '^src/event-store/(sqlite|in-memory|kurrentdb)/' },
    },
    {
      name: 'nothing-imports-in-flight',
      comment: 'It is no capability: one command whose name two capabilities share.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(in-flight/|app\\.module\\.ts)' },
      to: { path: '^src/in-flight/' },
    },
    {
      name: 'slices-are-private',
      comment: "Another capability imports a capability's events and nouns, never its slices.",
      severity: 'error',
      from: { path: `^src/(${CAPABILITIES})/` },
      to: { path: `^src/(${CAPABILITIES})/[^/]+/`, pathNot: '^src/$1/' },
    },
    {
      name: 'decisions-know-no-framework',
      comment:
        'A decision is a pure function: only endpoints, modules, reads, reactions and listeners know Nest and HTTP.',
      severity: 'error',
      from: {
        path: `^src/(${CAPABILITIES})/`,
        pathNot:
          '(\\.endpoint\\.ts|\\.module\\.ts|/reads\\.ts|-read\\.ts|/requests\\.ts|-request\\.ts|-reaction\\.ts|-listener\\.ts)$',
      },
      to: { path: '^(src/http/|src/access/|node_modules/(@nestjs|fastify|class-validator))' },
    },
    {
      name: 'nothing-imports-reports-or-the-audit',
      severity: 'error',
      from: { path: '^src/([^/]+)', pathNot: '^src/((app\\.module|catalogue)\\.ts$|command-line)' },
      to: { path: '^src/(reports|audit)/', pathNot: '^src/$1/' },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    builtInModules: { add: ['node:sqlite'] },
  },
};
