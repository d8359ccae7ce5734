import Crypto
import SourceText
import Testing
import Values

@testable import GoTemplate

@Suite("keys that templates generate")
struct KeyPoolTests {
  @Test func areTakenOnceByEachRenderingThatShares() throws {
    let set = TemplateSet(functions: FunctionLibrary.helm)
    let provenance = Provenance()
    try set.parse(name: "a", text: "{{ genPrivateKey \"ecdsa\" }}|{{ genPrivateKey \"ecdsa\" }}", provenance: provenance)
    let pool = KeyPool()
    let renderings = try (0..<2).map { _ in
      let executor = Executor(set, provenance: provenance)
      executor.keyPool = pool
      executor.takesKeysOnce = true
      return try executor.execute(name: "a", data: .null).string
    }
    #expect(renderings[0] == renderings[1])
    let keys = renderings[0].split(separator: "|")
    #expect(keys.count == 2 && keys[0] != keys[1])
  }

  @Test(arguments: [true, false]) func areSharedOnlyWhereTheRenderingIsOnlyLookedAt(_ pooled: Bool) throws {
    let provenance = Provenance()
    let template = "{{ genPrivateKey \"ed25519\" }}|{{ genPrivateKey \"ed25519\" }}|{{ genPrivateKey \"ecdsa\" }}"
    let file = provenance.sources.add(path: "a", bytes: Array(template.utf8))
    let set = TemplateSet(functions: FunctionLibrary.helm)
    try set.parse(name: "a", file: file, provenance: provenance)
    let executor = Executor(set, provenance: provenance)
    if pooled { executor.keyPool = KeyPool() }
    let keys = try executor.execute(name: "a", data: .null).string.split(separator: "|")
    #expect(keys.count == 3)
    #expect(keys.allSatisfy { $0.contains("PRIVATE KEY") })
    #expect((keys[0] == keys[1]) == pooled)
    #expect(keys[1] != keys[2])
  }
}
