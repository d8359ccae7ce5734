import CKnowledge
import SourceText
import Values
import YAMLSyntax

/// What is known of a chart that is not in the repository, by its version: a file of `knowledge/charts`.
struct ChartKnowledge: Sendable {
  /// Something with the versions of the chart that have it.
  struct Ranged: Sendable {
    var name: String
    var since: ProgramVersion?
    var until: ProgramVersion?

    /// `name`, `name since 1.2.0`, `name until 1.4.0`, `name since 1.2.0 until 1.4.0`.
    init?(_ text: String) {
      var words = text.split(separator: " ")
      guard let first = words.first else { return nil }
      name = String(first)
      words.removeFirst()
      while words.count >= 2 {
        guard let version = ProgramVersion(String(words[1])) else { return nil }
        switch words[0] {
        case "since": since = version
        case "until": until = version
        default: return nil
        }
        words.removeFirst(2)
      }
      if !words.isEmpty { return nil }
    }

    func holds(_ version: ProgramVersion) -> Bool {
      if let since, version < since { return false }
      if let until, version > until { return false }
      return true
    }
  }

  /// A chart that another one brings along.
  struct Bundle: Sendable {
    var since: ProgramVersion
    var chart: String
    var version: ProgramVersion
  }

  var chart: String
  /// The versions that were read.
  var versions: ClosedRange<ProgramVersion>
  /// From a version of the chart on, the program's; empty where the two are one.
  var programs: [(chart: ProgramVersion, program: ProgramVersion)]
  /// The user that the image runs as; "" where nothing depends on it.
  var imageUser: String
  var bundles: [Bundle]
  var keys: [Ranged]
  /// Key → (the one that is meant or "", why).
  var mistakes: [String: (use: String, why: String)]
  var facts: [Ranged]

  // MARK: Questions

  /// The program's version in a version of the chart; that of the newest chart that was read for later ones.
  func program(of version: ProgramVersion) -> ProgramVersion? {
    if programs.isEmpty { return version }
    return programs.last { $0.chart <= version }?.program
  }

  func bundle(of version: ProgramVersion) -> Bundle? { bundles.last { $0.since <= version } }

  func has(_ fact: String, _ version: ProgramVersion) -> Bool { facts.contains { $0.name == fact && $0.holds(version) } }

  /// Keys, each standing for all below it, that a version reads: with those of the chart that it brings along.
  private func known(_ version: ProgramVersion) -> [String] {
    var result = keys.filter { $0.holds(version) }.map(\.name)
    if let bundle = bundle(of: version), let inner = Self.of(bundle.chart) {
      result += inner.known(bundle.version).map { bundle.chart + "." + $0 }
    }
    return result
  }

  private func mistake(_ key: String) -> (use: String, why: String)? {
    if let own = mistakes[key] { return own }
    for bundle in bundles where key.hasPrefix(bundle.chart + ".") {
      guard let inner = Self.of(bundle.chart)?.mistakes[String(key.dropFirst(bundle.chart.count + 1))] else { continue }
      return (inner.use.isEmpty ? "" : bundle.chart + "." + inner.use, inner.why)
    }
    return nil
  }

  /// Values that the chart does not read. Of a version that is not known, only the well-known mistakes that no version reads.
  func unknownValues(_ values: InstallationValues, version: ProgramVersion?) -> [Value] {
    guard let map = values.root.map else { return [] }
    guard let version else {
      return unread(
        map,
        keys.map(\.name) + bundles.flatMap { bundle in (Self.of(bundle.chart)?.keys ?? []).map { bundle.chart + "." + $0.name } }
      )
      .filter { mistake($0["key"]?.string ?? "") != nil }
    }
    return versions.contains(version) ? unread(map, known(version)) : []
  }

  private func unread(_ map: ValueMap, _ known: [String]) -> [Value] {
    var leaves = Set<String>()
    var inner: [String: Set<String>] = [:]
    for key in known {
      leaves.insert(key)
      var path = ""
      for part in key.split(separator: ".") {
        inner[path, default: []].insert(String(part))
        path += (path.isEmpty ? "" : ".") + part
      }
    }
    var found: [Value] = []
    visit(map, "", leaves, inner, 0, &found)
    return found
  }

  private func visit(_ map: ValueMap, _ path: String, _ leaves: Set<String>, _ inner: [String: Set<String>], _ depth: Int, _ found: inout [Value]) {
    guard depth < 20 else { return }
    for entry in map.entries where !entry.value.isNull {
      let key = entry.key.string
      // Helm itself reads these.
      if path.isEmpty, key == "global" || key == "tags" { continue }
      let full = path.isEmpty ? key : path + "." + key
      if leaves.contains(full) { continue }
      if inner[full] != nil {
        if let below = entry.value.map { visit(below, full, leaves, inner, depth + 1, &found) }
        continue
      }
      let near = nearestName(to: key, in: (inner[path] ?? []).sorted { $0.bytesPrecede($1) })
      let suggestion = mistake(full)?.use ?? near.map { path.isEmpty ? $0 : path + "." + $0 } ?? ""
      found.append(Self.unknownValue(entry, key: full, suggestion: suggestion, note: mistake(full)?.why ?? ""))
    }
  }

