import { Validator } from '@seriousme/openapi-schema-validator';
import { TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

interface Operation {
  operationId: string;
  requestBody?: { content: Record<string, { examples?: Record<string, { value: unknown }> }> };
  responses: Record<string, unknown>;
  description?: string;
}

const commands = async (): Promise<[string, Operation][]> => {
  const { paths } = (await api.request('GET', '/openapi.json')).body as { paths: Record<string, { post?: Operation }> };
  return Object.entries(paths).flatMap(([path, { post }]) =>
    path.startsWith('/commands/') && post ? [[path, post] as [string, Operation]] : [],
  );
};

test('the document is valid OpenAPI 3.1', async () => {
  const { body } = await api.request('GET', '/openapi.json');
  const result = await new Validator().validate(body);
  expect(result.errors ?? []).toEqual([]);
  expect(body.openapi).toBe('3.1.0');
});

test('every command has an example and names every error', async () => {
  const all = await commands();
  expect(all.length).toBeGreaterThanOrEqual(23);
  for (const [path, operation] of all) {
    const statuses = Object.keys(operation.responses);
    const expected = ['200', '201', '400', '401', '403', '404', '409', '412', '413', '415', '422', '503'];
    expect({ path, missing: expected.filter((status) => !statuses.includes(status)) }).toEqual({ path, missing: [] });
  }
});

interface Described {
  readonly security?: readonly object[];
  readonly responses: Record<string, { readonly headers?: Record<string, unknown> }>;
}

test('an operation names the errors that it can end in, and whether it needs a key', async () => {
  const { paths, servers } = (await api.request('GET', '/openapi.json')).body as {
    paths: Record<string, Record<string, Described>>;
    servers: readonly object[];
  };
  expect(servers).toHaveLength(1);
  const open: string[] = [];
  for (const [path, item] of Object.entries(paths))
    for (const [method, { security, responses }] of Object.entries(item)) {
      const statuses = Object.keys(responses);
      if (security?.length === 0) open.push(path);
      else
        expect({ path, statuses }).toEqual({
          path,
          statuses: expect.arrayContaining(['401', '403', '429']) as string[],
        });
      expect({ path, security }).not.toEqual({ path, security: undefined });
      if (method === 'get' && statuses.includes('304')) expect(responses['200']?.headers).toHaveProperty('ETag');
    }
  expect(open.sort()).toEqual(['/', '/health/live', '/health/ready', '/test/clock']);
  expect(Object.keys(paths['/test/clock']?.post?.responses ?? {})).toEqual(['200', '400', '409']);
  expect(Object.keys(paths['/health/ready']?.get?.responses ?? {})).toEqual(['200', '503']);
  expect(paths['/months/{month}']?.get?.responses).toHaveProperty('304');
  expect(paths['/changes']?.get?.responses['200']?.headers).toHaveProperty('Link');
});

test('a body allows no field that it does not name, and a parameter in the path says what it may be', async () => {
  const { paths, components } = (await api.request('GET', '/openapi.json')).body as {
    paths: Record<string, Record<string, { parameters?: { name: string; in: string; schema: object }[] }>>;
    components: { schemas: Record<string, { additionalProperties?: boolean }> };
  };
  const bodies = Object.entries(components.schemas).filter(([name]) => name.endsWith('Body'));
  expect(bodies.length).toBeGreaterThan(30);
  for (const [name, { additionalProperties }] of bodies)
    expect({ name, additionalProperties }).toEqual({ name, additionalProperties: false });
  for (const [path, { get }] of Object.entries(paths))
    for (const parameter of get?.parameters ?? [])
      if (parameter.in === 'path') expect({ path, ...parameter.schema }).toHaveProperty('pattern');
});

test('every example passes the validation that it illustrates', async () => {
  for (const [path, operation] of await commands()) {
    const example = operation.requestBody?.content['application/json']?.examples?.example?.value;
    const role = /Roles: ([\w-]+)/.exec(operation.description ?? '')?.[1] ?? '';
    const { status } = await api.request('POST', `${path}?dryRun=true`, { as: role, body: example });
    expect({ path, status: [200, 404, 409, 422].includes(status) ? 'understood' : status }).toEqual({
      path,
      status: 'understood',
    });
  }
});

test('the reference page is served without a key', async () => {
  const page = await api.request('GET', '/docs');
  expect(page.status).toBe(200);
  expect(page.text).toContain('swagger-ui');
});
