import GoTemplate
import SourceText
import Values

/// One layer of values, in ascending precedence.
package enum HelmValues: Sendable {
  /// A file of the renderer's tree. Missing files are an error unless `optional`.
  case file(path: String, optional: Bool, origin: Origin)
  /// A file that is registered already.
  case source(SourceFile)
  /// YAML text, read with the origins of its runs.
  case text(Text, Origin)
  /// Values that are read already (`valuesObject`).
  case object(Value)
  /// A layer whose content is not in the tree: what it may set is not known.
  case unknown(String, origin: Origin)
}

/// `--set` and its siblings.
package struct HelmSetting: Sendable {
  package enum Kind: Sendable { case set, setString, setFile, setJSON, setLiteral }

  package var kind: Kind
  /// The whole argument: "name=value".
  package var text: Text
  /// The origin of what the text's runs do not cover.
  package var origin: Origin

  package init(_ kind: Kind, text: Text, origin: Origin = .none) {
    self.kind = kind
    self.text = text
    self.origin = origin
  }

  /// An argument made of a name and a value, as Argo CD makes them of parameters: commas of the value are escaped. An unknown value sets
  /// an unknown.
  package init(_ kind: Kind, name: Value, value: Value) {
    var builder = TextBuilder()
    builder.append(name.text ?? .empty, origin: name.origin)
    builder.append(UInt8(ascii: "="))
    if case .unknown = value.payload {
      builder.append(UnknownMark.text, origin: value.origin)
      self.init(kind == .setFile || kind == .setJSON ? .setString : kind, text: builder.build(), origin: value.origin)
      return
    }
    let text = value.text ?? Text(GoConversion.string(value)?.string ?? "")
    let bytes = text.bytes
    var from = 0
    for at in bytes.indices where kind != .setLiteral && bytes[at] == UInt8(ascii: ",") && (at == 0 || bytes[at - 1] != UInt8(ascii: "\\")) && bytes.first != UInt8(ascii: "{") {
      builder.append(text, range: from..<at, origin: value.origin)
      builder.append(UInt8(ascii: "\\"))
      from = at
    }
    builder.append(text, range: from..<bytes.count, origin: value.origin)
    self.init(kind, text: builder.build(), origin: value.origin)
  }
}

/// What `helm template` is told.
package struct HelmOptions: Sendable {
  package var releaseName: Value
  /// Null is Helm's own default, "default".
  package var namespace: Value
  package var values: [HelmValues]
  package var settings: [HelmSetting]
  package var kubeVersion: String?
  package var apiVersions: [String]
  package var includeCRDs: Bool
  package var isUpgrade: Bool
  /// Render what there is although charts are missing in `charts/`, go on after a template failed, and print unknowns as marks, which become
  /// unknowns again in the objects. The result is for looking at: keys that templates generate are shared.
  package var isLenient: Bool
  /// Renderings share the keys that templates generate, each of which one rendering takes once: what is rendered is not deployed.
  package var sharesKeys = false
  package var skipsSchema: Bool
  /// Reads what `--set-file` names; by default a file of the renderer's tree.
  package var readFile: (@Sendable (String) -> [UInt8]?)?

  package init(
    releaseName: Value = .string("release-name"), namespace: Value = .string("default"), values: [HelmValues] = [],
    settings: [HelmSetting] = [], kubeVersion: String? = nil, apiVersions: [String] = [], includeCRDs: Bool = false,
    isUpgrade: Bool = false, isLenient: Bool = false, skipsSchema: Bool = false, readFile: (@Sendable (String) -> [UInt8]?)? = nil
  ) {
    self.releaseName = releaseName
    self.namespace = namespace
    self.values = values
    self.settings = settings
    self.kubeVersion = kubeVersion
    self.apiVersions = apiVersions
    self.includeCRDs = includeCRDs
    self.isUpgrade = isUpgrade
    self.isLenient = isLenient
    self.skipsSchema = skipsSchema
    self.readFile = readFile
  }
}
