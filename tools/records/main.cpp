#include <csignal>

#include <CLI/CLI.hpp>

#include "dump.hpp"

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), and ends quietly
    CLI::App app{"Reads the record files of snmpgate (docs/record.md).", "snmpgate-records"};
    app.require_subcommand(1);

    CLI::App* dump = app.add_subcommand("dump", "Print records, one a line");
    bool json = false;
    std::vector<std::string> files;
    dump->add_flag("--json", json, "JSON lines instead of text");
    dump->add_option("FILE", files, "record files, oldest first; - is stdin")->required();

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    using snmpgate::records::Format;
    return snmpgate::records::dump(files, json ? Format::json : Format::text);
}
