// A run from its request to its report: what the program gets, what it cannot do, how it ends.
#include "agent/run.h"

#include "agent/audit_log.h"
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace kato;
using namespace kato::test;
using agent::Mode;
using agent::Run;
using agent::RunOutcome;
using agent::RunResult;
using agent::RunSpec;

namespace {

constexpr std::uint64_t k_patience_ms = 60'000;

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

class Runs {
public:
    Runs() { (void)workspace.import(claude_example()); }

    RunSpec shell(std::string script) const {
        RunSpec spec;
        spec.chat = workspace.shared()->list_chats({})->front().id;
        spec.command = {"sh", "-c", std::move(script)};
        for (const char* program : {"/usr/bin/sleep", "/usr/bin/yes", "/usr/bin/cat"})
            spec.grants.push_back({program, sandbox::k_read | sandbox::k_execute, "for the test"});
        return spec;
    }
    std::unique_ptr<Run> start(RunSpec spec) {
        auto run = Run::start(workspace.shared(), std::move(spec));
        if (!run) FAIL(run.error().message);
        return std::move(*run);
    }
    RunResult finish(Run& run) {
        REQUIRE(run.wait(k_patience_ms));
        const RunResult* result = run.result();
        REQUIRE(result != nullptr);
        INFO(result->message);
        return *result;
    }
    RunResult run(RunSpec spec) {
        const auto run = start(std::move(spec));
        return finish(*run);
    }
    // Folders of runs that live, or that nobody removed.
    std::size_t folders() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(file("runs")))
            count += entry.is_directory() ? 1 : 0;
        return count;
    }
    std::filesystem::path file(std::string_view name) const { return workspace.file(name); }
    std::string output(const RunResult& result) const { return content(file(result.output_path)); }

    Workspace workspace;
};

} // namespace

TEST_CASE_FIXTURE(Runs, "an agent gets its chat and its instructions, and gives its output") {
    RunSpec spec = shell("cat <&3 >&4; cat; echo diagnosis >&2");
    spec.instructions = "say \"hello\"";
    spec.params = "{\"n\":1}";
    const auto run = start(std::move(spec));
    const RunResult result = finish(*run);
    CHECK(result.outcome == RunOutcome::ok);
    CHECK(output(result) == workspace.export_chat(result.chat));
    CHECK(result.output_bytes == output(result).size());
    CHECK(result.diagnostics == "diagnosis\n");
    CHECK(result.output_path ==
          "out/" + to_string(result.chat) + "/" + to_string(result.id) + ".txt");
    const std::vector<RunMessage> said = run->messages();
    REQUIRE(said.size() == 1); // what it read, which is no message
    CHECK(said[0].type == "text");
    CHECK(said[0].body.find("kato_agent") != std::string::npos);
    CHECK(said[0].body.find(to_string(result.id)) != std::string::npos);
    CHECK(said[0].body.find("hello") != std::string::npos);
}

TEST_CASE_FIXTURE(Runs, "any Unix filter is an agent") {
    RunSpec spec = shell("");
    spec.command = {"wc", "-c"};
    spec.mode = Mode::filter;
    const RunResult result = run(std::move(spec));
    CHECK(result.outcome == RunOutcome::ok);
    CHECK(std::stoul(output(result)) == workspace.export_chat(result.chat).size());
}

TEST_CASE_FIXTURE(Runs, "messages are told in order, lines of other kinds as text") {
    const auto run = start(shell("echo '{\"type\":\"progress\",\"done\":1}'; echo plain; "
                                 "printf '{ \"type\" : \"result\", \"x\" : [1] }'"));
    (void)finish(*run);
    const std::vector<RunMessage> said = run->messages();
    REQUIRE(said.size() == 3);
    CHECK(said[0].type == "progress");
    CHECK(said[0].body == R"({"type":"progress","done":1})");
    CHECK(said[1].type == "text");
    CHECK(said[1].body == "\"plain\"");
    CHECK(said[2].body == R"({"type":"result","x":[1]})");
    const auto stored = workspace.store().run_messages(run->id());
    REQUIRE(stored);
    CHECK(stored->size() == 3);
}

