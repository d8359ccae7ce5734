import IAM
import JMESPath
import Kubernetes
import SourceText
import Values

/// A SecretProviderClass as the driver and the AWS provider read it (aws/secrets-store-csi-driver-provider-aws
/// provider/secret_descriptor.go, server/server.go; kubernetes-sigs/secrets-store-csi-driver pkg/util/secretutil).
struct ClassReading {
  struct JMESItem {
    var path: String
    var alias: String
    var fileName: String
    var error: String
    var quoted: String
    var origin: Origin
  }

  struct Item {
    var objectName: String
    /// Where the name stands; the item where there is none.
    var nameOrigin: Origin
    var type: String
    var typeOrigin: Origin
    var alias: String
    var aliasOrigin: Origin
    var version: String
    var versionOrigin: Origin
    var versionLabel: String
    var versionLabelOrigin: Origin
    var permission: String
    var fileName: String
    var jmes: [JMESItem]
    var isFailover: Bool
    var origin: Origin

    var arn: ARN? { objectName.hasPrefix("arn:") ? ARN(objectName) : nil }

    /// The name without what an ARN puts around it.
    var secretName: String {
      guard let arn else { return objectName }
      return arn.secretName ?? (arn.resource.hasPrefix("parameter") ? String(arn.resource.dropFirst("parameter".count)) : arn.resource)
    }

    /// `secretsmanager`, `ssmparameter`, or what is written.
    var effectiveType: String {
      if !type.isEmpty { return type }
      switch arn?.service {
      case "secretsmanager": return "secretsmanager"
      case "ssm": return "ssmparameter"
      default: return ""
      }
    }
  }

  struct Synced {
    struct Datum {
      var objectName: String
      var key: String
      var origin: Origin
      var nameOrigin: Origin
      var keyOrigin: Origin
    }

    var name: String
    var nameOrigin: Origin
    var type: String
    var typeOrigin: Origin
    var data: [Datum]
    var annotations: Value
    var labels: Value
    var problems: [Value]
    var origin: Origin
  }

  let provider: String
  let providerOrigin: Origin
  let parameters: Value
  private(set) var items: [Item] = []
  /// `objects` could be read and is complete.
  private(set) var itemsKnown = true
  private(set) var problems: [Value] = []
  private(set) var scalarTraps: [Value] = []
  private(set) var fileNames: [(name: String, origin: Origin)] = []
  private(set) var collisions: [Value] = []
  private(set) var synced: [Synced] = []

  var isAWS: Bool { provider == "aws" }

  // MARK: Reading

  init(_ object: KubernetesObject, provenance: Provenance, limits: Limits) {
    let spec = object.root["spec"]
    let place = spec?.origin ?? object.root.origin
    let given = spec?["provider"]
    provider = given?.string ?? ""
    providerOrigin = given?.origin ?? place
    let section = object.root["spec"]?.map?.entry("parameters")
    let parametersOrigin = section.map { $0.keyOrigin.isKnown ? $0.keyOrigin : $0.value.origin } ?? place
    parameters = (section?.value ?? .map(ValueMap())).with(origin: parametersOrigin)
    if given?.isUnknown != true, provider.isEmpty { problem("no-provider", "provider is empty", providerOrigin) }
    readParameters()
    if isAWS { readObjects(provenance, limits) } else { itemsKnown = false }
    readSynced(spec?["secretObjects"])
  }

  private mutating func problem(_ code: String, _ message: String, _ origin: Origin) {
    problems.append(makeProblem(code, message, origin))
  }

  private mutating func readParameters() {
    guard let map = parameters.map, !map.isEmpty else {
      if !parameters.isUnknown, !provider.isEmpty { problem("no-parameters", "parameters are empty", parameters.origin) }
      return
    }
    for entry in map.entries where entry.value.text == nil && !entry.value.isUnknown {
      let word = entry.value.list != nil ? "a list" : entry.value.map != nil ? "a map" : "no text"
      problem(
        "parameter-not-text", "spec.parameters.\(entry.key.string) is \(word), the API server takes only text",
        entry.value.origin.isKnown ? entry.value.origin : entry.keyOrigin)
    }
    guard isAWS else { return }
    let identity = map["usePodIdentity"]?.string
    if let identity, !identity.isEmpty, GoScalars.bool(identity) == nil, !ARN.isTemplated(identity) {
      problem("pod-identity", "failed to parse usePodIdentity value: '\(identity)' is no bool", map["usePodIdentity"]?.origin ?? parameters.origin)
    }
    if let region = map["region"]?.string, !region.isEmpty, map["failoverRegion"]?.string == region {
      problem("failover-region", "failover region '\(region)' is the region itself", map["failoverRegion"]?.origin ?? parameters.origin)
    }
    if let translation = map["pathTranslation"]?.string, translation.lowercased() != "false", translation.utf8.count > 1 {
      problem(
        "path-translation", "pathTranslation must be either 'False' or a single character string", map["pathTranslation"]?.origin ?? parameters.origin)
    }
  }

