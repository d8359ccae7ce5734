/// A Resource of a policy as IAM holds it against ARNs: part for part, missing parts filled up with `*`.
package struct ARNPattern: Hashable, Sendable {
  package let partition: WildcardPattern
  package let service: WildcardPattern
  package let region: WildcardPattern
  package let account: WildcardPattern
  package let resource: WildcardPattern
  /// The whole text is the ARN of one secret that is not known in detail.
  package let isOneSecret: Bool

  package enum Reading: Hashable, Sendable {
    case pattern(ARNPattern)
    /// Neither `*` nor an ARN: IAM refuses it.
    case malformed
    /// Too much of it is unknown to tell its parts.
    case unknown
  }

  package static func read(_ text: PolicyText) -> Reading {
    let whole = WildcardPattern(text)
    if whole.elements == [.any] { return .pattern(ARNPattern(everything: whole)) }
    if case .gap(.secretARN)? = whole.elements.first {
      let star = WildcardPattern(elements: [.any])
      return .pattern(
        ARNPattern(
          partition: star, service: WildcardPattern("secretsmanager"), region: star, account: star,
          resource: WildcardPattern(elements: whole.elements), isOneSecret: true))
    }
    var parts: [[WildcardPattern.Element]] = [[]]
    for element in whole.elements {
      if element == .byte(UInt8(ascii: ":")), parts.count < 6 { parts.append([]) } else { parts[parts.count - 1].append(element) }
    }
    guard WildcardPattern(elements: parts[0]).text == "arn" else {
      if case .gap? = parts[0].first { return .unknown }
      return WildcardPattern(elements: parts[0]).matches("arn") == true && parts.count > 1 ? .pattern(ARNPattern(parts)) : .malformed
    }
    // A gap that may hold colons hides how many parts there are.
    let hasWideGap = parts.dropLast(parts.count == 6 ? 1 : 0).contains { $0.contains(.gap(.anything)) && $0.count > 1 }
    if parts.count < 6, whole.hasGap || hasWideGap { return .unknown }
    return .pattern(ARNPattern(parts))
  }

  /// Whether a Resource takes in every key of KMS: `*`, `arn:aws:kms:*:*:key/*`.
  package static func isEveryKey(_ text: PolicyText) -> Bool {
    guard case .pattern(let pattern) = read(text), pattern.service.matches("kms") == true else { return false }
    return pattern.resource.covers(WildcardPattern("key/*"))
  }

  private init(everything star: WildcardPattern) {
    self.init(partition: star, service: star, region: star, account: star, resource: star, isOneSecret: false)
  }

  private init(_ parts: [[WildcardPattern.Element]]) {
    func part(_ index: Int) -> WildcardPattern { WildcardPattern(elements: index < parts.count ? parts[index] : [.any]) }
    self.init(partition: part(1), service: part(2), region: part(3), account: part(4), resource: part(5), isOneSecret: false)
  }

  private init(
    partition: WildcardPattern, service: WildcardPattern, region: WildcardPattern, account: WildcardPattern,
    resource: WildcardPattern, isOneSecret: Bool
  ) {
    self.partition = partition
    self.service = service
    self.region = region
    self.account = account
    self.resource = resource
    self.isOneSecret = isOneSecret
  }

  /// Whether it can be about Secrets Manager at all.
  package var isAboutSecrets: Bool { service.matches("secretsmanager") != false }

  /// The pattern of the name (behind `secret:`); several where a wildcard stands in front of the colon. Empty: no secret can match.
  package var secretPatterns: [WildcardPattern] { isOneSecret ? [] : resource.rests(after: "secret:") }

  /// Whether it matches the ARN of a secret.
  /// - Parameters:
  ///   - secret: what is known of the ARN.
  ///   - context: what policy variables stand for.
  package func matches(_ secret: SecretTarget, context: RequestContext = RequestContext()) -> Bool? {
    if isOneSecret { return nil }
    guard case .pattern(let resource) = self.resource.filled(from: context) else { return false }
    var isUnknown = false
    for (pattern, part) in [(partition, secret.partition), (region, secret.region), (account, secret.account)] {
      guard let part else {
        // The secret's own part is not known: a pattern with a definite part is taken to mean the same place.
        continue
      }
      switch pattern.matches(part) {
      case false?: return false
      // A gap for the region or account stands for the deployment's own.
      case nil, true?: break
      }
    }
    switch service.matches(secret.service) {
    case false?: return false
    case nil: isUnknown = true
    case true?: break
    }
    switch resource.matches(secret.resource) {
    case false?: return false
    case nil: return nil
    case true?: return isUnknown ? nil : true
    }
  }
}

/// A secret as IAM sees it: by its full ARN, of which account, region and suffix are often not known.
package struct SecretTarget: Hashable, Sendable {
  package var partition: String?
  package var region: String?
  package var account: String?
  package var name: String
  /// The six characters, if known.
  package var suffix: String?
  /// `secretsmanager`, or `ssm` for a parameter.
  package private(set) var service = "secretsmanager"

  package init(name: String, partition: String? = nil, region: String? = nil, account: String? = nil, suffix: String? = nil) {
    self.name = name
    self.partition = partition
    self.region = region
    self.account = account
    self.suffix = suffix
  }

  /// Of an objectName: a name, or a full ARN (with or without the suffix).
  package init(objectName: String) {
    guard let arn = ARN(objectName), let full = arn.secretNameAndSuffix else {
      self.init(name: objectName)
      return
    }
    let name = SecretName.droppingSuffix(full)
    self.init(
      name: name, partition: arn.partition, region: arn.region, account: ARN.accountKind(arn.account) == .real ? arn.account : nil,
      suffix: name == full ? nil : String(full.suffix(6)))
  }

  /// Of a parameter's name or full ARN. The slash that a hierarchical name begins with is not doubled in ARNs.
  package init(parameter objectName: String) {
    let arn = ARN(objectName)
    var name = objectName
    if let arn, arn.resource.hasPrefix("parameter") { name = String(arn.resource.dropFirst("parameter".count)) }
    if name.hasPrefix("/") { name = String(name.dropFirst()) }
    self.init(name: name, partition: arn?.partition, region: arn?.region, account: arn.flatMap { ARN.accountKind($0.account) == .real ? $0.account : nil })
    service = "ssm"
  }

  var resource: [WildcardPattern.Target] {
    if service == "ssm" { return ("parameter/" + name).utf8.map { .byte($0) } }
    var result: [WildcardPattern.Target] = ("secret:" + name + "-").utf8.map { .byte($0) }
    if let suffix { result += suffix.utf8.map { .byte($0) } } else { result += [WildcardPattern.Target](repeating: .alphanumeric, count: 6) }
    return result
  }
}
