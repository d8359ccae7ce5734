import FileTree
import Glibc
import Linting
import SourceText
import Values

/// `secretslint config init|schema|check|show`: the file that steers a repository's run.
enum ConfigCommand {
  static let words = ["init", "schema", "check", "show"]
  static let options = SetupLine.options

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    let path = arguments.positional.dropFirst().first ?? "."
    guard arguments.positional.count < 3 else { throw UsageError("one directory at most") }
    switch arguments.positional.first {
    case "schema":
      output.write(Array(ConfigurationSchema.text().utf8))
      return ExitCode.clean
    case "init":
      guard DiskFileTree.realPath(path) != nil else { throw UsageError("no directory '\(path)'") }
      let file = (path == "." ? "" : path + "/") + ".secretslint.yaml"
      guard access(file, F_OK) != 0 else { throw UsageError("'\(file)' exists") }
      try ReportTarget.write(Array(ConfigurationText.commented.utf8), to: file)
      output.print("\(file) written; 'secretslint config check' tells its mistakes")
      return ExitCode.clean
    case "check", "show":
      let setup = try SetupLine.load(path, prefix: prefix(path), arguments: arguments, options: LintOptions(), provenance: Provenance())
      guard let configuration = setup.configuration else {
        output.print("no .secretslint.yaml at or above '\(path)': the rules' own levels and the standard environments hold")
        return ExitCode.clean
      }
      let files = configuration.files.map { Place(file: $0, span: SourceSpan(source: $0.id, 0..<0), prefix: prefix(path)).path }
      if arguments.positional.first == "show" {
        output.write(Array(ConfigurationText.effective(configuration).utf8))
      } else {
        output.print("\(files.joined(separator: ", ")): fine")
      }
      return ExitCode.clean
    case let word?:
      let near = nearestName(to: word, in: Self.words).map { ", did you mean '\($0)'?" } ?? ""
      throw UsageError("config knows no '\(word)'\(near)")
    case nil: throw UsageError("config needs one of \(Self.words.joined(separator: ", "))")
    }
  }

  private static func prefix(_ path: String) -> String { path == "." ? "" : path.hasSuffix("/") ? path : path + "/" }
}
