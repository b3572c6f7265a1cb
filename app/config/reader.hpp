#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "config/refusal.hpp"

// Reads a JSON document key by key into typed values. A reader asks a Section for the keys it knows; what is there and
// was not asked for is an unknown key. So the code that reads a key is the one place that knows it.
namespace snmpgate::app {

struct Document {
    std::string file;                       // its name in messages
    std::set<std::string>* keys = nullptr;  // when given, collects every key asked for: realms[].name
};

struct Range {
    uint64_t least, most;
};

template <typename T>
struct Choice {
    std::string_view name;
    T value;
};

class Section;

// A JSON value and where it is. Lives on the stack below its parent's.
class Value {
 public:
    Value(const Json& json, const Document& document) : json_(json), document_(document) {}
    Value(const Json& json, const Value& parent, std::string_view key)
        : json_(json), document_(parent.document_), parent_(&parent), key_(key) {}
    Value(const Json& json, const Value& parent, size_t index)
        : json_(json), document_(parent.document_), parent_(&parent), index_(index) {}
    Value(const Value&) = delete;
    Value& operator=(const Value&) = delete;

    [[noreturn]] void refuse(std::string_view why) const;
    [[nodiscard]] const std::string& file() const { return document_.file; }

    [[nodiscard]] bool boolean() const;
    [[nodiscard]] uint64_t whole(Range range) const;
    [[nodiscard]] const std::string& text() const;  // not empty, without control characters

    template <typename T>
    [[nodiscard]] T choice(std::span<const Choice<T>> choices) const {
        const auto is_it = [this](const Choice<T>& choice) { return json_.is_string() && json_ == choice.name; };
        if (const auto it = std::find_if(choices.begin(), choices.end(), is_it); it != choices.end()) return it->value;
        std::string names;
        for (const Choice<T>& choice : choices) {
            if (!names.empty()) names += &choice == &choices.back() ? " or " : ", ";
            names.append(1, '"').append(choice.name).append(1, '"');
        }
        refuse("must be " + names);
    }

    // Calls `read(Value)` for every element of a list; `what` says in the plural what the list is of.
    template <typename Read>
    void each(std::string_view what, Read read) const {
        require_list(what);
        for (size_t i = 0; i < json_.size(); ++i) read(Value(json_[i], *this, i));
    }
    [[nodiscard]] size_t size() const { return json_.size(); }

    // Calls `read(Section&)` for an object, then refuses the keys that it did not ask for.
    template <typename Read>
    void section(Read read) const;

 private:
    friend class Section;
    // `any` instead of indexes gives a key's name in the documentation: realms[].vlans.
    [[nodiscard]] std::string path(bool any = false) const;
    void require_list(std::string_view what) const;
    void require_object() const;

    static constexpr size_t kNoIndex = ~size_t{0};
    const Json& json_;
    const Document& document_;
    const Value* parent_ = nullptr;
    std::string_view key_ = {};
    size_t index_ = kNoIndex;
};

class Section {
 public:
    explicit Section(const Value& value) : value_(value) {}

    // Calls `read(Value)` if the key is there.
    template <typename Read>
    requires std::invocable<Read, const Value&>
    void key(std::string_view name, Read read) {
        if (const Json* json = ask(name)) read(Value(*json, value_, name));
    }
    // The same for a key that must be there.
    template <typename Read>
    void required(std::string_view name, std::string_view what, Read read) {
        const Json* json = ask(name);
        if (json == nullptr) refuse_missing(name, what);
        read(Value(*json, value_, name));
    }

    void key(std::string_view name, bool& into) {
        key(name, [&](const Value& value) { into = value.boolean(); });
    }
    template <std::unsigned_integral T>
    void key(std::string_view name, T& into, Range range) {
        key(name, [&](const Value& value) { into = static_cast<T>(value.whole(range)); });
    }
    template <typename Text>
    requires std::is_assignable_v<Text&, const std::string&>
    void key(std::string_view name, Text& into) {
        key(name, [&](const Value& value) { into = value.text(); });
    }
    template <typename T, size_t N>
    void key(std::string_view name, T& into, const Choice<T> (&choices)[N]) {
        key(name, [&](const Value& value) { into = value.choice(std::span<const Choice<T>>(choices)); });
    }

    // Calls `read(Section&)`; for one that is not there too, where every key keeps its default.
    template <typename Read>
    void section(std::string_view name, Read read) {
        const Json* json = find(name);
        Value(json != nullptr ? *json : kAbsent, value_, name).section(read);
    }

    // A key of later versions: refused, with the reason.
    void not_yet(std::string_view name, std::string_view why);

 private:
    friend class Value;
    static const Json kAbsent;

    const Json* find(std::string_view name);
    const Json* ask(std::string_view name);  // find, and tell the document that there is such a key
    [[noreturn]] void refuse_missing(std::string_view name, std::string_view what) const;
    void done() const;

    const Value& value_;
    std::vector<std::string_view> known_;
};

template <typename Read>
void Value::section(Read read) const {
    require_object();
    Section section(*this);
    read(section);
    section.done();
}

}  // namespace snmpgate::app
