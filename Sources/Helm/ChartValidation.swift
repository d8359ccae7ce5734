import GoTemplate
import Values

/// Helm's checks of Chart.yaml (`chart.Metadata.Validate`).
enum ChartValidation {
  static func problem(_ metadata: ChartMetadata) -> (message: String, origin: Origin?)? {
    let name = metadata.name
    let version = metadata.version
    func at(_ field: String) -> Origin? { metadata.strings[field]?.origin }
    if metadata.string("APIVersion").isEmpty { return ("chart.metadata.apiVersion is required", nil) }
    if name.isEmpty { return ("chart.metadata.name is required", at("Name")) }
    if name == "." || name == ".." { return ("chart.metadata.name \"\(name)\" is not allowed", at("Name")) }
    if name.contains("/") { return ("chart.metadata.name \"\(name)\" is invalid", at("Name")) }
    if version.isEmpty { return ("chart.metadata.version is required", at("Version")) }
    if !ChartVersion.isValid(version) { return ("chart.metadata.version \"\(version)\" is invalid", at("Version")) }
    if !["", "application", "library"].contains(metadata.string("Type")) {
      return ("chart.metadata.type must be application or library", at("Type"))
    }
    var seen: Set<String> = []
    for dependency in metadata.dependencies {
      let isPlain = dependency.alias.utf8.allSatisfy {
        ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z")) || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
          || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
      if !isPlain { return ("dependency \"\(dependency.name)\" has disallowed characters in the alias", dependency.origin) }
      let key = dependency.alias.isEmpty ? dependency.name : dependency.alias
      if !seen.insert(key).inserted { return ("more than one dependency with name or alias \"\(key)\"", dependency.origin) }
    }
    return nil
  }

  /// `chartutil.ValidateReleaseName`.
  static func isReleaseName(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count <= 53 else { return false }
    return name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.first, let last = label.last else { return false }
      let isWord = { (byte: UInt8) in (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")) || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) }
      return isWord(first) && isWord(last) && label.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") }
    }
  }
}
