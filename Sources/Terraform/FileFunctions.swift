import Crypto
import FileTree
import HCL
import SourceText
import Values

/// Functions that read files (terraform `internal/lang/funcs/filesystem.go`). Paths count from the root module's directory; none leaves
/// the tree.
extension TerraformFunctions {
  private static let templateDepthLimit = 20

  static func files(_ context: EvaluationContext) -> [String: HCLFunction] {
    var table: [String: HCLFunction] = [:]
    let path = HCLParameter("path", .string)
    let access = FileAccess(context)
    table["file"] = HCLFunction([path], result: .string) { (call) throws(HCLError) in
      let file = try access.file(call)
      return access.text(file)
    }
    table["filebase64"] = HCLFunction([path], result: .string) { (call) throws(HCLError) in
      .string(Base64.encode(try access.file(call).bytes).lossyString)
    }
    table["fileexists"] = HCLFunction([path], result: .bool) { (call) throws(HCLError) in
      guard let path = access.resolve(call.string(0)) else { throw call.fail("the path leads out of the repository") }
      if access.tree.kind(path) == .directory { throw call.fail("'\(call.string(0))' is a directory") }
      return .bool(access.tree.isFile(path))
    }
    table["fileset"] = HCLFunction([path, HCLParameter("pattern", .string)], result: .set(.string)) { (call) throws(HCLError) in
      guard let directory = access.resolve(call.string(0)) else { throw call.fail("the path leads out of the repository") }
      let pattern = call.string(1).split(separator: "/").map(String.init)
      var found: [String] = []
      access.walk(directory, "", pattern[...], &found, 0)
      return .set(found.map { HCLValue.string($0) }, of: .string)
    }
    for (name, digest) in [("md5", Digest.md5), ("sha1", .sha1), ("sha256", .sha256), ("sha512", .sha512)] {
      table["file" + name] = HCLFunction([path], result: .string) { (call) throws(HCLError) in
        .string(digest.hexadecimal(try access.file(call).bytes))
      }
      if name == "sha256" || name == "sha512" {
        table["filebase64" + name] = HCLFunction([path], result: .string) { (call) throws(HCLError) in
          .string(Base64.encode(digest.hash(try access.file(call).bytes)).lossyString)
        }
      }
    }
    table["basename"] = HCLFunction([path], result: .string) { (call) throws(HCLError) in
      let parts = call.string(0).split(separator: "/")
      return .string(parts.last.map(String.init) ?? (call.text(0).count == 0 ? "." : "/"))
    }
    table["dirname"] = HCLFunction([path], result: .string) { (call) throws(HCLError) in
      let text = call.string(0)
      guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return .string(".") }
      return .string(clean(String(text[...slash])))
    }
    table["abspath"] = HCLFunction([path], result: .string) { (call) throws(HCLError) in
      if call.string(0).hasPrefix("/") { return .string(clean(call.string(0))) }
      return .unknown(.string, "the directory terraform runs in", call.arguments[0].origin, notNull: true)
    }
    table["pathexpand"] = HCLFunction([path], result: .string) { (call) throws(HCLError) in
      if call.string(0).hasPrefix("~") { return .unknown(.string, "the home directory", call.arguments[0].origin, notNull: true) }
      return call.arguments[0]
    }
    let variables = HCLParameter("vars", .dynamic, unknown: true)
    table["templatefile"] = HCLFunction([path, variables]) { (call) throws(HCLError) in
      let file = try access.file(call)
      return try access.render(file.bytes, file.id, nil, call)
    }
    table["templatestring"] = HCLFunction([HCLParameter("template", .string), variables]) { (call) throws(HCLError) in
      let span = call.evaluator.provenance.origins[call.arguments[0].origin]?.span ?? call.span
      return try access.render(call.text(0).bytes, span.source, span, call)
    }
    return table
  }

  /// Go's path.Clean.
  static func clean(_ path: String) -> String {
    var parts: [Substring] = []
    let absolute = path.hasPrefix("/")
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !absolute {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    return absolute ? "/" + joined : joined.isEmpty ? "." : joined
  }

  /// Files and templates of one evaluation. Confined to its thread, as the evaluation is.
  private final class FileAccess: @unchecked Sendable {
    private unowned let context: EvaluationContext
    let tree: any FileTree
    private var depth = 0
    private static let walkLimit = 20_000
    private var walked = 0

    init(_ context: EvaluationContext) {
      self.context = context
      tree = context.loader.tree
    }

    /// nil where the path leaves the tree: also for absolute ones, which name the machine's files.
    func resolve(_ path: String) -> String? {
      path.hasPrefix("/") || path.hasPrefix("~") ? nil : TreePath.normalize(context.rootDirectory + "/" + path)
    }

    func file(_ call: HCLCall) throws(HCLError) -> SourceFile {
      guard let path = resolve(call.string(0)) else {
        throw HCLError("file-outside-root", "'\(call.string(0))' leads out of the repository", at: call.span)
      }
      do throws(FileError) {
        return try context.loader.file(path)
      } catch {
        throw HCLError("file", error.message, at: call.span)
      }
    }

    func text(_ file: SourceFile) -> HCLValue {
      let span = SourceSpan(source: file.id, 0..<file.bytes.count)
      let origin = context.origins.add(.source, span)
      let run = OriginRun(start: 0, end: span.end, origin: origin, offset: 0)
      return .string(Text(file.bytes, runs: file.bytes.isEmpty ? [] : [run]), origin)
    }

    func walk(_ directory: String, _ shown: String, _ pattern: ArraySlice<String>, _ found: inout [String], _ level: Int) {
      guard let first = pattern.first, level < context.limits.nesting, let entries = try? tree.list(directory) else { return }
      let rest = pattern.dropFirst()
      if first == "**" { walk(directory, shown, rest.isEmpty ? ["*"] : rest, &found, level + 1) }
      for entry in entries {
        walked += 1
        guard walked < Self.walkLimit else { return }
        let name = shown.isEmpty ? entry.name : shown + "/" + entry.name
        if first == "**" {
          if entry.kind == .directory { walk(TreePath.join(directory, entry.name), name, pattern, &found, level + 1) }
          continue
        }
        guard Glob.matches(Array(first.utf8), Array(entry.name.utf8)) else { continue }
        if rest.isEmpty {
          if entry.kind == .file, !found.contains(name) { found.append(name) }
        } else if entry.kind == .directory {
          walk(TreePath.join(directory, entry.name), name, rest, &found, level + 1)
        }
      }
    }

    /// Renders a template with nothing but its own variables in scope.
    func render(_ bytes: [UInt8], _ source: SourceID, _ span: SourceSpan?, _ call: HCLCall) throws(HCLError) -> HCLValue {
      let variables = call.arguments[1]
      if variables.isUnknown { return .unknown(.dynamic, variables.unknownReason ?? "unknown", variables.origin) }
      guard let map = variables.map else { throw call.fail("the variables must be a map or object") }
      guard depth < TerraformFunctions.templateDepthLimit else { throw call.fail("templates call one another too deeply") }
      depth += 1
      defer { depth -= 1 }
      let sink = DiagnosticSink()
      let template = HCLParser.parseTemplate(
        bytes, source: source, at: span, provenance: context.provenance, limits: context.limits, sink: sink)
      if let first = sink.diagnostics.first { throw HCLError("template-syntax", first.message, at: first.span) }
      var missing: HCLError?
      template.references { name, _, span in
        if map.entry(Text(name)) == nil, missing == nil {
          missing = HCLError("template-variable", "the template needs the variable '\(name)', which is not given", at: span)
        }
      }
      if let missing { throw missing }
      var functions = call.evaluator.functions
      functions["templatefile"] = nil
      functions["templatestring"] = nil
      let evaluator = HCLEvaluator(
        provenance: context.provenance, limits: context.limits, functions: functions, budget: context.budget
      ) { (root, _, span) throws(HCLError) in
        throw HCLError("template-variable", "the template needs the variable '\(root)', which is not given", at: span)
      }
      evaluator.shortCircuits = call.evaluator.shortCircuits
      let scope = HCLScope(Dictionary(map.entries.map { ($0.key.string, $0.value) }, uniquingKeysWith: { $1 }))
      return try evaluator.evaluate(template, scope: scope)
    }
  }
}

