import SourceText
import Testing
import Values

@testable import GoTemplate

@Suite("templates damaged at random")
struct MutationTests {
  static let seeds = [
    "{{- define \"a\" -}}{{ .x | printf \"%s-%d\" \"q\" }}{{- end }}{{ template \"a\" . }}",
    "{{ range $i, $e := .list }}{{ if $i }},{{ else if $e }}{{ break }}{{ end }}{{ $e }}{{ else }}none{{ end }}",
    "{{ with $x := .map }}{{ $x.k }}{{ else with .y }}{{ . }}{{ end }}{{/* c */}}",
    "{{ $a := 1 }}{{ $a = add $a 0x1F }}{{ (index .map \"k\").z }}{{ slice .s 1 2 }}",
    "{{ include \"a\" (dict .map) | len }}{{ tpl .t . }}{{ printf \"%[1]*.2[2]f|%#v|%-5q\" 3 1.5 .list }}",
    "{{ block \"b\" .s }}<{{ . }}>{{ end }}{{ 'x' }}{{ `raw` }}{{ \"\\u00e9\" }}{{ 1+2i }}{{ nil }}",
    "{{ and .x (or .y 0) (not .z) | eq 1 }}{{ range 3 }}{{ continue }}{{ end }}é世{{ html .s }}{{ js .s }}{{ urlquery .s }}",
  ]
  static let pieces = [
    "{{", "}}", "{{-", "-}}", " ", "\n", "\"", "`", "'", "(", ")", "|", ".", "$", "$x", ":=", "=", ",", "if ", "else ", "end", "range ", "with ",
    "define ", "template ", "block ", "nil", "true", "0", "1e9", "-1", "%", "%!", "%[9]d", "\\", "\u{0}", "\u{fffd}", "/*", "*/", ".list", ".map.k.z", "$.s",
    "{{ end }}", "{{ else }}", "{{ if .x }}", "{{ range .list }}", "{{ template \"a\" . }}",
  ]

  /// A small generator of numbers, the same ones in each run.
  struct Random {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return bound <= 0 ? 0 : Int(truncatingIfNeeded: state >> 33) % bound
    }
  }

  static func mutated(_ seed: String, _ random: inout Random) -> [UInt8] {
    var bytes = Array(seed.utf8)
    for _ in 0...random.next(below: 6) {
      let at = random.next(below: bytes.count + 1)
      switch random.next(below: 4) {
      case 0: bytes.removeSubrange(at..<min(bytes.count, at + random.next(below: 8)))
      case 1: bytes.insert(contentsOf: pieces[random.next(below: pieces.count)].utf8, at: at)
      case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next(below: 256)), at: at)
      default:
        let other = Array(seeds[random.next(below: seeds.count)].utf8)
        let from = random.next(below: other.count)
        bytes.insert(contentsOf: other[from..<min(other.count, from + random.next(below: 30))], at: at)
      }
    }
    return bytes
  }

  /// The output or the error of one damaged template.
  static func run(_ bytes: [UInt8]) -> [UInt8] {
    var limits = Limits()
    limits.templateSteps = 2000
    limits.outputBytes = 10_000
    limits.templateDepth = 40
    let provenance = Provenance()
    let file = provenance.sources.add(path: "t", bytes: bytes)
    let set = TemplateSet(name: "t", functions: FunctionTable(ErrorTextTests.functions), limits: limits)
    do throws(TemplateError) {
      try set.parse(name: "t", file: file, provenance: provenance)
      let data = try? JSONReader.read(
        #"{"x": "v", "y": 0, "s": "hello", "list": [1, "a", null], "map": {"k": {"z": 1}}, "t": "{{ .x }}-{{ len .list }}"}"#)
      let text = try Executor(set, provenance: provenance, limits: limits).execute(name: "t", data: data ?? .null)
      for run in text.runs where Int(run.end) > text.count || run.start >= run.end { return Array("broken runs".utf8) }
      return text.bytes
    } catch {
      return Array(error.text.utf8)
    }
  }

  @Test(arguments: 0..<8) func giveOutputOrAnErrorTheSameEachTime(_ batch: Int) {
    var random = Random(state: UInt64(batch) &* 77 &+ 1)
    for _ in 0..<100 {
      let bytes = Self.mutated(Self.seeds[random.next(below: Self.seeds.count)], &random)
      let first = Self.run(bytes)
      #expect(first == Self.run(bytes))
      #expect(first != Array("broken runs".utf8), "\(bytes.lossyString)")
    }
  }
}
