import Values

/// The letter that stands in a text for what is not known from the repository (U+F8F0, of the private use area, which no chart prints).
/// Whoever reads the text again turns each scalar that holds it into an unknown.
public enum UnknownMark {
  public static let text = Text("\u{F8F0}")
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
  static func isAll(_ text: Text) -> Bool {
    isIn(text) && text.bytes.allSatisfy { $0 <= 0x20 || bytes.contains($0) }
  }

  /// Functions that only lay a text out or read it as a document: marks in it stay where they are. Whatever else is made of a marked text is unknown.
  static let carriers: Set<String> = [
    "cat", "fromYaml", "fromYamlArray", "indent", "nindent", "print", "printf", "println", "quote", "squote", "toString", "toYaml", "tpl", "trim",
  ]
}
