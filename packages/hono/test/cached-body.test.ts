import type { Assessment } from '@api-security/core';
import { type Context, Hono } from 'hono';
import { validator } from 'hono/validator';
import { describe, expect, it } from 'vitest';
import { served, withSecurity } from './served.js';

const ATTACK = "x' or 1=1 --";

describe('a body that an earlier middleware has read', () => {
  const form = new FormData();
  form.set('name', 'tea');
  form.set('note', ATTACK);
  const json = JSON.stringify({ name: 'tea', note: ATTACK });
  const JSON_TYPE = { 'content-type': 'application/json' };
  const readers: Record<string, { read: (c: Context) => Promise<unknown>; init: RequestInit }> = {
    json: { read: (c) => c.req.json(), init: { body: json, headers: JSON_TYPE } },
    text: { read: (c) => c.req.text(), init: { body: json, headers: JSON_TYPE } },
    arrayBuffer: { read: (c) => c.req.arrayBuffer(), init: { body: json, headers: JSON_TYPE } },
    blob: { read: (c) => c.req.blob(), init: { body: json, headers: JSON_TYPE } },
    formData: { read: (c) => c.req.formData(), init: { body: form } },
    parseBody: { read: (c) => c.req.parseBody(), init: { body: new URLSearchParams({ name: 'tea', note: ATTACK }) } },
  };

  it.each(Object.entries(readers))('is inspected: %s', async (_name, { read, init }) => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = new Hono()
        .use(async (c, next) => {
          await read(c);
          await next();
        })
        .use(security)
        .post('/notes', (c) => c.text('noted'));
      await served(app, async (origin) => {
        const assessed = new Promise<Assessment>((resolve) => security.once('assessment', resolve));
        expect((await fetch(`${origin}/notes`, { method: 'POST', ...init })).status).toBe(403);
        expect((await assessed).evidence[0]?.place).toBe('body.note');
      });
    });
  });

  it('passes when it is harmless, and the handler reads it again', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = new Hono()
        .use(validator('json', (value) => value))
        .use(security)
        .post('/notes', async (c) => c.json(await c.req.json()));
      await served(app, async (origin) => {
        const body = JSON.stringify({ name: "Miles O'Brien", note: 'select a plan from the list' });
        const response = await fetch(`${origin}/notes`, { method: 'POST', body, headers: JSON_TYPE });
        expect({ status: response.status, text: await response.text() }).toEqual({ status: 200, text: body });
      });
    });
  });

  it('names its files when nothing but a form is left of it', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = new Hono()
        .use(async (c, next) => {
          await c.req.formData();
          await next();
        })
        .use(security)
        .post('/photos', (c) => c.text('kept'));
      await served(app, async (origin) => {
        const statuses: number[] = [];
        for (const name of ['holiday.png', ATTACK]) {
          const body = new FormData();
          body.append('photo', new File(['a'], 'first.png'));
          body.append('photo', new File(['b'], name));
          statuses.push((await fetch(`${origin}/photos`, { method: 'POST', body })).status);
        }
        expect(statuses).toEqual([200, 403]);
      });
    });
  });
});
