import ArgoPlugin
import Discovery
import FileTree
import Glibc
import Linting

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
      let judge = PluginJudge(directory: place.directory)
      // For as long as the process lives.
      _ = Unmanaged.passRetained(judge)
      answer = PluginCommand.generate(call, prepare: { judge.prepare($0) }, focus: { judge.focus($0, $1) }, judge: { judge.judge($0, $1) })
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
