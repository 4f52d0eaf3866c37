import { createHash } from 'node:crypto';

/** A Lua script, and the hash that servers know it by once they have seen it. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

function script(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/**
 * Appends a step to a client's row of steps and answers with the newest ones, itself included.
 *
 * `KEYS[1]` the client. `ARGV`: the step, steps kept, time to live in ms, `1` to leave out a step that is there already. What is
 * under the key and is no row of steps is replaced.
 */
export const APPEND: Script = script(`
local step, width = ARGV[1], #ARGV[1]
local held = redis.pcall('GET', KEYS[1])
if type(held) ~= 'string' or #held % width ~= 0 then held = '' end
if ARGV[4] == '1' then
  for at = 1, #held, width do
    if string.sub(held, at, at + width - 1) == step then return held end
  end
end
held = string.sub(held .. step, -width * tonumber(ARGV[2]))
redis.call('SET', KEYS[1], held, 'PX', ARGV[3])
return held`);

/** Adds one to a counter in tenths of its window. `KEYS[1]` the counter. `ARGV`: the window in ms. The server's clock tells the time. */
export const COUNT: Script = script(`
local window = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = math.floor((time[1] * 1000 + time[2] / 1000) * 10 / window)
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
local sum = redis.call('HINCRBY', KEYS[1], string.format('%.0f', now), 1)
local slices = redis.call('HGETALL', KEYS[1])
for i = 1, #slices, 2 do
  local slice = tonumber(slices[i])
  if slice == nil or slice <= now - 10 or slice > now then
    redis.call('HDEL', KEYS[1], slices[i])
  elseif slice ~= now then
    sum = sum + tonumber(slices[i + 1])
  end
end
redis.call('PEXPIRE', KEYS[1], math.ceil(window))
return sum`);

/** Joins an open alert or opens one. `KEYS[1]` its group. `ARGV`: id, time, window in ms. Answers id, count, first and last time. */
export const JOIN_ALERT: Script = script(`
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
local at = tonumber(ARGV[2])
local open = redis.call('HMGET', KEYS[1], 'id', 'first', 'last')
local id, first, last = open[1] or ARGV[1], open[2] or ARGV[2], open[3] or ARGV[2]
if at < tonumber(first) then first = ARGV[2] end
if at > tonumber(last) then last = ARGV[2] end
local count = redis.call('HINCRBY', KEYS[1], 'count', 1)
redis.call('HSET', KEYS[1], 'id', id, 'first', first, 'last', last)
redis.call('PEXPIRE', KEYS[1], math.ceil(tonumber(ARGV[3])))
return { id, count, first, last }`);

/**
 * Bans a client and tells. `KEYS`: the bans, their version. `ARGV`: field, the time of its end and the ban as JSON, channel, message.
 * Answers the new version.
 */
export const BAN: Script = script(`
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PUBLISH', ARGV[3], ARGV[4])
return redis.call('INCR', KEYS[2])`);

/** Lifts a ban and tells. `KEYS` and `ARGV` as for a ban, without the ban. Answers the ban that was lifted, or nothing. */
export const UNBAN: Script = script(`
local ban = redis.call('HGET', KEYS[1], ARGV[1])
if ban then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('INCR', KEYS[2])
  redis.call('PUBLISH', ARGV[3], ARGV[4])
end
return ban`);

/** All bans, and their version; takes out those that are over. `KEYS` as for a ban. `ARGV`: the version that is known. */
export const BANS: Script = script(`
local version = redis.call('GET', KEYS[2]) or '0'
if version == ARGV[1] then return { version } end
local time = redis.call('TIME')
local now = time[1] * 1000
local answer = { version }
local bans = redis.call('HGETALL', KEYS[1])
for i = 1, #bans, 2 do
  local till = tonumber(string.match(bans[i + 1], '^%d+ ') or 0)
  if till > now then
    answer[#answer + 1] = bans[i + 1]
  else
    redis.call('HDEL', KEYS[1], bans[i])
  end
end
return answer`);
