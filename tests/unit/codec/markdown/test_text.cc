// Untrusted text inside Markdown: it cannot become anything but what it is.
#include "codec/markdown/text.h"

#include <doctest/doctest.h>

using namespace kato::markdown;

TEST_CASE("control characters and what turns or hides text are made visible") {
    CHECK(visible("a\x1B[31m\x07\x7F") == "a\xE2\x90\x9B[31m\xE2\x90\x87\xE2\x90\xA1");
    CHECK(visible(std::string_view("\0", 1)) == "\xE2\x90\x80");
    CHECK(visible("a\r\nb\rc\n") == "a\nb\xE2\x90\x8D"
                                    "c\n");
    CHECK(visible("\xE2\x80\xAE"
                  "evil") == "(U+202E)evil");
    CHECK(visible("\xC2\x85\xE2\x80\xA8\xEF\xBB\xBF") == "(U+0085)(U+2028)(U+FEFF)");
    CHECK(visible("\xF3\xA0\x81\x81") == "(U+E0041)");
    CHECK(visible("\xED\xA0\xBD") == "(U+D83D)");
    CHECK(visible("\xFF") == "\xEF\xBF\xBD");
    CHECK(visible("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB \xE7\x85\x8E") ==
          "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB \xE7\x85\x8E");
}

TEST_CASE("a heading's text is neither Markdown nor HTML nor a second line") {
    CHECK(inline_text("a\n## User") == "a \\#\\# User");
    CHECK(inline_text("<b>&amp;[x](y)`*_") == "&lt;b\\>\\&amp;\\[x\\](y)\\`\\*\\_");
    CHECK(inline_text("claude-opus-4.6 (new)") == "claude-opus-4.6 (new)");
}

TEST_CASE("front matter texts stay inside their quotes") {
    CHECK(yaml_text("a \"b\" \\ \n---\t") == "\"a \\\"b\\\" \\\\ \\n---\\t\"");
    CHECK(yaml_text("\x01\xC2\x85\xE2\x80\xA8\xED\xA0\xBD") == "\"\\u0001\\u0085\\u2028\\uFFFD\"");
}

TEST_CASE("a fence is longer than every run of backticks inside") {
    CHECK(as_code("x") == "```\nx\n```\n\n");
    CHECK(as_code("a\n````\n## User\n") == "`````\na\n````\n## User\n`````\n\n");
    CHECK(as_code("x", "c++ {.evil}") == "```c++\nx\n```\n\n");
    CHECK(as_code(" \n") == "");
}

TEST_CASE("prose is quoted line by line") {
    CHECK(as_prose("## User\n\ntext\n---\n") == "> ## User\n>\n> text\n> ---\n\n");
    CHECK(as_prose("\n \n") == "");
}

TEST_CASE("prose has no HTML, no images and no link definitions") {
    CHECK(as_prose("</blockquote><script>") == "> &lt;/blockquote>&lt;script>\n\n");
    CHECK(as_prose("<!-- -->") == "> &lt;!-- -->\n\n");
    CHECK(as_prose("1 < 2 <3") == "> 1 < 2 <3\n\n");
    CHECK(as_prose("![x](http://e)") == "> !\\[x](http://e)\n\n");
    CHECK(as_prose("[User]: http://e") == "> [User]\\: http://e\n\n");
}

TEST_CASE("a code span keeps its text where nothing can make it something else") {
    CHECK(as_prose("see `vector<int>` and ``a`<b>``") == "> see `vector<int>` and ``a`<b>``\n\n");
    // Each of these makes other spans than those that one line shows.
    CHECK(as_prose("a ` b\n` <b> `") == "> a ` b\n> ` &lt;b> `\n\n");
    CHECK(as_prose("\\` <b> `") == "> \\` &lt;b> `\n\n");
    CHECK(as_prose("| ` | <b> ` |") == "> | ` | &lt;b> ` |\n\n");
    CHECK(as_prose("`` ` <b>\n` `` <i> ``") == "> `` ` &lt;b>\n> ` `` &lt;i> ``\n\n");
    CHECK(as_prose("[a `<b>` c\n`") == "> [a `&lt;b>` c\n> `\n\n");
    // An empty line ends every span.
    CHECK(as_prose("a ` b\n\n`<b>`") == "> a ` b\n>\n> `<b>`\n\n");
}

TEST_CASE("fenced code inside a message gets a fence of ours") {
    CHECK(as_prose("look:\n```cpp\nint<b> x;\n```\nend") ==
          "> look:\n\n```cpp\nint<b> x;\n```\n\n> end\n\n");
    CHECK(as_prose("~~~\n```\n## User\n~~~\n") == "````\n```\n## User\n````\n\n");
    CHECK(as_prose("````\na\n```\nb\n````") == "````\na\n```\nb\n````\n\n");
}

TEST_CASE("a fence that is never closed ends with its message") {
    CHECK(as_prose("```\n## User\n<b>") == "```\n## User\n<b>\n```\n\n");
}

TEST_CASE("a fence that others see elsewhere opens nothing") {
    // In a list item the second fence would close the first; here it opens one, which is ours.
    CHECK(as_prose("- ```\n  x\n  ```\n<script>") == "> - ```\n>   x\n\n```\n<script>\n```\n\n");
}
