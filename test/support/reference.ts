import { ROLES } from '../../src/access/roles.js';
import { catalogue } from '../../src/catalogue.js';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly examples?: Record<string, { readonly value: unknown }> }>;
  };
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
}

const NOTICE = '<!-- Generated from the program by `npm run docs`; do not edit. -->\n';

/** The reference of commands and reads, from the served OpenAPI document. */
export function apiReference(document: { readonly paths: Record<string, Record<string, Operation>> }): string {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );
  const tags = [...new Set(operations.flatMap(({ tags: [tag] = [] }) => tag ?? []))];
  const sections = tags.map((tag) => {
    const entries = operations
      .filter(({ tags: [first] = [] }) => first === tag)
      .map(({ path, method, summary, description, requestBody, parameters = [] }) => {
        const example = requestBody?.content['application/json']?.examples?.example?.value;
        const query = parameters.filter((one) => one.in === 'query' && one.name !== 'dryRun');
        return [
          `### ${method} ${path}`,
          '',
          [summary, description].filter(Boolean).join('. '),
          ...(query.length > 0 ? ['', ...query.map((one) => `- \`${one.name}\`: ${one.description ?? ''}`)] : []),
          ...(example === undefined ? [] : ['', '```json', JSON.stringify(example, null, 2), '```']),
        ].join('\n');
      });
    return [`## ${tag}`, ...entries].join('\n\n');
  });
  return `${NOTICE}\n# Commands and reads\n\nEvery command takes \`?dryRun=true\` and \`Idempotency-Key\`, and \`If-Match\` where it acts on a month, a change, a derogation or a request; every read takes \`?asOf=\` and answers with an \`ETag\`. Errors are \`application/problem+json\`.\n\n${sections.join('\n\n')}\n`;
}

/** Who may send which command and ask for what, by role, from the served OpenAPI document. */
export function roleReference(document: { readonly paths: Record<string, Record<string, Operation>> }): string {
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { description = '' }]) => ({
      route: method === 'post' ? path.replace('/commands/', '') : path,
      isCommand: method === 'post',
      roles: /Roles: ([^.]+)\./.exec(description)?.[1]?.split(', ') ?? [],
    })),
  );
  const rows = ROLES.map((role) => {
    const may = (isCommand: boolean): string =>
      routes
        .filter((route) => route.isCommand === isCommand && route.roles.includes(role))
        .map(({ route }) => `\`${route}\``)
        .join(', ');
    return `| \`${role}\` | ${may(true) || 'nothing'} | ${may(false)} |`;
  });
  return `${NOTICE}\n# Roles\n\n| role | commands | reads |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

/** The reference of event types, from the catalogue. */
export function eventReference(): string {
  const rows = catalogue()
    .definitions()
    .map(({ type, version, schema }) => {
      const properties = (schema as { properties?: Record<string, unknown>; required?: string[] }).properties ?? {};
      const required = (schema as { required?: string[] }).required ?? [];
      const fields = Object.keys(properties).map((name) => `\`${name}\`${required.includes(name) ? '' : '?'}`);
      return `| \`${type}\` | ${String(version)} | ${fields.join(', ')} |`;
    });
  return `${NOTICE}\n# Events\n\n| type | version | data |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}
