#include "config/reader.hpp"

namespace snmpgate::app {

const Json Section::kAbsent = Json::object();

std::string Value::path(bool any) const {
    if (parent_ == nullptr) return {};
    const std::string above = parent_->path(any);
    if (index_ == kNoIndex) return member_path(above, key_);
    return any ? above + "[]" : element_path(above, index_);
}

void Value::refuse(std::string_view why) const { app::refuse(document_.file, path(), shown(json_), why); }

bool Value::boolean() const {
    if (!json_.is_boolean()) refuse("must be true or false");
    return json_.get<bool>();
}

uint64_t Value::whole(Range range) const {
    if (json_.is_number_unsigned()) {
        const auto value = json_.get<uint64_t>();
        if (value >= range.least && value <= range.most) return value;
    }
    refuse("must be a whole number from " + std::to_string(range.least) + " to " + std::to_string(range.most));
}

const std::string& Value::text() const {
    if (!json_.is_string()) refuse("must be a string");
    const auto& text = json_.get_ref<const std::string&>();
    const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7F; };
    if (text.empty() || std::any_of(text.begin(), text.end(), is_control))
        refuse("must be a string that is not empty and has no control characters");
    return text;
}

void Value::require_list(std::string_view what) const {
    if (!json_.is_array()) refuse("must be a list of " + std::string(what));
}

void Value::require_object() const {
    if (!json_.is_object()) refuse("must be an object, { }");
}

const Json* Section::find(std::string_view name) {
    known_.push_back(name);
    const auto it = value_.json_.find(name);
    return it == value_.json_.end() ? nullptr : &*it;
}

const Json* Section::ask(std::string_view name) {
    if (value_.document_.keys != nullptr) value_.document_.keys->insert(member_path(value_.path(true), name));
    return find(name);
}

void Section::not_yet(std::string_view name, std::string_view why) {
    if (const auto it = value_.json_.find(name); it != value_.json_.end()) Value(*it, value_, name).refuse(why);
}

void Section::refuse_missing(std::string_view name, std::string_view what) const {
    app::refuse(value_.document_.file, member_path(value_.path(), name), "", "missing; must be " + std::string(what));
}

void Section::done() const {
    if (known_.empty() && value_.document_.keys != nullptr) value_.document_.keys->insert(value_.path(true));
    for (const auto& [name, json] : value_.json_.items()) {
        if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
        std::string keys;
        for (std::string_view known : known_) keys.append(keys.empty() ? "" : ", ").append(known);
        Value(json, value_, name)
            .refuse(known_.empty() ? "unknown key; this section has no keys in this version, leave it empty"
                                   : "unknown key; the keys here are " + keys);
    }
}

}  // namespace snmpgate::app
