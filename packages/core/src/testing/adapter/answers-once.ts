import { once } from 'node:events';
import { Agent } from 'node:http';
import { sendAndHangUp, sendRaw } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK, ATTACKS, HARMLESS, json } from './bodies.js';
import { type AdapterHarness, withApp } from './harness.js';

const ATTACK_PATH = `/users?id=${encodeURIComponent(ATTACK)}`;

/** One answer a request, whoever gives it, and a connection that stays usable. */
export function answersOnce(test: Test, expect: Expect, harness: AdapterHarness): void {
  test('a connection serves the next request after a rejection', async () => {
    const large = json({ note: ATTACK, filling: 'tea '.repeat(75_000) });
    await withApp(harness, { options: { mode: 'block' } }, async (app) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const statuses: number[] = [];
      for (const sent of [{ path: ATTACK_PATH }, json({ item: 'tea' }), large, json({ item: 'tea' })]) {
        statuses.push((await app.send({ ...sent, agent })).status);
      }
      agent.destroy();
      expect(statuses).toEqual([403, 200, 403, 200]);
      expect(app.seen.handled).toBe(2);
    });
  });

  test('requests that arrive together are answered one by one, in order', async () => {
    const line = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: app.test\r\n${more}\r\n`;
    await withApp(harness, { options: { mode: 'block' } }, async (app) => {
      const pipelined = line('/users') + line(ATTACK_PATH) + line('/items', 'connection: close\r\n');
      const answers = await sendRaw(app.port, [pipelined]);
      expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 403', 'HTTP/1.1 200']);
    });
  });

  test('requests at the same time do not mix', async () => {
    const sent = [...Object.values(ATTACKS).map((attack) => attack.sent), ...Object.values(HARMLESS)];
    await withApp(harness, { options: { mode: 'block' } }, async (app) => {
      const alone: number[] = [];
      for (const request of sent) alone.push((await app.send(request)).status);
      const together = await Promise.all(sent.map((request) => app.send(request)));
      expect(together.map(({ status }) => status)).toEqual(alone);
    });
  });

  test('block adds nothing to an answer that somebody else gave meanwhile', async () => {
    await withApp(harness, { options: { mode: 'block' } }, async (app) => {
      app.server.on('request', (_request, response) => response.end('already answered'));
      for (const path of [ATTACK_PATH, '/users']) {
        const assessed = app.nextAssessment();
        const { status, text } = await app.send({ path });
        expect({ status, text }).toEqual({ status: 200, text: 'already answered' });
        await assessed;
      }
      expect(app.seen.handled).toBe(0);
      const { rejected, late } = app.security.counters;
      expect({ rejected, late }).toEqual({ rejected: 0, late: 1 });
    });
  });

  for (const mode of ['monitor', 'block'] as const) {
    test(`${mode} lets go of an upload that the client gives up`, async () => {
      await withApp(harness, { options: { mode } }, async (app) => {
        const assessed = app.nextAssessment();
        const head =
          'POST /orders HTTP/1.1\r\nhost: app.test\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n';
        await sendAndHangUp(app.port, `${head}{"item":`, once(app.server, 'request'));
        expect((await assessed).request.path).toBe('/orders');
        expect(app.seen.handled).toBe(0);
        expect((await app.send({ path: '/users' })).status).toBe(200);
      });
    });
  }
}
