#!/usr/bin/env node
import { run } from './main.js';

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { argv, stdin, stdout, stderr, env } = process;
const untilTold = (): Promise<unknown> =>
  Promise.race(['SIGINT', 'SIGTERM'].map((signal) => new Promise((resolve) => process.once(signal, resolve))));
void run(argv.slice(2), { stdin, stdout, stderr, env, cwd: process.cwd(), untilTold }).then((exitCode) => {
  process.exitCode = exitCode;
});
