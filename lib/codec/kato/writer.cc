// Writes the canonical format.
#include "codec/kato/kato.h"
#include "codec/kato/records.h"

namespace kato {
namespace {

class KatoWriter final : public Writer {
public:
    KatoWriter(Output out, const WriterOptions& options)
        : line_(std::move(out)), blobs_(options.blobs) {}

    Wants wants() const override {
        Wants wants;
        wants.everything = true;
        wants.revisions = true;
        wants.blobs = Wants::Blobs::once;
        return wants;
    }

    Status begin() override {
        line_.begin("{\"kato\":1");
        return line_.end();
    }

    Status chat(const ChatView& chat, std::span<const SourceReference> sources) override {
        line_.begin("{\"type\":\"chat\"");
        put_chat(line_, chat, sources);
        return line_.end();
    }

    Status usage(const Usage& usage) override {
        line_.begin("{\"type\":\"usage\"");
        put_usage(line_, usage);
        return line_.end();
    }

    Status event(const EventView& event) override {
        line_.begin("{\"type\":\"event\"");
        put_event(line_, event);
        return line_.end();
    }

    Status blob(const BlobView& blob) override {
        if (!blobs_) return done();
        line_.begin("{\"type\":\"blob\"");
        KATO_CHECK(put_blob(line_, blob));
        return line_.end();
    }

    Status end() override { return line_.flush(); }

private:
    LineBuffer line_;
    bool blobs_;
};

} // namespace

std::unique_ptr<Writer> make_kato_writer(Output out, const WriterOptions& options) {
    return std::make_unique<KatoWriter>(std::move(out), options);
}

} // namespace kato
