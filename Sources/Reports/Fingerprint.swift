import Linting
import SourceText

extension Finding {
  /// Rule, path and objects, no line numbers: stays the same when lines move (FNV-1a, 64 bits).
  var fingerprint: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    let parts = [rule, place?.path ?? "", message] + objects
    for byte in parts.joined(separator: "\u{0}").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }
}

/// Text for XML and HTML: markup escaped, characters that XML 1.0 does not know replaced.
enum MarkupText {
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\n": out += "&#10;"
      case "\t": out += "&#9;"
      default:
        let isKnown = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
        out.unicodeScalars.append(isKnown ? scalar : "\u{FFFD}")
      }
    }
    return out
  }
}