TEST_CASE_FIXTURE(Runs, "what was not granted is refused, counted and in the log") {
    const RunResult result = run(shell("exec 2>/dev/null; cat /etc/passwd >&4; cat " +
                                       file("kato.db").string() + " >&4; echo done >&4"));
    CHECK(result.outcome == RunOutcome::ok);
    CHECK(output(result) == "done\n");
    CHECK(result.enforced.fs_read);
    CHECK(result.enforced.fs_write);
}

TEST_CASE_FIXTURE(Runs, "an agent ends as its limits say") {
    RunSpec spec = shell("echo before >&4; sleep 1000");
    RunResult result;
    SUBCASE("wall clock") {
        spec.limits.wall_ms = 200;
        result = run(std::move(spec));
        CHECK(result.outcome == RunOutcome::timeout);
    }
    SUBCASE("output") {
        spec = shell("yes >&4");
        spec.limits.output_bytes = 7;
        result = run(std::move(spec));
        CHECK(result.outcome == RunOutcome::limit);
        CHECK(result.which == "output");
        CHECK(result.output_bytes == 7);
    }
    SUBCASE("messages") {
        spec = shell("echo before >&4; yes");
        spec.limits.message_bytes = 1000;
        result = run(std::move(spec));
        CHECK(result.outcome == RunOutcome::limit);
        CHECK(result.which == "messages");
    }
    SUBCASE("processor time") {
        spec = shell("echo before >&4; while :; do :; done");
        spec.limits.kernel.cpu_seconds = 1;
        result = run(std::move(spec));
        CHECK(result.outcome == RunOutcome::limit);
        CHECK(result.which == "cpu");
    }
    SUBCASE("cancelled") {
        const auto run = start(std::move(spec));
        CHECK(!run->wait(100));
        run->cancel();
        result = finish(*run);
        CHECK(result.outcome == RunOutcome::cancelled);
    }
    SUBCASE("its own exit code") {
        result = run(shell("echo before >&4; exit 3"));
        CHECK(result.outcome == RunOutcome::failed);
        CHECK(result.code == 3);
    }
    CHECK(result.output_partial);
    CHECK(result.output_path.ends_with(".partial"));
    CHECK(content(file(result.output_path)).size() == 7);
}

TEST_CASE_FIXTURE(Runs, "the host's memory is not counted as the agent's") {
    const std::vector<char> large(std::size_t{256} << 20, 'x');
    const RunResult result = run(shell("exit 0"));
    CHECK(result.memory_bytes < large.size() / 2);
}

TEST_CASE_FIXTURE(Runs, "an output's name is used once") {
    RunSpec spec = shell("echo one >&4");
    spec.output_name = "summary";
    CHECK(run(spec).outcome == RunOutcome::ok);
    const auto again = Run::start(workspace.shared(), spec);
    REQUIRE(!again);
    CHECK(again.error().code == Code::exists);
    for (const char* bad : {"../x", "a/b", ".hidden", "a\nb", "."}) {
        spec.output_name = bad;
        const auto refused = Run::start(workspace.shared(), spec);
        REQUIRE(!refused);
        CHECK(refused.error().code == Code::invalid);
    }
    // Two that were started before either had ended: the later one does not overwrite.
    spec = shell("read line <&3; sleep 0.3; echo two >&4");
    spec.output_name = "race";
    const auto first = start(spec);
    const auto second = start(spec);
    REQUIRE(first->wait(k_patience_ms));
    REQUIRE(second->wait(k_patience_ms));
    CHECK((first->result()->outcome == RunOutcome::ok) !=
          (second->result()->outcome == RunOutcome::ok));
}

TEST_CASE_FIXTURE(Runs, "runs are rows, and the log is a chain") {
    const RunResult result = run(shell("exit 3"));
    const auto row = workspace.store().run(to_string(result.id));
    REQUIRE(row);
    CHECK(row->outcome == "failed");
    CHECK(row->chat == result.chat);
    CHECK(row->report.find("\"code\":3") != std::string::npos);
    CHECK(row->audit.sequence == result.audit.sequence);
    const auto head = workspace.store().audit_head();
    REQUIRE(head);
    CHECK(head->sequence == result.audit.sequence);
    const auto check = agent::check_audit(file("audit").string(), *head);
    REQUIRE(check);
    CHECK(check->problem_count == 0);
    CHECK(check->records == result.audit.sequence);
    REQUIRE(workspace.store().delete_chat(result.chat, true));
    CHECK(!workspace.store().run(to_string(result.id)));
}

