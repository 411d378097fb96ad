// Markdown as HTML: what it becomes, what it never becomes, and that nothing makes it slow.
#include "codec/html/prose.h"

#include "codec/html/text.h"
#include "support/html_check.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace kato;
using namespace kato::html;
using namespace kato::test;

namespace {

std::string markdown(std::string_view text) {
    std::string out;
    REQUIRE(append_markdown(out, text));
    CHECK(html_problem(out) == "");
    return out;
}

std::string repeated(std::string_view what, std::size_t times) {
    std::string out;
    for (; times > 0; --times) out += what;
    return out;
}

} // namespace

TEST_CASE("the usual Markdown") {
    CHECK(markdown("a *b* **c** `d` ~~e~~") ==
          "<p>a <em>b</em> <strong>c</strong> <code>d</code> <del>e</del></p>\n");
    CHECK(markdown("# A\n###### B") == "<h3>A</h3>\n<h6>B</h6>\n");
    CHECK(markdown("1. a\n2. b") == "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n");
    CHECK(markdown("3. a") == "<ol start=\"3\">\n<li>a</li>\n</ol>\n");
    CHECK(markdown("```c++ x\nint<b>;\n```") ==
          "<div class=\"code\"><span class=\"lang\">c++</span><pre><code>int&lt;b&gt;;\n"
          "</code></pre></div>\n");
    CHECK(markdown("|a|b|\n|--:|---|\n|c|d|").find("<td class=\"right\">c</td>") !=
          std::string::npos);
    CHECK(markdown("- [x] a").find("<li class=\"task\">") != std::string::npos);
}

TEST_CASE("links are http, https and mailto, everything else is text") {
    CHECK(markdown("[a](https://e.org/?b=1&c \"t\")") ==
          "<p><a href=\"https://e.org/?b=1&amp;c\" rel=\"noopener noreferrer\">a</a></p>\n");
    CHECK(markdown("<mailto:a@b>").find("href=\"mailto:a@b\"") != std::string::npos);
    for (const std::string address :
         {"javascript:alert(1)", "JAVASCRIPT:x", "&#106;avascript:x", "data:text/html,x", "//e.org",
          "/a", "#a", "vbscript:x", "file:///a", "ftp://e.org", "http:e", "\\\\e.org\\a",
          "https://e\xE2\x80\xAE.org", "https://e.org/\\a", " javascript:x"}) {
        CAPTURE(address);
        const std::string html = markdown("[text](<" + address + ">)");
        CHECK(html.find("href") == std::string::npos);
        CHECK(html.find("text") != std::string::npos);
    }
    CHECK(markdown("[a](javascript:b)") ==
          "<p>a <span class=\"address\">(javascript:b)</span></p>\n");
}

