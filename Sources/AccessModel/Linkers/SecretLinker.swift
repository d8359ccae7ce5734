import Kubernetes
import SourceText
import Values

/// Manifests and other controllers' objects that make Secrets → `secret` nodes.
struct SecretLinker {
  let context: LinkContext

  func link() {
    for record in context.objects {
      let object = record.object
      switch (object.kind, object.group) {
      case ("Secret", ""): add(record, name: object.root.at("metadata", "name"), madeBy: "Secret", keys: keys(object.root))
      case ("SealedSecret", "bitnami.com"):
        let name = object.root.at("spec", "template", "metadata", "name") ?? object.root.at("metadata", "name")
        add(record, name: name, madeBy: object.kind, keys: object.root.at("spec", "encryptedData")?.map?.keys.map(\.string))
      case ("ExternalSecret", "external-secrets.io"), ("ExternalSecret", "kubernetes-client.io"):
        let target = object.root.at("spec", "target", "name")
        add(record, name: target ?? object.root.at("metadata", "name"), madeBy: object.kind, keys: externalKeys(object.root))
      case ("ClusterExternalSecret", "external-secrets.io"):
        let name = object.root.at("spec", "externalSecretSpec", "target", "name") ?? object.root.at("spec", "externalSecretName")
        add(record, name: name ?? object.root.at("metadata", "name"), madeBy: object.kind, keys: nil)
      case ("Certificate", "cert-manager.io"):
        add(record, name: object.root.at("spec", "secretName"), madeBy: object.kind, keys: nil)
      case (let kind, "secrets.hashicorp.com") where kind.hasPrefix("Vault") || kind.hasPrefix("HCP"):
        add(record, name: object.root.at("spec", "destination", "name"), madeBy: kind, keys: nil)
      case ("SopsSecret", "isindir.github.com"):
        for template in object.root.at("spec", "secretTemplates")?.list ?? [] {
          add(record, name: template["name"], madeBy: object.kind, keys: nil)
        }
      case ("KafkaUser", "kafka.strimzi.io"), ("InfisicalSecret", "secrets.infisical.com"), ("OnePasswordItem", "onepassword.com"),
        ("DopplerSecret", "secrets.doppler.com"), ("BitwardenSecret", "k8s.bitwarden.com"), ("RabbitmqCluster", "rabbitmq.com"):
        let target = object.root.at("spec", "managedSecretReference", "secretName") ?? object.root.at("spec", "managedSecret", "name")
        add(record, name: target ?? object.root.at("metadata", "name"), madeBy: object.kind, keys: nil)
      default: break
      }
    }
  }

  /// Keys of `data` and `stringData`.
  private func keys(_ root: Value) -> [String] {
    ["data", "stringData"].flatMap { root[$0]?.map?.keys.map(\.string) ?? [] }
  }

  /// Keys of an ExternalSecret where they are all named: `data` without `dataFrom` and template.
  private func externalKeys(_ root: Value) -> [String]? {
    guard root.at("spec", "dataFrom") == nil, root.at("spec", "target", "template") == nil else { return nil }
    return root.at("spec", "data")?.list?.compactMap { $0["secretKey"]?.string }
  }

  private func add(_ record: ObjectRecord, name: Value?, madeBy: String, keys: [String]?) {
    guard let name, let text = name.string else { return }
    let node = context.make(
      .secret, id: record.id + "/" + text, title: madeBy == "Secret" ? record.title : "Secret `\(text)` of \(record.title)",
      origin: record.metadata.origin)
    context.place(node, record)
    node.set("name", name.located(node.origin))
    node.set("namespace", record.namespaceValue.located(node.origin))
    node.set("madeBy", madeBy)
    node.set("type", (record.object.root["type"] ?? .string("")).located(node.origin))
    node.set("keys", keys.map { .list($0.map { .string($0, node.origin) }, node.origin) } ?? .unknown("\(madeBy) decides about the keys", node.origin))
    node.set("literalKeys", .list(madeBy == "Secret" ? literalKeys(record) : [], node.origin))
    node.set("isEncrypted", record.object.root["sops"] != nil || isEncrypted(record.object.root))
    if let annotations = record.node?.fields["annotations"] { node.set("annotations", annotations) }
    node.set("object", record.object.root)
    context.secrets.append(SecretRecord(object: record, name: text, namespace: record.namespace, madeBy: madeBy, keys: keys, node: node))
  }

