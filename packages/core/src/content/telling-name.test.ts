import { describe, expect, it } from 'vitest';
import { namesCommand, namesLocation } from './telling-name.js';

describe('namesCommand', () => {
  it.each([
    'cmd',
    'cmdline',
    'command',
    'shellcommand',
    'exec',
    'execute',
    'call_function',
    'run',
    'ping',
    'x[run]',
    'daemon',
    'process',
  ])('knows %s', (name) => expect(namesCommand(name)).toBe(true));

  it.each([
    '',
    'note',
    'running',
    'trunk',
    'shipping',
    'mapping',
    'processed',
    'description',
    'recommended',
    'executive',
    'execution_type',
    'ecosystem',
  ])('passes over %j', (name) => expect(namesCommand(name)).toBe(false));
});

describe('namesLocation', () => {
  it.each(['url', 'imageurl', 'redirect_uri', 'callback', 'host', 'target', 'next', 'dest', 'feed', 'ip', 'server-ip'])(
    'knows %s',
    (name) => expect(namesLocation(name)).toBe(true),
  );

  it.each(['', 'note', 'description', 'zip', 'recipient', 'quantity', 'id'])('passes over %j', (name) =>
    expect(namesLocation(name)).toBe(false),
  );
});
