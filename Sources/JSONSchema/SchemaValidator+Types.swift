import Patterns
import Values

/// What only some types of values have.
extension SchemaValidator {
  mutating func object(
    _ frame: Frame, _ map: ValueMap, _ unevaluated: inout Unevaluated, _ found: inout [SchemaViolation]
  ) {
    let node = frame.node
    if let least = node.minProperties, map.count < least {
      found.append(frame.violation("minProperties: got \(SchemaText.count(map.count)), want \(SchemaText.count(least))"))
    }
    if let most = node.maxProperties, map.count > most {
      found.append(frame.violation("maxProperties: got \(SchemaText.count(map.count)), want \(SchemaText.count(most))"))
    }
    let missing = Self.missing(node.required, map)
    if missing.count == 1 {
      found.append(frame.violation("missing property \(SchemaText.quoted(missing[0]))"))
    } else if !missing.isEmpty {
      found.append(frame.violation("missing properties \(SchemaText.quotedList(missing))"))
    }
    if frame.quiet, !found.isEmpty { return }
    for (name, dependency) in node.dependencies where map[name] != nil {
      switch dependency {
      case .names(let names): depend(frame, map, name, names, &found)
      case .schema(let schema):
        if let violation = same(frame, schema, &unevaluated) { found.append(violation) }
      }
    }
    entries(frame, map, &unevaluated, &found)
    if node.draft == .draft4 { return }
    if let names = node.propertyNames {
      for entry in map.sortedEntries {
        if let violation = name(frame, names, entry) { found.append(violation) }
      }
    }
    if node.draft == .draft6 { return }
    for (name, schema) in node.dependentSchemas where map[name] != nil {
      if let violation = same(frame, schema, &unevaluated) { found.append(violation) }
    }
    for (name, names) in node.dependentRequired where map[name] != nil { depend(frame, map, name, names, &found) }
  }

  private static func missing(_ names: [Text], _ map: ValueMap) -> [String] {
    names.filter { map[$0] == nil }.map(\.string)
  }

  private func depend(
    _ frame: Frame, _ map: ValueMap, _ name: Text, _ names: [Text], _ found: inout [SchemaViolation]
  ) {
    let missing = Self.missing(names, map)
    guard !missing.isEmpty else { return }
    found.append(
      frame.violation("properties \(SchemaText.quotedList(missing)) required, if \(SchemaText.quoted(name.string)) exists"))
  }

  private mutating func name(
    _ frame: Frame, _ schema: SchemaNode, _ entry: ValueMap.Entry
  ) -> SchemaViolation? {
    guard let violation = part(frame, schema, .string(entry.key, entry.keyOrigin), entry.key.string) else { return nil }
    var result = frame.violation(
      "invalid propertyName \(SchemaText.quoted(entry.key.string))",
      causes: violation.kind == .group ? violation.causes : [violation])
    // The name itself is the instance of what is wrong below.
    result.instanceOrigin = entry.keyOrigin
    result.causes = result.causes.map { cause in
      var cause = cause
      cause.instancePath = []
      return cause
    }
    result.instancePath = []
    return result
  }

  private mutating func entries(
    _ frame: Frame, _ map: ValueMap, _ unevaluated: inout Unevaluated, _ found: inout [SchemaViolation]
  ) {
    let node = frame.node
    guard !node.properties.isEmpty || !node.patternProperties.isEmpty || node.additionalProperties != nil else { return }
    var refused: [(String, Origin)] = []
    // Go visits the entries in random order; ours is that of the keys.
    let order = map.entries.indices.sorted { map.entries[$0].key < map.entries[$1].key }
    for place in order {
      if frame.quiet, !found.isEmpty { return }
      let entry = map.entries[place]
      var isEvaluated = false
      if let schema = node.properties[entry.key] {
        isEvaluated = true
        if let violation = part(frame, schema, entry.value, entry.key.string) { found.append(violation) }
      }
      for (pattern, schema) in node.patternProperties where (try? pattern.matches(entry.key.bytes)) == true {
        isEvaluated = true
        if let violation = part(frame, schema, entry.value, entry.key.string) { found.append(violation) }
      }
      if !isEvaluated, let additional = node.additionalProperties {
        isEvaluated = true
        switch additional {
        case .flag(let flag): if !flag { refused.append((entry.key.string, entry.keyOrigin)) }
        case .schema(let schema):
          if let violation = part(frame, schema, entry.value, entry.key.string) { found.append(violation) }
        }
      }
      if isEvaluated { unevaluated.done(place) }
    }
    guard !refused.isEmpty else { return }
    var violation = frame.violation("additional properties \(SchemaText.quotedList(refused.map(\.0))) not allowed")
    if let origin = refused.first?.1, origin.isKnown { violation.instanceOrigin = origin }
    found.append(violation)
  }