/// Patterns of one path segment: `*`, `?`, `[…]`, `{a,b}` (bmatcuk/doublestar, which terraform's `fileset` uses).
enum Glob {
  static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
    for alternative in expand(pattern, 0) where match(alternative, name) { return true }
    return false
  }

  private static func expand(_ pattern: [UInt8], _ level: Int) -> [[UInt8]] {
    guard level < 5, let open = pattern.firstIndex(of: UInt8(ascii: "{")),
      let close = pattern[open...].firstIndex(of: UInt8(ascii: "}"))
    else { return [pattern] }
    return pattern[(open + 1)..<close].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).prefix(50)
      .flatMap { expand(Array(pattern[..<open]) + $0 + Array(pattern[(close + 1)...]), level + 1) }
  }

  /// Backtracks only to the last star: linear in practice, quadratic at worst.
  private static func match(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
    var p = 0
    var n = 0
    var star: (p: Int, n: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        star = (p, n)
        p += 1
      } else if p < pattern.count, let next = single(pattern, p, name[n]) {
        p = next
        n += 1
      } else if let back = star {
        p = back.p + 1
        n = back.n + 1
        star = (back.p, back.n + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// Where the pattern goes on if one element of it takes the byte.
  private static func single(_ pattern: [UInt8], _ at: Int, _ byte: UInt8) -> Int? {
    switch pattern[at] {
    case UInt8(ascii: "?"): return at + 1
    case UInt8(ascii: "\\") where at + 1 < pattern.count: return pattern[at + 1] == byte ? at + 2 : nil
    case UInt8(ascii: "["):
      guard let close = pattern[(at + 1)...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
      var set = pattern[(at + 1)..<close]
      let negated = set.first == UInt8(ascii: "^") || set.first == UInt8(ascii: "!")
      if negated { set = set.dropFirst() }
      var found = false
      var place = set.startIndex
      while place < set.endIndex {
        if place + 2 < set.endIndex, set[place + 1] == UInt8(ascii: "-") {
          if set[place] <= byte, byte <= set[place + 2] { found = true }
          place += 3
        } else {
          if set[place] == byte { found = true }
          place += 1
        }
      }
      return found != negated ? close + 1 : nil
    default: return pattern[at] == byte ? at + 1 : nil
    }
  }
}
