import Crypto
import SourceText
import Testing
import Values

@testable import GoTemplate

@Suite("keys that templates generate")
struct KeyPoolTests {
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
