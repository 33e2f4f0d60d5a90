#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { beFrugal } from './operations/frugal.js';

beFrugal();
// As for the server: compiled once, and kept between runs.
enableCompileCache();
await import('./command-line.js');
