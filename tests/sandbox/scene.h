// What there is to escape to: files, listeners, another process, memory shared by name. All of it
// belongs to the test, lies on this machine and goes away with it.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace kato::test {

class Scene {
public:
    // As the user of whom the files shall be. `setuid_program`: a copy of it belongs to root and is
    // setuid, when we are root now and become somebody else.
    Scene(const std::string& program, uid_t user);
    ~Scene();
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;

    // Makes anew what an act may have destroyed.
    void reset() const;
    // "name=value" for the acts.
    std::vector<std::string> parameters() const;
    std::string path(const std::string& name) const { return base_ + "/" + name; }
    int chat() const { return chat_; }
    // The bytes that were granted.
    static constexpr const char* k_chat = "{\"granted\":true}\n";

private:
    void listen_everywhere();
    void share_memory();

    std::string base_;
    std::string program_;
    int chat_ = -1;
    pid_t victim_ = -1;
    pid_t owner_ = -1;
    int tcp_ = 0, tcp6_ = 0, udp_ = 0;
    int memory_ = -1, messages_ = -1;
    std::vector<int> open_;
};

} // namespace kato::test
