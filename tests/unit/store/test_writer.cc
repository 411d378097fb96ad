// One writer at a time, between threads and between processes.
#include "store/writer.h"

#include "unit/store/scene.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

using namespace kato;
using namespace kato::test;

namespace {

// Runs `work` in another process that gives its value as exit code.
template <class Work> int in_another_process(Work work) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(work());
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

} // namespace

TEST_CASE("while one process writes another is told that the store is busy, and may read") {
    Scene scene;
    scene.import({.records = {{.name = "a", .text = "hello"}}});
    scene.close(); // no connection crosses the fork
    std::array<int, 2> to_child{};
    std::array<int, 2> to_parent{};
    REQUIRE(::pipe(to_child.data()) == 0);
    REQUIRE(::pipe(to_parent.data()) == 0);
    const pid_t writer = ::fork();
    REQUIRE(writer >= 0);
    if (writer == 0) {
        StoreOptions options;
        const auto store = open_store(scene.path(), options, system_environment());
        if (!store) ::_exit(2);
        {
            const auto session = (*store)->begin_import();
            if (!session || !(*session)->begin({.name = "x", .location = "/x", .format = "test"}))
                ::_exit(3);
            char byte = 'w';
            if (::write(to_parent[1], &byte, 1) != 1 || ::read(to_child[0], &byte, 1) != 1)
                ::_exit(4);
        }
        ::_exit(0);
    }
    char byte = 0;
    REQUIRE(::read(to_parent[0], &byte, 1) == 1);
    scene.open();
    CHECK(scene.texts("c") == std::vector<std::string>{"hello"});
    const auto made = scene.store->create_chat("x", "");
    REQUIRE(!made);
    CHECK(made.error().code == Code::busy);
    CHECK(!made.error().hint.empty());
    REQUIRE(::write(to_child[1], &byte, 1) == 1);
    int status = 0;
    REQUIRE(::waitpid(writer, &status, 0) == writer);
    CHECK(status == 0);
    value_of(scene.store->create_chat("x", ""));
    for (const int fd : {to_child[0], to_child[1], to_parent[0], to_parent[1]}) ::close(fd);
}

TEST_CASE("what another process wrote is seen, also by what was remembered") {
    Scene scene;
    scene.import({.records = {{.name = "a", .text = "hello", .model = "m1"}}});
    const std::string path = scene.path();
    const int code = in_another_process([&] {
        const auto store = open_store(path, {}, system_environment());
        if (!store) return 2;
        return (*store)->delete_chat(chat_of("c"), true) ? 0 : 3;
    });
    CHECK(code == 0);
    CHECK(value_of(scene.store->chat(chat_of("c"))).deleted);
    // The model's number went with the purge.
    const Told told = {.name = "2",
                       .location = "/2",
                       .records = {{.chat = "d", .name = "a", .text = "again", .model = "m1"}}};
    scene.import(told);
    CHECK(scene.found("again").size() == 1);
    CHECK(value_of(scene.store->chat(chat_of("d"))).model == "m1");
    CHECK(scene.verified());
}

TEST_CASE("threads that write wait for each other, and readers go on") {
    Scene scene;
    std::vector<Uuid> chats;
    for (int i = 0; i < 3; ++i) chats.push_back(value_of(scene.store->create_chat("", "")).id);
    std::atomic<int> failed = 0;
    std::vector<std::thread> threads;
    for (const Uuid& chat : chats)
        threads.emplace_back([&, chat] {
            for (int i = 0; i < 20; ++i) {
                NewEvent event;
                event.body.kind = Kind::user_message;
                event.body.text = "concurrent";
                if (!scene.store->append(chat, std::move(event))) ++failed;
                if (!scene.store->chat(chat)) ++failed;
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(failed == 0);
    CHECK(value_of(scene.store->search("concurrent", {})).matches == 60);
    CHECK(scene.verified());
}

TEST_CASE("an import keeps the store alive until it ends") {
    Scene scene;
    auto session = value_of(scene.store->begin_import());
    scene.close();
    require_ok(session->begin({.name = "x", .location = "/x", .format = "test"}));
    require_ok(session->retain("bytes"));
    require_ok(session->sink().account(Fate::opaque, {0, 5, 1}, "why"));
    value_of(session->commit());
    session.reset();
    scene.open();
    CHECK(value_of(scene.store->sources({})).size() == 1);
}
