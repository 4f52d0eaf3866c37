import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  // Of its 3.6 MB the builds hold what is used: see THIRD-PARTY.md.
  noExternal: ['lru-cache'],
  entry: {
    index: 'src/index.ts',
    adapter: 'src/adapter.ts',
    extraction: 'src/extraction.ts',
    testing: 'src/testing/index.ts',
  },
});
