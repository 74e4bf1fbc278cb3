#include "peer_simdjson.h"

#include <chrono>
#include <simdjson.h>

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

} // namespace

bool simdjson_times(const char *path, simdjson_seconds *seconds)
{
  double start = now();
  padded_string dump;
  if (padded_string::load(path).get(dump)) return false;
  double loaded = now();
  uint64_t dom_sum = 0, on_demand_sum = 0;
  bool dom_parses = parse_dom(dump, &dom_sum);
  double parsed = now();
  if (!parse_on_demand(dump, &on_demand_sum)) return false;
  *seconds = {loaded - start, dom_parses ? parsed - loaded : 0, now() - parsed};
  return dom_sum + on_demand_sum != 0;
}
