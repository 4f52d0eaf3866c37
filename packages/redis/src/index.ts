export type { RedisAddress, RedisClient } from './connect.js';
export type { IoredisClient } from './ioredis-connection.js';
export type { NodeRedisClient, NodeRedisCommands } from './node-redis-connection.js';
export { RedisCoordination, type RedisCoordinationOptions, redisCoordination } from './redis-coordination.js';
export { RedisSequences, type RedisSequencesOptions, redisSequences } from './redis-sequences.js';
