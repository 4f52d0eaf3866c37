import { get as httpGet, type IncomingMessage } from 'node:http';
import { type Alert, type Coordination, memoryCoordination, type News } from '@api-security/core';
import { alertOf, assessmentOf } from '@api-security/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ADA, type Served, served } from './served.js';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: Parameters<typeof served>[0] = {}): Promise<Served & { tell: (payload: Alert) => void }> {
  const { coordination, tell } = overheard();
  const one = await served(options, { coordination });
  open.push(() => one.close());
  return { ...one, tell };
}

interface Heard {
  readonly id: number;
  readonly name: string;
  readonly data: unknown;
}

/** Listens to a stream over a socket. */
async function listening(
  { url }: Served,
  lastEventId?: number,
): Promise<{ heard: Heard[]; response: IncomingMessage; leave: () => void }> {
  const heard: Heard[] = [];
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
  const request = httpGet(`${url}/api/events`, { headers });
  open.push(() => request.destroy());
  request.on('error', () => {});
  const response = await new Promise<IncomingMessage>((resolve) => request.on('response', resolve));
  let text = '';
  response.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => line.split(/: (.*)/s)),
      );
      text = text.slice(end + 2);
      if (fields.event !== undefined)
        heard.push({ id: Number(fields.id), name: fields.event, data: JSON.parse(fields.data) });
    }
  });
  response.on('error', () => {});
  return { heard, response, leave: () => request.destroy() };
}

/** A coordination through which a test is another instance. */
function overheard(): { coordination: Coordination; tell: (payload: Alert) => void } {
  const memory = memoryCoordination();
  const listeners = new Set<(news: News) => void>();
  const coordination: Coordination = {
    count: (key, windowMs) => memory.count(key, windowMs),
    joinAlert: (key, mine, windowMs) => memory.joinAlert(key, mine, windowMs),
    banOf: (tenant, clientKey) => memory.banOf(tenant, clientKey),
    ban: (ban) => memory.ban(ban),
    unban: (tenant, clientKey) => memory.unban(tenant, clientKey),
    bans: (tenant) => memory.bans(tenant),
    publish: () => {},
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {},
  };
  return {
    coordination,
    tell: (payload) => listeners.forEach((listener) => void listener({ event: 'alert', payload })),
  };
}

describe('live updates', () => {
  it('tell what happens, as it happens, in a form that nothing in between collects', async () => {
    const one = await start();
    const { heard, response } = await listening(one);
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(response.headers['cache-control']).toBe('no-store, no-transform');
    expect(response.headers['x-accel-buffering']).toBe('no');
    const odd = alertOf({ acknowledged: { at: 1, by: 'ada', note: 'line\nbreak\r\n: and\ndata: more' } });
    one.tell(odd);
    await expect.poll(() => heard).toEqual([{ id: 1, name: 'alert', data: odd }]);
  });

  it('go on after a break where they were left', async () => {
    const one = await start();
    const first = await listening(one);
    const alerts = [1, 2, 3, 4].map((number) => alertOf({ firstAt: Date.UTC(2026, 0, number) }));
    one.tell(alerts[0] as Alert);
    await expect.poll(() => first.heard.length).toBe(1);
    first.leave();
    for (const alert of alerts.slice(1)) one.tell(alert);
    const second = await listening(one, first.heard[0]?.id);
    await expect.poll(() => second.heard.map(({ data }) => data)).toEqual(alerts.slice(1));
  });

  it('say when they have forgotten what was missed', async () => {
    const one = await start();
    for (let i = 0; i < 1_100; i++) one.tell(alertOf());
    const { heard } = await listening(one, 1);
    await expect.poll(() => heard.length).toBe(1_001);
    expect(heard[0]?.name).toBe('gap');
  });

  it('tell whoever reads slowly of one gap, however much it misses', async () => {
    const one = await start();
    const { heard, response } = await listening(one);
    response.pause();
    const alert = alertOf({ acknowledged: { at: 1, by: 'ada', note: 'x'.repeat(20_000) } });
    for (let i = 0; i < 2_000; i++) one.tell(alert);
    response.resume();
    await expect.poll(() => heard.at(-1)?.id, { timeout: 10_000 }).toBe(2_000);
    expect(heard.filter(({ name }) => name === 'gap').length).toBe(1);
  });

  it('say that they missed something to whoever has watched another process', async () => {
    const { heard } = await listening(await start(), 7);
    await expect.poll(() => heard.map(({ name }) => name)).toEqual(['gap']);
  });

  it('tell a tenant of its own alone', async () => {
    const one = await start({ authorize: () => ({ ...ADA, tenant: 'a' }) });
    const { heard } = await listening(one);
    one.tell(alertOf());
    one.tell(alertOf({ assessment: assessmentOf({ tenant: 'a' }) }));
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]?.data).toMatchObject({ assessment: { tenant: 'a' } });
  });

  it('tell of changes that are made here', async () => {
    const one = await start();
    await one.security.store.append({ assessments: [], alerts: [alertOf()] });
    const { heard } = await listening(one);
    const ban = { clientKey: 'mallory', forMs: 60_000, reason: 'a test' };
    await one.change('POST', '/api/bans', ban);
    await one.change('DELETE', '/api/bans/mallory');
    await one.change('POST', `/api/alerts/${alertOf().id}/acknowledge`, { note: 'seen' });
    await one.change('POST', '/api/settings', { mode: 'block' });
    await expect.poll(() => heard.map(({ name }) => name)).toEqual(['banned', 'unbanned', 'acknowledged', 'settings']);
    expect(heard[3]?.data).toMatchObject({ version: 1, by: 'ada' });
  });

  it('are open to fifty at once', async () => {
    const one = await start();
    for (let i = 0; i < 50; i++) await listening(one);
    expect((await one.get('/api/events')).status).toBe(503);
  });
});
