import { once } from 'node:events';

/** Listens on 127.0.0.1, on the first free port from `port` on; gives up after twenty. */
export async function listen(server, port, tries = 20) {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  } catch (error) {
    if (error.code !== 'EADDRINUSE' || tries === 0) throw error;
    return listen(server, port + 1, tries - 1);
  }
}
