/// An Amazon Resource Name: `arn:partition:service:region:account:resource`.
package struct ARN: Hashable, Sendable {
  package var partition: String
  package var service: String
  package var region: String
  package var account: String
  package var resource: String

  /// nil where the text does not have the six parts (aws-sdk-go arn.Parse asks no more).
  package init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 6, parts[0] == "arn" else { return nil }
    partition = parts[1]
    service = parts[2]
    region = parts[3]
    account = parts[4]
    resource = parts[5]
  }

  package var isSecret: Bool { service == "secretsmanager" && resource.hasPrefix("secret:") }

  /// The name of a secret with the suffix that Secrets Manager appends: `prod/db-AbCdEf`.
  package var secretNameAndSuffix: String? { isSecret ? String(resource.dropFirst("secret:".count)) : nil }

  /// The name of a secret without the hyphen and six characters of the suffix, if it has one.
  package var secretName: String? { secretNameAndSuffix.map { SecretName.droppingSuffix($0) } }

  package enum AccountKind: Hashable, Sendable {
    case real
    /// Used in AWS's documentation: 123456789012, 111122223333, …
    case documentation
    /// Zeros, `ACCOUNT_ID`, `<account>`, `XXXX`, `CHANGE_ME`.
    case placeholder
    /// Text that a pipeline fills in (`${ACCOUNT}`).
    case templated
    case malformed
  }

  private static let documentationAccounts: Set<String> = [
    "123456789012", "111122223333", "444455556666", "777788889999", "123456123456", "012345678901", "999999999999", "111111111111",
    "222222222222", "333333333333", "210987654321", "123456789123",
  ]

  package static func accountKind(_ account: String) -> AccountKind {
    if isTemplated(account) { return .templated }
    if documentationAccounts.contains(account) { return .documentation }
    let bytes = Array(account.utf8)
    let digits = bytes.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    if digits, bytes.count == 12 { return bytes.allSatisfy { $0 == 0x30 } ? .placeholder : .real }
    if digits, !bytes.isEmpty { return .malformed }
    return isPlaceholder(account) ? .placeholder : .malformed
  }

  /// Whether a text holds a variable that some other tool fills in: `${X}`, `$X`, `{{ x }}`, `__X__`, `#{x}#`, `%x%`.
  package static func isTemplated(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    for index in bytes.indices.dropLast() {
      switch (bytes[index], bytes[index + 1]) {
      case (UInt8(ascii: "$"), UInt8(ascii: "{")), (UInt8(ascii: "$"), UInt8(ascii: "(")), (UInt8(ascii: "{"), UInt8(ascii: "{")),
        (UInt8(ascii: "#"), UInt8(ascii: "{")), (UInt8(ascii: "_"), UInt8(ascii: "_")), (UInt8(ascii: "%"), UInt8(ascii: "(")):
        return true
      case (UInt8(ascii: "$"), let next) where next == UInt8(ascii: "_") || (next | 0x20 >= 0x61 && next | 0x20 <= 0x7A):
        return true
      default: break
      }
    }
    return false
  }

  /// Whether a text is a stand-in that somebody forgot to replace: `<account>`, `YOUR_ROLE`, `CHANGE_ME`, `XXXX`.
  package static func isPlaceholder(_ text: String) -> Bool {
    let upper = text.uppercased()
    if upper.utf8.contains(UInt8(ascii: "<")) || upper.utf8.contains(UInt8(ascii: ">")) { return true }
    let words = upper.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    let joined = "_" + words.joined(separator: "_") + "_"
    for mark in ["ACCOUNT_ID", "ACCOUNTID", "CHANGE_ME", "CHANGEME", "REPLACE_ME", "REPLACEME", "PLACEHOLDER", "YOUR"]
    where joined.contains("_" + mark + "_") {
      return true
    }
    if joined == "_ACCOUNT_" || joined == "_AWS_ACCOUNT_" { return true }
    return words.contains { $0.utf8.count >= 3 && $0.utf8.allSatisfy { $0 == UInt8(ascii: "X") } }
  }
}

