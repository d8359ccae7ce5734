import ArgoCD
import Kubernetes
import Values

/// For which environment something is, from all signs that were found.
struct EnvironmentDecision: Sendable {
  enum Strength: String, Sendable {
    case strong
    case weak
    case none
    case conflict
  }

  var strength: Strength
  /// Canonical name; nil where none is found or signs disagree.
  var environment: String?
  var origin: Origin
  var how: String
  var signs: [EnvironmentEvidence]

  static let none = EnvironmentDecision(strength: .none, environment: nil, origin: .none, how: "", signs: [])

  /// Decides by the strong signs if they agree, else says that they do not; without any, by the weak ones.
  init(_ signs: [EnvironmentEvidence]) {
    let strong = signs.filter { $0.strength == .strong }
    if let first = strong.first {
      if let other = strong.first(where: { $0.environment != first.environment }) {
        self.init(
          strength: .conflict, environment: nil, origin: first.origin,
          how: "\(first.how) says '\(first.environment)', \(other.how) says '\(other.environment)'", signs: signs)
      } else {
        self.init(strength: .strong, environment: first.environment, origin: first.origin, how: first.how, signs: signs)
      }
      return
    }
    let weak = signs.filter { $0.strength == .weak }
    if let first = weak.first, weak.allSatisfy({ $0.environment == first.environment }) {
      self.init(strength: .weak, environment: first.environment, origin: first.origin, how: first.how, signs: signs)
    } else {
      self.init(strength: .none, environment: nil, origin: .none, how: "", signs: signs)
    }
  }

  init(strength: Strength, environment: String?, origin: Origin, how: String, signs: [EnvironmentEvidence]) {
    self.strength = strength
    self.environment = environment
    self.origin = origin
    self.how = how
    self.signs = signs
  }

  /// With signs that only this object has. Signs of the object itself come first.
  func adding(_ own: [EnvironmentEvidence]) -> EnvironmentDecision { own.isEmpty ? self : EnvironmentDecision(own + signs) }

  /// The environment as its sign spells it.
  var spelling: String? { environment.flatMap { name in signs.first { $0.environment == name }?.spelling ?? name } }

  /// The environment if a strong sign says so.
  var certain: String? { strength == .strong ? environment : nil }

  var value: Value {
    if let environment { return .string(environment, origin) }
    return .unknown(strength == .conflict ? how : "no sign of an environment", origin)
  }

  func apply(to node: ModelNode) {
    node.set("environment", value.located(node.origin))
    node.set("environmentStrength", strength.rawValue, origin)
    node.set("environmentHow", how, origin)
  }
}

extension LinkContext {
  private static let environmentKeys = ["environment", "env", "app.kubernetes.io/environment"]

  func sign(_ value: Value?, _ how: String, strength: EvidenceStrength = .strong, atEnds: Bool = false) -> EnvironmentEvidence? {
    guard let value, let text = value.string else { return nil }
    guard let match = atEnds ? names.environment(atEndsOf: text) : names.environment(inName: text) else { return nil }
    return EnvironmentEvidence(environment: match.environment, spelling: match.spelling, strength: strength, how: how, origin: value.origin)
  }

  /// Signs in an object's labels, annotations and own namespace.
  func signs(of object: KubernetesObject) -> [EnvironmentEvidence] {
    var found: [EnvironmentEvidence] = []
    for (part, word) in [("labels", "label"), ("annotations", "annotation")] {
      for key in Self.environmentKeys {
        if let sign = sign(object.root.at("metadata", part, key), "\(word) `\(key)`") { found.append(sign) }
      }
    }
    if let sign = sign(object.root.at("metadata", "namespace"), "namespace", atEnds: true) { found.append(sign) }
    return found
  }

  /// What the configuration says; it wins over everything.
  func configured(namespace: String, application: String, path: String) -> EnvironmentDecision? {
    func decision(_ name: String, _ how: String) -> EnvironmentDecision {
      EnvironmentDecision(strength: .strong, environment: names.canonical(of: name) ?? name, origin: .none, how: how, signs: [])
    }
    if let name = configuration.namespaces[namespace] { return decision(name, "configuration of namespace '\(namespace)'") }
    if let name = configuration.applications[application] { return decision(name, "configuration of Application '\(application)'") }
    let longest = configuration.paths.filter { $0.key.isEmpty || path == $0.key || path.hasPrefix($0.key + "/") }
      .max { ($0.key.utf8.count, $1.key) < ($1.key.utf8.count, $0.key) }
    return longest.map { decision($0.value, "configuration of path '\($0.key)'") }
  }
}