  var region: String { parameters["region"]?.string ?? "" }
  var failoverRegion: String { parameters["failoverRegion"]?.string ?? "" }
  var keepsSlashes: Bool { parameters["pathTranslation"]?.string?.lowercased() == "false" }

  /// The name of the file that a name or alias gives.
  func fileName(_ name: String) -> String {
    let translation = parameters["pathTranslation"]?.string ?? ""
    if translation.lowercased() == "false" { return String(name.drop { $0 == "/" }) }
    let mark = translation.isEmpty ? "_" : translation
    return name.split(separator: "/", omittingEmptySubsequences: false).joined(separator: mark)
  }

  private mutating func readObjects(_ provenance: Provenance, _ limits: Limits) {
    guard let value = parameters["objects"] else {
      if parameters.isUnknown { itemsKnown = false }
      return
    }
    guard value.text != nil else {
      itemsKnown = false
      return
    }
    let yaml = EmbeddedYAML(value, provenance: provenance, limits: limits)
    if let failure = yaml.failure {
      itemsKnown = false
      problem("objects-yaml", "Failed to load SecretProviderClass: \(failure.message)", value.origin)
      return
    }
    if yaml.root.isNull { return }
    guard let list = yaml.root.list else {
      itemsKnown = false
      problem("objects-not-list", "Failed to load SecretProviderClass: objects is no YAML list", value.origin)
      return
    }
    for (index, element) in list.enumerated() {
      guard let map = element.map else {
        let message = element.isNull ? "Empty descriptor entry in SecretProviderClass" : "Failed to load SecretProviderClass: an item of objects is no map"
        problem("objects-item", message, element.origin.isKnown ? element.origin : value.origin)
        itemsKnown = false
        continue
      }
      let fields = LenientMap(map: map, raw: yaml.spelled[index]?.map)
      let item = readItem(fields, origin: element.origin.isKnown ? element.origin : value.origin)
      items.append(item)
      if let failover = fields.value("failoverObject")?.map {
        let inner = LenientMap(map: failover, raw: yaml.spelled[index]?["failoverObject"]?.map)
        var other = readItem(inner, origin: fields.value("failoverObject")?.origin ?? element.origin)
        other.isFailover = true
        other.type = item.type
        other.fileName = item.fileName
        items.append(other)
      }
    }
    checkItems()
    collectFiles()
  }

  private mutating func readItem(_ fields: LenientMap, origin: Origin) -> Item {
    func field(_ name: String) -> LenientMap.Field? {
      let field = fields.field(name)
      if let field, let written = field.rewrittenFrom {
        let hint = name == "filePermission" ? "Invalid File Permission: \(field.text)" : "the provider reads '\(written)' as '\(field.text)'"
        scalarTraps.append(makeProblem(name, "\(name): \(written) is not quoted: \(hint)", field.origin))
      }
      return field
    }
    let name = field("objectName")
    let type = field("objectType")
    let alias = field("objectAlias")
    let version = field("objectVersion")
    let label = field("objectVersionLabel")
    let permission = field("filePermission")
    var jmes: [JMESItem] = []
    for element in fields.value("jmesPath")?.list ?? [] {
      guard let map = element.map else { continue }
      let inner = LenientMap(map: map, raw: nil)
      let path = inner.field("path")
      let alias = inner.field("objectAlias")
      let text = path?.text ?? ""
      let error = text.isEmpty ? nil : JMESExpression.problem(text)
      jmes.append(
        JMESItem(
          path: text, alias: alias?.text ?? "", fileName: fileName(alias?.text ?? ""), error: error?.message ?? "",
          quoted: error == nil ? "" : JMESExpression.quoted(text) ?? "", origin: path?.origin ?? element.origin))
    }
    let shown = alias.map(\.text).flatMap { $0.isEmpty ? nil : $0 } ?? name?.text ?? ""
    return Item(
      objectName: name?.text ?? "", nameOrigin: name?.origin ?? origin, type: type?.text ?? "", typeOrigin: type?.origin ?? origin,
      alias: alias?.text ?? "", aliasOrigin: alias?.origin ?? name?.origin ?? origin, version: version?.text ?? "",
      versionOrigin: version?.origin ?? name?.origin ?? origin, versionLabel: label?.text ?? "", versionLabelOrigin: label?.origin ?? name?.origin ?? origin,
      permission: permission?.text ?? "", fileName: fileName(shown), jmes: jmes, isFailover: false, origin: origin)
  }

