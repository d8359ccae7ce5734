import FileTree
import Glibc
import HCL
import Rendering
import SourceText
import Terraform
import Values

/// `inspect --terraform DIR`: what a Terraform root evaluates to, as terraform itself would plan it.
enum InspectTerraform {
  static func run(_ directory: String, _ arguments: Arguments, output: Output) throws(UsageError) -> Int32 {
    guard let full = DiskFileTree.realPath(directory) else { throw UsageError("there is no directory '\(directory)'") }
    let root = repository(of: full)
    guard let tree = DiskFileTree(root: root) else { throw UsageError("'\(directory)' is no directory") }
    let inside = full == root ? "" : String(full.dropFirst(root == "/" ? 1 : root.utf8.count + 1))
    var inputs: [TerraformInput] = []
    var overlay: [String: [UInt8]] = [:]
    for (name, value) in arguments.options {
      switch name {
      case "var":
        guard let equals = value.firstIndex(of: "=") else { throw UsageError("--var needs NAME=VALUE") }
        inputs.append(.variable(name: String(value[..<equals]), value: String(value[value.index(after: equals)...])))
      case "var-file":
        do throws(FileError) {
          let shown = "<var-file>/" + TreePath.name(of: value)
          overlay[shown] = try DiskFileTree.read(absolute: value, shown: value)
          inputs.append(.file(shown))
        } catch {
          throw UsageError(error.message)
        }
      default: break
      }
    }
    let format = arguments["format"] ?? "text"
    guard format == "text" || format == "json" else { throw UsageError("--format knows text and json") }
    var plan: TerraformPlanFile?
    if let path = arguments["terraform-plan"] {
      do throws(FileError) {
        plan = TerraformPlanFile(directory: inside, path: path, bytes: try DiskFileTree.read(absolute: path, shown: path))
      } catch {
        throw UsageError(error.message)
      }
    }
    let request = Request(
      tree: VariableFileTree(base: tree, files: overlay), directory: inside, inputs: inputs, environment: environment(),
      workspace: getenv("TF_WORKSPACE").map { String(cString: $0) } ?? "default", plan: plan, isText: format == "text")
    let bytes = Parallel.map(1, workers: 1) { _ in request.answer() }.first ?? ([], ExitCode.incomplete)
    output.write(bytes.0)
    return bytes.1
  }

  /// The nearest directory above with `.git`, so that modules beside the root are found; else the one the command runs in if it holds the
  /// root; else the root itself.
  private static func repository(of directory: String) -> String {
    var at = directory
    while !at.isEmpty, at != "/" {
      if DiskFileTree(root: at)?.kind(".git") != nil { return at }
      at = TreePath.directory(of: at)
    }
    if let here = DiskFileTree.realPath("."), here != "/", TreePath.isInside(directory, here) { return here }
    return directory
  }

  private static func environment() -> [(String, String)] {
    var result: [(String, String)] = []
    var entry = environ
    while let pointer = entry.pointee {
      let text = String(cString: pointer)
      if text.hasPrefix("TF_VAR_"), let equals = text.firstIndex(of: "=") {
        result.append((String(text[text.index(text.startIndex, offsetBy: 7)..<equals]), String(text[text.index(after: equals)...])))
      }
      entry += 1
    }
    return result.sorted { $0.0.bytesPrecede($1.0) }
  }

  /// A tree with the variables files that the command line names, wherever they stand.
  private struct VariableFileTree: FileTree {
    let base: DiskFileTree
    let files: [String: [UInt8]]

    func kind(_ path: String) -> FileKind? { files[path] != nil ? .file : base.kind(path) }
    func list(_ path: String) throws(FileError) -> [DirectoryEntry] { try base.list(path) }
    func read(_ path: String) throws(FileError) -> [UInt8] {
      if let known = files[path] { return known }
      return try base.read(path)
    }
  }

  private struct Request: Sendable {
    let tree: VariableFileTree
    let directory: String
    let inputs: [TerraformInput]
    let environment: [(String, String)]
    let workspace: String
    let plan: TerraformPlanFile?
    let isText: Bool

    func answer() -> ([UInt8], Int32) {
      let provenance = Provenance()
      let sink = DiagnosticSink()
      let evaluator = TerraformEvaluator(tree: tree, provenance: provenance)
      var result: TerraformResult
      var outputs: [(String, [UInt8])] = []
      if let plan {
        let file = provenance.sources.add(path: plan.path, bytes: plan.bytes)
        result = evaluator.evaluate(directory: directory, plan: file, sink: sink)
        for entry in result.outputs.entries { outputs.append((entry.key.string, InspectTerraform.writer.bytes(entry.value))) }
      } else {
        let evaluation = evaluator.evaluation(
          directory: directory, inputs: inputs, environment: environment, workspace: workspace, strict: true, sink: sink)
        result = evaluation.result
        for output in evaluation.outputs {
          var bytes: [UInt8] = []
          output.value.writeJSON(to: &bytes)
          outputs.append((output.name, bytes))
        }
      }
      let listing = TerraformListing(result: result, diagnostics: sink.diagnostics, provenance: provenance)
      let status = sink.hasErrors ? ExitCode.incomplete : ExitCode.clean
      if isText { return (Array(listing.text.utf8), status) }
      var out = Array(#"{"outputs":{"#.utf8)
      for (place, output) in outputs.enumerated() {
        if place > 0 { out.append(UInt8(ascii: ",")) }
        JSONWriter().writeString(Array(output.0.utf8), to: &out)
        out.append(UInt8(ascii: ":"))
        out += output.1
      }
      out.append(UInt8(ascii: "}"))
      for (name, list) in listing.lists + [("diagnostics", sink.diagnostics.map { InspectTerraform.describe($0, provenance) })] {
        out += Array(",\"\(name)\":".utf8)
        InspectTerraform.writer.write(.list(list), to: &out)
      }
      out += Array("}\n".utf8)
      return (out, status)
    }
  }

  private static var writer: JSONWriter {
    var writer = JSONWriter()
    writer.custom = { value in value.isUnknown ? #"{"unknown":true}"# : nil }
    return writer
  }

  private static func describe(_ diagnostic: Diagnostic, _ provenance: Provenance) -> Value {
    let map = ValueMap([
      ("severity", .string(diagnostic.severity.name)),
      ("code", .string(diagnostic.code == "hcl/syntax" ? "syntax" : diagnostic.code)), ("message", .string(diagnostic.message)),
    ])
    if let span = diagnostic.span, let file = provenance.sources.file(span.source) {
      let position = file.position(span.start)
      map.set("file", .string(file.path))
      map.set("line", .int(Int64(position.line)))
      map.set("column", .int(Int64(position.column)))
    }
    return .map(map)
  }
}