  /// Keys that hold something in Git. Values stay where they are.
  private func literalKeys(_ record: ObjectRecord) -> [Value] {
    let root = record.object.root
    var result: [Value] = []
    for field in ["data", "stringData"] {
      for entry in root[field]?.map?.entries ?? [] {
        guard let text = entry.value.scalarText, !text.isEmpty, !isCertificate(text, encoded: field == "data"),
          !isFilledLater(text, encoded: field == "data"), !isElsewhere(entry.value, than: root[field]?.origin, record)
        else { continue }
        result.append(.string(entry.key, entry.keyOrigin.isKnown ? entry.keyOrigin : entry.value.origin))
      }
    }
    return result
  }

  /// Texts that another tool fills before they are applied: `${NAME}` of envsubst and Flux, `<path:…>` of the Argo CD Vault plugin,
  /// `{{ … }}` of a template, `#{…}#` of a release pipeline.
  private func isFilledLater(_ text: String, encoded: Bool) -> Bool {
    func holdsPlace(_ text: String) -> Bool {
      for (start, end) in [("${", "}"), ("$(", ")"), ("{{", "}}"), ("<", ">"), ("#{", "}#")] {
        let isWhole = start == "<"
        guard let from = text.firstRange(of: start), let to = text[from.upperBound...].firstRange(of: end), to.lowerBound > from.upperBound else { continue }
        if !isWhole || (from.lowerBound == text.startIndex && to.upperBound == text.endIndex) { return true }
      }
      return text.hasPrefix("ref+")
    }
    if holdsPlace(text) { return true }
    guard encoded, let plain = try? Base64.decode(Array(text.utf8)) else { return false }
    return holdsPlace(String(decoding: plain, as: UTF8.self))
  }

  /// Of Terraform's Secrets only what is written into the block counts: names, regions and public keys come in by locals and variables.
  private func isElsewhere(_ value: Value, than field: Origin?, _ record: ObjectRecord) -> Bool {
    guard record.unit.node.fields["tool"]?.string == "terraform", let field else { return false }
    guard let block = context.provenance.origins.editPlace(field), let place = context.provenance.origins.editPlace(value.origin) else { return false }
    return place.source != block.source || place.start < block.start || place.end > block.end
  }

  /// Certificates without a private key are no secrets.
  private func isCertificate(_ text: String, encoded: Bool) -> Bool {
    guard encoded ? text.hasPrefix("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS") : text.hasPrefix("-----BEGIN CERTIFICATE") else { return false }
    let plain = encoded ? (try? Base64.decode(Array(text.utf8.filter { $0 != 0x0A && $0 != 0x20 }))) ?? [] : Array(text.utf8)
    return !plain.isEmpty && !String(decoding: plain, as: UTF8.self).contains("PRIVATE KEY")
  }

  private func isEncrypted(_ root: Value) -> Bool {
    ["data", "stringData"].contains { root[$0]?.map?.entries.contains { $0.value.string?.hasPrefix("ENC[") ?? false } ?? false }
  }

  /// What needs the other linkers' results.
  func finish() {
    let usesCSI = context.classes.contains { $0.reading.isAWS && $0.object.unit.node.fields["isSample"]?.bool != true }
    let synced = Set(context.classes.flatMap { $0.reading.synced.flatMap { $0.data.map(\.key) } })
    for record in context.secrets {
      record.node.set("repositoryUsesCsi", usesCSI)
      let literal = record.node.fields["literalKeys"]?.list ?? []
      record.node.set("syncedKeys", .list(literal.filter { synced.contains($0.string ?? "") }, record.node.origin))
    }
    for owner in context.classes {
      for (entry, node) in owner.synced where !entry.name.isEmpty { node.set("otherWriters", .list(otherWriters(entry, owner, node), node.origin)) }
    }
  }

  private func otherWriters(_ entry: ClassReading.Synced, _ owner: ClassRecord, _ node: ModelNode) -> [Value] {
    var result: [Value] = []
    // A class of the same name in the same namespace is the same class, declared twice.
    for other in context.classes where other.name != owner.name && context.neighbourhood(owner.object, other.object) == .same {
      for (twin, twinNode) in other.synced where twin.name == entry.name {
        result.append(.string(other.object.title, twinNode.origin))
      }
    }
    for secret in context.secrets where secret.name == entry.name && context.neighbourhood(owner.object, secret.object) == .same {
      let what = secret.madeBy == "Secret" ? "a manifest" : secret.object.title
      result.append(.string(what, secret.node.origin))
    }
    return result
  }
}