TEST_CASE_FIXTURE(Runs, "many runs at once leave nothing behind") {
    std::vector<std::unique_ptr<Run>> runs;
    for (int i = 0; i < 16; ++i)
        runs.push_back(start(shell("cat <&3 >&4; exit " + std::to_string(i % 3))));
    for (int i = 0; i < 16; ++i) {
        REQUIRE(runs[static_cast<std::size_t>(i)]->wait(k_patience_ms));
        const RunResult* result = runs[static_cast<std::size_t>(i)]->result();
        CHECK(result->outcome == (i % 3 == 0 ? RunOutcome::ok : RunOutcome::failed));
        CHECK(result->message == "");
    }
    CHECK(folders() == 0);
    const auto check = agent::check_audit(file("audit").string(), {});
    REQUIRE(check);
    CHECK(check->problem_count == 0);
    CHECK(check->records == 32);
}

TEST_CASE_FIXTURE(Runs, "what a dead host left is removed, what lives stays") {
    const RunResult before = run(shell("exit 0"));
    const std::filesystem::path dead = file("runs") / to_string(before.id);
    std::filesystem::create_directory(dead);
    std::ofstream(dead / "lock") << "";
    std::ofstream(dead / "output") << "left behind";
    const auto living = start(shell("sleep 1000"));
    CHECK(!std::filesystem::exists(dead));
    CHECK(run(shell("exit 0")).outcome == RunOutcome::ok);
    CHECK(folders() == 1);
    living->cancel();
    (void)finish(*living);
    CHECK(folders() == 0);
}

TEST_CASE_FIXTURE(Runs, "purging a chat removes what runs over it wrote") {
    const RunResult result = run(shell("echo secret >&4"));
    REQUIRE(std::filesystem::exists(file(result.output_path)));
    REQUIRE(workspace.store().delete_chat(result.chat, false));
    CHECK(std::filesystem::exists(file(result.output_path)));
    REQUIRE(workspace.store().delete_chat(result.chat, true));
    CHECK(!std::filesystem::exists(file(result.output_path)));
}

TEST_CASE_FIXTURE(Runs, "a program that insists on a path gets one") {
    for (const sandbox::Level level : {sandbox::Level::confined, sandbox::Level::isolated}) {
        RunSpec spec = shell("echo by path > \"$KATO_OUTPUT\"");
        spec.output_file = true;
        spec.level = level;
        const RunResult result = run(std::move(spec));
        INFO(result.message << result.diagnostics);
        CHECK(result.outcome == RunOutcome::ok);
        CHECK(output(result) == "by path\n");
    }
}

TEST_CASE_FIXTURE(Runs, "an output by path that is too long is no output") {
    for (const sandbox::Level level : {sandbox::Level::confined, sandbox::Level::isolated}) {
        RunSpec spec = shell("while echo 012345678; do :; done > \"$KATO_OUTPUT\"; exit 0");
        spec.output_file = true;
        spec.level = level;
        spec.limits.output_bytes = 8192; // whole pages
        const RunResult result = run(spec);
        CHECK(result.outcome == RunOutcome::limit);
        CHECK(result.which == "output");
        CHECK(result.output_partial);
        CHECK(result.output_bytes == 8192);
        spec.command = {"sh", "-c", "printf '%8192s' x > \"$KATO_OUTPUT\""};
        CHECK(run(std::move(spec)).outcome == RunOutcome::ok);
    }
}

TEST_CASE_FIXTURE(Runs, "scratch space is private and bounded") {
    RunSpec spec = shell("echo kept > /tmp/a; read x < /tmp/a; echo \"$x\" >&4; "
                         "while echo 0123456789012345678901234567890123456789; do :; done "
                         "> /tmp/big 2>/dev/null; echo full >&4");
    spec.limits.kernel.scratch_bytes = 1 << 20;
    const RunResult result = run(std::move(spec));
    CHECK(result.outcome == RunOutcome::ok);
    CHECK(output(result) == "kept\nfull\n");
    CHECK(!std::filesystem::exists("/tmp/big"));
    CHECK(run(shell("echo x > /tmp/a || exit 9")).outcome == RunOutcome::failed);
}
