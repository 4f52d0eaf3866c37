import { setPriority } from 'node:os';
import { KeepAliveConnection } from './keep-alive-connection.js';
import { TrafficSource } from './traffic.js';
import { type UploadKind, uploadOf } from './upload.js';

// A client that uploads the same large body again and again: `upload-client.ts <kind> <bytes>`, told over IPC to which port and when to stop.
const BYTES_PER_MS = 125_000; // a line of 1 Gbit/s
const [kind, bytes] = process.argv.slice(2) as [UploadKind, string];
const upload = uploadOf(kind, Number(bytes), new TrafficSource(5));
// The clients that are measured share its core.
setPriority(10);

let isRunning = false;
process.on('message', (message: number | 'stop') => {
  if (message === 'stop') isRunning = false;
  else void uploadTo(message);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function uploadTo(port: number): Promise<void> {
  isRunning = true;
  let uploads = 0;
  let refused = 0;
  const connection = await KeepAliveConnection.open(port);
  while (isRunning) {
    const status = await connection.sendSlowly(upload, BYTES_PER_MS);
    uploads += 1;
    if (status > 299) refused += 1;
  }
  connection.close();
  process.send?.({ uploads, refused });
}