TEST_CASE("raw HTML is text") {
    CHECK(markdown("<script>alert(1)</script>") ==
          "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
    CHECK(markdown("a <b onload=\"x\"> c") == "<p>a &lt;b onload=&quot;x&quot;&gt; c</p>\n");
    CHECK(markdown("<!-- a -->") == "<p>&lt;!-- a --&gt;</p>\n");
}

TEST_CASE("a picture is a link, text, or a raster picture in the page") {
    CHECK(markdown("![a](http://e.org/p.png)").find("<img") == std::string::npos);
    CHECK(markdown("![a](http://e.org/p.png)").find(">Picture: a</a>") != std::string::npos);
    CHECK(markdown("![a](data:image/svg+xml;base64,PHN2Zz4=)").find("<img") == std::string::npos);
    CHECK(markdown("![a](data:image/png;base64,PHN2Zz4=)").find("<img") == std::string::npos);
    const std::string gif = "R0lGODlhAQABAAAAACw=";
    // The bytes say what it is, not the address.
    CHECK(markdown("![a\"b](data:image/png;base64," + gif + ")") ==
          "<p><img src=\"data:image/gif;base64," + gif + "\" alt=\"a&quot;b\"></p>\n");
    CHECK(markdown("[![a](http://e/p)](http://f)").find("<a class=\"image\"") == std::string::npos);
}

TEST_CASE("character references are text, and what hides is seen") {
    CHECK(markdown("&lt;b&gt; &#60;i&#62; &copy; &nope;") ==
          "<p>&lt;b&gt; &lt;i&gt; \xC2\xA9 &amp;nope;</p>\n");
    CHECK(markdown("&#x202E;a&rlm;") == "<p>(U+202E)a&amp;rlm;</p>\n");
    CHECK(markdown("&#0;&#xD800;&#x110000;") == "<p>\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD</p>\n");
}

TEST_CASE("what was typed stays as it was typed, beside fenced code") {
    std::string out;
    append_plain(out, "\n  __init__ *x*\n<b>\n```sh\n$ a\n```\nend\n\n");
    CHECK(out ==
          "<p class=\"typed\">  __init__ *x*\n&lt;b&gt;</p>\n"
          "<div class=\"code\"><span class=\"lang\">sh</span><pre><code>$ a\n</code></pre></div>\n"
          "<p class=\"typed\">end</p>\n");
}

TEST_CASE("a text that is too long or nests too deep is shown as it is") {
    const std::string deep = repeated("> ", k_max_markers + 1) + "x";
    CHECK(markdown(deep).starts_with("<p class=\"typed\">&gt; &gt;"));
    const std::string shallow = repeated("> ", k_max_markers) + "x";
    const std::string quoted = markdown(shallow);
    CHECK(quoted.starts_with("<blockquote>"));
    CHECK(quoted.find("x") != std::string::npos);
    const std::string line(k_max_markdown_bytes + 1, '*');
    CHECK(html_text(markdown(line)) == line + "\n");
}

TEST_CASE("texts that want much work or much output get little of both") {
    const std::size_t room = k_max_markdown_bytes - 100;
    const auto fill = [&](std::string_view piece) { return repeated(piece, room / piece.size()); };
    const std::string columns = repeated("|", room / 4);
    const std::pair<std::string, std::string> texts[] = {
        {"cells", columns + "\n" + repeated("|-", room / 8) + "|\n" + repeated("|\n", room / 8)},
        {"references",
         "[a]: http://" + std::string(10'000, 'x') + "\n\n" + repeated("[a] ", room / 8)},
        {"brackets", fill("[")},
        {"links", fill("[a](<b")},
        {"nested links", repeated("[", room / 6) + "a" + repeated("](b)", room / 6)},
        {"emphasis", fill("*a_ ")},
        {"openers", fill("**a *")},
        {"backticks", fill("`a``b")},
        {"entities", fill("&#1")},
        {"autolinks", fill("<http:")},
        {"addresses", fill("http://a.")},
        {"html", fill("<a ")},
        {"quotes", fill(repeated("> ", k_max_markers) + "\n")},
        {"lists", repeated("- ", k_max_markers) + "\n" + fill("\n")},
        {"items", fill("* a\n")},
        {"numbers", fill("1) a\n")},
        {"strikes", fill("~~a")},
        {"pictures", fill("![")},
        {"escapes", fill("\\")},
        {"lazy", repeated("> ", k_max_markers) + "\n" + fill("a\n")},
        {"titles", fill("[a]: b 'c\n")},
        {"definitions", fill("[a]: b\n")},
    };
    for (const auto& one : texts) { // Clang's lambdas cannot take a structured binding
        const std::string& name = one.first;
        const std::string& text = one.second;
        CAPTURE(name);
        const auto start = std::chrono::steady_clock::now();
        const std::string html = markdown(text);
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
                              std::chrono::steady_clock::now() - start)
                              .count();
        CHECK(html.size() < 20 * text.size() + (128 << 10));
        CHECK_MESSAGE(took < 20'000, name << ": " << took << " ms"); // linear ones take some 10 ms
        MESSAGE(name << ": " << took << " ms, " << html.size() << " bytes");
    }
}
