import GoTemplate
import Values

/// Puts unknowns where texts hold marks.
enum UnknownValues {
  /// - Parameter reason: of the unknowns.
  static func restored(_ value: Value, _ reason: Unknown) -> Value {
    switch value.payload {
    case .string(let text):
      return UnknownMark.isIn(text) ? Value(.unknown(reason), origin: value.origin) : value
    case .list(let list):
      return Value(.list(ValueList(list.items.map { restored($0, reason) })), tag: value.tag, origin: value.origin)
    case .map(let map):
      let copy = ValueMap()
      for entry in map.entries {
        // A key that is not known in full: its value may stand under any name.
        if UnknownMark.isIn(entry.key) {
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
