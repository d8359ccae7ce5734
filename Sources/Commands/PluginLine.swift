import ArgoPlugin
import Discovery
import FileTree
import Glibc
import Linting
import Rendering
import SourceText

/// `secretslint plugin generate|discover|parameters`: the process around `PluginCommand`.
enum PluginLine {
  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    guard let command = words.first, words.count == 1 else { throw UsageError("plugin needs one of: generate, discover, parameters") }
    guard let directory = DiskFileTree.realPath(".") else { throw UsageError("the working directory cannot be read") }
    let environment = environment()
    let place = PluginCall.locate(workingDirectory: directory, environment: environment)
    guard let tree = DiskFileTree(root: place.root) else { throw UsageError("the directory '\(place.root)' cannot be read") }
    let call = PluginCall(environment: environment, tree: tree, directory: place.directory)
    let answer: PluginAnswer
    switch command {
    case "generate":
      PluginDeadline.watch(call)
      answer = PluginCommand.generate(call) { judge($0, $1, directory: place.directory) }
    case "discover": answer = PluginCommand.discover(call)
    case "parameters": answer = PluginCommand.parameters(call)
    default: throw UsageError("unknown plugin command '\(command)', expected generate, discover or parameters")
    }
    // Half of the objects would be applied as all of them: a write that fails is a failure.
    let isWritten = output.emit(answer.standardOutput)
    output.emit(error: answer.standardError)
    guard isWritten else {
      output.error("secretslint: BLOCKED \(call.applicationName): standard output cannot be written")
      return ExitCode.findings
    }
    return answer.exitCode
  }

  /// All rules over the one deployment, by the configuration nearest to its source. A configuration with mistakes blocks.
  private static func judge(_ repository: RenderedRepository, _ workspace: Workspace, directory: String) -> [Finding] {
    var options = LintOptions()
    options.today = Clock.today()
    options.judgesSuppressions = false
    let sink = DiagnosticSink()
    let setup = LintSetup(tree: workspace.tree, from: directory, options: options, provenance: workspace.provenance, sink: sink)
    guard !sink.hasErrors else { return Linter.findings(sink.diagnostics, provenance: workspace.provenance) }
    return Linter.judge(repository, tree: workspace.tree, provenance: workspace.provenance, options: setup.options).report.findings
  }

  private static func environment() -> [String: String] {
    var result: [String: String] = [:]
    var at: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
    while let entry = at.pointee {
      let text = String(cString: entry)
      if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) { result[String(text[..<equals])] = String(text[text.index(after: equals)...]) }
      at += 1
    }
    return result
  }
}
