import type { Database } from './database.js';
import type { FeatureSchemas } from './feature-schemas.js';

/** Where rows are read from. */
export interface Source {
  readonly database: Database;
  readonly schema: string;
  readonly schemas: FeatureSchemas;
}