  mutating func array(
    _ frame: Frame, _ items: [Value], _ unevaluated: inout Unevaluated, _ found: inout [SchemaViolation]
  ) {
    let node = frame.node
    if let least = node.minItems, items.count < least {
      found.append(frame.violation("minItems: got \(SchemaText.count(items.count)), want \(SchemaText.count(least))"))
    }
    if let most = node.maxItems, items.count > most {
      found.append(frame.violation("maxItems: got \(SchemaText.count(items.count)), want \(SchemaText.count(most))"))
    }
    if node.hasUniqueItems, let (first, second) = Self.duplicates(items) {
      found.append(frame.violation("items at \(SchemaText.count(first)) and \(SchemaText.count(second)) are equal"))
    }
    var evaluated = 0
    if let prefix = node.prefixItems {
      evaluated = min(prefix.count, items.count)
      for place in 0..<evaluated {
        if let violation = part(frame, prefix[place], items[place], String(place)) { found.append(violation) }
      }
    }
    if let schema = node.items {
      for place in evaluated..<items.count {
        if let violation = part(frame, schema, items[place], String(place)) { found.append(violation) }
      }
      evaluated = items.count
    }
    if node.draft < .draft2020 {
      switch node.additionalItems {
      case .flag(false)?:
        if evaluated != items.count {
          found.append(frame.violation("last \(SchemaText.count(items.count - evaluated)) additionalItem(s) not allowed"))
        }
      case .schema(let schema)?:
        for place in evaluated..<items.count {
          if let violation = part(frame, schema, items[place], String(place)) { found.append(violation) }
        }
      default: break
      }
    }
    if let schema = node.contains { contains(frame, schema, items, &unevaluated, &found) }
  }

  private mutating func contains(
    _ frame: Frame, _ schema: SchemaNode, _ items: [Value], _ unevaluated: inout Unevaluated,
    _ found: inout [SchemaViolation]
  ) {
    let node = frame.node
    var causes: [SchemaViolation] = []
    var matched: [Int] = []
    for (place, item) in items.enumerated() {
      if let violation = part(frame, schema, item, String(place)) {
        causes.append(violation)
      } else {
        matched.append(place)
        if node.draft >= .draft2020 { unevaluated.done(place) }
      }
    }
    let places = matched.map(String.init).joined(separator: " ")
    if let least = node.minContains {
      if matched.count < least {
        found.append(
          frame.violation(
            "min \(least) items required to match contains schema, but "
              + (matched.isEmpty ? "none matched" : "matched \(matched.count) items at \(places)"), causes: causes))
      }
    } else if matched.isEmpty {
      found.append(frame.violation("no items match contains schema", causes: causes))
    }
    if let most = node.maxContains, matched.count > most {
      found.append(
        frame.violation("max \(most) items required to match contains schema, but matched \(matched.count) items at \(places)"))
    }
  }

  /// Places of the first two equal items.
  private static func duplicates(_ items: [Value]) -> (Int, Int)? {
    guard items.count > 20 else {
      for later in items.indices.dropFirst() {
        for earlier in 0..<later where items[earlier] == items[later] { return (earlier, later) }
      }
      return nil
    }
    // Equal values have equal texts, since numbers are written by value and keys in order.
    let writer = JSONWriter(sortsKeys: true)
    var seen: [[UInt8]: Int] = [:]
    for (place, item) in items.enumerated() {
      if let earlier = seen.updateValue(place, forKey: writer.bytes(item)), items[earlier] == item { return (earlier, place) }
    }
    return nil
  }

  func string(_ frame: Frame, _ text: Text, _ found: inout [SchemaViolation]) {
    let node = frame.node
    if node.minLength != nil || node.maxLength != nil {
      let length = text.string.unicodeScalars.count
      if let least = node.minLength, length < least {
        found.append(frame.violation("minLength: got \(SchemaText.count(length)), want \(SchemaText.count(least))"))
      }
      if let most = node.maxLength, length > most {
        found.append(frame.violation("maxLength: got \(SchemaText.count(length)), want \(SchemaText.count(most))"))
      }
    }
    if let pattern = node.pattern, (try? pattern.matches(text.bytes)) != true {
      found.append(
        frame.violation(
          "\(SchemaText.quoted(text.string)) does not match pattern \(SchemaText.quoted(pattern.source))",
          discreet: "value does not match pattern \(SchemaText.quoted(pattern.source))"))
    }
  }

  func number(_ frame: Frame, _ found: inout [SchemaViolation]) {
    let node = frame.node
    let value = frame.value
    func check(_ name: String, _ bound: Value?, _ holds: (Int) -> Bool) {
      guard let bound, let order = SchemaNumber.compare(value, bound), !holds(order) else { return }
      found.append(frame.violation("\(name): got \(SchemaText.number(value)), want \(SchemaText.number(bound))"))
    }
    check("minimum", node.minimum) { $0 >= 0 }
    check("maximum", node.maximum) { $0 <= 0 }
    check("exclusiveMinimum", node.exclusiveMinimum) { $0 > 0 }
    check("exclusiveMaximum", node.exclusiveMaximum) { $0 < 0 }
    if let step = node.multipleOf, !SchemaNumber.isMultiple(value, of: step) {
      found.append(frame.violation("multipleOf: got \(SchemaText.number(value)), want \(SchemaText.number(step))"))
    }
  }
}
