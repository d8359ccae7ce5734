/// The letter that stands in a text for what is not known from the repository (U+F8F0, of the private use area, which no chart prints).
/// Whoever reads the text again turns each scalar that holds it into an unknown.
public enum UnknownMark {
  public static let letter = "\u{F8F0}"
  public static let text = Text(letter)
  private static let bytes: [UInt8] = [0xEF, 0xA3, 0xB0]

  public static func isIn(_ text: Text) -> Bool {
    guard text.count >= 3 else { return false }
    return text.bytes.withUnsafeBufferPointer { buffer in
      var at = 0
      while at + 2 < buffer.count {
        if buffer[at] == bytes[0], buffer[at + 1] == bytes[1], buffer[at + 2] == bytes[2] { return true }
        at += 1
      }
      return false
    }
  }

  /// Whether nothing but marks and white space is in a text, so that it may be empty in truth.
  public static func isAll(_ text: Text) -> Bool {
    isIn(text) && text.bytes.allSatisfy { $0 <= 0x20 || bytes.contains($0) }
  }

  /// Puts unknowns where texts hold marks.
  /// - Parameter reason: of the unknowns.
  public static func restored(_ value: Value, _ reason: Unknown) -> Value {
    switch value.payload {
    case .string(let text):
      return isIn(text) ? Value(.unknown(reason), origin: value.origin) : value
    case .list(let list):
      return Value(.list(ValueList(list.items.map { restored($0, reason) })), tag: value.tag, origin: value.origin)
    case .map(let map):
      let copy = ValueMap()
      for entry in map.entries {
        // A key that is not known in full: its value may stand under any name.
        if isIn(entry.key) {
          copy.set(entry.key, Value(.unknown(reason), origin: entry.value.origin), keyOrigin: entry.keyOrigin)
        } else {
          copy.set(entry.key, restored(entry.value, reason), keyOrigin: entry.keyOrigin)
        }
      }
      return Value(.map(copy), tag: value.tag, origin: value.origin)
    default: return value
    }
  }
}
