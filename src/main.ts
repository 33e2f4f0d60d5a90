import { enableCompileCache } from 'node:module';

// The compiled code is kept between starts, so that only the first has to compile it.
enableCompileCache();
await import('./serve.js');

export {};
