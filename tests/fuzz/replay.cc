// Runs a fuzz target over every file of the given folders: for compilers without libFuzzer, and as a
// test in every run.
#include "fuzz/fuzz.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    std::vector<std::string> files;
    for (int i = 1; i < argc; ++i)
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i]))
            if (entry.is_regular_file()) files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) {
        std::ifstream in(file, std::ios::binary);
        const std::vector<char> bytes((std::istreambuf_iterator<char>(in)),
                                      std::istreambuf_iterator<char>());
        (void)std::fprintf(stderr, "%s\n",
                           file.c_str()); // the last one named is the one that failed
        (void)LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                     bytes.size()); // always 0
    }
    if (files.empty()) {
        (void)std::fprintf(stderr, "no corpus\n");
        return 99;
    }
    (void)std::printf("%zu files\n", files.size());
    return 0;
}
