#include "harness/endpoint/head_writer.hpp"

#include <algorithm>

namespace wsproof::endpoint {

namespace {

std::string spelled(std::string name, Spelling spelling) {
  for (char& octet : name) {
    const bool lower = octet >= 'a' && octet <= 'z';
    const bool upper = octet >= 'A' && octet <= 'Z';
    if (spelling == Spelling::upper_case && lower) octet = static_cast<char>(octet - 'a' + 'A');
    if (spelling == Spelling::lower_case && upper) octet = static_cast<char>(octet - 'A' + 'a');
  }
  return name;
}

}  // namespace

base::Octets write_head(std::string_view start, std::vector<wire::Field> fields,
                        const HandshakeQuirks& quirks) {
  if (quirks.extra_fields) {
    fields.push_back({"Date", "Sun, 06 Nov 1994 08:49:37 GMT"});
    fields.push_back({"X-Unknown", "a \"b\"; c=d, e"});
    fields.push_back({"X-Empty", ""});
  }
  if (quirks.reversed) std::ranges::reverse(fields);
  base::Octets head;
  base::append(head, start);
  base::append(head, "\r\n");
  for (const auto& [name, value] : fields) {
    base::append(head, spelled(name, quirks.spelling));
    base::append(head, quirks.separator);
    base::append(head, value);
    base::append(head, "\r\n");
  }
  base::append(head, "\r\n");
  return head;
}

void omit(std::vector<wire::Field>& fields, const HandshakeQuirks& quirks) {
  std::erase_if(fields, [&](const wire::Field& field) { return field.name == quirks.omitted; });
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 414:
      return "URI Too Long";
    case 426:
      return "Upgrade Required";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Refused";
  }
}

}  // namespace wsproof::endpoint
