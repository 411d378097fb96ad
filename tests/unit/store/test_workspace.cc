// Who may have a workspace, and the modes of what is in it.
#include "store/workspace.h"

#include "unit/store/scene.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace kato;
using namespace kato::test;

namespace {

Result<std::shared_ptr<Store>> open_at(const std::filesystem::path& path, bool create = true) {
    StoreOptions options;
    options.create = create;
    return open_store(path.string(), options, system_environment());
}

unsigned mode_of(const std::filesystem::path& path) {
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 07777U;
}

struct Umask {
    explicit Umask(mode_t mask) : before(::umask(mask)) {}
    ~Umask() { ::umask(before); }
    mode_t before;
};

} // namespace

TEST_CASE("a workspace is private whatever the umask") {
    for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
        const TempDir folder;
        const Umask umask(mask);
        const auto root = folder / "kato";
        {
            const auto store = value_of(open_at(root));
            value_of(store->create_chat("a", ""));
            for (const auto& entry : std::filesystem::directory_iterator(root))
                CHECK_MESSAGE(mode_of(entry.path()) == 0600U, entry.path().string());
        }
        CHECK(mode_of(root) == 0700U);
        CHECK(std::filesystem::exists(root / "kato.db"));
        CHECK(std::filesystem::exists(root / "index.db"));
    }
}

TEST_CASE("a workspace that is not there is not found, with a hint") {
    const TempDir folder;
    for (const char* name : {"absent", "."}) {
        const auto store = open_at(folder / name, false);
        REQUIRE(!store);
        CHECK(store.error().code == Code::not_found);
        CHECK(store.error().hint.find("kato init") != std::string::npos);
    }
    CHECK(!std::filesystem::exists(folder / "absent"));
}

TEST_CASE("a workspace that others could change is refused, with a hint") {
    const TempDir folder;
    const auto root = folder / "kato";
    value_of(open_at(root)).reset();
    SUBCASE("a symbolic link, also with a slash behind it") {
        std::filesystem::create_directory_symlink(root, folder / "link");
        for (const char* name : {"link", "link/", "link//"}) {
            const auto store = open_at(folder / name);
            REQUIRE(!store);
            CHECK(store.error().code == Code::denied);
            CHECK(!store.error().hint.empty());
        }
    }
    SUBCASE("writable by the group or by anyone") {
        for (const mode_t mode : {mode_t{0720}, mode_t{0702}}) {
            REQUIRE(::chmod(root.c_str(), mode) == 0);
            for (const bool create : {true, false}) {
                const auto store = open_at(root, create);
                REQUIRE(!store);
                CHECK(store.error().code == Code::denied);
                CHECK(store.error().hint.find("chmod 700") != std::string::npos);
            }
        }
    }
    SUBCASE("a file in its place") {
        write_file(folder / "file", "x");
        const auto store = open_at(folder / "file");
        REQUIRE(!store);
        CHECK(store.error().code == Code::denied);
    }
    SUBCASE("a database that is a symbolic link") {
        std::filesystem::rename(root / "kato.db", folder / "elsewhere.db");
        std::filesystem::create_symlink(folder / "elsewhere.db", root / "kato.db");
        const auto store = open_at(root);
        REQUIRE(!store);
        CHECK(store.error().code == Code::denied);
    }
    SUBCASE("another owner") {
        if (::geteuid() != 0) return; // only root can give it away
        REQUIRE(::chown(root.c_str(), 12345, 12345) == 0);
        const auto store = open_at(root);
        REQUIRE(!store);
        CHECK(store.error().code == Code::denied);
        CHECK(!store.error().hint.empty());
    }
}

TEST_CASE("files that others could read become private when the store is opened") {
    const TempDir folder;
    const auto root = folder / "kato";
    value_of(open_at(root)).reset();
    REQUIRE(::chmod((root / "kato.db").c_str(), 0644) == 0);
    value_of(open_at(root)).reset();
    CHECK(mode_of(root / "kato.db") == 0600U);
}

TEST_CASE("another program's database is refused and left as it is") {
    const TempDir folder;
    const auto root = folder / "kato";
    std::filesystem::create_directory(root);
    REQUIRE(::chmod(root.c_str(), 0700) == 0);
    value_of(Db::open((root / "kato.db").string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 0))
        ->exec("CREATE TABLE t (x)")
        .value();
    const auto store = open_at(root);
    REQUIRE(!store);
    CHECK(store.error().code == Code::corrupt);
    const auto db = value_of(Db::open((root / "kato.db").string(), SQLITE_OPEN_READONLY, 0));
    CHECK(value_of(db->integer("SELECT count(*) FROM sqlite_schema")) == 1);
}

TEST_CASE("a database that is no database is said to be damaged") {
    const TempDir folder;
    const auto root = folder / "kato";
    std::filesystem::create_directory(root);
    REQUIRE(::chmod(root.c_str(), 0700) == 0);
    write_file(root / "kato.db", std::string(5000, 'x'));
    const auto store = open_at(root);
    REQUIRE(!store);
    CHECK(store.error().code == Code::corrupt);
    CHECK(read_file(root / "kato.db") == std::string(5000, 'x'));
}

TEST_CASE("a read-only store changes nothing and refuses to") {
    Scene scene;
    scene.import({.records = {{.name = "a", .text = "hello"}}});
    scene.open(true);
    CHECK(scene.store->read_only());
    CHECK(scene.texts("c") == std::vector<std::string>{"hello"});
    CHECK(scene.found("hello").size() == 1);
    const auto made = scene.store->create_chat("x", "");
    REQUIRE(!made);
    CHECK(made.error().code == Code::denied);
    CHECK(!scene.store->begin_import());
}
