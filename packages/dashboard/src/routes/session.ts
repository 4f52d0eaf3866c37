import { z } from 'zod';
import { route } from '../route.js';

/** @param tokenOf - the token that changes of an actor have to carry */
export const sessionRoute = (tokenOf: (actor: string) => string, title: string) =>
  route({
    method: 'GET',
    path: '/api/session',
    right: 'read',
    summary: 'Who asks, what they may do, and the token that every change has to carry as `x-csrf-token`',
    answer: z.object({
      actor: z.string(),
      tenant: z.string().nullable().optional(),
      can: z.array(z.string()),
      csrfToken: z.string(),
      title: z.string(),
    }),
    // By name: the app may have answered with all that it knows of somebody.
    handle: async ({ actor: { actor, tenant, can } }) => ({
      actor,
      ...(tenant !== undefined && { tenant }),
      can,
      csrfToken: tokenOf(actor),
      title,
    }),
  });
