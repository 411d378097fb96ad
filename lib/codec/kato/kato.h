// The canonical format, Kato JSONL version 1, which docs/format.md specifies completely.
#pragma once

#include "codec/reader.h"
#include "codec/writer.h"

#include <memory>

namespace kato {

inline constexpr std::int64_t k_kato_version = 1;

Detection detect_kato(std::string_view prefix, bool complete);
std::unique_ptr<Reader> make_kato_reader(Sink& sink, Values& values, const ReaderOptions& options);
std::unique_ptr<Writer> make_kato_writer(Output out, const WriterOptions& options);

} // namespace kato
