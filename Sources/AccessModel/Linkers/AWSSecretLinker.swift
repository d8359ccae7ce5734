import IAM
import JMESPath
import Rendering
import SourceText
import Terraform
import Values

/// Secrets and parameters that Terraform declares → `awsSecret` nodes, joined with the items of SecretProviderClasses by name; all
/// resources → `terraformResource` nodes, calls of modules from elsewhere → `terraformModule` nodes.
struct AWSSecretLinker {
  let context: LinkContext
  let indexes: [TerraformIndex]

  func link() {
    for index in indexes {
      for resource in index.result.resources { addResource(resource, index) }
      for module in index.result.externalModules {
        addCall(module, index)
        if module.source.contains("secrets-manager") { addModule(module, index) }
      }
    }
    for owner in context.classes where owner.reading.isAWS { for (item, node) in owner.items { join(item, node) } }
  }

  private func addResource(_ resource: TerraformResource, _ index: TerraformIndex) {
    let node = context.make(.terraformResource, id: index.result.directory + "/" + index.result.variableFile + "/" + resource.address, title: resource.address, origin: resource.origin)
    node.set("address", resource.address)
    node.set("type", resource.type)
    node.set("name", resource.name)
    node.set("isData", resource.mode == .data)
    node.set("directory", index.result.directory)
    node.set("attributes", .map(resource.attributes, resource.origin))
    let environment = TerraformEnvironment(context: context, result: index.result).decide(resource)
    environment.apply(to: node)
    guard resource.mode == .managed, resource.type == "aws_secretsmanager_secret" || resource.type == "aws_ssm_parameter" else { return }
    let record = add(
      address: resource.address, name: index.name(resource.attributes), isPrefix: resource.attributes["name"]?.isNull ?? true,
      isParameter: resource.type == "aws_ssm_parameter", attributes: resource.attributes, environment: environment,
      origin: (resource.attributes["name"] ?? resource.attributes["name_prefix"])?.origin ?? resource.origin, fallback: resource.origin, index)
    let versions = index.versions(of: resource)
    let version = versions.count == 1 ? versions.first : nil
    if let version { setContent(record, version.attributes["secret_string"]) }
    let ignored = version?.ignoredChanges ?? []
    record.node.set("contentIsKept", ignored.isDisjoint(with: ["secret_string", "all"]))
    if index.hasPolicy(secret: resource) { record.node.set("hasPolicy", true) }
  }

  private func addCall(_ module: TerraformExternalModule, _ index: TerraformIndex) {
    let address = module.module.joined(separator: ".")
    let node = context.make(
      .terraformModule, id: index.result.directory + "/" + index.result.variableFile + "/" + address, title: address,
      origin: module.origin)
    node.set("address", address)
    node.set("source", module.source)
    node.set("version", module.version)
    node.set("directory", index.result.directory)
    node.set("arguments", .map(module.arguments, module.origin))
  }

  private func addModule(_ module: TerraformExternalModule, _ index: TerraformIndex) {
    let arguments = module.arguments
    guard arguments["name"] != nil || arguments["name_prefix"] != nil else { return }
    let environment = TerraformEnvironment(context: context, result: index.result).decide(tags: arguments["tags"], name: arguments["name"], origin: module.origin)
    let record = add(
      address: module.module.joined(separator: "."), name: index.name(arguments), isPrefix: arguments["name"] == nil, isParameter: false, attributes: arguments,
      environment: environment, origin: (arguments["name"] ?? arguments["name_prefix"])?.origin ?? module.origin, fallback: module.origin, index)
    setContent(record, arguments["secret_string"])
  }

