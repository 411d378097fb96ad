// What is checked of every reader of records the same way: its golden cases (tests/golden/<format>/<case>/
// input.*, as said to a sink in expected.json), and that no damage to them makes it crash or lose bytes.
#pragma once

#include "codec/registry.h"
#include "unit/codec/recording_sink.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace kato::test {

// What a format's reader said about some bytes, all of which it accounted for.
struct FormatRead {
    RecordingSink sink{};
    RecordingValues values{};

    FormatRead(std::string_view format, std::string_view bytes, std::size_t piece = 0,
               const std::string& source_name = {});
};

// The bytes of a golden case.
std::string case_input(const std::filesystem::path& folder);
std::string case_input(std::string_view format, std::string_view name);

// Each case is read as its expected.json says, in pieces of any size, and recognised as `format`.
void check_golden_cases(std::string_view format);
// Cut off at every byte.
void check_cut_off(std::string_view format);
void check_flipped_bits(std::string_view format);
// Each value in turn becomes one of every other type.
void check_wrong_types(std::string_view format);

// Real files below a folder of the samples, by their names' ends.
std::vector<std::filesystem::path> sample_files(const std::filesystem::path& folder,
                                                std::string_view end);

// "user.message 2, assistant.message 1", in the order of the kinds.
std::string count_kinds(const RecordingSink& sink);
std::size_t count_chats(const RecordingSink& sink);

} // namespace kato::test
