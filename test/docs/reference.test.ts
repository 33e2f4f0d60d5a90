import { readFileSync, writeFileSync } from 'node:fs';
import { apiReference, eventReference, roleReference } from '../support/reference.js';
import { TestApi } from '../support/api.js';

const file = (name: string): URL => new URL(`../../docs/reference/${name}`, import.meta.url);

test('the generated reference pages are those of the program (npm run docs writes them)', async () => {
  const api = await TestApi.start();
  const document = (await api.request('GET', '/openapi.json')).body;
  await api.stop();
  const pages = {
    'api.generated.md': apiReference(document as unknown as Parameters<typeof apiReference>[0]),
    'events.generated.md': eventReference(),
    'roles.generated.md': roleReference(document as unknown as Parameters<typeof roleReference>[0]),
  };
  for (const [name, text] of Object.entries(pages)) {
    if (process.env.WRITE_DOCS === '1') writeFileSync(file(name), text);
    expect(readFileSync(file(name), 'utf8')).toBe(text);
  }
});
