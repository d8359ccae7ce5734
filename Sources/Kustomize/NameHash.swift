import Crypto
import SourceText
import Values

/// The suffix that generated names get (`api/hasher`): the first ten hexadecimal digits of the SHA-256 of the contents as JSON, with
/// letters in place of those digits that could make words.
struct NameHash {
  let context: BuildContext

  func hash(_ resource: Resource) throws(KustomizeError) -> String {
    guard let node = resource.node else { return "" }
    let map = ValueMap()
    switch resource.kind {
    case "ConfigMap":
      map.set("kind", .string("ConfigMap"))
      // Kustomize looks for a field called `metadata/name` and finds none.
      map.set("name", .string(""))
      map.set("data", try part(node, "data"))
      if let binary = node.field("binaryData"), binary.kind == .map { map.set("binaryData", try part(node, "binaryData")) }
    case "Secret":
      map.set("kind", .string("Secret"))
      map.set("type", try part(node, "type"))
      map.set("name", .string(""))
      map.set("data", try part(node, "data"))
      if let plain = node.field("stringData"), plain.kind == .map { map.set("stringData", try part(node, "stringData")) }
    default:
      throw KustomizeError(
        "hash-kind", "the suffix of a \(resource.kind) cannot be computed: only ConfigMaps and Secrets are supported",
        at: resource.nameOrigin)
    }
    let json = JSONWriter(sortsKeys: true, escapesHTML: true).bytes(.map(map))
    return Self.encode(sha256: Digest.sha256.hash(json))
  }

  private func part(_ node: Node, _ field: String) throws(KustomizeError) -> Value {
    guard let found = node.field(field) else { return .string("") }
    guard found.kind != .scalar else { return .string(found.text) }
    return try NodeValues(context: context).value(found)
  }

  static func encode(sha256 digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var result: [UInt8] = []
    for byte in digest.prefix(5) {
      for nibble in [byte >> 4, byte & 15] {
        switch digits[Int(nibble)] {
        case UInt8(ascii: "0"): result.append(UInt8(ascii: "g"))
        case UInt8(ascii: "1"): result.append(UInt8(ascii: "h"))
        case UInt8(ascii: "3"): result.append(UInt8(ascii: "k"))
        case UInt8(ascii: "a"): result.append(UInt8(ascii: "m"))
        case UInt8(ascii: "e"): result.append(UInt8(ascii: "t"))
        case let digit: result.append(digit)
        }
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
