import Patterns
import Testing

@Suite struct VersionTests {
  @Test(arguments: [
    (">=1.21.0-0", "v1.37.0", true), (">=1.21", "1.21.5-eks-1", false), (">=1.21-0", "1.21.5-eks-1", true), ("^1.2", "1.9.9", true), ("^1.2", "2.0.0", false),
    ("^0.2.3", "0.3.0", false), ("~1.2.3", "1.2.9", true), ("~1", "1.9.0", true), ("1.x", "1.4.0", true), ("1.2.x", "1.3.0", false), ("*", "0.0.1", true),
    ("1.2 - 1.4", "1.4.7", true), ("1.2 - 1.4.5", "1.4.7", false), (">1.2 <1.4 || 2.0.0", "2.0.0", true), (">=1.0, <2", "1.5.0", true), ("!=1.2.x", "1.2.3", false),
    (">11", "11.1.0", false), ("<=1.2", "1.2.9", true), ("=1.2.3", "1.2.3", true), ("1.2.3", "1.2.4", false),
  ])
  func constraintsAdmitVersions(_ constraint: String, _ version: String, _ want: Bool) throws {
    let version = try #require(SemanticVersion(version))
    #expect(try #require(VersionConstraint(constraint)).allows(version) == want)
  }

  @Test(arguments: ["", ">=", "1.2.3.4", "a", ">=1.0<2.0", "1.0 ||"]) func improperConstraintsAreRefused(_ text: String) {
    #expect(VersionConstraint(text) == nil)
  }

  @Test func versionsAreOrdered() {
    let texts = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "1.0.1", "v1.10"]
    let versions = texts.compactMap { SemanticVersion($0) }
    #expect(versions.count == texts.count)
    for place in versions.indices.dropFirst() { #expect(versions[place - 1].compare(versions[place]) == -1) }
  }

  @Test(arguments: ["1.2.3.4", "x", "", "1.2-", "1.2.3-01", "1..2"]) func brokenVersionsAreRefused(_ text: String) { #expect(SemanticVersion(text) == nil) }
}
