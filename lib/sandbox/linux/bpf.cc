#include "sandbox/linux/bpf.h"

namespace kato::sandbox {

namespace {

constexpr std::size_t k_reach = 255; // of a condition

} // namespace

BpfAssembler::Label BpfAssembler::make_label() {
    places_.push_back(0);
    return places_.size() - 1;
}

void BpfAssembler::bind(Label label) { places_[label] = operations_.size(); }

void BpfAssembler::add(std::uint16_t code, std::uint32_t value) {
    operations_.push_back({code, value});
}

void BpfAssembler::load(std::uint32_t offset) { add(BPF_LD | BPF_W | BPF_ABS, offset); }
void BpfAssembler::mask(std::uint32_t bits) { add(BPF_ALU | BPF_AND | BPF_K, bits); }
void BpfAssembler::give(std::uint32_t action) { add(BPF_RET | BPF_K, action); }

void BpfAssembler::jump(Label to) {
    operations_.push_back({BPF_JMP | BPF_JA, 0, to, true, false, false});
}

void BpfAssembler::condition(std::uint16_t code, std::uint32_t value, Label to) {
    const auto whole = static_cast<std::uint16_t>(BPF_JMP | BPF_K | code);
    operations_.push_back({whole, value, to, false, true, false});
}

void BpfAssembler::jump_if_equal(std::uint32_t value, Label to) { condition(BPF_JEQ, value, to); }
void BpfAssembler::jump_if_at_least(std::uint32_t value, Label to) {
    condition(BPF_JGE, value, to);
}
void BpfAssembler::jump_if_any_bit(std::uint32_t bits, Label to) { condition(BPF_JSET, bits, to); }

std::vector<std::size_t> BpfAssembler::layout() const {
    std::vector<std::size_t> begins;
    std::size_t at = 0;
    for (const Operation& operation : operations_) {
        begins.push_back(at);
        at += operation.far ? 2 : 1;
    }
    begins.push_back(at);
    return begins;
}

std::vector<sock_filter> BpfAssembler::finish() {
    std::vector<std::size_t> begins = layout();
    // A far one makes others farther: until none is left. They only become more.
    for (bool again = true; again; begins = layout()) {
        again = false;
        for (std::size_t at = 0; at < operations_.size(); ++at) {
            Operation& one = operations_[at];
            if (!one.conditional || one.far) continue;
            one.far = begins[places_[one.to]] - begins[at] - 1 > k_reach;
            again = again || one.far;
        }
    }
    std::vector<sock_filter> program;
    for (std::size_t at = 0; at < operations_.size(); ++at) {
        const Operation& one = operations_[at];
        const std::size_t last = begins[at] + (one.far ? 1 : 0); // the one that jumps
        const auto distance = [&] {
            return static_cast<std::uint32_t>(begins[places_[one.to]] - last - 1);
        };
        if (one.far) {
            program.push_back(BPF_JUMP(one.code, one.value, 0, 1));
            program.push_back(BPF_STMT(BPF_JMP | BPF_JA, distance()));
        } else if (one.conditional) {
            program.push_back(
                BPF_JUMP(one.code, one.value, static_cast<std::uint8_t>(distance()), 0));
        } else {
            program.push_back(BPF_STMT(one.code, one.jumps ? distance() : one.value));
        }
    }
    return program;
}

} // namespace kato::sandbox
