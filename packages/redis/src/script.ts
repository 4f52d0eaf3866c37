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
 * Appends a step to a client's row of steps.
 *
 * `KEYS[1]` the client. `ARGV`: the step, steps kept, time to live in ms. What is under the key and is no row of steps of the same
 * version is replaced.
 */
export const APPEND: Script = script(`
local step, width = ARGV[1], #ARGV[1]
local held = redis.pcall('GET', KEYS[1])
if type(held) ~= 'string' or #held % width ~= 0 or string.byte(held) ~= string.byte(step) then held = '' end
held = string.sub(held .. step, -width * tonumber(ARGV[2]))
return redis.call('SET', KEYS[1], held, 'PX', ARGV[3])`);

/**
 * Merges steps that were kept elsewhere into a client's row, in the order of their arrival; one that is there already is not added.
 *
 * `KEYS[1]` the client. `ARGV`: the steps, one after the other; bytes of a step; steps kept; time to live in ms; `1` to forget first
 * what is there. The time of a step is the `f64` after its first byte.
 */
export const MERGE: Script = script(`
local late, width = ARGV[1], tonumber(ARGV[2])
local held = redis.pcall('GET', KEYS[1])
if ARGV[5] == '1' or type(held) ~= 'string' or #held % width ~= 0 or string.byte(held) ~= string.byte(late) then held = '' end
local steps, known = {}, {}
for _, row in ipairs({ held, late }) do
  for from = 1, #row, width do
    local bytes = string.sub(row, from, from + width - 1)
    if not known[bytes] then
      known[bytes] = true
      steps[#steps + 1] = { bytes = bytes, at = struct.unpack('<d', bytes, 2), place = #steps }
    end
  end
end
table.sort(steps, function(a, b)
  if a.at == b.at then return a.place < b.place end
  return a.at < b.at
end)
local row = {}
for i = math.max(1, #steps - tonumber(ARGV[3]) + 1), #steps do row[#row + 1] = steps[i].bytes end
if #row == 0 then return redis.call('DEL', KEYS[1]) end
return redis.call('SET', KEYS[1], table.concat(row), 'PX', ARGV[4])`);

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

/** `KEYS` of the bans: the bans by field, when each ends, and their version: an epoch, and changes in it. Another type of value goes. */
const BAN_KEYS = `
for i, kind in ipairs({ 'hash', 'zset', 'hash' }) do
  if redis.call('TYPE', KEYS[i]).ok ~= kind then redis.call('DEL', KEYS[i]) end
end
`;

/**
 * Bans a client and tells. Bans that are over are taken out, and of too many those that end first.
 *
 * `KEYS`: {@link BAN_KEYS}. `ARGV`: field, the time of its end, the ban, an epoch for the case that there is none, bans held, channel,
 * message. Without an epoch Redis never held any bans, or has lost them.
 */
export const BAN: Script = script(`${BAN_KEYS}
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
local over = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', redis.call('TIME')[1] * 1000, 'LIMIT', 0, 1000)
local excess = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[5])
if #over < excess then over = redis.call('ZRANGE', KEYS[2], 0, excess - 1) end
for _, field in ipairs(over) do
  redis.call('HDEL', KEYS[1], field)
  redis.call('ZREM', KEYS[2], field)
end
redis.call('HSETNX', KEYS[3], 'epoch', ARGV[4])
redis.call('HINCRBY', KEYS[3], 'changes', 1)
local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')
for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, last[2] or ARGV[2]) end
return redis.call('PUBLISH', ARGV[6], ARGV[7])`);

/**
 * Lifts a ban and tells. `KEYS`: {@link BAN_KEYS}. `ARGV`: field, `1` to tell although Redis does not hold it, channel, message.
 * Answers the ban that was lifted, or nothing.
 */
export const UNBAN: Script = script(`${BAN_KEYS}
local ban = redis.call('HGET', KEYS[1], ARGV[1])
if ban then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('HINCRBY', KEYS[3], 'changes', 1)
end
if ban or ARGV[2] == '1' then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
return ban`);

/**
 * Epoch and changes, and then all bans unless the version is known. `KEYS`: {@link BAN_KEYS}. `ARGV`: the epoch and the changes that
 * are known. Reading all keys keeps them from being evicted as unused; where one was, all that was held counts as lost.
 */
export const BANS: Script = script(`${BAN_KEYS}
if redis.call('HLEN', KEYS[1]) ~= redis.call('ZCARD', KEYS[2]) then redis.call('DEL', unpack(KEYS)) end
local version = redis.call('HMGET', KEYS[3], 'epoch', 'changes')
local answer = { version[1] or '', version[2] or '0' }
if answer[1] == ARGV[1] and answer[2] == ARGV[2] then return answer end
for _, ban in ipairs(redis.call('HVALS', KEYS[1])) do answer[#answer + 1] = ban end
return answer`);

/**
 * Tells. `KEYS[1]` the bans: news of them and all other news come from one node of a Cluster, and so in order. `ARGV`: channel,
 * message.
 */
export const TELL: Script = script(`return redis.call('PUBLISH', ARGV[1], ARGV[2])`);

/** Whether the server takes writes: one that is a replica, or full, would answer to reads. `KEYS[1]` a key of its own. */
export const PROBE: Script = script(`return redis.call('SET', KEYS[1], '', 'PX', 1000)`);