  // MARK: Files

  /// Equal names that the provider refuses are problems, not collisions: nothing is mounted then.
  private mutating func collectFiles() {
    var seen: [String: (what: String, alias: String)] = [:]
    func add(_ name: String, _ what: String, alias: String, _ origin: Origin) {
      guard !name.isEmpty else { return }
      if let (other, otherAlias) = seen[name] {
        if !alias.isEmpty, alias == otherAlias { return }
        collisions.append(makeProblem("file", "\(what) and \(other) mount the same file '\(name)'", origin))
      } else {
        seen[name] = (what, alias)
        fileNames.append((name, origin))
      }
    }
    for item in items where !item.isFailover {
      let what = item.alias.isEmpty ? "object '\(item.objectName)'" : "alias '\(item.alias)'"
      add(item.fileName, what, alias: item.alias, item.alias.isEmpty ? item.nameOrigin : item.aliasOrigin)
      for jmes in item.jmes { add(jmes.fileName, "jmesPath alias '\(jmes.alias)'", alias: jmes.alias, jmes.origin) }
    }
  }

  /// File names that keep a slash inside.
  var slashFileNames: [(name: String, origin: Origin)] { keepsSlashes ? fileNames.filter { $0.name.utf8.contains(UInt8(ascii: "/")) } : [] }
}

// MARK: - secretObjects

extension ClassReading {
  private mutating func readSynced(_ list: Value?) {
    guard let list = list?.list else { return }
    var names: [String: Bool] = [:]
    for element in list {
      guard let map = element.map else { continue }
      let name = Self.trimmed(map["secretName"]?.string ?? "")
      let type = Self.trimmed(map["type"]?.string ?? "")
      var problems: [Value] = []
      func problem(_ code: String, _ message: String, _ origin: Origin?) {
        problems.append(makeProblem(code, message, origin.flatMap { $0.isKnown ? $0 : nil } ?? element.origin))
      }
      if name.isEmpty, map["secretName"]?.isUnknown != true { problem("secret-name", "secret name is empty", map["secretName"]?.origin) }
      if type.isEmpty, map["type"]?.isUnknown != true { problem("secret-type", "secret type is empty", map["secretName"]?.origin) }
      let data = map["data"]?.list ?? []
      if data.isEmpty, map["data"]?.isUnknown != true { problem("secret-data", "data is empty", map["data"]?.origin ?? map["secretName"]?.origin) }
      if !name.isEmpty, names[name] != nil { problem("duplicate-secret", "two entries write the Secret '\(name)'", map["secretName"]?.origin) }
      names[name] = true
      var result: [Synced.Datum] = []
      var keys: [String: Bool] = [:]
      for datum in data {
        let object = Self.trimmed(datum["objectName"]?.string ?? "")
        let key = Self.trimmed(datum["key"]?.string ?? "")
        if object.isEmpty, datum["objectName"]?.isUnknown != true { problem("object-name", "object name in secretObjects.data is empty", datum.origin) }
        if key.isEmpty, datum["key"]?.isUnknown != true { problem("data-key", "key in secretObjects.data is empty", datum.origin) }
        if !key.isEmpty, keys[key] != nil { problem("duplicate-key", "two items write the key '\(key)'", datum["key"]?.origin) }
        if type == "kubernetes.io/tls", !key.isEmpty, key != "tls.crt", key != "tls.key" {
          problem("tls-key", "a Secret of type kubernetes.io/tls takes only the keys tls.crt and tls.key, not '\(key)'", datum["key"]?.origin)
        }
        keys[key] = true
        result.append(
          Synced.Datum(
            objectName: object, key: key, origin: datum.origin, nameOrigin: datum["objectName"]?.origin ?? datum.origin,
            keyOrigin: datum["key"]?.origin ?? datum.origin))
      }
      synced.append(
        Synced(
          name: name, nameOrigin: map["secretName"]?.origin ?? element.origin, type: type, typeOrigin: map["type"]?.origin ?? element.origin, data: result,
          annotations: map["annotations"] ?? .map(ValueMap(), element.origin), labels: map["labels"] ?? .map(ValueMap(), element.origin),
          problems: problems, origin: element.origin))
    }
  }

