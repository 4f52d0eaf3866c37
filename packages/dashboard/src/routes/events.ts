import type { Live } from '../live.js';
import { route } from '../route.js';
import { sseStream } from '../sse-stream.js';

export const eventsRoute = (live: Live) =>
  route({
    method: 'GET',
    path: '/api/events',
    right: 'read',
    summary:
      'What happens, as it happens: `alert`, `assessment`, `acknowledged`, `banned`, `unbanned`; resumes after `Last-Event-ID`',
    problems: [503],
    type: 'text/event-stream',
    handle: async ({ request, response, actor }) => {
      sseStream(live, actor, request.headers['last-event-id'] as string | undefined, response);
      return undefined;
    },
  });
