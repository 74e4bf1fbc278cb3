/* SPDX-License-Identifier: MIT */
#include "peer_simdjson.h"

#include <algorithm>
#include <chrono>
#include <simdjson.h>
#include <string>
#include <string_view>

using namespace simdjson;

namespace
{

// Longer than the longest line of the dumps measured.
constexpr size_t batch_size = size_t(8) << 20;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// Folds a field into a sum, so that nothing can be left out.
uint64_t look_at(ondemand::value value)
{
  std::string_view text;
  uint64_t number = 0, sum = 0;
  int64_t negative;
  switch (value.type()) {
  case ondemand::json_type::number:
    if (!value.get_uint64().get(number)) return number;
    return value.get_int64().get(negative) ? 1 : uint64_t(negative);
  case ondemand::json_type::string: return value.get_string().get(text) ? 1 : text.size();
  case ondemand::json_type::array:
    for (auto element : value.get_array())
      if (!element.get_uint64().get(number)) sum += number;
    return sum;
  default: return 1;
  }
}

bool parse_on_demand(const padded_string &dump, uint64_t *sum)
{
  ondemand::parser parser;
  ondemand::document_stream lines;
  if (parser.iterate_many(dump, batch_size).get(lines)) return false;
  for (auto line : lines) {
    ondemand::object object;
    if (line.get_object().get(object)) return false;
    for (auto field : object) {
      std::string_view key;
      if (field.unescaped_key().get(key)) return false;
      *sum += key.size() + look_at(field.value());
    }
  }
  return true;
}

uint64_t look_at(dom::element value)
{
  uint64_t sum = 0;
  switch (value.type()) {
  case dom::element_type::UINT64: return uint64_t(value);
  case dom::element_type::INT64: return uint64_t(int64_t(value));
  case dom::element_type::STRING: return std::string_view(value).size();
  case dom::element_type::ARRAY:
    for (dom::element element : dom::array(value))
      if (element.is_uint64()) sum += uint64_t(element);
    return sum;
  default: return 1;
  }
}

bool parse_dom(const padded_string &dump, uint64_t *sum)
{
  dom::parser parser;
  dom::document_stream lines;
  if (parser.parse_many(dump, batch_size).get(lines)) return false;
  for (auto line : lines) {
    dom::object object;
    if (line.get_object().get(object)) return false;
    for (auto field : object) *sum += field.key.size() + look_at(field.value);
  }
  return true;
}

/* The lines that are JSON to simdjson: Python's writes integers of any length and halves of surrogate pairs too. */
padded_string parsable(const padded_string &dump, uint64_t *left_out)
{
  dom::parser parser;
  std::string kept;
  kept.reserve(dump.size());
  std::string_view rest(dump.data(), dump.size());
  while (!rest.empty()) {
    size_t length = std::min(rest.find('\n'), rest.size() - 1) + 1;
    if (parser.parse(rest.data(), length, true).error())
      ++*left_out;
    else
      kept.append(rest.data(), length);
    rest.remove_prefix(length);
  }
  return padded_string(kept);
}

} // namespace

bool simdjson_times(const char *path, peer_simdjson *result)
{
  double start = now();
  padded_string file;
  if (padded_string::load(path).get(file)) return false;
  result->read = now() - start;
  result->left_out = 0;
  padded_string dump = parsable(file, &result->left_out);
  uint64_t dom_sum = 0, on_demand_sum = 0;
  start = now();
  if (!parse_dom(dump, &dom_sum)) return false;
  double parsed = now();
  if (!parse_on_demand(dump, &on_demand_sum)) return false;
  result->dom = parsed - start;
  result->on_demand = now() - parsed;
  return dom_sum + on_demand_sum != 0;
}
