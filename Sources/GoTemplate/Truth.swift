import Values

extension Value {
  /// Go's truth of a value (exec.go, `isTrue`); nil where it is not known.
  public var goTruth: Bool? {
    switch payload {
    case .null: false
    case .bool(let value): value
    case .int(let value): value != 0
    case .double(let value): value != 0
    case .string(let text): text.count > 0
    case .list(let list): !list.items.isEmpty
    case .map(let map): !map.isEmpty
    case .object(let object): (object as? GoObject)?.truth ?? true
    case .unknown: nil
    }
  }
}

extension Executor {
  func isTrue(_ value: Value) throws(TemplateError) -> Bool {
    if let first = marked.first, case .string(let text) = value.payload, UnknownMark.isAll(text) { throw notKnown(first) }
    if let truth = value.goTruth { return truth }
    if case .unknown(let unknown) = value.payload { throw notKnown(unknown) }
    return false
  }
}
