#pragma once

#include <filesystem>
#include <string_view>

#include "records/file_descriptor.hpp"

namespace snmpgate::app {

// A file of text lines that others read, rotate and remove while it is written. Theory of operation:
//
// Every append asks first whether the path still names the open file. If it was renamed or removed, the path is opened
// anew, so rotation needs no signal, and a line is in the file before or in the one after, whole. Where the new file
// cannot be opened, lines go on into the renamed one; into a removed one they would be lost, and that is said. All is
// appended (O_APPEND), so a file that was copied and truncated goes on at its new end.
//
//   eve.json → mv eve.json eve.json.1 → append: opens eve.json → eve.json.1 holds what came before, eve.json the rest
//
// For logrotate: `nocreate` and `delaycompress`, with or without a SIGHUP; or `copytruncate`, which alone may lose the
// lines of the moment between its copy and its truncation.
class LogFile {
 public:
    explicit LogFile(std::filesystem::path path) : path_(std::move(path)) {}

    // Opens the path, creating the file (0640) and missing folders, emptied if so asked. 0, or the errno; then what was
    // open stays so.
    [[nodiscard]] int open(bool empty = false);

    struct Result {
        bool written = false;
        int open_error = 0;   // errno of opening the path anew; `written` may be true all the same
        int write_error = 0;  // errno of the write
    };
    // Whole lines, all or none: what a failed write left of them is cut away. To be called once open() did well.
    [[nodiscard]] Result append(std::string_view lines);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    enum class Place {
        at_path,
        renamed,
        removed
    };
    [[nodiscard]] Place place() const;
    [[nodiscard]] int write(std::string_view text);
    [[nodiscard]] bool cut(size_t size);

    std::filesystem::path path_;
    FileDescriptor file_;
    bool torn_ = false;  // the file ends inside a line: by a crash, or a write that could not be undone
};

}  // namespace snmpgate::app
