-- What people changed. Not partitioned: people are slow.
CREATE TABLE audit (
  id          uuid PRIMARY KEY,
  at          float8 NOT NULL,
  tenant      text COLLATE "C" NOT NULL,
  actor       text COLLATE "C" NOT NULL,
  action      text COLLATE "C" NOT NULL,
  subject     text COLLATE "C" NOT NULL,
  -- JSON of the detail, and of a tenant that is cut in its column.
  body        text COLLATE "C" NOT NULL
);
CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX audit_by_tenant ON audit (tenant, at, id);

-- The settings that people changed at run time: one row, or none yet.
CREATE TABLE settings (
  one         boolean PRIMARY KEY DEFAULT true CHECK (one),
  version     float8 NOT NULL,
  at          float8 NOT NULL,
  saved_by    text COLLATE "C" NOT NULL,
  -- JSON.
  body        text COLLATE "C" NOT NULL
);
