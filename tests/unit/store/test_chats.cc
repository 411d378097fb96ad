// Finding a chat by what people type, and listing chats.
#include "store_fixture.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

struct Chats : StoreFixture {
    Uuid rust, cooking, code;
    Chats() {
        Import import(*this);
        rust = import.chat("a", "Rust lifetimes", "/home/mika/rusty");
        import.say({.chat = "a", .name = "1", .text = "one", .time = 1000});
        import.say({.chat = "a",
                    .name = "2",
                    .parent = "1",
                    .text = "two",
                    .time = 5000,
                    .model = "large"});
        cooking = import.chat("b", "Cooking with \u00C4pfel", "/home/mika/kitchen");
        import.say({.chat = "b", .name = "1", .text = "one", .time = 3000});
        code = import.chat("c", "Code review of rust", "");
        import.say({.chat = "c", .name = "1", .text = "one", .time = 2000});
        import.commit();
    }
    std::vector<std::string> titles(const ChatFilter& filter) {
        std::vector<std::string> out;
        for (const ChatView& chat : must(store().list_chats(filter)))
            out.push_back(chat.shown_title());
        return out;
    }
    Uuid find(std::string_view reference, bool deleted = false) {
        return must(store().resolve_chat(reference, deleted));
    }
    Error missing(std::string_view reference, bool deleted = false) {
        auto found = store().resolve_chat(reference, deleted);
        REQUIRE(!found);
        return found.error();
    }
};

using Titles = std::vector<std::string>;

} // namespace

TEST_CASE_FIXTURE(Chats, "a chat is found by its id and by the beginning of it") {
    const std::string id = to_string(rust);
    CHECK(find(id) == rust);
    CHECK(find(id.substr(0, 8)) == rust);
    CHECK(find(id.substr(0, 11)) == rust);
    CHECK(missing(id.substr(0, 3)).code == Code::not_found);
    CHECK(missing("00000000-0000-0000-0000-000000000000").code == Code::not_found);
    CHECK(missing("").code == Code::invalid);
}

TEST_CASE_FIXTURE(Chats, "a chat is found by a piece of its title that no other has") {
    CHECK(find("lifetimes") == rust);
    CHECK(find("\u00E4PFEL") == cooking);
    CHECK(missing("haskell").code == Code::not_found);
}

TEST_CASE_FIXTURE(Chats, "an ambiguous title names the candidates, an exact one wins") {
    const Error error = missing("rust");
    CHECK(error.code == Code::ambiguous);
    CHECK(error.hint.find(to_string(rust).substr(0, 8)) != std::string::npos);
    CHECK(error.hint.find("Code review of rust") != std::string::npos);
    must_do(store().rename_chat(cooking, "Rust"));
    CHECK(find("rust") == cooking);
}

TEST_CASE_FIXTURE(Chats, "an ambiguous id tells the candidates apart") {
    const ChatView first = must(store().create_chat("one", ""));
    const ChatView second =
        must(store().create_chat("two", "")); // the same moment: a long prefix in common
    const std::string a = to_string(first.id);
    const std::string b = to_string(second.id);
    std::size_t common = 0;
    while (a[common] == b[common]) ++common;
    const Error error = missing(a.substr(0, 8));
    CHECK(error.code == Code::ambiguous);
    CHECK(error.hint.find(a.substr(0, common + 1)) != std::string::npos);
    CHECK(error.hint.find(b.substr(0, common + 1)) != std::string::npos);
}

TEST_CASE_FIXTURE(Chats, "a deleted chat is found only when asked for, a purged one never") {
    must_do(store().delete_chat(rust, false));
    CHECK(missing("lifetimes").code == Code::not_found);
    CHECK(missing(to_string(rust)).code == Code::not_found);
    CHECK(find("lifetimes", true) == rust);
    must_do(store().delete_chat(rust, true));
    CHECK(missing(to_string(rust), true).code == Code::not_found);
}

TEST_CASE_FIXTURE(Chats, "a chat's view has what its events say") {
    const ChatView chat = must(store().chat(rust));
    CHECK(chat.provider == "test");
    CHECK(chat.provider_id == "a");
    CHECK(chat.project == "/home/mika/rusty");
    CHECK(chat.model == "large");
    CHECK(chat.created == Time(1000));
    CHECK(chat.updated == Time(5000));
    CHECK(chat.events == 2);
    CHECK(!chat.created_here);
    CHECK(!chat.user_head);
    REQUIRE(chat.head);
    CHECK(must(store().event(to_string(*chat.head))).body.text == "two");
}

TEST_CASE_FIXTURE(Chats, "the head that the user chose wins") {
    const ChatView before = must(store().chat(rust));
    const EventView head = must(store().event(to_string(*before.head)));
    must_do(store().set_head(rust, to_string(*head.parent)));
    const ChatView after = must(store().chat(rust));
    CHECK(after.head == head.parent);
    CHECK(after.user_head == head.parent);
    CHECK(must(store().list_chats({.title = "lifetimes"})).front().head == head.parent);
    must_do(store().set_head(rust, ""));
    CHECK(must(store().chat(rust)).head == before.head);
}

TEST_CASE_FIXTURE(Chats, "chats are listed by their last change, or by their creation") {
    CHECK(titles({}) == Titles{"Rust lifetimes", "Cooking with \u00C4pfel", "Code review of rust"});
    CHECK(titles({.by_created = true}) ==
          Titles{"Cooking with \u00C4pfel", "Code review of rust", "Rust lifetimes"});
    CHECK(titles({.limit = 1, .offset = 1}) == Titles{"Cooking with \u00C4pfel"});
    CHECK(titles({.offset = 3}).empty());
}

TEST_CASE_FIXTURE(Chats, "filters of a list") {
    CHECK(titles({.provider = "test"}).size() == 3);
    CHECK(titles({.provider = "tes"}).empty());
    CHECK(titles({.project = "mika/r"}) == Titles{"Rust lifetimes"});
    CHECK(titles({.title = "RUST"}) == Titles{"Rust lifetimes", "Code review of rust"});
    CHECK(titles({.title = "RUST", .limit = 1, .offset = 1}) == Titles{"Code review of rust"});
    CHECK(titles({.after = 3000}) == Titles{"Rust lifetimes", "Cooking with \u00C4pfel"});
    CHECK(titles({.before = 2000}) == Titles{"Rust lifetimes"}); // created before
    must_do(store().tag_chat(code, "work", false));
    must_do(store().tag_chat(code, "a-tag", false));
    CHECK(titles({.tag = "work"}) == Titles{"Code review of rust"});
    CHECK(must(store().list_chats({.tag = "work"})).front().tags == Titles{"a-tag", "work"});
    CHECK(must(store().chat(code)).tags == Titles{"a-tag", "work"});
    must_do(store().delete_chat(rust, false));
    CHECK(titles({.title = "rust"}) == Titles{"Code review of rust"});
    CHECK(titles({.title = "rust", .deleted = true}).size() == 2);
}

TEST_CASE_FIXTURE(Chats, "a chat that another one started names it, whichever came first") {
    Import import(*this, "child.jsonl");
    const Uuid child = import.chat("child");
    import.say({.chat = "child", .name = "1", .text = "sub"});
    const Uuid event = event_id(record_key(rust, "2"), 0);
    must_do(import.session().sink().link({child, rust, event}));
    import.commit();
    const ChatView chat = must(store().chat(child));
    CHECK(chat.parent_chat == rust);
    CHECK(chat.parent_event == event);
}