  static func unknownValue(_ entry: ValueMap.Entry, key: String, suggestion: String, note: String) -> Value {
    let origin = entry.keyOrigin.isKnown ? entry.keyOrigin : entry.value.origin
    return makeRecord(
      .unknownValue, origin, [("key", .string(key, origin)), ("suggestion", .string(suggestion, origin)), ("note", .string(note, origin))])
  }

  // MARK: Reading

  static let driver = of("secrets-store-csi-driver") ?? .nothing
  static let provider = of("secrets-store-csi-driver-provider-aws") ?? .nothing
  static let reloader = of("reloader") ?? .nothing

  private static let nothing = ChartKnowledge(
    chart: "", versions: ProgramVersion(0, 0, 0)...ProgramVersion(0, 0, 0), programs: [], imageUser: "", bundles: [], keys: [], mistakes: [:], facts: [])

  static func of(_ chart: String) -> ChartKnowledge? { all[chart] }

  /// Chart → knowledge.
  static let all: [String: ChartKnowledge] = {
    var result: [String: ChartKnowledge] = [:]
    for file in files {
      let sink = DiagnosticSink()
      if let knowledge = read(file.path, file.bytes, sink) { result[knowledge.chart] = knowledge }
      assert(sink.diagnostics.isEmpty, "\(file.path): \(sink.diagnostics.map(\.message))")
    }
    return result
  }()

  /// The embedded files.
  static var files: [(path: String, bytes: [UInt8])] {
    var count = 0
    guard let list = cknowledge_files(&count) else { return [] }
    return (0..<count).compactMap { place in
      guard let path = list[place].path, let bytes = list[place].bytes else { return nil }
      return (String(cString: path), Array(UnsafeBufferPointer(start: bytes, count: list[place].count)))
    }
  }

  /// Reads a file strictly; nil, with diagnostics, where it is not usable.
  static func read(_ path: String, _ bytes: [UInt8], _ sink: DiagnosticSink) -> ChartKnowledge? {
    let provenance = Provenance()
    let file = provenance.sources.add(path: path, bytes: bytes)
    guard let root = YAMLReader.read(file: file, dialect: .core, provenance: provenance, sink: sink).first?.root.map else { return nil }
    func bad(_ what: String) { sink.error("knowledge/form", "\(path): \(what)", at: nil) }
    let allowed: Set<String> = ["chart", "versions", "programs", "imageUser", "bundles", "keys", "mistakes", "facts"]
    for key in root.keys where !allowed.contains(key.string) { bad("unknown key '\(key.string)'") }
    func words(_ name: String) -> [[String]] {
      (root[name]?.list ?? []).map { ($0.scalarText ?? "").split(separator: " ").map(String.init) }
    }
    func ranged(_ name: String, facts: Bool = false) -> [Ranged] {
      (root[name]?.list ?? []).compactMap { item in
        var text = item.scalarText ?? ""
        // `fact 1.2.0 1.4.0` is short for `fact since 1.2.0 until 1.4.0`.
        if facts {
          let parts = text.split(separator: " ")
          if parts.count > 1 { text = parts[0] + " since " + parts[1] + (parts.count > 2 ? " until " + parts[2] : "") }
        }
        let found = Ranged(text)
        if found == nil { bad("'\(text)' in \(name)") }
        return found
      }
    }
    let range = (root["versions"]?.string ?? "").split(separator: " ").compactMap { ProgramVersion(String($0)) }
    guard let chart = root["chart"]?.string, range.count == 2, range[0] <= range[1] else {
      bad("needs 'chart' and 'versions'")
      return nil
    }
    var programs: [(chart: ProgramVersion, program: ProgramVersion)] = []
    for item in words("programs") {
      guard item.count == 2, let from = ProgramVersion(item[0]), let program = ProgramVersion(item[1]), programs.last.map({ $0.chart < from }) ?? true else {
        bad("'\(item.joined(separator: " "))' in programs")
        continue
      }
      programs.append((from, program))
    }
    var bundles: [Bundle] = []
    for item in words("bundles") {
      guard item.count == 3, let since = ProgramVersion(item[0]), let version = ProgramVersion(item[2]) else {
        bad("'\(item.joined(separator: " "))' in bundles")
        continue
      }
      bundles.append(Bundle(since: since, chart: item[1], version: version))
    }
    var mistakes: [String: (use: String, why: String)] = [:]
    for item in root["mistakes"]?.list ?? [] {
      guard let key = item["key"]?.string, let why = item["why"]?.string else {
        bad("a mistake needs 'key' and 'why'")
        continue
      }
      mistakes[key] = (item["use"]?.string ?? "", why)
    }
    return ChartKnowledge(
      chart: chart, versions: range[0]...range[1], programs: programs, imageUser: root["imageUser"]?.string ?? "", bundles: bundles, keys: ranged("keys"),
      mistakes: mistakes, facts: ranged("facts", facts: true))
  }
}
