import GoTemplate

/// Helm's texts of template errors (helm.sh/helm `pkg/engine/engine.go`).
enum HelmErrorText {
  /// `cleanupParseError`.
  static func parsing(_ file: String, _ error: TemplateError) -> String {
    let tokens = error.text.components(": ")
    guard tokens.count > 1, let last = tokens.last else { return "parse error in (\(file)): \(error.text)" }
    return "parse error at (\(tokens[1])): \(last)"
  }

  /// `reformatExecErrorMsg`.
  static func execution(_ file: String, _ error: TemplateError) -> String {
    guard error.placed != nil else { return error.text }
    let tokens = error.text.components(": ", limit: 3)
    guard tokens.count == 3 else { return "execution error in (\(file)): \(error.text)" }
    if let message = warning(tokens[2]) { return "execution error at (\(tokens[1])): \(message)" }
    var traces: [Trace] = []
    for text in [error.text] + error.causes {
      guard let trace = Trace(text) else { return error.text }
      if traces.last != trace { traces.append(trace) }
    }
    let text = traces.map(\.text).joined()
    return text.trimmed
  }

  /// The message that `required` or `fail` gave.
  private static func warning(_ text: String) -> String? {
    guard let start = text.range(ofFirst: "HELM_ERR_START"), let end = text.range(ofLast: "HELM_ERR_END"), start.upperBound <= end.lowerBound
    else { return nil }
    return String(text[start.upperBound..<end.lowerBound])
  }

  private struct Trace: Equatable {
    var location = ""
    var function = ""
    var message: String

    /// `parseTemplateExecErrorString`.
    init?(_ text: String) {
      guard text.hasPrefix("template: ") else { return nil }
      let rest = String(text.dropFirst("template: ".count))
      if rest.hasPrefix("no template ") {
        message = text
        return
      }
      if let mark = rest.range(ofFirst: ": executing ") {
        let after = rest[mark.upperBound...]
        guard after.first == "\"" else { return nil }
        let quoted = after.dropFirst()
        guard let close = quoted.firstIndex(of: "\"") else { return nil }
        let name = String(quoted[..<close])
        let behind = String(quoted[quoted.index(after: close)...])
        guard behind.hasPrefix(" at <") else { return nil }
        let place = String(behind.dropFirst(" at <".count))
        guard let end = place.range(ofFirst: ">: ") else { return nil }
        location = String(rest[..<mark.lowerBound])
        function = "executing \"\(name)\" at <\(place[..<end.lowerBound])>:"
        message = Self.cut(String(place[end.upperBound...]))
        return
      }
      guard let mark = rest.range(ofLast: ": ") else { return nil }
      location = String(rest[..<mark.lowerBound])
      message = Self.cut(String(rest[mark.upperBound...]))
    }

    private static func cut(_ message: String) -> String {
      guard let mark = message.range(ofFirst: " template:") else { return message }
      return String(message[..<mark.lowerBound])
    }

    var text: String {
      (location.isEmpty ? "" : location + "\n  ") + (function.isEmpty ? "" : function + "\n    ") + (message.isEmpty ? "" : message + "\n")
    }
  }
}

extension String {
  fileprivate func range(ofFirst mark: String) -> Range<String.Index>? {
    let marks = Array(mark.utf8)
    let all = Array(utf8)
    guard all.count >= marks.count else { return nil }
    for at in 0...(all.count - marks.count) where all[at..<(at + marks.count)].elementsEqual(marks) {
      return utf8.index(startIndex, offsetBy: at)..<utf8.index(startIndex, offsetBy: at + marks.count)
    }
    return nil
  }

  fileprivate func range(ofLast mark: String) -> Range<String.Index>? {
    let marks = Array(mark.utf8)
    let all = Array(utf8)
    guard all.count >= marks.count else { return nil }
    for at in (0...(all.count - marks.count)).reversed() where all[at..<(at + marks.count)].elementsEqual(marks) {
      return utf8.index(startIndex, offsetBy: at)..<utf8.index(startIndex, offsetBy: at + marks.count)
    }
    return nil
  }

  /// Go's strings.Split and SplitN.
  fileprivate func components(_ separator: String, limit: Int = .max) -> [String] {
    var parts: [String] = []
    var rest = self
    while parts.count + 1 < limit, let mark = rest.range(ofFirst: separator) {
      parts.append(String(rest[..<mark.lowerBound]))
      rest = String(rest[mark.upperBound...])
    }
    return parts + [rest]
  }

  fileprivate var trimmed: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
