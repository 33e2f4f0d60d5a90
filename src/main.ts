import { enableCompileCache } from 'node:module';
import { beFrugal } from './operations/frugal.js';
import { Stop } from './operations/stop.js';

// Before anything else is loaded: as the first process of a container it would be sent signals in vain.
const stop = new Stop();
beFrugal();
// The compiled code is kept between starts, so that only the first has to compile it.
enableCompileCache();
const { serve } = await import('./serve.js');
await serve(stop);
