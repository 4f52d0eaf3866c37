-- Times are wall time in ms since the epoch, as float8: the very number that JavaScript has. to_timestamp(at / 1000) reads them.
-- Texts come escaped (NUL and lone surrogates as private-use characters), tenants as '' for none and '=name' for a name.

CREATE TABLE logs (
  at          float8 NOT NULL,
  id          uuid NOT NULL,
  tenant      text COLLATE "C" NOT NULL,
  client_key  text COLLATE "C" NOT NULL,
  address     text COLLATE "C" NOT NULL,
  method      text COLLATE "C" NOT NULL,
  status      integer NOT NULL,
  level       text COLLATE "C" NOT NULL,
  category    text COLLATE "C",
  rejected    boolean NOT NULL,
  score       float8 NOT NULL,
  path        text COLLATE "C" NOT NULL,
  -- Path, user agent and decoded evidence in lower case: what text is searched in.
  search      text COLLATE "C" NOT NULL,
  -- JSON of everything else.
  body        text COLLATE "C" NOT NULL,
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);

-- Rows are listed newest first, whatever they are filtered by: every index ends in the time.
CREATE INDEX logs_by_tenant ON logs (tenant, at);
CREATE INDEX logs_by_client ON logs (client_key, at);
CREATE INDEX logs_by_address ON logs (address, at);
CREATE INDEX logs_by_method ON logs (method, at);
CREATE INDEX logs_by_status ON logs (status, at);
CREATE INDEX logs_by_level ON logs (level, at) WHERE level <> 'low';
CREATE INDEX logs_by_tenant_and_level ON logs (tenant, level, at) WHERE level <> 'low';
CREATE INDEX logs_by_category ON logs (category, at) WHERE category IS NOT NULL;

-- By id, which is stable while an alert grows, and whose first 48 bits are a time (UUIDv7).
CREATE TABLE alerts (
  id          uuid PRIMARY KEY,
  tenant      text COLLATE "C" NOT NULL,
  client_key  text COLLATE "C" NOT NULL,
  address     text COLLATE "C" NOT NULL,
  level       text COLLATE "C" NOT NULL,
  category    text COLLATE "C",
  score       float8 NOT NULL,
  count       float8 NOT NULL,
  first_at    float8 NOT NULL,
  last_at     float8 NOT NULL,
  acknowledged_at   float8,
  acknowledged_by   text COLLATE "C",
  acknowledged_note text COLLATE "C",
  -- JSON of the assessment.
  assessment  text COLLATE "C" NOT NULL
) PARTITION BY RANGE (id);

CREATE INDEX alerts_open ON alerts (id) WHERE acknowledged_at IS NULL;
CREATE INDEX alerts_by_tenant ON alerts (tenant, id);
CREATE INDEX alerts_by_client ON alerts (client_key, id);
CREATE INDEX alerts_by_address ON alerts (address, id);
CREATE INDEX alerts_by_level ON alerts (level, id);
CREATE INDEX alerts_by_category ON alerts (category, id);
CREATE INDEX alerts_by_time ON alerts (last_at);

-- Sums by hour. Each instance adds to rows of one shard, so that instances seldom wait for each other; readers add the shards up.
CREATE TABLE hours (
  hour        float8 NOT NULL,
  tenant      text COLLATE "C" NOT NULL,
  shard       smallint NOT NULL,
  requests    bigint NOT NULL,
  rejected    bigint NOT NULL,
  low         bigint NOT NULL,
  medium      bigint NOT NULL,
  high        bigint NOT NULL,
  critical    bigint NOT NULL,
  -- Sum of scores in units of 1e-9: whole numbers add up and are taken back without an error.
  score_nanos bigint NOT NULL,
  PRIMARY KEY (hour, tenant, shard)
);
CREATE INDEX hours_by_tenant ON hours (tenant, hour);

CREATE TABLE hour_categories (
  hour        float8 NOT NULL,
  tenant      text COLLATE "C" NOT NULL,
  category    text COLLATE "C" NOT NULL,
  shard       smallint NOT NULL,
  requests    bigint NOT NULL,
  PRIMARY KEY (hour, tenant, category, shard)
);
CREATE INDEX hour_categories_by_tenant ON hour_categories (tenant, hour);

-- What the numbers in a body are called: bodies hold the values and the hash of this list.
CREATE TABLE feature_schemas (
  hash        text COLLATE "C" PRIMARY KEY,
  columns     text COLLATE "C" NOT NULL
);

-- When each task of all instances together was last begun.
CREATE TABLE tasks (
  name        text PRIMARY KEY,
  begun_at    timestamptz NOT NULL
);
