// The files of an unpacked export.
#include "exchange/bundle.h"
#include "exchange/walk.h"

#include <unistd.h>

namespace kato {
namespace {

class FolderBundle final : public Bundle {
public:
    FolderBundle(std::string path, std::string workspace, StopFn stop)
        : path_(std::move(path)), workspace_(std::move(workspace)), stop_(std::move(stop)) {}
    Status visit(const Visit& visit) override;

private:
    Member member(const std::string& path) const {
        Member out;
        out.path = path;
        std::string_view name = path;
        name.remove_prefix(std::min(name.size(), path_.size()));
        while (!name.empty() && name.front() == '/') name.remove_prefix(1);
        std::string unused;
        out.name = member_label(name, unused);
        return out;
    }

    std::string path_;
    std::string workspace_;
    StopFn stop_;
};

class NoBytes final : public Bytes {
public:
    Result<std::size_t> read(char*, std::size_t) override { return std::size_t{0}; }
    Status check_unchanged() override { return done(); }
    std::uint64_t expected_bytes() const override { return 0; }
};

Status FolderBundle::visit(const Visit& visit) {
    NoBytes none;
    const auto refuse = [&](const std::string& path, std::string_view why) {
        Member found = member(path);
        found.refusal = why;
        return visit(found, none);
    };
    Visitor visitor;
    visitor.file = [&](const std::string& path, std::uint64_t size) -> Status {
        auto file = FileBytes::open(path, false, stop_);
        if (!file) return refuse(path, file.error().message);
        Member found = member(path);
        found.size = size;
        return visit(found, *file);
    };
    visitor.skipped = [&](const std::string& path, std::string_view why) {
        Member found = member(path);
        found.refusal = why;
        found.left_out = true;
        return visit(found, none);
    };
    visitor.failed = [&](const std::string& path, const Error& error) {
        return refuse(path, error.message);
    };
    return walk_directory(path_, workspace_, visitor);
}

} // namespace

bool is_export_folder(const std::string& path) {
    for (const char* name :
         {"conversations.json", "conversations-000.json", "conversations-001.json"})
        if (::access((path + "/" + name).c_str(), F_OK) == 0) return true;
    return false;
}

std::unique_ptr<Bundle> open_folder(const std::string& path, const std::string& workspace,
                                    StopFn stop) {
    return std::make_unique<FolderBundle>(path, workspace, std::move(stop));
}

} // namespace kato
