#include "config/json_text.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "config/config.hpp"

namespace snmpgate::app {
namespace {

// Follows the parser's events, keeping the path of where it is and the keys seen in every object that is open.
class Audit : public nlohmann::json_sax<Json> {
 public:
    Audit(const std::string& text, const std::string& file) : text_(text), file_(file) {}

    bool null() override { return scalar(nullptr); }
    bool boolean(bool value) override { return scalar(value); }
    bool number_integer(number_integer_t value) override { return scalar(value); }
    bool number_unsigned(number_unsigned_t value) override { return scalar(value); }
    bool number_float(number_float_t value, const string_t&) override { return scalar(value); }
    bool string(string_t& value) override { return scalar(value); }
    bool binary(binary_t&) override { return false; }  // no JSON text has one

    bool start_object(size_t) override { return open(Level{.is_list = false}, "an object"); }
    bool end_object() override { return close(); }
    bool start_array(size_t) override { return open(Level{.is_list = true}, "a list"); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        levels_.back().key = name;
        repeated_ = !levels_.back().keys.insert(name).second;
        return true;
    }

    bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception& error) override {
        const size_t at = std::min(position == 0 ? 0 : position - 1, text_.size());
        const auto before = text_.begin() + static_cast<std::ptrdiff_t>(at);
        const auto line = 1 + std::count(text_.begin(), before, '\n');
        const size_t newline = at == 0 ? std::string::npos : text_.rfind('\n', at - 1);
        const size_t column = newline == std::string::npos ? at + 1 : at - newline;

        // The library's text begins with its own name for the error and its own idea of the position.
        std::string why = error.what();
        if (const size_t end = why.find("] "); end != std::string::npos) why.erase(0, end + 2);
        if (const size_t end = why.find(": "); why.starts_with("parse error at ") && end != std::string::npos)
            why.erase(0, end + 2);
        throw ConfigError(file_ + ':' + std::to_string(line) + ':' + std::to_string(column) + ": not JSON: " + why +
                          (text_.empty() ? "; {} is the least there may be" : ""));
    }

 private:
    struct Level {
        bool is_list;
        size_t index = 0;      // of a list: the element
        std::string key = {};  // of an object: the member
        std::set<std::string> keys = {};
    };

    bool scalar(const Json& value) {
        refuse_if_repeated(shown(value));
        return advance();
    }

    bool open(Level level, std::string_view what) {
        refuse_if_repeated(what);
        levels_.push_back(std::move(level));
        return true;
    }

    bool close() {
        levels_.pop_back();
        return advance();
    }

    bool advance() {
        if (!levels_.empty()) ++levels_.back().index;
        return true;
    }

    void refuse_if_repeated(std::string_view value) const {
        if (!repeated_) return;
        std::string path;
        for (const Level& level : levels_)
            path = level.is_list ? element_path(path, level.index) : member_path(path, level.key);
        refuse(file_, path, value, "repeated key; name it once in its object");
    }

    const std::string& text_;
    const std::string& file_;
    std::vector<Level> levels_;  // open objects and lists, outermost first
    bool repeated_ = false;      // the value that comes next has a key that was there before
};

}  // namespace

Json parse_json(const std::string& text, const std::string& file) {
    Audit audit(text, file);
    Json::sax_parse(text, &audit, Json::input_format_t::json, true, true);
    return Json::parse(text, nullptr, true, true);
}

}  // namespace snmpgate::app