  static func trimmed(_ text: String) -> String {
    var slice = text[...]
    while slice.first?.isWhitespace == true { slice = slice.dropFirst() }
    while slice.last?.isWhitespace == true { slice = slice.dropLast() }
    return String(slice)
  }
}

// MARK: - The provider's checks

extension ClassReading {
  /// In the provider's order; the first failure of each item.
  private mutating func checkItems() {
    for index in items.indices {
      let previous = index > 0 && items[index].isFailover ? items[index - 1] : nil
      if let (code, message, origin) = failure(of: items[index], parent: previous) { problem(code, message, origin) }
    }
    checkDuplicates()
  }

  private func failure(of item: Item, parent: Item?) -> (String, String, Origin)? {
    let region = item.isFailover ? failoverRegion : self.region
    if item.isFailover {
      if parent?.alias.isEmpty ?? true { return ("failover-alias", "object alias must be specified for objects with failover entries: \(item.objectName)", item.nameOrigin) }
      if failoverRegion.isEmpty { return ("failover-region", "failover object allowed only when failover region is defined: \(item.objectName)", item.origin) }
    }
    if item.objectName.isEmpty { return ("object-name", "Object name must be specified", item.nameOrigin) }
    if item.objectName.hasPrefix("arn:") {
      guard let arn = item.arn else { return ("arn", "Invalid ARN format in object name: \(item.objectName)", item.nameOrigin) }
      if !region.isEmpty, !ARN.isTemplated(region), !ARN.isTemplated(arn.region), arn.region != region {
        return ("arn-region", "ARN region must match region \(region): \(item.objectName)", item.nameOrigin)
      }
      if item.type.isEmpty, arn.service != "secretsmanager", arn.service != "ssm" {
        return ("arn-service", "Invalid service in ARN: \(arn.service)", item.nameOrigin)
      }
    } else if item.type.isEmpty {
      return ("object-type", "Must use objectType when a full ARN is not specified: \(item.objectName)", item.nameOrigin)
    }
    if !item.type.isEmpty, !ARN.isTemplated(item.type) {
      guard item.type == "secretsmanager" || item.type == "ssmparameter" else { return ("object-type", "Invalid objectType: \(item.type)", item.typeOrigin) }
      if let arn = item.arn, (arn.service == "ssm") != (item.type == "ssmparameter") {
        return ("object-type", "objectType does not match ARN: \(item.objectName)", item.typeOrigin)
      }
    }
    if item.effectiveType == "ssmparameter", !item.version.isEmpty, !item.versionLabel.isEmpty {
      return ("version", "ssm parameters can not specify both objectVersion and objectVersionLabel: \(item.objectName)", item.versionOrigin)
    }
    if item.fileName.contains("../") { return ("path", "path can not contain ../: \(item.fileName)", item.aliasOrigin) }
    if !item.permission.isEmpty, !Self.isPermission(item.permission) {
      return ("file-permission", "Invalid File Permission: \(item.permission)", item.origin)
    }
    for jmes in item.jmes {
      if jmes.path.isEmpty { return ("jmes-path", "Path must be specified for JMES object", jmes.origin) }
      if jmes.alias.isEmpty { return ("jmes-alias", "Object alias must be specified for JMES object", jmes.origin) }
    }
    if let parent, parent.version != item.version {
      return ("failover-version", "object versions must match between primary and failover regions: \(item.objectName)", item.versionOrigin)
    }
    return nil
  }

  private static func isPermission(_ text: String) -> Bool {
    text.utf8.count == 4 && text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "7") }
  }

  private mutating func checkDuplicates() {
    var names: [String: Item] = [:]
    var aliases: [String: Bool] = [:]
    for item in items where !item.isFailover {
      let hasLabel = !item.versionLabel.isEmpty
      if let other = names[item.objectName], other.alias == item.alias, other.versionLabel == item.versionLabel || (other.versionLabel.isEmpty && !hasLabel) {
        problem("duplicate-object", "found descriptor with duplicate object name: \(item.objectName)", item.nameOrigin)
      } else if !item.alias.isEmpty, aliases[item.alias] != nil {
        problem("duplicate-alias", "found duplicate object alias \(item.alias)", item.aliasOrigin)
      }
      names[item.objectName] = item
      if !item.alias.isEmpty { aliases[item.alias] = true }
      for jmes in item.jmes where !jmes.alias.isEmpty {
        if aliases[jmes.alias] != nil { problem("duplicate-alias", "Name already in use for objectAlias: \(jmes.alias)", jmes.origin) }
        aliases[jmes.alias] = true
      }
    }
  }
}
