// Values that a reader stores while it reads, by an import session.
#include "store/session.h"

#include "base/base64.h"

namespace kato {

Result<std::optional<Attachment>> Session::blob_from_base64(std::string_view base64) {
    const auto bytes = base64_decode_exact(base64);
    if (!bytes) return std::optional<Attachment>();
    KATO_TRY(Attachment stored, blob(*bytes));
    return std::optional<Attachment>(std::move(stored));
}

Result<Attachment> Session::blob(std::string_view bytes) {
    KATO_TRY(const PartsWriter::Stored stored, store_blob(db_, change_.compressor(), bytes));
    if (stored.made) loose_blobs_.push_back(stored.n);
    Attachment out;
    out.blob = stored.key;
    out.size_bytes = stored.size;
    return out;
}

Status Session::begin_blob() {
    parts_ = std::make_unique<PartsWriter>(db_, change_.compressor(), PartsWriter::Table::blob);
    return done();
}

Status Session::append_blob(std::string_view bytes) { return parts_->append(bytes); }

Result<Attachment> Session::finish_blob() {
    KATO_TRY(const PartsWriter::Stored stored, parts_->finish());
    parts_.reset();
    if (stored.made) loose_blobs_.push_back(stored.n);
    Attachment out;
    out.blob = stored.key;
    out.size_bytes = stored.size;
    return out;
}

Status Session::begin_text() {
    parts_ = std::make_unique<PartsWriter>(db_, change_.compressor(), PartsWriter::Table::body);
    return done();
}

Status Session::append_text(std::string_view bytes) { return parts_->append(bytes); }

Result<StoredText> Session::finish_text() {
    KATO_TRY(const PartsWriter::Stored stored, parts_->finish());
    parts_.reset();
    if (stored.made) loose_texts_.insert(stored.n);
    return StoredText{stored.key, stored.size};
}

Result<int> Session::scratch_file() {
    KATO_TRY(Fd fd, kato::scratch_file(change_.directory()));
    return fd.release();
}

} // namespace kato
