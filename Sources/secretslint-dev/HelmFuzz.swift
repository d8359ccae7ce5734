import FileTree
import Glibc
import Helm
import SourceText
import Values

/// Renders mutated charts: whatever the bytes, no trap, no hang, bounded memory. Run I of seed S is the same on every machine; the number
/// of the run under way stands in the file `fuzz-helm.S.run`, so that a crash can be run again: `fuzz-helm CHARTS 1 S I`.
enum HelmFuzz {
  /// A run that takes more processor time ends the process with SIGPROF.
  private static let seconds = 5
  /// Larger charts are left out: many small ones find more.
  private static let chartBytes = 200_000

  static func run(_ words: [String]) -> Int32 {
    guard words.count >= 2, let runs = Int(words[1]), let tree = DiskFileTree(root: words[0]) else {
      print("fuzz-helm needs a directory with charts and a number of runs")
      return 2
    }
    let seed = words.count > 2 ? UInt64(words[2]) ?? 1 : 1
    let first = words.count > 3 ? Int(words[3]) ?? 0 : 0
    let charts = corpus(tree)
    guard !charts.isEmpty else {
      print("no charts of up to \(chartBytes) bytes below '\(words[0])'")
      return 2
    }
    let progress = open("fuzz-helm.\(seed).run", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var rendered = 0
    for run in first..<(first + runs) {
      let note = "\(run)\n"
      _ = pwrite(progress, note, note.utf8.count, 0)
      Fuzzing.limitTime(seconds)
      if render(charts, seed: seed, run: run) { rendered += 1 }
      Fuzzing.limitTime(0)
      if (run + 1) % 10_000 == 0 { print("run \(run + 1): \(rendered) rendered, peak \(Fuzzing.peakMegabytes()) MB") }
    }
    print("\(runs) runs over \(charts.count) charts, \(rendered) rendered, the others refused; peak \(Fuzzing.peakMegabytes()) MB")
    return 0
  }

  // MARK: Corpus

  private static func corpus(_ tree: DiskFileTree) -> [[(path: String, bytes: [UInt8])]] {
    var charts: [[(path: String, bytes: [UInt8])]] = []
    var pending = [""]
    while let next = pending.popLast() {
      if tree.isFile(TreePath.join(next, "Chart.yaml")) {
        let files = files(tree, next)
        if files.reduce(0, { $0 + $1.bytes.count }) <= chartBytes { charts.append(files) }
        continue
      }
      for entry in (try? tree.list(next)) ?? [] where entry.kind == .directory { pending.append(TreePath.join(next, entry.name)) }
    }
    return charts
  }

  private static func files(_ tree: DiskFileTree, _ chart: String) -> [(path: String, bytes: [UInt8])] {
    var result: [(path: String, bytes: [UInt8])] = []
    var pending = [chart]
    while let next = pending.popLast() {
      for entry in (try? tree.list(next)) ?? [] {
        let path = TreePath.join(next, entry.name)
        if entry.kind == .directory {
          pending.append(path)
        } else if let bytes = try? tree.read(path) {
          result.append((String(path.dropFirst(chart.isEmpty ? 0 : chart.utf8.count + 1)), bytes))
        }
      }
    }
    return result.sorted { $0.path.bytesPrecede($1.path) }
  }

  // MARK: One run

  private static func render(_ charts: [[(path: String, bytes: [UInt8])]], seed: UInt64, run: Int) -> Bool {
    var random = FuzzRandom(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(truncatingIfNeeded: run))
    var files = charts[random.below(charts.count)]
    let other = charts[random.below(charts.count)]
    for _ in 0...random.below(2) {
      let place = random.below(files.count)
      files[place].bytes = Fuzzing.mutate(files[place].bytes, other[random.below(other.count)].bytes, words: words, &random)
    }
    var bytes: [String: [UInt8]] = [:]
    for file in files { bytes[file.path] = file.bytes }
    let renderer = HelmRenderer(tree: MemoryFileTree(bytes), provenance: Provenance())
    var options = HelmOptions()
    options.includeCRDs = true
    return renderer.render("", options, sink: DiagnosticSink()).failure == nil
  }

  private static let words: [String] = [
    "{{", "}}", "{{-", "-}}", "{{ end }}", "{{ if . }}", "{{ range . }}", "{{ with .Values }}", "{{ define \"x\" }}", "{{ template \"x\" . }}",
    "{{ include \"x\" . }}", "{{ tpl .Values . }}", "{{ .Values | toYaml | nindent 99 }}", "{{ range $i, $e := until 9999999 }}x{{ end }}",
    "{{ printf \"%*d %[3]v %!\" 1 }}", "{{ index .Values 1 -1 }}", "{{ slice \"abc\" 2 1 }}", "{{ div 1 0 }}", "{{ mod 1 0 }}",
    "{{ repeat 999999999 \"x\" }}", "{{ substr 5 -1 \"é\" }}", "{{ splitList \"\" \"a\" | first }}", "{{ regexFind \"(a*)*b\" \"aaaaaaaaaaaaaaaaaaaaaaaa\" }}",
    "{{ add 9223372036854775807 1 }}", "{{ mul -9223372036854775808 -1 }}", "{{ int \"999999999999999999999\" }}", "{{ date \"2006\" 1e300 }}",
    "{{ semverCompare \">=1.2.x\" \"\" }}", "{{ fromYaml \"a: &a [*a]\" }}", "{{ untilStep 0 10 0 }}", "{{ seq 1 -1 100 }}", "{{ trunc -5 \"ab\" }}",
    "{{ $x := . }}", "{{ $x = . }}", "{{ break }}", "{{ continue }}", "{{/*", "*/}}", "`", "\"", "'", "|", ":=", "\\x", "\u{0}", "\u{FEFF}", "\r\n", "---\n",
    "&a", "*a", "<<: *a", "!!binary x", "? ", "- ", ": ", "\t", "null", "~", "0x", "1e999", "-0", "alias: x\n", "condition: a.b\n",
    "import-values: [a]\n", "type: library\n", "$ref: '#'", "\"pattern\": \"(\"", "{\"$ref\": \"#/a\"}", "[[[[[[[[", "{{{{{{{{",
  ]
}
