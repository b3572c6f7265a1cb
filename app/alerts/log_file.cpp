#include "alerts/log_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <sys/stat.h>

#include "folder.hpp"

namespace snmpgate::app {
namespace {

// Of a regular file that can be read; of any other nothing is known.
bool ends_inside_a_line(const std::filesystem::path& path, int file) {
    struct stat status {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) return false;
    const FileDescriptor reader{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    char last = '\n';
    return reader && ::pread(reader.get(), &last, 1, status.st_size - 1) == 1 && last != '\n';
}

}  // namespace

int LogFile::open(bool empty) {
    const int folder = path_.has_parent_path() ? make_directory(path_.parent_path()) : 0;
    const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | (empty ? O_TRUNC : 0);
    FileDescriptor opened{::open(path_.c_str(), flags, 0640)};
    if (!opened) return folder != 0 ? folder : errno;
    file_ = std::move(opened);
    torn_ = ends_inside_a_line(path_, file_.get());
    return 0;
}

LogFile::Result LogFile::append(std::string_view lines) {
    Result result;
    if (const Place place = this->place(); place != Place::at_path) {
        result.open_error = open();
        if (result.open_error != 0 && place == Place::removed) return result;
    }
    if (torn_) {
        result.write_error = write("\n");
        if (result.write_error != 0) return result;
        torn_ = false;
    }
    result.write_error = write(lines);
    result.written = result.write_error == 0;
    return result;
}

LogFile::Place LogFile::place() const {
    struct stat ours {
    }, there{};
    if (::fstat(file_.get(), &ours) != 0) return Place::at_path;
    if (::stat(path_.c_str(), &there) == 0 && there.st_dev == ours.st_dev && there.st_ino == ours.st_ino)
        return Place::at_path;
    return ours.st_nlink == 0 ? Place::removed : Place::renamed;
}

int LogFile::write(std::string_view text) {
    size_t done = 0;
    while (done < text.size()) {
        const ssize_t wrote = ::write(file_.get(), text.data() + done, text.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) {
            const int error = wrote < 0 ? errno : EIO;
            if (done != 0) torn_ = !cut(done);
            return error;
        }
        done += static_cast<size_t>(wrote);
    }
    return 0;
}

// Takes back the last `size` bytes. The offset is behind them, and so is the file's end, unless somebody truncated the
// file meanwhile (then they are gone) or appended to it (then they stay).
bool LogFile::cut(size_t size) {
    struct stat now {};
    const off_t end = ::lseek(file_.get(), 0, SEEK_CUR);
    if (end < 0 || ::fstat(file_.get(), &now) != 0) return false;
    if (now.st_size != end) return now.st_size < end;
    return ::ftruncate(file_.get(), end - static_cast<off_t>(size)) == 0;
}

}  // namespace snmpgate::app
