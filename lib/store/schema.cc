#include "store/schema.h"

#include "store/upgrade.h"

#include <array>

#include <fmt/format.h>

namespace kato {
namespace {

// docs/schema.md explains every table for people; it and this text change together. In tables WITHOUT
// ROWID the key's columns come first: SQLite 3.40's integrity_check finds NULLs elsewhere otherwise.
constexpr const char* k_schema = R"sql(
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE kind (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO kind VALUES
  (1,'user.message'), (2,'assistant.message'), (3,'assistant.thinking'), (4,'assistant.tool.call'),
  (5,'assistant.tool.result'), (6,'assistant.decision.prompt'), (7,'user.decision.response'),
  (8,'system.message'), (9,'provider.info'), (10,'provider.raw');

CREATE TABLE name (n INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE chat (
  n            INTEGER PRIMARY KEY,
  id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  provider     TEXT NOT NULL,
  provider_id  TEXT,
  title        TEXT, title_rank INTEGER, title_time INTEGER,
  project      TEXT, project_rank INTEGER, project_time INTEGER,
  parent_chat  BLOB,
  forked_from  BLOB,
  created      INTEGER,
  extra        TEXT,
  -- worked out from the events
  model        TEXT,
  first_time   INTEGER,
  last_time    INTEGER,
  events       INTEGER NOT NULL DEFAULT 0,
  head         INTEGER,
  head_record  BLOB,
  head_time    INTEGER
) STRICT;
CREATE INDEX chat_by_time ON chat (last_time);
CREATE INDEX chat_by_fork ON chat (forked_from) WHERE forked_from IS NOT NULL;

CREATE TABLE chat_user (
  chat    INTEGER PRIMARY KEY REFERENCES chat (n),
  title   TEXT,
  head    BLOB,
  deleted INTEGER,
  purged  INTEGER
) STRICT;

CREATE TABLE tag (
  chat  INTEGER NOT NULL REFERENCES chat (n),
  value TEXT NOT NULL,
  PRIMARY KEY (chat, value)
) STRICT, WITHOUT ROWID;

-- The key's columns first: SQLite 3.40 takes others among them for NULL in its integrity check.
CREATE TABLE chat_link (
  child  BLOB NOT NULL,
  event  BLOB NOT NULL,
  parent BLOB NOT NULL,
  PRIMARY KEY (child, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage (
  chat        INTEGER NOT NULL REFERENCES chat (n),
  response    TEXT NOT NULL,
  model       TEXT,
  input       INTEGER NOT NULL,
  output      INTEGER NOT NULL,
  cache_read  INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  reasoning   INTEGER NOT NULL,
  approximate INTEGER NOT NULL,
  PRIMARY KEY (chat, response)
) STRICT, WITHOUT ROWID;

CREATE TABLE source (
  n           INTEGER PRIMARY KEY,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  format      TEXT,
  name        TEXT NOT NULL,
  location    BLOB,
  size        INTEGER NOT NULL,
  sha256      BLOB NOT NULL,
  modified    INTEGER,
  imported    INTEGER,
  prefix      BLOB,             -- a hash of its beginning
  state       INTEGER NOT NULL, -- 0 newest, 1 an older version, 2 a reference, 3 leftovers of kato JSONL
  purged      INTEGER NOT NULL DEFAULT 0,
  parsed      INTEGER NOT NULL DEFAULT 0,
  opaque      INTEGER NOT NULL DEFAULT 0,
  quarantined INTEGER NOT NULL DEFAULT 0,
  pending     INTEGER NOT NULL DEFAULT 0,
  chats       INTEGER NOT NULL DEFAULT 0,
  events      INTEGER NOT NULL DEFAULT 0,
  conversation INTEGER NOT NULL DEFAULT 0,
  as_of       INTEGER
) STRICT;
CREATE INDEX source_by_location ON source (location) WHERE location IS NOT NULL;

-- Archives: their members are sources of their own, they themselves are not kept.
CREATE TABLE container (
  n            INTEGER PRIMARY KEY,
  location     BLOB UNIQUE,
  name         TEXT NOT NULL,
  format       TEXT NOT NULL,
  size         INTEGER NOT NULL,
  sha256       BLOB NOT NULL,
  modified     INTEGER,
  imported     INTEGER NOT NULL,
  prefix       BLOB NOT NULL,
  listing      TEXT NOT NULL,
  parsed       INTEGER NOT NULL,
  opaque       INTEGER NOT NULL,
  quarantined  INTEGER NOT NULL,
  pending      INTEGER NOT NULL,
  chats        INTEGER NOT NULL,
  events       INTEGER NOT NULL,
  conversation INTEGER NOT NULL
) STRICT;

CREATE TABLE chunk (
  n    INTEGER PRIMARY KEY,
  key  BLOB NOT NULL UNIQUE,    -- BLAKE2b-256 of the bytes
  size INTEGER NOT NULL,
  data BLOB NOT NULL            -- one zstd frame
) STRICT;

CREATE TABLE blob (
  n      INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE,
  size   INTEGER NOT NULL
) STRICT;
CREATE TABLE blob_part (
  blob INTEGER NOT NULL REFERENCES blob (n),
  seq  INTEGER NOT NULL,
  size INTEGER NOT NULL,
  data BLOB NOT NULL,           -- one zstd frame
  PRIMARY KEY (blob, seq)
) STRICT;

-- A source's bytes are its pieces one after the other: a chunk, a blob as base64 (or, when the piece
-- is as long as the blob, as it is), or zero bytes.
CREATE TABLE source_piece (
  source INTEGER NOT NULL REFERENCES source (n),
  start  INTEGER NOT NULL,
  size   INTEGER NOT NULL,
  chunk  INTEGER REFERENCES chunk (n),
  blob   INTEGER REFERENCES blob (n),
  PRIMARY KEY (source, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_piece_by_chunk ON source_piece (chunk) WHERE chunk IS NOT NULL;
CREATE INDEX source_piece_by_blob ON source_piece (blob) WHERE blob IS NOT NULL;

-- What was not parsed, and what was purged.
CREATE TABLE source_span (
  source INTEGER NOT NULL REFERENCES source (n),
  start  INTEGER NOT NULL,
  fate   TEXT NOT NULL CHECK (fate IN ('opaque', 'pending', 'quarantined', 'purged')),
  length INTEGER NOT NULL,
  line   INTEGER,
  reason TEXT,
  PRIMARY KEY (source, start, fate)
) STRICT, WITHOUT ROWID;

-- A text's bytes are its parts, or a slice of a source's bytes.
CREATE TABLE body (
  n       INTEGER PRIMARY KEY,
  key     BLOB NOT NULL UNIQUE, -- BLAKE2b-256 of the text
  size    INTEGER NOT NULL,
  source  INTEGER REFERENCES source (n),
  start   INTEGER,
  length  INTEGER,
  escaped INTEGER               -- 1: what stands between the quotes of a JSON string
) STRICT;
CREATE INDEX body_by_source ON body (source) WHERE source IS NOT NULL;
CREATE TABLE body_part (
  body INTEGER NOT NULL REFERENCES body (n),
  seq  INTEGER NOT NULL,
  size INTEGER NOT NULL,
  data BLOB NOT NULL,           -- one zstd frame
  PRIMARY KEY (body, seq)
) STRICT;

CREATE TABLE event (
  n            INTEGER PRIMARY KEY AUTOINCREMENT,
  chat         INTEGER NOT NULL REFERENCES chat (n),
  id           BLOB NOT NULL CHECK (length(id) = 16),
  revision     BLOB NOT NULL,
  record       BLOB NOT NULL,
  record_name  TEXT,
  block        INTEGER NOT NULL,
  kind         INTEGER NOT NULL REFERENCES kind (n),
  role         INTEGER NOT NULL,
  time         INTEGER,
  model        INTEGER REFERENCES name (n),
  name         INTEGER REFERENCES name (n),
  call_id      TEXT,
  response     TEXT,
  outcome      INTEGER NOT NULL,
  flags        INTEGER NOT NULL,
  text         TEXT,
  text_body    INTEGER REFERENCES body (n),
  data         TEXT,
  data_body    INTEGER REFERENCES body (n),
  extra        TEXT,
  extra_body   INTEGER REFERENCES body (n),
  source       INTEGER REFERENCES source (n),
  start        INTEGER,
  length       INTEGER,
  line         INTEGER,
  parent_key   BLOB,
  previous_key BLOB,
  parent_id    BLOB,
  refers_id    BLOB,
  likeness     INTEGER,
  attachments  INTEGER NOT NULL DEFAULT 0,
  -- worked out from the chat's events
  shown        INTEGER NOT NULL,
  parent       INTEGER,
  refers       INTEGER,
  copy_of      INTEGER
) STRICT;
-- Not by id alone: ids have no order, and each new event would touch a page of its own.
CREATE UNIQUE INDEX event_by_id ON event (chat, id, revision);
CREATE INDEX event_by_chat ON event (chat);
-- What searches filter by, without the texts between.
CREATE INDEX event_facts ON event (n, chat, kind, time, model);
CREATE INDEX event_by_source ON event (source) WHERE source IS NOT NULL;
CREATE INDEX event_by_likeness ON event (likeness) WHERE likeness IS NOT NULL;
CREATE INDEX event_by_copy ON event (copy_of) WHERE copy_of IS NOT NULL;
-- For the removal of bodies: what refers to one is looked for.
CREATE INDEX event_by_text_body ON event (text_body) WHERE text_body IS NOT NULL;
CREATE INDEX event_by_data_body ON event (data_body) WHERE data_body IS NOT NULL;
CREATE INDEX event_by_extra_body ON event (extra_body) WHERE extra_body IS NOT NULL;

-- Further places of an event that several sources hold.
CREATE TABLE origin (
  event  INTEGER NOT NULL REFERENCES event (n),
  source INTEGER NOT NULL REFERENCES source (n),
  start  INTEGER NOT NULL,
  length INTEGER NOT NULL,
  line   INTEGER NOT NULL,
  PRIMARY KEY (event, source, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX origin_by_source ON origin (source);

CREATE TABLE attachment (
  event      INTEGER NOT NULL REFERENCES event (n),
  seq        INTEGER NOT NULL,
  sha256     BLOB,
  size       INTEGER NOT NULL,
  media_type TEXT,
  name       TEXT,
  uri        TEXT,
  PRIMARY KEY (event, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_by_blob ON attachment (sha256) WHERE sha256 IS NOT NULL;

-- Events whose place in the search index may have changed, in the order of the changes.
CREATE TABLE index_change (
  seq   INTEGER PRIMARY KEY AUTOINCREMENT,
  event INTEGER NOT NULL
) STRICT;

-- Agents' runs.
CREATE TABLE run (
  n          INTEGER PRIMARY KEY,
  id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  chat       INTEGER NOT NULL REFERENCES chat (n),
  started    INTEGER NOT NULL,
  ended      INTEGER,
  outcome    TEXT,
  program    TEXT NOT NULL,
  report     TEXT,
  audit_seq  INTEGER NOT NULL,
  audit_hash BLOB NOT NULL
) STRICT;
CREATE INDEX run_by_chat ON run (chat, started);
CREATE TABLE run_message (
  run  INTEGER NOT NULL REFERENCES run (n),
  seq  INTEGER NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

-- For people with an sqlite3 shell.
CREATE VIEW conversation AS
  SELECT lower(hex(c.id)) AS chat, coalesce(u.title, c.title) AS title, e.n AS event, e.parent,
         k.name AS kind, datetime(e.time / 1000000, 'unixepoch') AS time, m.value AS model, e.text
  FROM event e JOIN chat c ON c.n = e.chat JOIN kind k ON k.n = e.kind
       LEFT JOIN chat_user u ON u.chat = c.n LEFT JOIN name m ON m.n = e.model
  WHERE e.shown = 1 AND u.deleted IS NULL;
)sql";

// Texts that stand in their source are not stored again; pieces are found by where they start; runs.
constexpr const char* k_from_1 = R"sql(
ALTER TABLE body ADD COLUMN source INTEGER REFERENCES source (n);
ALTER TABLE body ADD COLUMN start INTEGER;
ALTER TABLE body ADD COLUMN length INTEGER;
ALTER TABLE body ADD COLUMN escaped INTEGER;
CREATE INDEX body_by_source ON body (source) WHERE source IS NOT NULL;
CREATE INDEX event_by_text_body ON event (text_body) WHERE text_body IS NOT NULL;
CREATE INDEX event_by_data_body ON event (data_body) WHERE data_body IS NOT NULL;
CREATE INDEX event_by_extra_body ON event (extra_body) WHERE extra_body IS NOT NULL;
DROP INDEX source_piece_by_chunk;
DROP INDEX source_piece_by_blob;
ALTER TABLE source_piece RENAME TO source_piece_1;
CREATE TABLE source_piece (
  source INTEGER NOT NULL REFERENCES source (n),
  start  INTEGER NOT NULL,
  size   INTEGER NOT NULL,
  chunk  INTEGER REFERENCES chunk (n),
  blob   INTEGER REFERENCES blob (n),
  PRIMARY KEY (source, start)
) STRICT, WITHOUT ROWID;
INSERT INTO source_piece
  SELECT source, sum(size) OVER (PARTITION BY source ORDER BY seq) - size, size, chunk, blob
  FROM source_piece_1;
DROP TABLE source_piece_1;
CREATE INDEX source_piece_by_chunk ON source_piece (chunk) WHERE chunk IS NOT NULL;
CREATE INDEX source_piece_by_blob ON source_piece (blob) WHERE blob IS NOT NULL;
CREATE TABLE run (
  n          INTEGER PRIMARY KEY,
  id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  chat       INTEGER NOT NULL REFERENCES chat (n),
  started    INTEGER NOT NULL,
  ended      INTEGER,
  outcome    TEXT,
  program    TEXT NOT NULL,
  report     TEXT,
  audit_seq  INTEGER NOT NULL,
  audit_hash BLOB NOT NULL
) STRICT;
CREATE INDEX run_by_chat ON run (chat, started);
CREATE TABLE run_message (
  run  INTEGER NOT NULL REFERENCES run (n),
  seq  INTEGER NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;
)sql";
// The provider's head; archives.
constexpr const char* k_from_2 = R"sql(
ALTER TABLE chat ADD COLUMN head_record BLOB;
ALTER TABLE chat ADD COLUMN head_time INTEGER;
ALTER TABLE source ADD COLUMN as_of INTEGER;
CREATE TABLE container (
  n            INTEGER PRIMARY KEY,
  location     BLOB UNIQUE,
  name         TEXT NOT NULL,
  format       TEXT NOT NULL,
  size         INTEGER NOT NULL,
  sha256       BLOB NOT NULL,
  modified     INTEGER,
  imported     INTEGER NOT NULL,
  prefix       BLOB NOT NULL,
  listing      TEXT NOT NULL,
  parsed       INTEGER NOT NULL,
  opaque       INTEGER NOT NULL,
  quarantined  INTEGER NOT NULL,
  pending      INTEGER NOT NULL,
  chats        INTEGER NOT NULL,
  events       INTEGER NOT NULL,
  conversation INTEGER NOT NULL
) STRICT;
)sql";
constexpr const char* k_from_3 = R"sql(
DROP INDEX event_by_id;
CREATE UNIQUE INDEX event_by_id ON event (chat, id, revision);
CREATE INDEX event_facts ON event (n, chat, kind, time, model);
)sql";
constexpr std::array<Migration, 3> k_migrations = {
    {{1, k_from_1, move_long_data}, {2, k_from_2, nullptr}, {3, k_from_3, nullptr}}};

Status create(Db& db) {
    Transaction transaction(db);
    KATO_CHECK(transaction.begin());
    KATO_TRY(const std::int64_t version, db.integer("PRAGMA user_version"));
    if (version == k_schema_version) return transaction.commit(); // another process was first
    KATO_CHECK(db.exec(k_schema));
    KATO_CHECK(db.exec(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                   k_application_id, k_schema_version)
                           .c_str()));
    return transaction.commit();
}

} // namespace

std::vector<std::string_view> schema_names() {
    std::vector<std::string_view> out;
    const std::string_view sql = k_schema;
    for (std::size_t at = 0; (at = sql.find("\nCREATE ", at)) != std::string_view::npos; ++at) {
        for (const std::string_view what : {" TABLE ", " INDEX ", " VIEW "}) {
            const std::size_t kind = sql.find(what, at);
            if (kind == std::string_view::npos || kind > sql.find('\n', at + 1)) continue;
            const std::size_t begin = kind + what.size();
            out.push_back(sql.substr(begin, sql.find(' ', begin) - begin));
        }
    }
    return out;
}

Status migrate(Db& db, std::int64_t target, const Migration* steps, std::size_t count) {
    Transaction transaction(db);
    KATO_CHECK(transaction.begin());
    KATO_TRY(std::int64_t version, db.integer("PRAGMA user_version"));
    if (version == target) return transaction.commit(); // another process was first
    for (std::size_t i = 0; i < count && version < target; ++i) {
        if (steps[i].from != version) continue;
        KATO_CHECK(db.exec(steps[i].sql));
        if (steps[i].rest != nullptr) KATO_CHECK(steps[i].rest(db));
        ++version;
    }
    if (version != target)
        return Error{Code::version,
                     fmt::format("{}: no way from schema {} to {}", db.path(), version, target)};
    KATO_CHECK(db.exec(fmt::format("PRAGMA user_version = {}", version).c_str()));
    return transaction.commit();
}

Status prepare_schema(Db& db, bool read_only) {
    KATO_TRY(const std::int64_t application, db.integer("PRAGMA application_id"));
    KATO_TRY(const std::int64_t version, db.integer("PRAGMA user_version"));
    if (application == 0 && version == 0) {
        KATO_TRY(const std::int64_t tables, db.integer("SELECT count(*) FROM sqlite_schema"));
        if (tables == 0) {
            if (read_only)
                return Error{Code::not_found,
                             fmt::format("{}: the workspace is not complete", db.path())};
            return create(db);
        }
    }
    if (application != k_application_id) {
        Error error{Code::corrupt, fmt::format("{}: is another program's database", db.path())};
        error.hint = "name another workspace";
        return error;
    }
    if (version > k_schema_version) {
        Error error{Code::version,
                    fmt::format("{}: was written by a newer Kato (schema {}, this one knows {})",
                                db.path(), version, k_schema_version)};
        error.hint = "update Kato; nothing was changed";
        return error;
    }
    if (version == k_schema_version) return done();
    if (read_only) {
        Error error{Code::version, fmt::format("{}: schema {} must be brought up to date first",
                                               db.path(), version)};
        error.hint = "open it once for writing";
        return error;
    }
    return migrate(db, k_schema_version, k_migrations.data(), k_migrations.size());
}

} // namespace kato
