import { describe, expect, it } from 'vitest';
import { createEmitter } from './emitter.js';
import { ApiSecurityError } from './errors.js';
import { type Logger, silentLogger } from './logger.js';
import { FakeClock } from './testing/fake-clock.js';

const EVENT = { part: 'content', reason: 'no model' };

function setUp() {
  const clock = new FakeClock();
  const logged: { fields: object; message: string }[] = [];
  const logger: Logger = { ...silentLogger, error: (fields, message) => logged.push({ fields, message }) };
  return { clock, logged, emitter: createEmitter(logger, clock) };
}

describe('createEmitter', () => {
  it('calls the listeners of an event in order, and those of no other', () => {
    const { emitter } = setUp();
    const heard: string[] = [];
    emitter.on('degraded', ({ part }) => heard.push(`first ${part}`));
    emitter.on('degraded', ({ part }) => heard.push(`second ${part}`));
    emitter.on('dropped', () => heard.push('dropped'));
    emitter.emit('degraded', EVENT);
    expect(heard).toEqual(['first content', 'second content']);
  });

  it('calls a listener once that was added with once, and one no more that was taken off', () => {
    const { emitter } = setUp();
    const heard: string[] = [];
    const kept = () => heard.push('kept');
    const removed = () => heard.push('removed');
    emitter.once('degraded', () => heard.push('once'));
    emitter.on('degraded', kept).on('degraded', removed).off('degraded', removed);
    emitter.emit('degraded', EVENT);
    emitter.emit('degraded', EVENT);
    expect(heard).toEqual(['once', 'kept', 'kept']);
    expect(emitter.listenerCount('degraded')).toBe(1);
    expect(emitter.listenerCount('alert')).toBe(0);
  });

  it('takes a listener off the event it is told and off no other', () => {
    const { emitter } = setUp();
    let heard = 0;
    const listener = () => {
      heard += 1;
    };
    emitter.on('degraded', listener).on('dropped', listener).off('dropped', listener);
    emitter.emit('degraded', EVENT);
    emitter.emit('dropped', { kind: 'alert', count: 1 });
    expect(heard).toBe(1);
  });

  it('lets a listener that throws break neither the others nor the caller', () => {
    const { emitter, logged } = setUp();
    let heard = 0;
    emitter.on('degraded', () => {
      throw new Error('planted');
    });
    emitter.on('degraded', () => {
      heard += 1;
    });
    emitter.emit('degraded', EVENT);
    expect(heard).toBe(1);
    expect(emitter.listenerFailures).toBe(1);
    expect(logged).toEqual([
      { fields: { event: 'degraded', reason: 'planted', suppressed: 0 }, message: 'a listener failed' },
    ]);
  });

  it('takes care of a listener that rejects, with any kind of promise', async () => {
    const { emitter } = setUp();
    emitter.on('degraded', async () => {
      throw new Error('planted');
    });
    // biome-ignore lint/suspicious/noThenProperty: promises of other libraries are plain objects with a then.
    emitter.on('degraded', () => ({ then: (_: unknown, reject: (reason: string) => void) => reject('planted') }));
    emitter.emit('degraded', EVENT);
    await new Promise(setImmediate);
    expect(emitter.listenerFailures).toBe(2);
  });

  it('logs a listener that always fails once a minute and says how often it was silent', () => {
    const { emitter, clock, logged } = setUp();
    emitter.on('degraded', () => {
      throw new Error('planted');
    });
    for (let i = 0; i < 100; i++) emitter.emit('degraded', EVENT);
    clock.advance(60_000);
    emitter.emit('degraded', EVENT);
    expect(logged.map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ suppressed: 0 }),
      expect.objectContaining({ suppressed: 99 }),
    ]);
    expect(emitter.listenerFailures).toBe(101);
  });

  it('logs an error without a listener instead of throwing it, and leaves it to the listener where there is one', () => {
    const { emitter, logged } = setUp();
    emitter.emit('error', new ApiSecurityError('API_SECURITY_TIMEOUT', 'Late.'));
    expect(logged).toEqual([
      { fields: { reason: 'Late. [API_SECURITY_TIMEOUT]', suppressed: 0 }, message: 'an error that nobody listens to' },
    ]);
    const heard: Error[] = [];
    emitter.on('error', (error) => heard.push(error));
    const error = new Error('heard');
    emitter.emit('error', error);
    expect(heard).toEqual([error]);
    expect(logged.length).toBe(1);
  });

  it('survives a logger that throws and an error that cannot be written', () => {
    const thrower = () => {
      throw new Error('planted');
    };
    const emitter = createEmitter({ debug: thrower, info: thrower, warn: thrower, error: thrower });
    emitter.on('degraded', () => {
      throw Object.create(null);
    });
    emitter.emit('error', new Error('nobody listens'));
    emitter.emit('degraded', EVENT);
    expect(emitter.listenerFailures).toBe(1);
  });
});
