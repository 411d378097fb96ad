#include "codec/html/blocks.h"

#include "base/base64.h"
#include "codec/html/text.h"
#include "codec/image.h"
#include "codec/json/json.h"

#include <algorithm>

#include <fmt/format.h>

namespace kato::html {
namespace {

constexpr std::size_t k_preview = 90; // characters
constexpr std::size_t k_longest_line = 100;
constexpr std::size_t k_longest_uri = 300;

// What tells most about a call, the first that is there.
constexpr std::string_view k_telling[] = {"command", "cmd",   "file_path",   "path",   "pattern",
                                          "query",   "url",   "description", "prompt", "input",
                                          "name",    "title", "question"};

std::string text_of(const json::Value& value) {
    return value.is_string() ? value.text() : std::string(value.raw());
}

Status append_picture(std::string& out, const BlobView& blob, std::string_view type,
                      const Attachment& attachment, const std::function<Status()>& flush) {
    out += "<figure><img src=\"data:";
    out += type;
    out += ";base64,";
    std::string rest;
    KATO_CHECK(blob.read([&](std::string_view piece) -> Status {
        rest += piece;
        const std::size_t whole = rest.size() / 3 * 3;
        out += base64_encode(std::string_view(rest).substr(0, whole));
        rest.erase(0, whole);
        return flush();
    }));
    out += base64_encode(rest);
    const std::string name = shown_line(attachment.name, 200);
    out += "\" alt=\"" + (name.empty() ? std::string("Picture without a name") : name) + "\">";
    if (!name.empty()) out += "<figcaption dir=\"auto\">" + name + "</figcaption>";
    out += "</figure>\n";
    return done();
}

void append_facts(std::string& out, const Attachment& attachment) {
    std::string facts;
    const auto add = [&](const std::string& fact) {
        if (fact.empty()) return;
        if (!facts.empty()) facts += ", ";
        facts += fact;
    };
    add(shown_line(attachment.name, 200));
    add(shown_line(attachment.media_type, 100));
    add(shown_line(attachment.uri, k_longest_uri));
    add(attachment.size_bytes == 0 ? "size not known"
                                   : fmt::format("{} bytes", attachment.size_bytes));
    if (attachment.blob) // enough to find it by
        add("SHA-256 <code>" + to_hex(*attachment.blob).substr(0, 16) + "</code>\xE2\x80\xA6");
    out += "<li dir=\"auto\">Attachment: " + facts + "</li>\n";
}

} // namespace

std::string call_preview(const EventBody& body) {
    json::Document document;
    if (body.data.empty() || !document.parse(body.data)) return shown_line(body.text, k_preview);
    const json::Value root = document.root();
    if (!root.is_object()) return shown_line(text_of(root), k_preview);
    for (const std::string_view name : k_telling)
        if (const json::Value value = root.member(name); value.is_string())
            return shown_line(value.text(), k_preview);
    for (json::Value value = root.first(); value; value = value.next())
        if (value.is_string()) return shown_line(value.text(), k_preview);
    return root.first() ? shown_line(body.data, k_preview) : std::string();
}

std::string result_preview(const EventBody& body) {
    const std::string_view text = body.text.empty() ? body.data : body.text;
    const std::size_t start = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    const std::string_view line = text.substr(start, text.find('\n', start) - start);
    std::string out = shown_line(line, k_preview);
    const auto lines = std::count(text.begin(), text.end(), '\n') + (text.ends_with('\n') ? 0 : 1);
    if (lines > 1) out += fmt::format(" ({} lines)", lines);
    return out;
}

void append_raw(std::string& out, std::string_view text) {
    out += "<pre dir=\"auto\">";
    if (text.starts_with('\n')) out += '\n'; // the first one would not be shown
    out += shown(text);
    out += "</pre>\n";
}

void append_arguments(std::string& out, const EventBody& body) {
    json::Document document;
    if (body.data.empty() || !document.parse(body.data) || !document.root().is_object()) {
        append_raw(out, body.data.empty() ? body.text : body.data);
        return;
    }
    const json::Value first = document.root().first();
    if (!first) {
        out += "<p class=\"empty\">(no arguments)</p>\n";
        return;
    }
    out += "<dl class=\"arguments\">\n";
    for (json::Value value = first; value; value = value.next()) {
        out += "<dt>" + shown_line(value.key(), k_longest_line) + "</dt><dd>";
        append_raw(out, text_of(value));
        out += "</dd>\n";
    }
    out += "</dl>\n";
}

Status append_attachments(std::string& out, const EventBody& body, const WriterOptions& options,
                          const std::function<Status()>& flush) {
    std::vector<const Attachment*> named;
    for (const Attachment& attachment : body.attachments) {
        BlobView blob;
        std::string_view type;
        if (attachment.blob && options.blob_source) {
            KATO_TRY(blob, options.blob_source(*attachment.blob));
            KATO_TRY(type, raster_image_type(blob));
        }
        if (type.empty() || !options.blobs) {
            named.push_back(&attachment);
            if (options.loss == nullptr || !attachment.blob) continue;
            if (options.blobs)
                options.loss->drop("attachments");
            else
                options.loss->leave_out("attachments");
            continue;
        }
        KATO_CHECK(append_picture(out, blob, type, attachment, flush));
    }
    if (named.empty()) return done();
    out += "<ul class=\"attachments\">\n";
    for (const Attachment* attachment : named) append_facts(out, *attachment);
    out += "</ul>\n";
    return done();
}

} // namespace kato::html
