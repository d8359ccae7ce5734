import FileTree
import Helm
import SourceText
import Values

/// Renders mutated charts: whatever the bytes, no trap, no hang, bounded memory.
enum HelmFuzz {
  /// Larger charts are left out: many small ones find more.
  private static let chartBytes = 200_000

  static func run(_ words: [String]) -> Int32 {
    Fuzzing.main("fuzz-helm", words, seconds: 5) { tree in
      let charts = corpus(tree)
      return charts.isEmpty ? nil : (charts.count, { random in render(charts, &random) })
    }
  }

  // MARK: Corpus

  private static func corpus(_ tree: DiskFileTree) -> [[(path: String, bytes: [UInt8])]] {
    var charts: [[(path: String, bytes: [UInt8])]] = []
    var pending = [""]
    while let next = pending.popLast() {
      if tree.isFile(TreePath.join(next, "Chart.yaml")) {
        let files = Fuzzing.files(tree, below: next)
        if files.reduce(0, { $0 + $1.bytes.count }) <= chartBytes { charts.append(files) }
        continue
      }
      for entry in (try? tree.list(next)) ?? [] where entry.kind == .directory { pending.append(TreePath.join(next, entry.name)) }
    }
    return charts
  }

  // MARK: One run

  private static func render(_ charts: [[(path: String, bytes: [UInt8])]], _ random: inout FuzzRandom) -> Bool {
    var files = charts[random.below(charts.count)]
    let other = charts[random.below(charts.count)]
    Fuzzing.mutate(&files, other, most: 2, words: words, &random)
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
