import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { ask, type Health, type Thresholds } from './api.js';

/** Time between two looks at the engine's health, in ms. */
const HEALTH_MS = 10_000;

export function useHealth(): UseQueryResult<Health> {
  return useQuery({ queryKey: ['health'], queryFn: () => ask<Health>('health'), refetchInterval: HEALTH_MS });
}

/** The thresholds that hold now; the product's own until they are known. */
export function useThresholds(): Thresholds {
  return useHealth().data?.thresholds ?? { medium: 0.4, high: 0.6, critical: 0.8 };
}
