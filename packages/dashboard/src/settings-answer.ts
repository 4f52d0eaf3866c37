import type { ApiSecurity, StoredExemption } from '@api-security/core';
import type { z } from 'zod';
import type { Actor } from './actor.js';
import type { Settings } from './schemas.js';

/** What holds, what would hold if nobody had changed anything, and the exemptions that an actor may see. */
export function settingsAnswer(security: ApiSecurity, actor: Actor): z.infer<typeof Settings> {
  const { mode, thresholds, options, settings } = security;
  const { version, at, by, exemptions } = settings.current;
  return {
    mode,
    thresholds,
    usual: { mode: options.mode, thresholds: options.thresholds },
    version,
    at,
    by,
    exemptions: exemptions.filter((exemption) => isVisible(exemption, actor)),
  };
}

/** Those that are for everybody name what others have: whoever has a tenant sees its own alone. */
export function isVisible({ tenant }: StoredExemption, actor: Actor): boolean {
  return actor.tenant === undefined || tenant === actor.tenant;
}
