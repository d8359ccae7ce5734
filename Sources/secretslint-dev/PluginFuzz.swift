import ArgoPlugin
import Commands
import FileTree
import SourceText
import Values

/// Asks the plugin for an Application of a mutated repository twice: with all of Terraform evaluated, and with what the Application asks for
/// only. The answers must be the same. Each directory of the given one is a repository.
enum PluginFuzz {
  private static let repositoryBytes = 300_000

  static func run(_ words: [String]) -> Int32 {
    Fuzzing.main("fuzz-plugin", words, seconds: 20) { tree in
      var repositories: [[(path: String, bytes: [UInt8])]] = []
      for entry in (try? tree.list("")) ?? [] where entry.kind == .directory {
        let files = Fuzzing.files(tree, below: entry.name) { name in [".yaml", ".yml", ".tf", ".tfvars", ".json", ".tpl", ".tftpl"].contains { name.hasSuffix($0) } }
        let size = files.reduce(0) { $0 + $1.bytes.count }
        if !files.isEmpty, size <= repositoryBytes { repositories.append(files) }
      }
      return repositories.isEmpty ? nil : (repositories.count, { random in compare(repositories[random.below(repositories.count)], &random) })
    }
  }

  private static func compare(_ original: [(path: String, bytes: [UInt8])], _ random: inout FuzzRandom) -> Bool {
    var files = original
    // Words of the repository change places: what is named, and by whom, is what the two ways may see differently.
    for _ in 0...random.below(4) {
      let place = random.below(files.count)
      let other = tokens(files[random.below(files.count)].bytes)
      let own = tokens(files[place].bytes)
      guard !own.isEmpty, !other.isEmpty else { continue }
      let target = own[random.below(own.count)]
      let text = other[random.below(other.count)]
      let source = files[place].bytes
      files[place].bytes = Array(source[..<target.startIndex] + text + source[target.endIndex...])
    }
    let directories = Set(files.map { TreePath.directory(of: $0.path) }).sorted { $0.bytesPrecede($1) }
    let directory = directories[random.below(directories.count)]
    var bytes: [String: [UInt8]] = [:]
    for file in files { bytes[file.path] = file.bytes }
    let environment = [
      "ARGOCD_APP_NAME": TreePath.name(of: directory), "ARGOCD_APP_NAMESPACE": ["web", "prod", "payments", "catalog", "orders-dev"][random.below(5)],
      "ARGOCD_APP_SOURCE_PATH": directory, "ARGOCD_APP_SOURCE_REPO_URL": "https://git.example/repository", "SECRETSLINT_MODE": "enforce",
    ]
    let call = PluginCall(environment: environment, tree: MemoryFileTree(bytes), directory: directory)
    let whole = PluginJudge(directory: directory)
    let expected = PluginCommand.generate(call, judge: { whole.judge($0, $1) })
    let focused = PluginJudge(directory: directory)
    let answer = PluginCommand.generate(call, prepare: { focused.prepare($0) }, focus: { focused.focus($0, $1) }, judge: { focused.judge($0, $1) })
    guard answer == expected else {
      print("answers differ for '\(directory)':\n--- whole (exit status \(expected.exitCode))\n\(expected.standardError.lossyString)--- focused (exit status \(answer.exitCode))\n\(answer.standardError.lossyString)")
      for file in files where original.first(where: { $0.path == file.path })?.bytes != file.bytes { print("changed: \(file.path)\n\(file.bytes.lossyString)") }
      fatalError("the plugin's answers differ")
    }
    return expected.exitCode == 0 || !expected.standardError.isEmpty
  }

  /// Stretches of letters, digits and what stands inside names.
  private static func tokens(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "/"), UInt8(ascii: "*"):
        false
      default: true
      }
    }
  }
}
