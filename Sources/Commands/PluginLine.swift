import ArgoPlugin
import Discovery
import FileTree
import Glibc
import Linting
import Rendering
import SourceText

/// `secretslint plugin generate|discover|parameters`: the process around `PluginCommand`.
enum PluginLine {
  static let words = ["generate", "discover", "parameters"]
  static let options = [
    OptionSpec("log-format", value: "text|json", "how to write to standard error (default text, or SECRETSLINT_LOG_FORMAT)"),
    OptionSpec("renderer", value: "native|helm|kustomize|auto", "who renders (default native, or SECRETSLINT_RENDERER)"),
  ]

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    guard let command = arguments.positional.first, arguments.positional.count == 1 else {
      throw UsageError("plugin needs one of: \(Self.words.joined(separator: ", "))")
    }
    guard let directory = DiskFileTree.realPath(".") else { throw UsageError("the working directory cannot be read") }
    let environment = environment()
    let place = PluginCall.locate(workingDirectory: directory, environment: environment)
    guard let tree = DiskFileTree(root: place.root) else { throw UsageError("the directory '\(place.root)' cannot be read") }
    var call = PluginCall(environment: environment, tree: tree, directory: place.directory)
    call.root = place.root
    call.logFormat = try choice(arguments["log-format"] ?? environment["SECRETSLINT_LOG_FORMAT"], "log format", .text)
    call.renderer = try choice(arguments["renderer"] ?? environment["SECRETSLINT_RENDERER"], "renderer", .native)
    if call.renderer != .native {
      let runner = ToolRunner(environment: environment)
      call.runTool = { runner.run($0) }
    }
    let answer: PluginAnswer
    switch command {
    case "generate":
      PluginDeadline.watch(call)
      PluginSlots.enter(environment)
      PluginDeadline.watchEarly(call)
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
  private static func judge(_ repository: RenderedRepository, _ workspace: Workspace, directory: String) -> PluginJudgement {
    var options = LintOptions()
    options.today = Clock.today()
    options.judgesSuppressions = false
    let sink = DiagnosticSink()
    let setup = LintSetup(tree: workspace.tree, from: directory, options: options, provenance: workspace.provenance, sink: sink)
    guard !sink.hasErrors else {
      return PluginJudgement(findings: Linter.findings(sink.diagnostics, provenance: workspace.provenance))
    }
    let report = Linter.judge(repository, tree: workspace.tree, provenance: workspace.provenance, options: setup.options).report
    let names = Dictionary(report.rules.map { ($0.id, [$0.id] + $0.tags) }, uniquingKeysWith: { first, _ in first })
    return PluginJudgement(findings: report.findings, ruleNames: names)
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: String?, _ what: String, _ standard: Choice
  ) throws(UsageError) -> Choice where Choice.RawValue == String {
    guard let text, !text.isEmpty else { return standard }
    guard let choice = Choice(rawValue: text) else {
      throw UsageError("unknown \(what) '\(text)' (\(Choice.allCases.map(\.rawValue).joined(separator: ", ")))")
    }
    return choice
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
