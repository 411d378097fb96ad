#include "corpus.h"

#include "formats.h"

#include <algorithm>
#include <stdexcept>

namespace bench {
namespace {

Random first_random(std::uint64_t seed) { return Random(seed ^ 0xC0FFEEU); }

} // namespace

Corpus write_corpus(const std::string& directory, const CorpusOptions& options) {
    const Format& format = find_format(options.format);
    if (options.files != 0 && format.typical_bytes == 0)
        throw std::runtime_error("the number of files of " + options.format + " cannot be chosen");
    const Words words(options.seed);
    Random random = first_random(options.seed);
    CorpusFiles files(directory);
    const auto finished = [&] {
        return options.files != 0 ? files.files() == options.files
                                  : files.total_bytes() >= options.size_bytes;
    };
    while (!finished()) {
        std::uint64_t wanted = options.size_bytes - files.total_bytes();
        if (options.files != 0)
            wanted = options.size_bytes / options.files;
        else if (format.typical_bytes != 0)
            wanted = std::min(wanted, random.length(format.typical_bytes));
        format.make(words, random)->write(files, wanted);
    }
    files.end();
    return {files.files(), files.total_bytes(), files.lines()};
}

std::string more_lines(const std::string& format, const std::string& file, std::uint64_t bytes,
                       std::uint64_t seed) {
    const Words words(seed);
    Random random = first_random(seed);
    return find_format(format).make(words, random)->more_lines(file, bytes);
}

} // namespace bench
