import { type Assessment, LEVELS, type LogQuery, type Store } from '@api-security/core';

/** Rows above low that are looked at, the newest. */
const MAX_LOOKED = 1_000;

/** The newest rows above low, newest first. */
export interface Threats {
  readonly rows: readonly Assessment[];
  /** False where there are more, which were not looked at. */
  readonly isAll: boolean;
}

/** The newest rows above low. Each level is a stream of its own: that is what a store has in the order of time. */
export async function newestThreats(
  store: Pick<Store, 'stream'>,
  query: Pick<LogQuery, 'tenant' | 'from' | 'to'>,
): Promise<Threats> {
  const streams = LEVELS.filter((level) => level !== 'low').map((level) => store.stream({ ...query, level }));
  const rows: Assessment[] = [];
  for await (const row of newestFirst(streams)) {
    if (rows.length === MAX_LOOKED) return { rows, isAll: false };
    rows.push(row);
  }
  return { rows, isAll: true };
}

/** Merges streams that are newest first each. Leaving it leaves all of them. */
async function* newestFirst(streams: readonly AsyncIterable<Assessment>[]): AsyncGenerator<Assessment> {
  const readers = streams.map((stream) => stream[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(readers.map(nextOf));
    while (true) {
      const newest = heads.reduce((best, head, i) => (isNewer(head, heads[best] ?? null) ? i : best), 0);
      const row = heads[newest] ?? null;
      if (row === null) return;
      yield row;
      heads[newest] = await nextOf(readers[newest] as AsyncIterator<Assessment>);
    }
  } finally {
    await Promise.all(readers.map((reader) => reader.return?.()));
  }
}

async function nextOf(reader: AsyncIterator<Assessment>): Promise<Assessment | null> {
  const { done, value } = await reader.next();
  return done === true ? null : value;
}

function isNewer(a: Assessment | null, b: Assessment | null): boolean {
  if (a === null || b === null) return a !== null;
  return a.at === b.at ? a.id > b.id : a.at > b.at;
}
