import Testing

@testable import Kubernetes

struct EnvironmentNamesTests {
  let names = EnvironmentNames.standard

  @Test(arguments: [
    ("dev", "development"), ("Develop", "development"), ("stg", "staging"), ("PROD", "production"), ("live", "production"),
    ("pre-prod", "preprod"), ("preproduction", "preprod"), ("tst", "test"), ("sbx", "sandbox"), ("dr", "dr"),
    ("product", nil), ("nonprod", nil), ("shared", nil), ("", nil),
  ] as [(String, String?)])
  func wholeNamesHaveACanonicalForm(name: String, canonical: String?) {
    #expect(names.canonical(of: name) == canonical)
  }

  @Test(arguments: [
    ("web-staging", "staging"), ("prod-eu-west-1", "production"), ("ci/service-a-production.yaml", "production"),
    ("web-pre-production", "preprod"), ("pre-prod", "preprod"), ("non-prod", nil), ("nonprod", nil), ("product-api", nil),
    ("devops", nil), ("latest", nil), ("contest", nil), ("dev-to-prod", nil), ("prod-and-production", "production"),
    ("web_qa.1", "qa"), ("", nil),
  ] as [(String, String?)])
  func environmentsAreFoundByWholeTokens(name: String, canonical: String?) {
    #expect(names.environment(inName: name)?.environment == canonical)
  }

  @Test(arguments: [
    ("staging", "staging"), ("web-staging", "staging"), ("prod-eu", "production"), ("my-test-web", nil), ("dev-web-prod", nil),
    ("web-pre-prod", "preprod"), ("---", nil),
  ] as [(String, String?)])
  func namespacesCountByTheirEnds(name: String, canonical: String?) {
    #expect(names.environment(atEndsOf: name)?.environment == canonical)
  }

  @Test(arguments: [
    ("production/web/db", .environment(canonical: "production", spelling: "production")),
    ("/prod/web", .environment(canonical: "production", spelling: "prod")),
    ("Shared/web", .shared("Shared")), ("web-prod/db", .other("web-prod")), ("db", .other("db")), ("", .none), ("/", .none),
  ] as [(String, EnvironmentNames.Segment)])
  func onlyAWholeFirstSegmentIsAnEnvironment(path: String, segment: EnvironmentNames.Segment) {
    #expect(names.firstSegment(ofPath: path) == segment)
  }

  @Test func spellingsAndRangesAreKept() {
    let match = names.environment(inName: "Web-Stg-1")
    #expect(match?.spelling == "Stg")
    #expect(match?.range == 4..<7)
    #expect(names.isSame("stg", "stage"))
    #expect(!names.isSame("stg", "prod"))
    #expect(names.isSame("canary", "Canary"))
  }

  @Test func aliasesAreConfiguration() {
    let own = EnvironmentNames(environments: [.init("integration", ["int"])], shared: ["tools"])
    #expect(own.canonical(of: "int") == "integration")
    #expect(own.canonical(of: "prod") == nil)
    #expect(own.isShared("TOOLS"))
  }
}
