// Files that export writes: whole or not at all, private, never through a link.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kato_cli {

// An open descriptor.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();
    int get() const { return fd_; }
    void reset(int fd);

private:
    int fd_;
};

// A file under a temporary name in its final directory until `commit`. All functions give 0 or
// errno.
class NewFile {
public:
    NewFile() = default;
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile(); // removes what was not committed

    // `directory` must stay open until then. `name` has no slash. EEXIST when it is there and
    // `replace` is false, EISDIR and the like when it is there and no regular file.
    int create(int directory, const std::string& name, bool replace);
    int write(std::string_view bytes);
    int commit();

private:
    int publish();

    int directory_ = -1;
    std::string name_;
    std::string temporary_;
    bool replace_ = false;
    Descriptor file_;
};

// Opens a directory; `make` creates it (0700) if it is not there. The path may lead through links:
// the user typed it.
int open_directory(const std::string& path, bool make, Descriptor& directory);

// True when `path` is a directory or ends with a slash.
bool names_directory(const std::string& path);

// Splits a path into its directory ("." for none) and its last part.
std::pair<std::string, std::string> split_path(const std::string& path);

// Links are followed.
bool is_file(const std::string& path);

// A file name made of a name from data: no directory, nothing a shell or a file manager obeys, at
// most 120 bytes with `suffix`, never empty.
std::string safe_file_name(std::string_view name, std::string_view suffix);

// What should get a file: its wanted name and an id to tell equal names apart.
struct WantedName {
    std::string name;
    std::string suffix; // kept at the end: ".md"
    std::string id;
};

// One safe name each, in the same order, all different whatever the case of letters.
std::vector<std::string> unique_file_names(const std::vector<WantedName>& wanted);

} // namespace kato_cli
