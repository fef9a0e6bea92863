#include "harness/result/incident.hpp"

#include <fmt/format.h>

namespace wsproof::result {

std::string ending(const Incident& incident) {
  switch (incident.kind) {
    case Incident::Kind::alarm:
      return "a sanitizer reported, and the process went on";
    case Incident::Kind::hang:
      return "the process went on and served nobody any more";
    case Incident::Kind::death:
      break;
  }
  if (incident.signal == 0) return fmt::format("exit status {}", incident.exit_status);
  if (incident.signal_name.empty()) return fmt::format("signal {}", incident.signal);
  return fmt::format("signal {} ({})", incident.signal, incident.signal_name);
}

std::string summary(const Incident& incident) {
  std::string text = ending(incident);
  if (!incident.reporter.empty())
    text += fmt::format("; {}: {}", incident.reporter, incident.headline);
  if (!incident.suspects.empty()) {
    text +=
        fmt::format("; no single one of {} cases brings it about alone", incident.suspects.size());
  } else if (incident.played_alone == 0) {
    text += "; nothing could be played again";
  } else {
    text += fmt::format("; played alone, the case did it {} of {} times", incident.reproduced,
                        incident.played_alone);
  }
  return text;
}

}  // namespace wsproof::result
