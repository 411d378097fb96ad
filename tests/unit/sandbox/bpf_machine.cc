#include "bpf_machine.h"

#include <cstring>
#include <stdexcept>

#include <linux/audit.h>
#include <linux/seccomp.h>

namespace kato::test {

std::uint32_t run_filter(std::span<const sock_filter> program, const FilteredCall& call) {
    seccomp_data data{};
    data.nr = static_cast<int>(call.number);
#if defined(__x86_64__)
    data.arch = call.architecture != 0 ? call.architecture : AUDIT_ARCH_X86_64;
#else
    data.arch = call.architecture != 0 ? call.architecture : AUDIT_ARCH_AARCH64;
#endif
    for (std::size_t at = 0; at < 6; ++at) data.args[at] = call.arguments[at];
    std::uint32_t accumulator = 0;
    for (std::size_t at = 0; at < program.size(); ++at) {
        const sock_filter& one = program[at];
        const auto jump_if = [&](bool condition) { at += condition ? one.jt : one.jf; };
        switch (one.code) {
        case BPF_LD | BPF_W | BPF_ABS:
            if (one.k % 4 != 0 || one.k + 4 > sizeof data) throw std::runtime_error("bad load");
            std::memcpy(&accumulator, reinterpret_cast<const char*>(&data) + one.k, 4);
            break;
        case BPF_ALU | BPF_AND | BPF_K: accumulator &= one.k; break;
        case BPF_JMP | BPF_JA: at += one.k; break;
        case BPF_JMP | BPF_JEQ | BPF_K: jump_if(accumulator == one.k); break;
        case BPF_JMP | BPF_JGE | BPF_K: jump_if(accumulator >= one.k); break;
        case BPF_JMP | BPF_JSET | BPF_K: jump_if((accumulator & one.k) != 0); break;
        case BPF_RET | BPF_K: return one.k;
        default: throw std::runtime_error("unknown instruction");
        }
    }
    throw std::runtime_error("the program runs over its end");
}

} // namespace kato::test