  private func add(
    address: String, name: PolicyText, isPrefix: Bool, isParameter: Bool, attributes: ValueMap, environment: EnvironmentDecision, origin: Origin,
    fallback: Origin, _ index: TerraformIndex
  ) -> AWSSecretRecord {
    let place = origin.isKnown ? origin : fallback
    let node = context.make(.awsSecret, id: index.result.directory + "/" + index.result.variableFile + "/" + address, title: "secret `\(address)`", origin: place)
    let record = AWSSecretRecord(address: address, name: name, isParameter: isParameter, node: node)
    context.awsSecrets.append(record)
    environment.apply(to: node)
    node.set("address", address)
    node.set("isParameter", isParameter)
    node.set("isPrefix", isPrefix)
    node.set("name", name.literal.map { .string($0, place) } ?? .unknown("a part of the name is not known: \(name.text)", place))
    setPath(node, name, place)
    node.set("nameProblem", name.literal.map { isParameter ? "" : context.nameProblem($0) } ?? "", place)
    node.set("kmsKey", (attributes["kms_key_id"].flatMap { $0.isNull ? nil : $0 } ?? .string("")).located(place))
    let policy = ["policy", "policy_statements", "create_policy"].compactMap { attributes[$0] }.first { !$0.isNull && $0.string != "" && $0.bool != false }
    // An attribute that the configuration does not set comes back as a reference to itself.
    node.set("hasPolicy", policy.map { TerraformText.reference($0)?.address != address } ?? false)
    node.set("keysKnown", false)
    node.set("contentIsKept", true)
    node.set("keys", .list([], place))
    node.set("tags", attributes["tags"].map(TerraformStructure.known).flatMap { $0.isNull ? nil : $0 } ?? .map(ValueMap(), place))
    node.setEmpty("usedBy")
    return record
  }

  /// The first segment counts as far as it is known to its end.
  private func setPath(_ node: ModelNode, _ name: PolicyText, _ place: Origin) {
    if let literal = name.literal {
      context.setPath(node, name: literal, origin: place)
      return
    }
    var known = ""
    if case .literal(let bytes)? = name.pieces.first { known = String(decoding: bytes, as: UTF8.self) }
    let complete = known.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
    if complete.contains(where: { !$0.isEmpty }) {
      context.setPath(node, name: complete.joined(separator: "/"), origin: place)
      return
    }
    node.set("segments", .list([], place))
    node.set("hasLeadingSlash", known.hasPrefix("/"), place)
    for field in ["firstSegment", "pathEnvironment", "isShared"] { node.set(field, .unknown("a part of the name is not known: \(name.text)", place)) }
  }

  // MARK: Content

  /// Names and types of the keys of a JSON value; the values themselves are not kept in the graph.
  private func setContent(_ record: AWSSecretRecord, _ text: Value?) {
    guard let text, !text.isNull else { return }
    var content = TerraformStructure.known(text)
    if let string = content.text { content = (try? JSONReader.read(string.bytes)) ?? .null }
    guard let map = content.map else { return }
    record.content = content
    let keys = map.entries.map { entry -> Value in
      let origin = entry.keyOrigin.isKnown ? entry.keyOrigin : text.origin
      let type: Value = entry.value.isUnknown ? .unknown("the value is not known", origin) : .string(JMESExpression.typeName(entry.value), origin)
      return makeRecord(.secretKey, origin, [("name", .string(entry.key, origin)), ("type", type)])
    }
    record.node.set("keys", .list(keys, text.origin))
    record.node.set("keysKnown", true)
  }

  // MARK: Items

  private func join(_ item: ClassReading.Item, _ node: ModelNode) {
    let isParameter = item.effectiveType == "ssmparameter"
    let declared = context.awsSecrets.filter { $0.isParameter == isParameter }
    guard !declared.isEmpty, let name = node.string("secretName") else { return }
    if let found = declared.first(where: { $0.name.literal == name }) {
      node.set("awsSecret", found.node.value)
      found.node.set("usedBy", .list((found.node.fields["usedBy"]?.list ?? []) + [node.value], found.node.origin))
      setTypes(node, found)
      return
    }
    let isPossible = declared.contains { !$0.name.isKnown && WildcardPattern($0.name).matches(name) != false } || ARN.isTemplated(name)
    if isPossible {
      node.set("awsSecret", .unknown("the name of a secret in Terraform is not known", node.origin))
      return
    }
    node.set("awsSecret", .null(node.origin))
    node.set("nearestAwsSecret", nearestName(to: name, in: declared.compactMap(\.name.literal)) ?? "")
  }

  private func setTypes(_ node: ModelNode, _ secret: AWSSecretRecord) {
    guard let content = secret.content else { return }
    for value in node.fields["jmesPaths"]?.list ?? [] {
      guard let map = value.map, let path = map["path"]?.string, let expression = try? JMESExpression(path) else { continue }
      guard let found = expression.evaluate(content), !found.isUnknown else { continue }
      map.set("resultType", .string(JMESExpression.typeName(found), value.origin))
    }
  }
}
