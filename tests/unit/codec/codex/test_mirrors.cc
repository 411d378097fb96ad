// Texts that are written through several channels are told from texts that were said twice.
#include "codec/codex/mirrors.h"

#include <doctest/doctest.h>

#include <array>

using namespace kato::codex;

namespace {

bool repeats(Mirrors& mirrors, Speaker speaker, Channel channel, std::string_view text,
             std::string_view id = {}) {
    const std::array<std::uint64_t, 1> identity = {identity_of(text)};
    return mirrors.find({speaker, channel, id, identity, false}).repeated;
}

} // namespace

TEST_CASE("the first channel is shown, the others repeat it, each once") {
    Mirrors mirrors;
    CHECK_FALSE(repeats(mirrors, Speaker::assistant, Channel::event, "a"));
    CHECK(repeats(mirrors, Speaker::assistant, Channel::item, "a"));
    CHECK(repeats(mirrors, Speaker::assistant, Channel::completed, "a"));
    CHECK_FALSE(repeats(mirrors, Speaker::assistant, Channel::item, "a"));
    CHECK(repeats(mirrors, Speaker::assistant, Channel::event, "a"));
}

TEST_CASE("the same words of another speaker are no repetition") {
    Mirrors mirrors;
    CHECK_FALSE(repeats(mirrors, Speaker::user, Channel::event, "a"));
    CHECK_FALSE(repeats(mirrors, Speaker::assistant, Channel::item, "a"));
    CHECK_FALSE(repeats(mirrors, Speaker::thinking, Channel::item, "a"));
}

TEST_CASE("an item is known by its id even when its text is shown differently") {
    Mirrors mirrors;
    CHECK_FALSE(repeats(mirrors, Speaker::assistant, Channel::item, "long", "msg_1"));
    CHECK(repeats(mirrors, Speaker::assistant, Channel::completed, "short", "msg_1"));
    CHECK_FALSE(repeats(mirrors, Speaker::assistant, Channel::completed, "short", "msg_2"));
}

TEST_CASE("white space around it, citations and plans do not make a text another one") {
    CHECK(identity_of(" a\n") == identity_of("a"));
    CHECK(identity_of("a<oai-mem-citation>x</oai-mem-citation>") == identity_of("a"));
    CHECK(identity_of("<proposed_plan>\np\n</proposed_plan>a") == identity_of("a"));
    CHECK(identity_of("a<oai-mem-citation>x") != identity_of("a"));
    CHECK(identity_of("a b") != identity_of("ab"));
}

TEST_CASE("a turn that was answered or has ended is not looked at again") {
    Mirrors mirrors;
    CHECK_FALSE(repeats(mirrors, Speaker::user, Channel::event, "go on"));
    CHECK_FALSE(repeats(mirrors, Speaker::assistant, Channel::event, "Ok"));
    CHECK(mirrors.answered());
    mirrors.begin_turn();
    CHECK_FALSE(mirrors.answered());
    CHECK_FALSE(repeats(mirrors, Speaker::user, Channel::item, "go on"));
    CHECK_FALSE(repeats(mirrors, Speaker::assistant, Channel::item, "Ok"));
    mirrors.begin_turn();
    CHECK_FALSE(repeats(mirrors, Speaker::user, Channel::event, "stop"));
    mirrors.end_turn();
    mirrors.begin_turn();
    CHECK_FALSE(repeats(mirrors, Speaker::user, Channel::item, "stop"));
}

TEST_CASE("a prompt may be written before its turn begins and again inside it") {
    Mirrors mirrors;
    CHECK_FALSE(repeats(mirrors, Speaker::user, Channel::event, "go"));
    mirrors.begin_turn();
    CHECK(repeats(mirrors, Speaker::user, Channel::item, "go"));
}

TEST_CASE("in a log without marks of turns a prompt behind an answer begins one") {
    Mirrors mirrors;
    CHECK_FALSE(repeats(mirrors, Speaker::user, Channel::event, "more"));
    CHECK_FALSE(repeats(mirrors, Speaker::assistant, Channel::event, "Ok"));
    CHECK_FALSE(repeats(mirrors, Speaker::user, Channel::event, "again"));
    CHECK_FALSE(repeats(mirrors, Speaker::assistant, Channel::item, "Ok"));
}
