import SourceText
import Values

/// A format of Kubernetes by its name.
final class NamedFormat: CELComparable, @unchecked Sendable {
  let name: String
  private let check: @Sendable ([UInt8]) -> [String]

  init(_ name: String, _ check: @escaping @Sendable ([UInt8]) -> [String]) {
    self.name = name
    self.check = check
  }

  override var typeName: String { "kubernetes.NamedFormat" }
  override func isEqual(to other: HostObject) -> Bool { (other as? NamedFormat)?.name == name }

  func problems(_ text: [UInt8]) -> [String] { check(text) }

  private static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLower(byte | 0x20) }

  private static func label(_ text: some Collection<UInt8>, startsWithLetter: Bool = false) -> Bool {
    guard let first = text.first, let last = text.reversed().first else { return false }
    return (isLower(first) || (!startsWithLetter && isDigit(first))) && (isLower(last) || isDigit(last))
      && text.allSatisfy { isLower($0) || isDigit($0) || $0 == 0x2D }
  }

  private static func subdomain(_ text: [UInt8]) -> Bool {
    text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label($0) }
  }

  /// Letters and digits at both ends, between them also `-`, `_`, `.`.
  private static func word(_ text: some BidirectionalCollection<UInt8>) -> Bool {
    guard let first = text.first, let last = text.last else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && text.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
  }

  private static func limited(_ text: [UInt8], _ limit: Int, _ valid: Bool, _ message: String) -> [String] {
    (text.count > limit ? ["must be no more than \(limit) bytes"] : []) + (valid ? [] : [message])
  }

  /// apimachinery's NameIsDNS… with `prefix`: a closing dash is allowed.
  private static func masked(_ text: [UInt8]) -> [UInt8] {
    text.count > 1 && text.last == 0x2D ? text.dropLast(2) + [UInt8(ascii: "a")] : text
  }

  private static func qualified(_ text: [UInt8]) -> [String] {
    let parts = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.last else {
      return ["a qualified name has an optional prefix and one '/'"]
    }
    var problems: [String] = []
    if parts.count == 2 { problems += limited(Array(parts[0]), 253, subdomain(Array(parts[0])), "prefix part must be a DNS subdomain") }
    return problems + limited(Array(name), 63, word(name), "name part must begin and end with a letter or digit, with '-', '_', '.' between")
  }

  static let all: [String: NamedFormat] = {
    let labelText = "a lower-case RFC 1123 label has letters, digits and '-', and begins and ends with a letter or digit"
    let subdomainText = "a lower-case RFC 1123 subdomain has labels with '.' between them"
    let nameText = "an RFC 1035 label has lower-case letters, digits and '-', begins with a letter and ends with a letter or digit"
    let formats = [
      NamedFormat("dns1123Label") { limited($0, 63, label($0), labelText) },
      NamedFormat("dns1123LabelPrefix") { limited($0, 63, label(masked($0)), labelText) },
      NamedFormat("dns1123Subdomain") { limited($0, 253, subdomain($0), subdomainText) },
      NamedFormat("dns1123SubdomainPrefix") { limited($0, 253, subdomain(masked($0)), subdomainText) },
      NamedFormat("dns1035Label") { limited($0, 63, label($0, startsWithLetter: true), nameText) },
      NamedFormat("dns1035LabelPrefix") { limited($0, 63, label(masked($0), startsWithLetter: true), nameText) },
      NamedFormat("qualifiedName") { qualified($0) },
      NamedFormat("labelValue") {
        limited($0, 63, $0.isEmpty || word($0), "a label value begins and ends with a letter or digit, with '-', '_', '.' between")
      },
      NamedFormat("uri") { text in ParsedURL(text.lossyString) == nil ? ["must be a URI"] : [] },
      NamedFormat("uuid") { text in
        let dashes = [8, 13, 18, 23]
        let valid = text.count == 36 && text.enumerated().allSatisfy { place, byte in
          dashes.contains(place) ? byte == 0x2D : isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66)
        }
        return valid ? [] : ["must be a UUID"]
      },
      NamedFormat("byte") { text in Base64.decode(text) == nil ? ["must be base64"] : [] },
      NamedFormat("date") { text in
        text.count == 10 && Times.parseTimestamp(text + Array("T00:00:00Z".utf8)) != nil ? [] : ["must be a date"]
      },
      NamedFormat("datetime") { text in Times.parseTimestamp(text) == nil ? ["must be a date and time of RFC 3339"] : [] },
    ]
    return Dictionary(formats.map { ($0.name, $0) }) { first, _ in first }
  }()
}

extension CELLibrary {
  /// apiserver pkg/cel/library/format.go.
  static let formats: [CELOverload] = {
    let type = CELType.opaque("kubernetes.NamedFormat")
    return NamedFormat.all.values.map { format in
      CELOverload("format.\(format.name)", [], type) { _, _ in Value(.object(format)) }
    } + [
      CELOverload("format.named", [.string], .optional(type)) { _, v in
        NamedFormat.all[v[0].string ?? ""].map { CELOptional.some(Value(.object($0))) } ?? CELOptional.none
      },
      CELOverload("validate", [type, .string], .optional(.list(.string)), member: true) { _, v in
        let problems = (v[0].object as? NamedFormat)?.problems(v[1].bytesOfText) ?? []
        return problems.isEmpty ? CELOptional.none : CELOptional.some(.list(problems.map { .string($0) }))
      },
    ]
  }()
}
