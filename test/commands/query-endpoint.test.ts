import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AccessGuard } from '../../src/access/access.js';
import { Authenticator } from '../../src/access/authenticator.js';
import { Gate } from '../../src/access/gate.js';
import { capability } from '../../src/commands/capability.js';
import { CommandPipeline } from '../../src/commands/command-pipeline.js';
import { AsOfAsTable, NoParams, queryEndpoint } from '../../src/commands/query-endpoint.js';
import { csvTable } from '../../src/http/csv.js';
import { PatternField } from '../../src/http/fields.js';
import { Problem } from '../../src/http/problem.js';
import { ProblemFilter } from '../../src/http/problem-filter.js';
import { TestCalendar } from '../support/calendar.js';
import { Count, PageOf } from '../../src/commands/answer-fields.js';

const KEY = 'test-admin-key-0123456789-0123456789';
const NUMBERS = ['1', '2', '3', '4', '5'];

class NumbersQuery extends AsOfAsTable {
  @PatternField({ description: 'after this', pattern: /^\d$/, what: 'a digit', optional: true })
  cursor?: string;
}

/** Numbers, two a page; as CSV all of them, and one of them cannot be read. */
const numbers = queryEndpoint({
  name: 'Numbers',
  answers: PageOf(Count),
  path: 'numbers',
  params: NoParams,
  query: NumbersQuery,
  roles: ['admin'],
  tag: 'Test',
  summary: 'Numbers',
  pagedBy: 'cursor',
  answer: (_reading, _params, { cursor = '0' }) => {
    const items = NUMBERS.filter((one) => one > cursor).slice(0, 2);
    return { items, next: items.at(-1) === '5' ? null : items.at(-1) };
  },
  csv: (_reading, _params, { cursor }) => {
    if (cursor === '9') throw new Problem(404, 'not-found', 'there is no such number');
    return csvTable({ name: 'numbers', version: NUMBERS, columns: { number: (one) => one }, rows: NUMBERS });
  },
});

@Module(capability([], [numbers]))
class NumbersModule {}

let app: NestFastifyApplication;
beforeAll(async () => {
  const { pipeline } = new TestCalendar();
  const module = await Test.createTestingModule({
    imports: [
      {
        module: class Core {},
        global: true,
        imports: [CqrsModule.forRoot()],
        providers: [{ provide: CommandPipeline, useValue: pipeline }],
        exports: [CqrsModule, CommandPipeline],
      },
      NumbersModule,
    ],
    providers: [
      {
        provide: Gate,
        useValue: new Gate(
          new Authenticator(pipeline, KEY),
          pipeline.store,
          { wrongKeys: () => Promise.resolve(undefined), requests: undefined },
          { isTooOld: false },
        ),
      },
      { provide: APP_GUARD, useClass: AccessGuard },
      { provide: APP_FILTER, useClass: ProblemFilter },
    ],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.init();
});
afterAll(() => app.close());

const get = (
  url: string,
  headers: Record<string, string> = {},
): Promise<{
  statusCode: number;
  headers: Record<string, unknown>;
  body: string;
}> => app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${KEY}`, ...headers } });

test('a page links to the next one, with the same parameters; the last page links to none', async () => {
  const seen: string[] = [];
  let url: string | undefined = '/numbers?asOf=2026-10-01T09:00:00Z';
  while (url !== undefined) {
    const { body, headers } = await get(url);
    seen.push(...(JSON.parse(body) as { items: string[] }).items);
    url = /^<([^>]+)>; rel="next"$/.exec((headers.link as string | undefined) ?? '')?.[1];
    if (url !== undefined) expect(new URL(url, 'http://any').searchParams.get('asOf')).toBe('2026-10-01T09:00:00Z');
  }
  expect(seen).toEqual(NUMBERS);
});

test('the whole of it is CSV where the format or the Accept header says so', async () => {
  const asked = [await get('/numbers?format=csv'), await get('/numbers', { accept: 'text/csv' })];
  for (const { statusCode, headers, body } of asked) {
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(headers['content-disposition']).toBe('attachment; filename="numbers.csv"');
    expect(headers.vary).toBe('accept');
    expect(headers.link).toBeUndefined();
    expect(body).toBe('number\r\n1\r\n2\r\n3\r\n4\r\n5\r\n');
  }
  const json = await get('/numbers?format=json', { accept: 'text/csv' });
  expect(json.headers['content-type']).toMatch('application/json');
});

test('CSV has an entity tag of its own, and is not sent again to a caller who has it', async () => {
  const { headers } = await get('/numbers?format=csv');
  const etag = String(headers.etag);
  expect(etag).not.toBe((await get('/numbers')).headers.etag);
  expect(await get('/numbers?format=csv', { 'if-none-match': etag })).toMatchObject({ statusCode: 304, body: '' });
  expect((await get('/numbers', { 'if-none-match': etag })).statusCode).toBe(200);
});

test('an unknown format, and what does not exist, are problems in CSV too', async () => {
  expect((await get('/numbers?format=xml')).statusCode).toBe(400);
  const none = await get('/numbers?format=csv&cursor=9');
  expect(none.statusCode).toBe(404);
  expect(none.headers['content-type']).toMatch('application/problem+json');
});
