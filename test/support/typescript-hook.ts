import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync, type Options } from '@swc/core';

/** Lets a process of its own run the sources: `node --import ./test/support/typescript-hook.ts some.ts`. */
const options = JSON.parse(readFileSync(join(import.meta.dirname, '../../.swcrc'), 'utf8')) as Options & {
  $schema?: string;
};
delete options.$schema;
const isSource = (url: string): boolean => url.startsWith('file:') && !url.includes('/node_modules/');

registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith('.') && isSource(context.parentURL ?? '')
      ? next(specifier.replace(/\.js$/, '.ts'), context)
      : next(specifier, context),
  load: (url, context, next) => {
    if (!isSource(url) || !url.endsWith('.ts')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename, swcrc: false });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
