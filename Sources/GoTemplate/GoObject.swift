import Values

/// A Go value that is no plain data: a struct with fields and methods, a map or slice type with methods, a time. Rooms above
/// subclass it. Immutable, or confined to one rendering.
open class GoObject: HostObject, @unchecked Sendable {
  /// Go's name of the type, as `%T` and error texts print it: "time.Time", "engine.files".
  open var goTypeName: String { "struct {}" }

  /// Go's kind: "struct", "map", "slice", "ptr", "func", …
  open var goKind: String { "struct" }

  open override var typeName: String { goTypeName }

  /// A field of a struct or an entry of a map; nil where there is none.
  open func field(_ name: Text) -> Value? { member(name.string) }

  /// A method, bound to this object; its parameters are checked like a function's.
  open func method(_ name: Text) -> TemplateFunction? { nil }

  /// Whether absent fields are as absent keys of a map (`missingkey`), not errors.
  open var isMap: Bool { goKind == "map" }

  /// What `if` makes of it; structs are true always.
  open var truth: Bool { length.map { $0 > 0 } ?? true }

  /// What `len` gives; nil where Go has no length for it.
  open var length: Int? { nil }

  /// Keys and values in the order of `range`; nil where it cannot be ranged over.
  open var rangeEntries: [(key: Value, value: Value)]? { nil }

  /// What `index` finds under one key; nil where there is nothing of this kind.
  open func index(_ key: Value) -> Value? { nil }

  /// What `%v` and an action print: `String()` or `Error()` of the type, or its fields.
  open var printed: Text { "{}" }

  /// What a call of the value itself (`call`) runs; nil if it is no function.
  open var function: TemplateFunction? { nil }

  /// Order with another value of the same type, for `eq`; by default the identity.
  open func isEqual(_ other: GoObject) -> Bool { self === other }
}
