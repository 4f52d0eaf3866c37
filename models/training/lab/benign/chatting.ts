import { bearer } from '../apis/profile.js';
import { jsonCall } from '../http-client.js';
import { type ClientKind, defineKind } from '../kind.js';
import { inParallel, pause } from '../session.js';
import { userAgent, words } from '../text.js';
import { User } from '../user.js';
import { useWebSocket } from '../web-socket.js';

/** A chat in a browser: an event stream that breaks and is opened again, typing, presence, the history upwards. */
const chatApp = defineKind({
  name: 'chat-app',
  pattern: null,
  tool: 'own',
  count: 60,
  maxSeconds: 80,
  apis: ['chat'],
  draw: (random) => ({
    messages: random.int(2, 25),
    keyMs: random.int(150, 1200),
    streamSeconds: random.pick([2, 5, 15, 40]),
    presenceMs: random.pick([2000, 8000, 20_000]),
    history: random.int(0, 12),
    quick: random.chance(0.3),
  }),
  run: async (session, { messages, keyMs, streamSeconds, presenceMs, history, quick }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: 6, agent: random.pick(['browser', 'mobile']) });
    user.rememberToken();
    await user.burst(api.landing(random));
    let over = false;
    const stream = inParallel(session, 1, 60, async () => {
      if (over) return;
      await user.send(api.stream(streamSeconds));
      await pause(session, random.between(200, 3000));
    });
    const presence = inParallel(session, 1, 100, async () => {
      if (over) return;
      await user.send(jsonCall('PUT', '/api/presence', { state: 'here' }));
      await pause(session, presenceMs);
    });
    for (let page = 1; page <= history; page++) {
      await user.send(api.list(page));
      await user.think(200, 2500);
    }
    for (let i = 0; i < messages && !session.signal.aborted; i++) {
      for (let keys = random.int(1, 6); keys > 0 && !session.signal.aborted; keys--) {
        await user.send(jsonCall('POST', '/api/rooms/general/typing', {}));
        await pause(session, random.between(keyMs * 0.5, keyMs * 1.5));
      }
      await user.send(jsonCall('POST', '/api/rooms/general/messages', { text: words(random, random.int(1, 25)) }));
      await user.think(quick ? 100 : 1000, quick ? 1500 : 9000);
    }
    over = true;
    user.close();
    await Promise.all([stream, presence]);
  },
});

/** A WebSocket with requests beside it; it breaks and is opened again. */
const webSocket = defineKind({
  name: 'websocket-beside-rest',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 80,
  apis: ['chat'],
  draw: (random) => ({
    messages: random.int(0, 40),
    gapMs: Math.round(random.logBetween(100, 4000)),
    sockets: random.int(1, 6),
    requestMs: Math.round(random.logBetween(500, 12_000)),
  }),
  run: async (session, { messages, gapMs, sockets, requestMs }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: 3, agent: 'browser' });
    user.rememberToken();
    await user.burst(api.landing(random));
    let over = false;
    const requests = inParallel(session, 1, 200, async () => {
      if (over) return;
      await user.send(api.browse(random));
      await pause(session, random.between(requestMs * 0.4, requestMs * 1.6));
    });
    const headers = {
      'user-agent': userAgent(random, 'browser'),
      ...bearer(api.tokenFor(random.pick(api.accounts).user)),
    };
    for (let i = 0; i < sockets && !session.signal.aborted; i++) {
      await useWebSocket(session, '/api/socket', headers, messages, gapMs);
      await pause(session, random.between(300, 4000));
    }
    over = true;
    await requests;
    user.close();
  },
});

export const CHATTING: readonly ClientKind[] = [chatApp, webSocket];
