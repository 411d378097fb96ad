// An assembler for classic BPF, the language of system-call filters: labels instead of distances.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <linux/filter.h>

namespace kato::sandbox {

// Conditions jump to a label when they hold and go on otherwise; labels lie after their uses.
class BpfAssembler {
public:
    using Label = std::size_t;

    Label make_label();
    void bind(Label label); // here

    void load(std::uint32_t offset); // a word of struct seccomp_data
    void mask(std::uint32_t bits);
    void jump(Label to);
    void jump_if_equal(std::uint32_t value, Label to);
    void jump_if_at_least(std::uint32_t value, Label to);
    void jump_if_any_bit(std::uint32_t bits, Label to);
    void give(std::uint32_t action);

    std::vector<sock_filter> finish();

private:
    void condition(std::uint16_t code, std::uint32_t value, Label to);

    struct Use {
        std::size_t at;
        Label label;
    };
    std::vector<sock_filter> program_;
    std::vector<std::size_t> places_; // by label
    std::vector<Use> uses_;
};

} // namespace kato::sandbox
