#include "records/writer.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <stdexcept>

#include <sys/stat.h>

#include "folder.hpp"

namespace snmpgate::app {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kSilence = 60 * kSecond;  // between two messages of one kind

std::string_view cure(int error) {
    switch (error) {
        case 0:
        case ENOSPC:
        case EDQUOT:
            return "free space there, or set records.directory to another disk";
        case EACCES:
        case EPERM:
        case EROFS:
            return "let the user snmpgate runs as write there, or set records.directory to where it may";
        case EEXIST:
        case ENOENT:
        case ENOTDIR:
            return "make records.directory a directory again";
        case EFBIG:
            return "raise the file size limit (ulimit -f), or lower records.rotate_bytes";
        default:
            return "see the kernel's log (dmesg) for the disk's state";
    }
}

std::string explained(int error) {
    return std::string(error == 0 ? "less was written than asked" : std::strerror(error));
}

[[noreturn]] void refuse(const std::filesystem::path& directory, std::string_view what, int error) {
    throw std::runtime_error("records.directory " + directory.string() + ": " + std::string(what) + ": " +
                             explained(error) + "; " + std::string(cure(error)));
}

std::string six_digits(uint32_t number) {
    char text[16];
    std::snprintf(text, sizeof text, "%06u", number);
    return text;
}

}  // namespace

RecordWriter::RecordWriter(RecordFiles files, std::ostream& log) : files_(std::move(files)), log_(log) {
    if (const int error = make_directory(files_.directory); error != 0)
        refuse(files_.directory, "cannot be created", error);
    if (!std::filesystem::is_directory(files_.directory)) refuse(files_.directory, "is no directory", ENOTDIR);
    if (::faccessat(AT_FDCWD, files_.directory.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
        refuse(files_.directory, "cannot be written", errno);
    if (files_.names == RecordFiles::Names::numbered) {
        while (::unlink(next_path().c_str()) == 0) ++sequence_;
        sequence_ = 0;
    }
}

void RecordWriter::write(record::Block& block) {
    record::seal(block);
    now_ = block.header.base_time.host();
    const uint64_t records = block.header.count.host();
    if (const std::optional<Failure> failure = append(block.bytes())) {
        counters_.records_lost_writing += records;
        complain(*failure);
        return;
    }
    ++counters_.blocks;
    counters_.records += records;
}

std::optional<RecordWriter::Failure> RecordWriter::append(std::span<const uint8_t> bytes) {
    struct stat now_on_disk {};
    if (file_) {
        if (::fstat(file_.get(), &now_on_disk) != 0) now_on_disk = {};
        const auto size = static_cast<uint64_t>(now_on_disk.st_size);
        const bool removed = now_on_disk.st_nlink == 0;  // by somebody: what is written there is gone
        const bool full = files_.rotate_bytes != 0 && size + bytes.size() > files_.rotate_bytes;
        // Workers' blocks arrive in turn, so one may be older than the file.
        const bool old =
            files_.rotate_seconds != 0 && now_ > opened_at_ && (now_ - opened_at_) / kSecond >= files_.rotate_seconds;
        if (removed || (size > 0 && (full || old))) {
            close();
            now_on_disk = {};
        }
    }
    if (!file_) {
        if (const std::optional<Failure> failure = open()) return failure;
    }
    if (now_on_disk.st_size == 0) opened_at_ = now_;

    ssize_t written = 0;
    do written = ::write(file_.get(), bytes.data(), bytes.size());
    while (written < 0 && errno == EINTR);
    if (written == static_cast<ssize_t>(bytes.size())) return std::nullopt;

    const Failure failure{"write", written < 0 ? errno : 0};
    const bool whole = ::ftruncate(file_.get(), now_on_disk.st_size) == 0;
    // A file that holds nothing is tried again, or a full disk would fill with empty files.
    if (now_on_disk.st_size > 0 || !whole) close();
    return failure;
}

std::optional<RecordWriter::Failure> RecordWriter::open() {
    if (const int error = make_directory(files_.directory); error != 0) {
        path_ = files_.directory;
        return Failure{"create", error};
    }
    for (;; ++sequence_) {
        path_ = next_path();
        // O_APPEND: a file that somebody empties goes on at its new end, without a hole.
        file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640));
        if (file_) break;
        // Another run's, of this second: by the name's rule the next one is ours.
        if (errno != EEXIST) return Failure{"open", errno};
    }
    ++sequence_;
    ++counters_.files;
    return std::nullopt;
}

std::filesystem::path RecordWriter::next_path() const {
    if (files_.names == RecordFiles::Names::numbered)
        return files_.directory / (files_.prefix + "-" + six_digits(sequence_) + ".rec");
    const auto seconds = static_cast<time_t>(now_ / kSecond);
    tm utc{};
    ::gmtime_r(&seconds, &utc);
    char time[32];
    std::strftime(time, sizeof time, "%Y%m%dT%H%M%S", &utc);
    return files_.directory / (files_.prefix + "-" + time + "-" + six_digits(sequence_) + ".rec");
}

void RecordWriter::close() {
    if (!file_) return;
    if (::fsync(file_.get()) != 0) complain({"fsync", errno});
    file_.reset();
}

void RecordWriter::complain(Failure failure) {
    const auto [said, first] = said_.try_emplace({failure.step, failure.error}, now_);
    if (!first && now_ < said->second + kSilence) return;
    said->second = now_;
    log_ << "snmpgate: records: " << failure.step << " " << path_.string() << ": " << explained(failure.error) << "; "
         << counters_.records_lost_writing << " records lost in writing so far; " << cure(failure.error) << std::endl;
}

}  // namespace snmpgate::app
