import Kubernetes
import Testing
import Values

@testable import AccessModel

/// The tables of the real controller's behaviour: which annotations reload for which change.
struct ReloaderDecisionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var annotations: [String: String] = [:]
    var template: [String: String] = [:]
    var resource: [String: String] = [:]
    var referenced = true
    var version = ProgramVersion(1, 4, 21)
    var all = false
    var reloads: Bool
    var reason: ReloadReason
    var testDescription: String { "\(annotations) \(template) \(resource) \(referenced) \(version)" }
  }

  private static let auto = "reloader.stakater.com/auto"
  private static let typed = "secret.reloader.stakater.com/auto"
  private static let named = "secret.reloader.stakater.com/reload"
  private static let search = "reloader.stakater.com/search"
  private static let match = "reloader.stakater.com/match"
  private static let ignore = "reloader.stakater.com/ignore"
  private static let exclude = "secrets.exclude.reloader.stakater.com/reload"

  static let cases: [Case] = [
    Case(reloads: false, reason: .notEnabled),
    Case(annotations: [auto: "true"], reloads: true, reason: .enabled),
    Case(annotations: [auto: "T"], reloads: true, reason: .enabled),
    Case(annotations: [auto: "yes"], reloads: false, reason: .valueInvalid),
    Case(annotations: [auto: "true "], reloads: false, reason: .valueInvalid),
    Case(annotations: [auto: "true"], referenced: false, reloads: false, reason: .csiOnly),
    Case(annotations: [auto: "false", named: "web"], reloads: true, reason: .enabled),
    Case(annotations: [auto: "false", typed: "true"], reloads: true, reason: .enabled),
    Case(annotations: [auto: "true", typed: "false"], reloads: true, reason: .enabled),
    Case(annotations: [auto: "false"], reloads: false, reason: .disabled),
    Case(annotations: [named: "web"], referenced: false, reloads: true, reason: .enabled),
    Case(annotations: [named: "a, web ,b"], reloads: true, reason: .enabled),
    Case(annotations: [named: "true"], reloads: false, reason: .namedMismatch),
    Case(annotations: [named: "we-*"], reloads: false, reason: .namedMismatch),
    Case(annotations: [named: "w.*"], reloads: true, reason: .enabled),
    Case(annotations: [named: "staging/web"], reloads: false, reason: .namedMismatch),
    Case(annotations: [named: "we|x"], reloads: true, reason: .enabled),
    Case(annotations: [named: "(web"], reloads: false, reason: .badRegex),
    Case(annotations: [search: "true"], reloads: false, reason: .noMatch),
    Case(annotations: [search: "true"], resource: [match: "true"], reloads: true, reason: .enabled),
    Case(annotations: [search: "True"], resource: [match: "true"], reloads: false, reason: .notEnabled),
    Case(annotations: [search: "true"], resource: [match: "true"], referenced: false, reloads: false, reason: .csiOnly),
    Case(resource: [match: "true"], reloads: false, reason: .notEnabled),
    Case(annotations: [auto: "true"], resource: [ignore: "true"], reloads: false, reason: .ignored),
    Case(annotations: [named: "web"], resource: [ignore: "true"], reloads: false, reason: .ignored),
    Case(annotations: [auto: "true"], resource: [ignore: "True"], reloads: true, reason: .enabled),
    Case(annotations: [auto: "true", exclude: "x,web"], reloads: false, reason: .excluded),
    Case(annotations: [auto: "true"], template: [exclude: "web"], reloads: true, reason: .enabled),
    Case(template: [auto: "true"], reloads: true, reason: .enabled),
    Case(annotations: [auto: "false"], template: [auto: "true"], reloads: false, reason: .shadowed),
    Case(annotations: [auto: ""], template: [auto: "true"], reloads: false, reason: .shadowed),
    Case(annotations: [named: "other"], template: [auto: "true"], reloads: false, reason: .shadowed),
    Case(annotations: ["configmap.reloader.stakater.com/reload": "x"], template: [auto: "true"], reloads: true, reason: .enabled),
    Case(all: true, reloads: true, reason: .enabled),
    Case(annotations: [auto: "false"], all: true, reloads: false, reason: .disabled),
    Case(annotations: [auto: "maybe"], all: true, reloads: false, reason: .valueInvalid),
    Case(annotations: [auto: "true", "deployment.reloader.stakater.com/pause-period": "5"], reloads: false, reason: .pausePeriod),
    Case(annotations: [auto: "true", "deployment.reloader.stakater.com/pause-period": "5m"], reloads: true, reason: .enabled),
    Case(annotations: [auto: "true", named: "web"], referenced: false, reloads: true, reason: .enabled),
    Case(annotations: [auto: "true", named: "web"], referenced: false, version: ProgramVersion(1, 4, 10), reloads: false, reason: .namedHidden),
    Case(annotations: [auto: "true", named: "web"], referenced: false, version: ProgramVersion(1, 4, 9), reloads: true, reason: .enabled),
    Case(annotations: [auto: "true"], resource: [ignore: "true"], version: ProgramVersion(1, 4, 9), reloads: true, reason: .enabled),
    Case(annotations: [auto: "true"], resource: [ignore: "true"], version: ProgramVersion(1, 4, 10), reloads: false, reason: .ignored),
  ]

  private func map(_ pairs: [String: String]) -> Value { .map(ValueMap(pairs.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })) }

  private func workload(_ item: Case, kind: String = "Deployment") throws -> Workload {
    let template = Value.map(
      ValueMap([
        ("metadata", .map(ValueMap([("annotations", map(item.template))]))), ("spec", .map(ValueMap([("containers", .list([.map(ValueMap([("name", .string("a"))]))]))]))),
      ]))
    let root = ValueMap([
      ("apiVersion", .string("apps/v1")), ("kind", .string(kind)), ("metadata", .map(ValueMap([("annotations", map(item.annotations))]))),
      ("spec", .map(ValueMap([("template", template)]))),
    ])
    let object = try #require(KubernetesObject(.map(root)))
    return try #require(object.workload)
  }

  @Test(arguments: cases)
  func secretsReloadAsTheControllerDecides(item: Case) throws {
    var settings = ReloaderSettings()
    settings.version = item.version
    settings.autoReloadAll = item.all
    let answer = ReloaderDecision(
      workload: try workload(item), kind: .secret, name: "web", resourceAnnotations: map(item.resource).map, isReferenced: item.referenced, settings: settings
    ).answer()
    #expect(answer.reloads == item.reloads)
    #expect(answer.reason == item.reason)
  }

  @Test func withoutAVersionOnlyWhatAllAgreeOnIsKnown() throws {
    var settings = ReloaderSettings()
    let item = Case(annotations: [Self.auto: "true", Self.named: "web"], referenced: false, reloads: true, reason: .enabled)
    func answer() throws -> Bool? {
      ReloaderDecision(
        workload: try workload(item), kind: .secret, name: "web", resourceAnnotations: nil, isReferenced: false, settings: settings
      ).answer().reloads
    }
    #expect(try answer() == nil)
    settings.version = ProgramVersion(1, 4, 13)
    #expect(try answer() == true)
  }

  @Test(arguments: [("Deployment", true), ("StatefulSet", true), ("DaemonSet", true), ("ReplicaSet", false)])
  func kindsAreHandledOrNot(kind: String, handled: Bool) throws {
    let found = try workload(Case(reloads: true, reason: .enabled), kind: kind)
    #expect(ReloaderDecision.handles(found.kind, .assumed) == handled)
  }

  @Test(arguments: [
    ("2.2.16", ProgramVersion(1, 4, 21)), ("2.2.8", ProgramVersion(1, 4, 13)), ("2.2.5", ProgramVersion(1, 4, 10)), ("2.2.4", ProgramVersion(1, 4, 9)),
    ("2.2.0", ProgramVersion(1, 4, 6)), ("2.1.5", ProgramVersion(1, 4, 5)),
  ])
  func chartsHaveImages(chart: String, image: ProgramVersion) throws {
    let version = try #require(ProgramVersion(chart))
    #expect(ChartKnowledge.reloader.program(of: version) == image)
  }
}
