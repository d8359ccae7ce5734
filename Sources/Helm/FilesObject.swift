import FileTree
import GoTemplate
import SourceText
import Values
import YAMLSyntax

/// `.Files` (helm.sh/helm `pkg/engine/files.go`): the files of a chart that are neither templates nor charts.
final class FilesObject: GoObject, @unchecked Sendable {
  /// In byte order of their names.
  private let files: [(name: String, value: Value)]
  private let places: [String: Int]

  /// - Parameter files: name → text with the origin of the whole file.
  private init(_ files: [(name: String, value: Value)]) {
    self.files = files
    var places: [String: Int] = [:]
    for (place, file) in files.enumerated() { places[file.name] = place }
    self.places = places
    super.init()
  }

  convenience init(_ files: [ChartFile], origins: OriginTable) {
    // The last of equal names wins, as in a Go map.
    var byName: [String: ChartFile] = [:]
    for file in files { byName[file.name] = file }
    self.init(
      byName.values.sorted { $0.name.bytesPrecede($1.name) }.map { file in
        let skipped = file.source.bytes.count - file.bytes.count
        let origin = origins.add(.source, SourceSpan(source: file.source.id, skipped..<file.source.bytes.count))
        let run = OriginRun(start: 0, end: UInt32(clamping: file.bytes.count), origin: origin, offset: 0)
        return (file.name, .string(Text(file.bytes, runs: file.bytes.isEmpty ? [] : [run]), origin))
      })
  }

  override var goTypeName: String { "engine.files" }
  override var goKind: String { "map" }
  override var length: Int? { files.count }

  override func field(_ name: Text) -> Value? { index(.string(name)) }

  override func index(_ key: Value) -> Value? {
    guard let name = key.string, let place = places[name] else { return nil }
    return Value(.object(FileBytes(files[place].value)), origin: files[place].value.origin)
  }

  override var rangeEntries: [(key: Value, value: Value)]? {
    files.map { (.string($0.name), Value(.object(FileBytes($0.value)), origin: $0.value.origin)) }
  }

  override var printed: Text {
    Text("map[" + files.map { $0.name + ":" + FileBytes($0.value).listing }.joined(separator: " ") + "]")
  }

  private func text(_ name: String) -> Value { places[name].map { files[$0].value } ?? .string("") }

  override func method(_ name: Text) -> TemplateFunction? {
    switch name.string {
    case "Get":
      return TemplateFunction("Get", [.string]) { _, arguments in self.text(arguments.first?.string ?? "") }
    case "GetBytes":
      return TemplateFunction("GetBytes", [.string]) { _, arguments in
        let text = self.text(arguments.first?.string ?? "")
        return Value(.object(FileBytes(text)), origin: text.origin)
      }
    case "Glob":
      return TemplateFunction("Glob", [.string]) { _, arguments in
        let glob = Glob(gobwas: arguments.first?.string ?? "")
        return Value(.object(FilesObject(self.files.filter { glob?.matches($0.name) ?? true })))
      }
    case "Lines":
      return TemplateFunction("Lines", [.string]) { _, arguments in
        let value = self.text(arguments.first?.string ?? "")
        return Value(.list(ValueList(Self.lines(value))), tag: GoList.strings, origin: value.origin)
      }
    case "AsConfig":
      return TemplateFunction("AsConfig", []) { _, _ in self.yaml { $0 } }
    case "AsSecrets":
      return TemplateFunction("AsSecrets", []) { _, _ in
        self.yaml { .string(Text(Base64.encode($0.text?.bytes ?? [])), $0.origin) }
      }
    default: return nil
    }
  }

  private static func lines(_ value: Value) -> [Value] {
    guard let text = value.text, text.count > 0 else { return [] }
    var lines: [Value] = []
    var start = 0
    var end = text.count
    if text.bytes[end - 1] == 0x0A { end -= 1 }
    for at in 0...end where at == end || text.bytes[at] == 0x0A {
      lines.append(.string(text.slice(start..<at), value.origin))
      start = at + 1
    }
    return lines
  }

  private func yaml(_ convert: (Value) -> Value) -> Value {
    let map = ValueMap()
    for file in files { map.set(Text(TreePath.name(of: file.name)), convert(file.value)) }
    let text = YAMLWriter.write(.map(map), style: .goYAML)
    let end = text.bytes.last == 0x0A ? text.count - 1 : text.count
    return .string(text.slice(0..<end))
  }
}

/// The content of a file as Go's `[]byte`, which most templates turn into text at once.
final class FileBytes: GoObject, @unchecked Sendable {
  let text: Value

  init(_ text: Value) {
    self.text = text
    super.init()
  }

  override var goTypeName: String { "[]uint8" }
  override var goKind: String { "slice" }
  override var length: Int? { text.text?.count ?? 0 }
  /// The text itself: what `toString` and `quote` make of bytes.
  override var printed: Text { text.text ?? .empty }

  var listing: String { "[" + (text.text?.bytes ?? []).map { String($0) }.joined(separator: " ") + "]" }

  override var rangeEntries: [(key: Value, value: Value)]? {
    (text.text?.bytes ?? []).enumerated().map {
      (Value(.int(Int64($0.offset)), tag: GoNumber.int), Value(.int(Int64($0.element)), tag: GoNumber.uint8))
    }
  }

  override func index(_ key: Value) -> Value? {
    guard let place = key.int, let bytes = text.text?.bytes, place >= 0, place < bytes.count else { return nil }
    return Value(.int(Int64(bytes[Int(place)])), tag: GoNumber.uint8)
  }
}
