// The real control server with canned answers, for the tests of the tools that speak to it.
//
//   control_canned SOCKET ANSWERS      ANSWERS: a JSON object, command -> result, or -> {"refuse": text}
//
// Prints "ready", then every call on a line of its own, until stdin ends.

#include <fstream>
#include <iostream>
#include <stdexcept>
#include <unistd.h>

#include "control/server.hpp"

int main(int argc, char** argv) {
    using namespace snmpgate::app;
    if (argc != 3) return 2;
    std::ifstream file{argv[2]};
    const auto answers = nlohmann::ordered_json::parse(file);
    Commands commands;
    for (const auto& entry : answers.items()) {
        commands.add(entry.key(), [&answers, name = entry.key()](const nlohmann::json& arguments) {
            std::cout << nlohmann::ordered_json{{"command", name}, {"arguments", arguments}}.dump() << std::endl;
            if (answers[name].contains("refuse")) throw std::runtime_error(answers[name]["refuse"]);
            return answers[name];
        });
    }
    ControlServer server{argv[1], commands};
    std::cout << "ready" << std::endl;
    while (true) {
        std::vector<pollfd> waiting = {{STDIN_FILENO, POLLIN, 0}};
        server.add_to(waiting);
        poll(waiting.data(), waiting.size(), 1000);
        if (waiting.front().revents != 0) return 0;
        server.serve(waiting);
    }
}