/// What the annotation `eks.amazonaws.com/role-arn` holds.
package enum RoleARN: Hashable, Sendable {
  /// - name: the last segment of the path, which is the role's name.
  case valid(arn: ARN, name: String)
  case empty
  case malformed(String)
  case placeholder(String)
  /// A well-formed ARN in an account of AWS's documentation.
  case documentation(arn: ARN, name: String)
  /// Filled in by another tool.
  case templated

  package init(_ text: String) {
    if text.isEmpty {
      self = .empty
      return
    }
    guard let arn = ARN(text) else {
      self = ARN.isTemplated(text) ? .templated
        : ARN.isPlaceholder(text) ? .placeholder("'\(text)' is a placeholder")
        : .malformed("'\(text)' is no ARN of the form arn:aws:iam::<account>:role/<name>")
      return
    }
    if ARN.isTemplated(text) {
      self = .templated
      return
    }
    if ARN.isPlaceholder(arn.account) || ARN.isPlaceholder(arn.resource) || ARN.accountKind(arn.account) == .placeholder {
      self = .placeholder("'\(ARN.isPlaceholder(arn.resource) ? arn.resource : arn.account)' is a placeholder")
      return
    }
    guard ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"].contains(arn.partition) else {
      self = .malformed("'\(arn.partition)' is no partition of AWS")
      return
    }
    guard arn.service == "iam" else {
      self = .malformed("the service is '\(arn.service)', not 'iam'")
      return
    }
    guard arn.region.isEmpty else {
      self = .malformed("a role's ARN has no region, this one has '\(arn.region)'")
      return
    }
    guard ARN.accountKind(arn.account) != .malformed else {
      self = .malformed("the account '\(arn.account)' does not have 12 digits")
      return
    }
    guard arn.resource.hasPrefix("role/"), let name = arn.resource.split(separator: "/", omittingEmptySubsequences: false).last, !name.isEmpty
    else {
      self = .malformed("'\(arn.resource)' is not of the form role/<name>")
      return
    }
    let allowed = name.utf8.allSatisfy { WildcardPattern.isAlphanumeric($0) || "+=,.@-_".utf8.contains($0) }
    guard allowed, name.utf8.count <= 64 else {
      self = .malformed("'\(name)' is no name of a role")
      return
    }
    self = ARN.accountKind(arn.account) == .documentation ? .documentation(arn: arn, name: String(name)) : .valid(arn: arn, name: String(name))
  }

  package var name: String? {
    switch self {
    case .valid(_, let name), .documentation(_, let name): name
    default: nil
    }
  }
}

/// Names of secrets in Secrets Manager and of parameters.
package enum SecretName {
  /// `name-AbCdEf` without the hyphen and six letters or digits that Secrets Manager appends in ARNs.
  package static func droppingSuffix(_ name: String) -> String {
    let bytes = Array(name.utf8)
    guard bytes.count > 7, bytes[bytes.count - 7] == UInt8(ascii: "-"), bytes.suffix(6).allSatisfy(WildcardPattern.isAlphanumeric)
    else { return name }
    return String(decoding: bytes.dropLast(7), as: UTF8.self)
  }

  /// Segments between slashes; a leading slash gives no empty segment, others do.
  package static func segments(_ name: String) -> [String] {
    let trimmed = name.hasPrefix("/") ? name.dropFirst() : name[...]
    return trimmed.isEmpty ? [] : trimmed.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }

  /// Whether an AWS service named it (`rds!cluster-…`).
  package static func isServiceOwned(_ name: String) -> Bool { name.utf8.contains(UInt8(ascii: "!")) }

  /// Why Secrets Manager refuses a name; nil if it does not (AWS documentation of CreateSecret).
  package static func problem(_ name: String) -> String? {
    if name.isEmpty { return "the name is empty" }
    if name.utf8.count > 512 { return "the name has \(name.utf8.count) characters, at most 512 are allowed" }
    for scalar in name.unicodeScalars {
      let allowed = scalar.isASCII && (WildcardPattern.isAlphanumeric(UInt8(scalar.value)) || "/_+=.@-!".unicodeScalars.contains(scalar))
      if !allowed { return "'\(scalar)' is not allowed in a name: only letters, digits and /_+=.@-" }
    }
    return nil
  }

  /// Whether a name ends in what looks like the suffix of an ARN.
  package static func looksSuffixed(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard bytes.count > 7, bytes[bytes.count - 7] == UInt8(ascii: "-") else { return false }
    return bytes.suffix(6).allSatisfy(WildcardPattern.isAlphanumeric)
  }
}
