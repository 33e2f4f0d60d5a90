#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// As for the server: compiled once, and kept between runs.
enableCompileCache();
await import('./command-line.js');

export {};
