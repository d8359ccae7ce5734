import Linting
import SourceText
import Testing
import Values

@Suite struct BaselineTests {
  private let file = "k8s/spc.yaml"

  private func baseline(_ report: LintReport) -> String { Baseline.text(report.baselineKeys) }

  @Test func acceptedFindingsStayAcceptedWhenLinesMove() {
    let before = LintFixture.run([file: LintFixture.spc()])
    #expect(before.findings.count == 1)
    let after = LintFixture.run([file: "# a new first line\n\n" + LintFixture.spc(), Baseline.fileName: baseline(before)])
    #expect(after.findings.map(\.message) == [])
    #expect(after.suppressed.map { $0.suppression?.kind } == [.baseline])
  }

  @Test func aNewFindingIsReported() {
    let before = LintFixture.run([file: LintFixture.spc()])
    let after = LintFixture.run([file: LintFixture.spc(), "k8s/other.yaml": LintFixture.spc().replacing("name: web", with: "name: other"), Baseline.fileName: baseline(before)])
    #expect(LintFixture.lines(after.findings) == ["secret-path-missing-env k8s/other.yaml:11"])
  }

  @Test func anEntryWhoseFindingIsGoneIsAnErrorAtItsLine() {
    let before = LintFixture.run([file: LintFixture.spc()])
    let after = LintFixture.run([file: LintFixture.spc("        - objectName: production/web/database"), Baseline.fileName: baseline(before)])
    #expect(LintFixture.lines(after.findings) == ["baseline-stale \(Baseline.fileName):5"])
    #expect(after.findings.map(\.severity) == [.error])
  }

  @Test func aRunOverAPartJudgesNoEntry() {
    let before = LintFixture.run([file: LintFixture.spc(), "other/spc.yaml": LintFixture.spc().replacing("name: web", with: "name: other")])
    let part = LintFixture.run([file: LintFixture.spc(), "other/spc.yaml": LintFixture.spc().replacing("name: web", with: "name: other"), Baseline.fileName: baseline(before)], base: "other")
    #expect(part.findings.contains { $0.rule == "baseline-stale" } == false)
  }

  @Test func pruningDeletesWhatIsGoneAndKeepsReasons() throws {
    let keys = ["a", "b"].map { BaselineKey(rule: "r", deployment: "d", object: "o/\($0)", path: "p.yaml") }
    let text = Baseline.text(keys + [keys[0]], reasons: [keys[0]: "agreed: until spring"])
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let baseline = try #require(Baseline.read(provenance.sources.add(path: "b", bytes: Array(text.utf8)), provenance: provenance, sink: sink))
    #expect(baseline.entries.map(\.count) == [2, 1])
    #expect(baseline.pruned([keys[0]]) == Baseline.text([keys[0]], reasons: [keys[0]: "agreed: until spring"]))
    #expect(baseline.pruned(keys + [keys[0]]) == text)
    #expect(baseline.pruned([]) == Baseline.text([]))
  }

  @Test func aMistakeInTheBaselineIsLocated() {
    let provenance = Provenance()
    let sink = DiagnosticSink()
    let source = provenance.sources.add(path: "b", bytes: Array("findings:\n  - {rule: r, path: p, objct: o}\n".utf8))
    #expect(Baseline.read(source, provenance: provenance, sink: sink) == nil)
    #expect(sink.diagnostics.map(\.message).first == "an item of 'findings' has no key 'objct', did you mean 'object'?")
  }
}
