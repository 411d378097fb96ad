// An assembler for classic BPF, the language of system-call filters: labels instead of distances.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <linux/filter.h>

namespace kato::sandbox {

// Conditions jump to a label when they hold and go on otherwise; labels lie after their uses. Where
// a label is too far for a condition, the condition jumps over a jump.
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
    struct Operation {
        std::uint16_t code;
        std::uint32_t value;
        Label to = 0;
        bool jumps = false;       // to the label, always
        bool conditional = false; // or if the condition holds
        bool far = false;
    };
    void add(std::uint16_t code, std::uint32_t value);
    void condition(std::uint16_t code, std::uint32_t value, Label to);
    std::vector<std::size_t> layout() const; // where each operation begins, and the end

    std::vector<Operation> operations_;
    std::vector<std::size_t> places_; // by label: before which operation
};

} // namespace kato::sandbox
